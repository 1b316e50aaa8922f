"""What the home page says about files that came by themselves: those that need a person."""

from typing import Final

from afteraction.web.connectors.models import Connector
from afteraction.web.connectors.selectors import standing, waiting
from afteraction.web.people.home import Card
from afteraction.web.people.models import User
from afteraction.web.people.roles import Right, may

_SHOWN: Final = 4


def cards(user: User) -> list[Card]:
    """For those who import: what waits for them. Nothing while everything goes by itself."""
    if not may(user, Right.IMPORT_DATA):
        return []
    imports = waiting(user.organisation)
    failed = [
        (each, how)
        for each in Connector.objects.filter(organisation=user.organisation)
        if (how := standing(each)).chip == "failed" and how.import_key is None
    ]
    if not imports and not failed:
        return []
    content = {"imports": imports[:_SHOWN], "more": len(imports) - _SHOWN, "failed": failed}
    return [Card("Data that came by itself waits for you", "connectors/card.html", content, order=10)]
