"""What is known of a deal when it opens: account, owner, attributes, and how good a deal it is."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from afteraction.simulate.accounts import Accounts
from afteraction.simulate.arrays import Codes, Flags, Floats, Ints, pick, stream
from afteraction.simulate.calendar import WorkCalendar
from afteraction.simulate.organisation import Level, Organisation, SegmentModel
from afteraction.simulate.roster import Roster, assign_owners

ATTRIBUTES = ("segment", "size", "source", "competitor", "deal_type")
"""The attributes that make a deal easier or harder to win, by their names in `Deals`."""


@dataclass(frozen=True)
class Deals:
    """One value per deal, in order of `created` (working time). Attributes are positions in the organisation's lists.

    `trigger` is the kind of event that brought the deal, or -1. Deals `after_the_fact` were entered when decided.
    `hidden` is the buyer's eagerness, which no column of the record holds.
    """

    number: Ints
    created: Floats
    account: Ints
    owner: Ints
    segment: Codes
    size: Codes
    source: Codes
    competitor: Codes
    deal_type: Codes
    amount: Floats
    trigger: Codes
    after_the_fact: Flags
    hidden: Floats

    def __len__(self) -> int:
        return len(self.number)

    def with_attribute(self, name: str, level: int) -> "Deals":
        """The same deals, all with one level of an attribute."""
        changed: dict[str, Any] = {name: np.full(len(self), level, dtype=np.int8)}
        return replace(self, **changed)


def levels_of(organisation: Organisation, attribute: str) -> Sequence[Level | SegmentModel]:
    """The levels of one of ATTRIBUTES."""
    levels: dict[str, Sequence[Level | SegmentModel]] = {
        "segment": organisation.segments,
        "size": organisation.sizes,
        "source": organisation.sources,
        "competitor": organisation.competitors,
        "deal_type": organisation.deal_types,
    }
    return levels[attribute]


def quality(organisation: Organisation, deals: Deals) -> Floats:
    """How much easier than the average deal each deal is to win, in logits: the sum over its attributes."""
    total = np.zeros(len(deals))
    for name in ATTRIBUTES:
        levels = levels_of(organisation, name)
        own = np.array([level.quality for level in levels])
        total += (own - np.dot(own, _shares(organisation, name)))[getattr(deals, name)]
    return total


def draw_deals(
    organisation: Organisation,
    roster: Roster,
    accounts: Accounts,
    calendar: WorkCalendar,
    seed: int,
    block: int,
    numbers: Ints,
    window: tuple[float, float],
) -> Deals:
    """The deals with these numbers. `window` is the part of the organisation's history, as shares of all its deals.

    New deals come at a rate that grows with time, and only as fast as people work.
    """
    rng, count = stream(seed, "deals", block), len(numbers)
    share = np.sort(rng.uniform(*window, count))
    growth = np.log1p(organisation.growth) * organisation.years
    elapsed = share if abs(growth) < 1e-9 else np.log1p(share * np.expm1(growth)) / growth
    created = calendar.start + elapsed * (calendar.end - calendar.start)

    account = np.minimum((len(accounts) * rng.random(count) ** 1.3).astype(np.int64), len(accounts) - 1)
    segment = accounts.segment[account]
    amounts = np.array([(np.log(s.amount), s.amount_spread) for s in organisation.segments])[segment]
    return Deals(
        number=numbers,
        created=created,
        account=account,
        owner=assign_owners(organisation, roster, created, segment, rng.random(count)),
        segment=segment,
        size=accounts.size[account],
        source=pick([level.share for level in organisation.sources], rng.random(count)),
        competitor=pick([level.share for level in organisation.competitors], rng.random(count)),
        deal_type=pick([level.share for level in organisation.deal_types], rng.random(count)),
        amount=_rounded(np.exp(amounts[:, 0] + amounts[:, 1] * rng.standard_normal(count))),
        trigger=_triggers(organisation, rng.random(count)),
        after_the_fact=rng.random(count) < organisation.record.after_the_fact,
        hidden=rng.standard_normal(count),
    )


def _shares(organisation: Organisation, attribute: str) -> Floats:
    """How common each level of an attribute is among deals."""
    if attribute == "size":
        by_segment = np.array([s.sizes for s in organisation.segments], dtype=np.float64)
        by_segment /= by_segment.sum(axis=1, keepdims=True)
        mixed: Floats = _shares(organisation, "segment") @ by_segment
        return mixed
    shares = np.array([level.share for level in levels_of(organisation, attribute)], dtype=np.float64)
    whole: Floats = shares / shares.sum()
    return whole


def _triggers(organisation: Organisation, uniforms: Floats) -> Codes:
    """The kind of event that brought each deal, or -1. With chance q = base (lift - 1) on top of chance meetings,
    deals come `lift` times as often in the 90 days after an event as without one."""
    chances = [kind.per_year * 90 / 365.25 * max(kind.lift - 1, 0.0) for kind in organisation.triggers]
    found = pick([*chances, max(1.0 - sum(chances), 0.0)], uniforms)
    return np.where(found == len(chances), -1, found).astype(np.int8)


def _rounded(amounts: Floats) -> Floats:
    """Amounts as people write them: two leading digits and a half."""
    unit = 10.0 ** np.floor(np.log10(amounts) - 1) / 2
    rounded: Floats = np.round(amounts / unit) * unit
    return rounded
