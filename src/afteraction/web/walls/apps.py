"""The walls of wins and failures, good risks, thanks and recognition."""

from django.apps import AppConfig


class WallsConfig(AppConfig):
    name = "afteraction.web.walls"
    verbose_name = "Walls"
