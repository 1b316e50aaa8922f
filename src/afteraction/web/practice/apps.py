"""Practice: short cards, scheduled to the memory of each person."""

from django.apps import AppConfig


class PracticeConfig(AppConfig):
    name = "afteraction.web.practice"
    verbose_name = "Practice"
