"""Content: what is given to buyers, who uses it, and what it does."""

from django.apps import AppConfig


class ContentConfig(AppConfig):
    name = "afteraction.web.content"
    verbose_name = "Content"
