"""The first organisation and its admin, on first start."""

from dataclasses import dataclass
from datetime import datetime

from django.core.management import call_command
from django.db import transaction

from afteraction.web.people import invitations, services
from afteraction.web.people.models import Invitation, Organisation, Role, User


def prepare_database() -> None:
    """Brings the tables up to date, the shared cache among them. Nothing happens to tables that are."""
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)


@dataclass(frozen=True)
class FirstAdmin:
    """Who was made the admin, and the link by which they choose a password, once."""

    user: User
    link: str


@transaction.atomic
def first_admin(*, organisation: str, email: str, now: datetime, name: str = "Admin") -> FirstAdmin | None:
    """The first organisation with an admin; none when someone can sign in already.

    Until the admin has used the link, each start makes a new one, which ends those before: a link that scrolled away
    locks nobody out, and no password is ever printed.
    """
    waiting = Invitation.objects.select_for_update().filter(user__role=Role.ADMIN, made_by=None, used_at=None).first()
    if waiting is None and User.objects.exists():
        return None
    if waiting is None:
        made = Organisation.objects.create(name=organisation)
        waiting = services.prepare_invitation(
            organisation=made, made_by=None, email=email, name=name, role=Role.ADMIN, now=now
        )
    else:
        waiting.nonce, waiting.expires_at = invitations.fresh_nonce(), now + invitations.VALID_FOR
        waiting.save()
    return FirstAdmin(waiting.user, invitations.link(waiting))
