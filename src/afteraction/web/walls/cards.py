"""What the home page says about the walls: to leaders who is owed a word, to everyone what they were recognised for."""

from datetime import timedelta
from typing import Final

from django.utils import timezone

from afteraction.web.people.home import Card
from afteraction.web.people.models import User
from afteraction.web.walls.models import Recognition
from afteraction.web.walls.unacknowledged import AFTER, unacknowledged

_RECENT: Final = timedelta(days=14)


def cards(user: User) -> list[Card]:
    """The cards of someone; none where nothing is to be said."""
    now = timezone.now()
    found = []
    got = list(
        Recognition.objects.filter(organisation=user.organisation, to=user, given_at__gt=now - _RECENT)
        .select_related("by")
        .order_by("-given_at")[:2]
    )
    if got:
        found.append(Card("A colleague wrote to you", "walls/cards/recognised.html", {"notes": got}, order=5))
    owed = unacknowledged(user, now=now)
    if owed:
        note = f"No word yet, {AFTER.days} days and more after the end"
        found.append(
            Card("Well done, and nobody said so", "walls/cards/owed.html", {"owed": owed}, order=30, note=note)
        )
    return found
