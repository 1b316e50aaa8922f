"""Lessons: what a deal taught, moved on or retired by what happens where it is used."""

from django.apps import AppConfig


class LessonsConfig(AppConfig):
    name = "afteraction.web.lessons"
    verbose_name = "Lessons"

    def ready(self) -> None:
        from auditlog.registry import auditlog

        from afteraction.web.lessons.models import Lesson

        auditlog.register(Lesson, include_fields=["title", "text", "state", "owner", "merged_into", "review_on"])
