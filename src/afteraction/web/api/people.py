"""People: who is here, inviting, changing, letting in and out."""

from datetime import datetime
from typing import Literal

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import Http404
from django.utils import timezone
from ninja import Field, Query, Schema

from afteraction.web.api.paging import PageEnds, PageQuery, rows_of
from afteraction.web.api.problems import invalid
from afteraction.web.api.requests import ApiRequest, Body
from afteraction.web.api.routes import Made, Part
from afteraction.web.api.scopes import Scope
from afteraction.web.people import selectors, services
from afteraction.web.people.invitations import link
from afteraction.web.people.models import Invitation, User

part = Part("people")
RoleName = Literal["rep", "manager", "marketing", "operations", "executive", "admin"]


class PeopleQuery(PageQuery):
    """What the list of people is narrowed by."""

    search: str = Field("", max_length=200, description="Part of the name, address, name in the record, or team.")
    role: RoleName | None = Field(None)


class PersonIn(Body):
    """Who someone is here."""

    name: str = Field(min_length=1, max_length=200, pattern=r"\S", examples=["Noor Haddad"])
    role: RoleName
    team: str = Field("", max_length=200, description="As the record names it; made when it is new. Empty is none.")
    owner_name: str = Field("", max_length=200, description="How the record names them as the owner of deals.")


class InviteIn(PersonIn):
    """Whom to invite as what."""

    email: str = Field(min_length=3, max_length=254, examples=["noor@example.com"])


class ActiveIn(Body):
    """Whether someone may come in."""

    active: bool


class InvitationOut(Schema):
    """The invitation of someone who has not come in yet."""

    expires_at: datetime
    mailed_at: datetime | None = Field(description="When its mail left; null where it has not yet.")
    mail_problem: str | None = Field(description="Why the mail did not leave when it was last tried.")
    mail_next_try_at: datetime | None = Field(description="When it is tried again; null where it is not.")


class PersonOut(Schema):
    """Someone of the organisation."""

    id: int
    email: str
    name: str
    role: str
    team: str | None
    owner_name: str | None
    state: str = Field(description="active, invited, expired (the invitation) or deactivated.", examples=["active"])
    last_seen_at: datetime | None
    invitation: InvitationOut | None


class PersonDetail(PersonOut):
    """Someone, with the link of their invitation while it is valid."""

    link: str | None = Field(description="Lets the invited choose a password, once: hand it to nobody else.")


class PeopleList(PageEnds):
    """A page of people, the newest first."""

    items: list[PersonOut]


@part.get("/people", scope=Scope.PEOPLE_READ, answer=PeopleList)
def list_people(request: ApiRequest, asked: Query[PeopleQuery]) -> PeopleList:
    """List the people of the organisation, the newest first."""
    found = selectors.people_of(request.user.organisation, asked.search, asked.role or "")
    page = rows_of(found, asked)
    now = timezone.now()
    return PeopleList(items=[_person_out(each, now) for each in page.rows], **page.ends)


@part.post("/people", scope=Scope.PEOPLE_WRITE, answer=PersonOut, status=201, refused=409)
def invite_person(request: ApiRequest, person: InviteIn) -> Made:
    """Invite someone by mail.

    The mail leaves in the background, and is tried again where it does not; `invitation` of the person tells.
    """
    try:
        validate_email(person.email)
    except ValidationError as error:
        raise invalid(("body.email", "is no e-mail address")) from error
    now = timezone.now()
    made = services.invite(by=request.user, now=now, **person.model_dump())
    return Made(_person_out(_person(request.user, made.user_id), now), 201, f"/api/v1/people/{made.user_id}")


@part.get("/people/{int:key}", scope=Scope.PEOPLE_READ, answer=PersonDetail)
def get_person(request: ApiRequest, key: int) -> PersonDetail:
    """Get one person.

    The link of an invitation opens an account, so only a token that may invite gets it.
    """
    person, now = _person(request.user, key), timezone.now()
    told = _person_out(person, now)
    may_invite = Scope.PEOPLE_WRITE in request.token.scopes
    return PersonDetail(
        **told.model_dump(), link=link(person.invitation) if may_invite and told.state == "invited" else None
    )


@part.put("/people/{int:key}", scope=Scope.PEOPLE_WRITE, answer=PersonOut, refused=409)
def change_person(request: ApiRequest, key: int, person: PersonIn) -> PersonOut:
    """Change who someone is here."""
    services.change_person(by=request.user, user=_person(request.user, key), **person.model_dump())
    return _person_out(_person(request.user, key), timezone.now())


@part.put("/people/{int:key}/active", scope=Scope.PEOPLE_WRITE, answer=PersonOut, refused=409)
def set_person_active(request: ApiRequest, key: int, asked: ActiveIn) -> PersonOut:
    """Let someone in, or no longer, from the next request on; what they wrote stays."""
    change = services.activate if asked.active else services.deactivate
    change(by=request.user, user=_person(request.user, key))
    return _person_out(_person(request.user, key), timezone.now())


@part.post("/people/{int:key}/invite-again", scope=Scope.PEOPLE_WRITE, answer=PersonOut, refused=409)
def invite_person_again(request: ApiRequest, key: int) -> PersonOut:
    """Mail a new link, which ends the earlier ones."""
    now = timezone.now()
    services.invite_again(by=request.user, user=_person(request.user, key), now=now)
    return _person_out(_person(request.user, key), now)


@part.delete("/people/{int:key}", scope=Scope.PEOPLE_WRITE, answer=None, status=204, refused=409)
def withdraw_invitation(request: ApiRequest, key: int) -> None:
    """Withdraw the invitation of someone who has not used it: the account goes.

    Whoever has come in once is deactivated instead.
    """
    services.withdraw(by=request.user, user=_person(request.user, key))


def _person(user: User, key: int) -> User:
    found = selectors.people_of(user.organisation).filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def _invitation_out(invitation: Invitation) -> InvitationOut:
    return InvitationOut(
        expires_at=invitation.expires_at,
        mailed_at=invitation.sent_at,
        mail_problem=invitation.mail_problem or None,
        mail_next_try_at=invitation.mail_next_at,
    )


def _person_out(person: User, now: datetime) -> PersonOut:
    state = selectors.state_of(person, now=now)
    invitation = getattr(person, "invitation", None) if state in ("invited", "expired") else None
    return PersonOut(
        id=person.pk,
        email=person.email,
        name=person.name,
        role=person.role,
        team=person.team.name if person.team else None,
        owner_name=person.owner_name or None,
        state=state,
        last_seen_at=person.last_login,
        invitation=_invitation_out(invitation) if invitation else None,
    )
