"""Anonymous answers: how one is kept from being found out, by people with the pages and by people with the database.

1. When it is sent, its draft is deleted and the invitation becomes "answered anonymously": no time, no key.
2. What was said goes to `HeldAnswer`: under a random key, without a time of writing, with outcome, quarter and segment.
   It may not appear before a day drawn by chance.
3. It appears together with at least four others, in an order drawn by chance and under new keys. Five of one outcome,
   quarter and segment keep the segment; else, after two weeks, five of one outcome and quarter appear without it. Fewer
   stay held: of one answer beside one "answered anonymously" everybody would know whose it is.
"""

import secrets
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from afteraction.web.buyers.models import AnonymousAnswer, Asking, HeldAnswer
from afteraction.web.buyers.questions import Given
from afteraction.web.people.models import Organisation

FEWEST: Final = 5
"""Answers that appear together."""
_DELAY_DAYS: Final = 4
_PATIENCE: Final = timedelta(days=14)
"""How long an answer waits for others of its segment before it goes without."""
_SAID: Final = ("language", "cause", "drivers", "score", "engaged", "better", "apart", "changed")
_random = secrets.SystemRandom()


def hold(*, asking: Asking, given: Given, language: str, now: datetime) -> None:
    """Keeps an anonymous answer until there are others."""
    review = asking.review
    HeldAnswer.objects.create(
        organisation=asking.organisation,
        outcome=review.outcome,
        quarter=quarter_of(review.closed_at),
        segment=review.segment,
        not_before=(now + timedelta(days=1 + secrets.randbelow(_DELAY_DAYS))).date(),
        language=language,
        **given.said(),
    )


@transaction.atomic
def release_held(*, organisation: Organisation, now: datetime) -> int:
    """Lets those answers appear that have enough others beside them; how many."""
    held = HeldAnswer.objects.select_for_update().filter(organisation=organisation, not_before__lte=now.date())
    with_segment = _groups((each.outcome, each.quarter, each.segment, each) for each in held if each.segment)
    going = [(each, each.segment) for group in with_segment for each in group]
    gone = {each.pk for each, _segment in going}
    waited = (now - _PATIENCE).date()
    rest = [each for each in held if each.pk not in gone and each.not_before <= waited]
    going += [
        (each, "") for group in _groups((each.outcome, each.quarter, "", each) for each in rest) for each in group
    ]
    _random.shuffle(going)
    AnonymousAnswer.objects.bulk_create(
        AnonymousAnswer(
            organisation=organisation,
            outcome=each.outcome,
            quarter=each.quarter,
            segment=segment,
            **{name: getattr(each, name) for name in _SAID},
        )
        for each, segment in going
    )
    HeldAnswer.objects.filter(pk__in=[each.pk for each, _segment in going]).delete()
    return len(going)


def quarter_of(at: datetime) -> str:
    """The quarter of a moment: 2026-Q4."""
    return f"{at.year}-Q{(at.month - 1) // 3 + 1}"


def _groups(kept: Iterable[tuple[str, str, str, HeldAnswer]]) -> list[list[HeldAnswer]]:
    """Those that are at least `FEWEST` of one kind."""
    groups: dict[tuple[str, str, str], list[HeldAnswer]] = defaultdict(list)
    for outcome, quarter, segment, answer in kept:
        groups[outcome, quarter, segment].append(answer)
    return [group for group in groups.values() if len(group) >= FEWEST]
