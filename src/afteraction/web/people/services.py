"""What may be done with people and their organisation. Pages, the API and the command line call these."""

from datetime import datetime

from auditlog.context import set_actor
from django.db import transaction

from afteraction.errors import Refused
from afteraction.web.people import invitations
from afteraction.web.people.mailing import send_invitation
from afteraction.web.people.models import Invitation, Organisation, Role, Team, User


@transaction.atomic
def prepare_invitation(
    *,
    organisation: Organisation,
    made_by: User | None,
    email: str,
    name: str,
    role: str,
    now: datetime,
    team: str = "",
    owner_name: str = "",
) -> Invitation:
    """A user who cannot sign in yet, and the invitation by which they will; no mail is sent.

    Raises `Refused` when the address belongs to someone already or the role does not exist.
    """
    address = email.strip().lower()
    if User.objects.filter(email=address).exists():
        next_step = "look for them in the list of people, or use another address"
        raise Refused(f"an account with the address {address}", "an address that nobody has here yet", next_step)
    user = User.objects.create_user(
        address,
        name=name.strip(),
        organisation=organisation,
        role=_role(role),
        team=_team(organisation, team),
        owner_name=owner_name.strip(),
    )
    return Invitation.objects.create(
        user=user, made_by=made_by, nonce=invitations.fresh_nonce(), expires_at=now + invitations.VALID_FOR
    )


@transaction.atomic
def invite(
    *, by: User, email: str, name: str, role: str, now: datetime, team: str = "", owner_name: str = ""
) -> Invitation:
    """Invites someone into the organisation of `by`, by a mail that leaves in the background.

    Raises `Refused` as `prepare_invitation` does. While the mail has not left, `sent_at` is empty: it is tried again,
    and the link may be handed over in another way.
    """
    invitation = prepare_invitation(
        organisation=by.organisation,
        made_by=by,
        email=email,
        name=name,
        role=role,
        now=now,
        team=team,
        owner_name=owner_name,
    )
    send_invitation(invitation=invitation)
    return invitation


@transaction.atomic
def invite_again(*, by: User, user: User, now: datetime) -> Invitation:
    """Has a new link mailed, which ends the earlier ones. Raises `Refused` for someone who can sign in already."""
    invitation = _invitation_of(by, user)
    invitation.nonce = invitations.fresh_nonce()
    invitation.made_by, invitation.sent_at = by, None
    invitation.mail_problem, invitation.mail_tries, invitation.mail_next_at = "", 0, None
    invitation.expires_at = now + invitations.VALID_FOR
    invitation.save()
    send_invitation(invitation=invitation)
    return invitation


@transaction.atomic
def withdraw(*, by: User, user: User) -> None:
    """Takes an invitation back: the account, which nobody has used, goes. Raises `Refused` once it has been used."""
    _invitation_of(by, user)
    user.delete()


@transaction.atomic
def accept(*, token: str, password: str, now: datetime) -> User:
    """Sets the password of whoever the link was made for, once. Raises `Refused` as `invitation_of` does."""
    found = invitations.invitation_of(token, now=now)
    # Two clicks at once: the second waits here and then finds the link used.
    invitation = Invitation.objects.select_for_update().get(pk=found.pk)
    if invitation.used_at is not None:
        raise Refused("a link that has been used", "a link used once", "sign in with your address and password")
    user = invitation.user
    with set_actor(user):
        user.set_password(password)
        user.save()
        invitation.used_at = now
        invitation.save()
    return user


@transaction.atomic
def change_person(*, by: User, user: User, name: str, role: str, team: str, owner_name: str) -> User:
    """Changes who someone is here. Raises `Refused` when the last admin would lose the role."""
    _same_organisation(by, user)
    if user.role == Role.ADMIN and role != Role.ADMIN:
        _keep_an_admin(user)
    user.name, user.owner_name = name.strip(), owner_name.strip()
    user.role, user.team = _role(role), _team(user.organisation, team)
    user.save()
    return user


@transaction.atomic
def deactivate(*, by: User, user: User) -> User:
    """Lets someone in no longer, from the next click on; what they wrote stays.

    Raises `Refused` for oneself and for the last admin.
    """
    _same_organisation(by, user)
    if user == by:
        raise Refused("your own account", "the account of someone else", "ask another admin")
    if user.role == Role.ADMIN:
        _keep_an_admin(user)
    user.is_active = False
    user.save()
    return user


@transaction.atomic
def activate(*, by: User, user: User) -> User:
    """Lets someone in again."""
    _same_organisation(by, user)
    user.is_active = True
    user.save()
    return user


@transaction.atomic
def rename_organisation(*, by: User, name: str) -> Organisation:
    """Gives the organisation of `by` another name."""
    organisation = Organisation.objects.select_for_update().get(pk=by.organisation_id)
    organisation.name = name.strip()
    organisation.save()
    return organisation


def _role(name: str) -> Role:
    if name not in Role.values:
        raise Refused(f"the role {name!r}", f"one of {', '.join(Role.values)}", "choose one of them")
    return Role(name)


def _team(organisation: Organisation, name: str) -> Team | None:
    """The team of that name, made when it is new; none for an empty name."""
    if not name.strip():
        return None
    return Team.objects.get_or_create(organisation=organisation, name=name.strip())[0]


def _same_organisation(by: User, user: User) -> None:
    # Pages find people through selectors, which see one organisation; this is the second lock on the same door.
    if user.organisation_id != by.organisation_id:
        raise Refused("someone of another organisation", "someone of your own", "look into the list of people")


def _invitation_of(by: User, user: User) -> Invitation:
    _same_organisation(by, user)
    invitation = Invitation.objects.select_for_update().filter(user=user, used_at=None).first()
    if invitation is None or user.has_usable_password() or user.last_login is not None:
        raise Refused(
            f"{user}, who has signed in before",
            "someone who has not used their invitation yet",
            "they can choose a new password at the sign-in page; you can deactivate their account",
        )
    return invitation


def _keep_an_admin(user: User) -> None:
    """Refuses to take away the only admin who can sign in."""
    # Locked together, so that two admins cannot remove each other at the same moment.
    admins = User.objects.select_for_update().filter(organisation=user.organisation, role=Role.ADMIN, is_active=True)
    others = [each for each in admins if each != user and (each.has_usable_password() or each.last_login)]
    if not others:
        raise Refused(
            f"{user}, the only admin who can sign in",
            "at least one admin",
            "make someone else an admin first, and let them sign in once",
        )
