"""Proposals: changes of the process that anyone may ask for, and what became of them."""

from django.apps import AppConfig


class ProposalsConfig(AppConfig):
    name = "afteraction.web.proposals"
    verbose_name = "Proposals"
