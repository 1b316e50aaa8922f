"""Jobs: imports and analyses in the background, the schedule, the worker."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "afteraction.web.jobs"
    verbose_name = "Jobs"
