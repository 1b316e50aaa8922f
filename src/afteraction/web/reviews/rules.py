"""How an organisation reviews: its rules, made with the defaults when they are first asked for, and the draw."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Final

from afteraction.web.deals.selectors import as_of
from afteraction.web.people.models import Organisation
from afteraction.web.reviews.models import ReviewRules

LOOK_BACK: Final = timedelta(days=30)
"""Of the deals that had ended before the first import, those of the last days of the record are reviewed."""


def rules_of(organisation: Organisation, *, now: datetime) -> ReviewRules:
    """The rules of an organisation. By default every deal that ended in the last days of its record, or later."""
    found = ReviewRules.objects.filter(organisation=organisation).first()
    if found is not None:
        return found
    since = min(as_of(organisation) or now, now) - LOOK_BACK
    made, _new = ReviewRules.objects.get_or_create(
        organisation=organisation, defaults={"since": since, "seed": secrets.token_hex(8)}
    )
    return made


def weight_of(rules: ReviewRules, deal_id: str, amount: float | None) -> float | None:
    """The inverse of a deal's chance of being drawn; None when it was not drawn.

    A deal of `above` or more is always reviewed, and so is one without an amount when every deal is.
    """
    if rules.share >= 100 or (rules.above is not None and amount is not None and amount >= rules.above):
        return 1.0
    return 100 / rules.share if place_of(rules.seed, deal_id) < rules.share / 100 else None


def place_of(seed: str, deal_id: str) -> float:
    """Where a deal falls in the draw, in [0, 1): the same for ever, whatever else is in the record."""
    digest = hashlib.sha256(f"{seed}\n{deal_id}".encode()).digest()
    return int.from_bytes(digest[:7], "big") / 2**56
