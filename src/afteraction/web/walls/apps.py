"""The walls of wins and failures, good risks, thanks and recognition."""

from django.apps import AppConfig


class WallsConfig(AppConfig):
    name = "afteraction.web.walls"
    verbose_name = "Walls"

    def ready(self) -> None:
        from auditlog.registry import auditlog

        from afteraction.web.walls.models import Screen

        # Entries are not traced: the trail would name who shared without a name, and keep what was taken back.
        auditlog.register(Screen, include_fields=["name"])
