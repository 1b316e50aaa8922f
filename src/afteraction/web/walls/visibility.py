"""Who reads what of the walls: one table, which pages, the screens and the tests read.

Everyone is told it before they share (`SAID`, `SAID_ANONYMOUS`).
"""

from typing import Any, Final

from afteraction.web.people.models import User
from afteraction.web.people.roles import Right, may
from afteraction.web.walls.models import Entry

ON_PAGES: Final = ("wall", "text", "sharer", "deal_id", "deal_name", "outcome", "segment", "team", "shared_on")
"""For everyone of the organisation who may see the walls. Anonymous ones have wall, text and day alone."""
ON_SCREENS: Final = ("wall", "text", "sharer", "outcome", "segment")
"""A screen hangs where visitors pass: no deal, no customer, no note of thanks."""
NEVER: Final = ("code_hash", "review")
"""For nobody: the first takes an entry back, the second holds texts that are for others."""
SAID: Final = (
    "Everyone here reads the lesson, with your name and the deal. Screens in your rooms show it with your name, "
    "without the deal and the customer. Nothing else of the review is shown. You can take it back at any "
    "time; then it is gone."
)
SAID_ANONYMOUS: Final = (
    "Nothing is kept that says who wrote it: no name, no deal, no team, no time. Nobody can look it up, not an admin, "
    "not in the database. It appears within three days. Your words can still give you away: leave out what only you "
    "would know. You get a code with which you alone can take it back."
)


def shown(user: User, entry: Entry) -> dict[str, Any]:
    """The fields of an entry that someone may read, by name."""
    if entry.organisation_id != user.organisation_id or not may(user, Right.SEE_LESSONS):
        return {}
    return {name: getattr(entry, name) for name in ON_PAGES}
