"""People: organisations, teams, who is who, and what each may do."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "afteraction.web.people"
    verbose_name = "People"

    def ready(self) -> None:
        from auditlog.registry import auditlog

        from afteraction.web import checks  # noqa: F401  # registers the system checks
        from afteraction.web.people.models import Invitation, Organisation, Team, User

        auditlog.register(Organisation)
        auditlog.register(Invitation, exclude_fields=["nonce", "mail_problem", "mail_tries", "mail_next_at"])
        auditlog.register(Team)
        auditlog.register(User, exclude_fields=["last_login", "password"])
