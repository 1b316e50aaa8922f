"""The cards of the home page: what needs this person now, told by every system that has something to tell."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from django.apps import apps
from django.utils.module_loading import module_has_submodule

from afteraction.web.people.models import User


@dataclass(frozen=True)
class Card:
    """A card: its title, the template of its body with what that needs, and its place (low comes first).

    `note` stands beside the title; `wide` cards take the whole row.
    """

    title: str
    template: str
    context: dict[str, Any] = field(default_factory=dict)
    order: int = 100
    note: str = ""
    wide: bool = False


def cards_for(user: User) -> list[Card]:
    """The cards of all systems for someone, in their order."""
    found = [card for cards in _sources() for card in cards(user)]
    return sorted(found, key=lambda card: card.order)


def _sources() -> Iterator[Callable[[User], list[Card]]]:
    """The function `cards` of the module `cards` of every app that has one."""
    for app in apps.get_app_configs():
        if app.name.startswith("afteraction.web.") and app.module and module_has_submodule(app.module, "cards"):
            yield import_module(f"{app.name}.cards").cards
