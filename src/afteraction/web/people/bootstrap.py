"""The first organisation and its admin, on first start."""

from dataclasses import dataclass
from datetime import datetime

from django.apps import apps
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from afteraction import __version__
from afteraction.errors import Refused
from afteraction.web.people import invitations, services
from afteraction.web.people.models import Invitation, Organisation, Role, User


def prepare_database() -> None:
    """Brings the tables up to date, the shared cache among them. Nothing happens to tables that are.

    Raises `Refused` when a newer version has changed them already: this one does not know what they mean now.
    """
    refuse_newer_tables()
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)


def refuse_newer_tables() -> None:
    """Raises `Refused` when the database has been through a migration that this version does not have."""
    loader = MigrationExecutor(connection).loader
    replaced = {old for each in loader.replacements.values() for old in each.replaces}
    ours = {app.label for app in apps.get_app_configs()}
    unknown = {each for each in loader.applied_migrations if each[0] in ours}
    unknown -= set(loader.disk_migrations) | replaced
    if unknown:
        raise Refused(
            f"a database that a newer version of Afteraction has changed ({'.'.join(min(unknown))})",
            f"version {__version__} or an older one",
            "install the newer version again, or restore a backup that this version made into an empty home",
        )


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
