"""How an organisation reviews: its rules, made with the defaults when they are first asked for, and the draw."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction

from afteraction.analysis.review_sampling import lot
from afteraction.errors import Refused
from afteraction.web.deals.models import Deal
from afteraction.web.deals.selectors import as_of
from afteraction.web.people.models import Organisation, User
from afteraction.web.people.roles import Right, may
from afteraction.web.reviews.models import ReviewRules

LOOK_BACK: Final = timedelta(days=30)
"""Of the deals that had ended before the first import, those of the last days of the record are reviewed."""
QUARTER: Final = timedelta(days=91)
MOST_DAYS: Final = 90
"""Until a review is due: after a quarter of a year nobody remembers."""
CHANGEABLE: Final = (
    "since", "above", "share", "due_days", "reminders", "digest_hour", "time_zone", "calibration",
)  # fmt: skip


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
    return 100 / rules.share if lot(deal_id, rules.seed) < rules.share / 100 else None


@transaction.atomic
def change_rules(*, by: User, now: datetime, **changed: Any) -> ReviewRules:
    """Changes the rules from now on; reviews that are open stay as they are. `changed` by the names of the fields.

    Raises `Refused` when it is not theirs to change, or a value is not possible.
    """
    if not may(by, Right.CHANGE_DRIVERS):
        raise Refused("someone who may not change the rules", "sales operations or an admin", "ask one of them")
    rules = rules_of(by.organisation, now=now)
    for name, value in changed.items():
        if name not in CHANGEABLE:
            raise TypeError(f"{name} is no rule that may be changed")
        setattr(rules, name, value)
    if not 1 <= rules.share <= 100:
        raise Refused(f"a share of {rules.share} %", "a whole number from 1 to 100", "to review few, choose 1")
    if not 1 <= rules.due_days <= MOST_DAYS:
        raise Refused(f"{rules.due_days} days until due", f"1 to {MOST_DAYS}")
    rules.full_clean()
    rules.save()
    return rules


@dataclass(frozen=True)
class Drawn:
    """What rules would have meant for the deals that ended in the last quarter of the record, up to `until`.

    `above` of `ended` deals reach the amount, `drawn` of the others would have been drawn.
    """

    ended: int
    above: int
    drawn: int
    until: datetime | None

    @property
    def reviews(self) -> int:
        """How many reviews that would have been."""
        return self.above + self.drawn


def drawn_last_quarter(organisation: Organisation, rules: ReviewRules) -> Drawn:
    """What rules, saved or not, would have drawn of the deals that ended in the last quarter of the record."""
    until = as_of(organisation)
    if until is None:
        return Drawn(0, 0, 0, None)
    deals = Deal.objects.filter(organisation=organisation, closed_at__gt=until - QUARTER, closed_at__lte=until)
    ended = above = drawn = 0
    for deal_id, outcome, amount in deals.values_list("deal_id", "outcome", "amount").iterator():
        if outcome == "open":
            continue
        ended += 1
        if rules.above is not None and amount is not None and amount >= rules.above:
            above += 1
        elif weight_of(rules, deal_id, amount) is not None:
            drawn += 1
    return Drawn(ended, above, drawn, until)
