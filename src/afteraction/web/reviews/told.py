"""What the record tells about a deal that is reviewed: shown before anything is asked, because opinions come second."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from afteraction.report.wording import percent
from afteraction.web.deals.evidence import Chance, Evidence, evidence_of
from afteraction.web.deals.models import Deal, IndexState
from afteraction.web.deals.record import Event
from afteraction.web.deals.selectors import timeline_of
from afteraction.web.deals.timeline import StepLine, Timeline
from afteraction.web.reviews.expectations import expectations_of
from afteraction.web.reviews.models import Answer, Expectation, Review

LONG_SILENCE: Final = 30
"""Days without any touch or move of a deal that are worth a word."""
_LIKELY, _UNLIKELY = 60, 40
"""From and up to which chance, in percent, someone expected a win or a loss."""


@dataclass(frozen=True)
class Silence:
    """The longest time in which nothing happened: whole days, and from when to when."""

    days: int
    since: datetime
    until: datetime


@dataclass(frozen=True)
class Told:
    """The record of one deal, as its review shows it. `deal` is None when it has left the record since.

    `by_rep` and `by_others` are what was expected while it was open, oldest first.
    """

    deal: Deal | None
    state: IndexState | None
    evidence: Evidence | None
    timeline: Timeline | None
    by_rep: tuple[Expectation, ...]
    by_others: tuple[Expectation, ...]
    silence: Silence | None

    @property
    def steps(self) -> tuple[StepLine, ...]:
        """Every step of the process that has a word in this deal."""
        return tuple(step for part in (self.timeline.stages if self.timeline else ()) for step in part.steps)

    @property
    def missed(self) -> tuple[StepLine, ...]:
        """Required steps that were not done."""
        return tuple(step for step in self.steps if step.state == "skipped")

    @property
    def late(self) -> tuple[StepLine, ...]:
        """Steps that were done after they were due, or out of order."""
        return tuple(step for step in self.steps if step.state in ("late", "out_of_order"))

    @property
    def done(self) -> int:
        """How many steps were done at all."""
        return sum(step.state in ("done", "late", "out_of_order") for step in self.steps)

    @property
    def chances(self) -> tuple[Chance, ...]:
        """The chance of being won when the deal began, and when its last stage was entered."""
        known = self.evidence.chances if self.evidence else ()
        return known[:1] + known[1:][-1:]

    @property
    def last_expected(self) -> Expectation | None:
        """What the rep had expected last."""
        return self.by_rep[-1] if self.by_rep else None

    @property
    def expected(self) -> str:
        """What that amounts to, as an answer to “what did we expect”; empty when nothing was noted."""
        last = self.last_expected
        return expected_from(last.chance) if last else ""

    @property
    def because(self) -> str:
        """Why that answer is chosen already."""
        last = self.last_expected
        if last is None:
            return ""
        return f"{percent(last.chance / 100)} on {last.changed_at:%-d %b %Y}{f' in {last.stage}' if last.stage else ''}"


def told_of(review: Review) -> Told:
    """What the record tells about the deal of a review, in the mirrored data version."""
    organisation = review.organisation
    deal = Deal.objects.filter(organisation=organisation, deal_id=review.deal_id).first()
    state = IndexState.objects.filter(organisation=organisation, version__gt=0).first()
    evidence = evidence_of(deal, state) if deal else None
    timeline = timeline_of(deal, state, evidence) if deal else None
    # What was noted after the end is no expectation, even where the record learnt of the end later.
    noted = [each for each in expectations_of(organisation, review.deal_id) if each.changed_at <= review.closed_at]
    return Told(
        deal=deal,
        state=state,
        evidence=evidence,
        timeline=timeline,
        by_rep=tuple(each for each in noted if each.person_id == review.person_id),
        by_others=tuple(each for each in noted if each.person_id != review.person_id),
        silence=longest_silence(_moments(timeline), review.closed_at) if timeline else None,
    )


def expected_from(chance: int) -> str:
    """What a chance in percent says about what was expected."""
    if chance >= _LIKELY:
        return Answer.Expected.WIN
    return Answer.Expected.LOSS if chance <= _UNLIKELY else Answer.Expected.OPEN


def longest_silence(moments: Iterable[datetime], closed_at: datetime) -> Silence | None:
    """The longest time between two events up to the end of a deal; None when it is too short for a word."""
    known = sorted({*(at for at in moments if at <= closed_at), closed_at})
    gaps = [Silence((later - earlier) // timedelta(days=1), earlier, later) for earlier, later in pairwise(known)]
    longest = max(gaps, key=lambda gap: gap.days, default=None)
    return longest if longest is not None and longest.days >= LONG_SILENCE else None


def touches_of(timeline: Timeline) -> Iterator[Event]:
    """Every touch of a deal, in no order."""
    yield from timeline.before
    for part in timeline.stages:
        yield from part.events


def _moments(timeline: Timeline) -> Iterator[datetime]:
    yield from (touch.at for touch in touches_of(timeline))
    yield from (part.entered_at for part in timeline.stages if part.entered_at is not None)
