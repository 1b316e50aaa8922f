"""Coaching: conversations with an agenda from evidence, commitments that come back, private notes."""

from django.apps import AppConfig


class CoachingConfig(AppConfig):
    name = "afteraction.web.coaching"
    verbose_name = "Coaching"
