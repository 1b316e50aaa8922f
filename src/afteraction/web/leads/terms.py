"""The terms of an agreement: what a lead is, what each side owes, when it is there, and why a lead may come back.

They are written and read as plain values, so that a version can be kept, hashed and compared in words.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, Final
from zoneinfo import available_timezones

from afteraction.analysis.business_time import DAY, BusinessHours, Span
from afteraction.errors import Refused
from afteraction.web.leads.criteria import Criterion, Kind

WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_OFFICE: Final[tuple[tuple[Span, ...], ...]] = (((540, 1020),),) * 5 + ((), ())
LIMITS: Final = {
    "hand_over_minutes": (1, 10_000, "minutes until a new lead is handed over"),
    "response_minutes": (1, 10_000, "minutes until it is called or written to"),
    "attempts": (1, 20, "attempts before it may be called unreachable"),
    "attempt_days": (1, 60, "working days over which they are made"),
    "return_days": (1, 120, "working days until it is returned, put off or made a deal"),
    "answer_days": (1, 60, "working days until marketing answers a return"),
    "look_again_days": (7, 720, "days until a nurtured or dead lead is looked at again"),
}

SHORTEST_WEEK: Final = 60
"""Minutes of business hours; with fewer a promise of minutes is one of weeks."""


@dataclass(frozen=True)
class Reason:
    """Why a lead may come back, and what marketing can do about it."""

    code: str
    words: str
    helps: str


REASONS: Final = {
    each.code: each
    for each in (
        Reason("unreachable", "Unreachable", "Check numbers and addresses; ask for a better time in the form."),
        Reason("wrong person", "Wrong person", "Aim at those who decide; ask for the role."),
        Reason("no need", "No need", "Say more plainly what it is for; raise what counts as interest."),
        Reason("not now", "Not now", "Nurture it, and hand it over when its time has come."),
        Reason("no budget", "No budget", "Say what it costs earlier; aim at those who can pay."),
        Reason("outside our market", "Outside our market", "Narrow the campaign to what we sell, and where."),
        Reason("duplicate", "Known already", "Match against accounts and open deals before handing over."),
        Reason("student or competitor", "No buyer at all", "Filter by address; ask for the company."),
    )
}
"""The short list. Each says what marketing can change; a reason that does not is left out."""


@dataclass(frozen=True)
class Terms:
    """What was agreed; the defaults hold until something is."""

    criteria: tuple[Criterion, ...] = ()
    hand_over_minutes: int = 120
    response_minutes: int = 60
    attempts: int = 5
    attempt_days: int = 10
    return_days: int = 15
    answer_days: int = 5
    look_again_days: int = 90
    zone: str = "UTC"
    week: tuple[tuple[Span, ...], ...] = _OFFICE
    exceptions: Mapping[date, tuple[Span, ...]] = field(default_factory=dict)
    reasons: tuple[str, ...] = tuple(REASONS)

    @cached_property
    def hours(self) -> BusinessHours:
        """When somebody is there."""
        return BusinessHours(self.zone, self.week, self.exceptions)

    def hand_over_by(self, came: datetime) -> datetime:
        """By when a new lead is to be handed over."""
        return self.hours.after(came, self.hand_over_minutes)

    def answer_by(self, handed: datetime) -> datetime:
        """By when sales is to have called or written."""
        return self.hours.after(handed, self.response_minutes)

    def taken_to_referee_at(self, due: datetime) -> datetime:
        """When a promise that was broken at `due` is taken to the referee: as long again afterwards."""
        return self.hours.after(due, self.response_minutes)

    def next_attempt(self, now: datetime) -> datetime:
        """When it is to be tried again."""
        apart = self.hours.minutes_a_day() * self.attempt_days / max(self.attempts, 1)
        return self.hours.after(now, apart)

    def decide_by(self, accepted: datetime) -> datetime:
        """By when an accepted lead is returned, put off or made a deal."""
        return self._working_days(accepted, self.return_days)

    def marketing_answers_by(self, returned: datetime) -> datetime:
        """By when marketing answers what came back."""
        return self._working_days(returned, self.answer_days)

    def look_again(self, now: datetime) -> datetime:
        """When a lead that nothing is due for is looked at again."""
        return now + timedelta(days=self.look_again_days)

    def _working_days(self, start: datetime, days: int) -> datetime:
        return self.hours.after(start, days * self.hours.minutes_a_day())

    def written(self) -> dict[str, Any]:
        """The terms as plain values."""
        return {
            "criteria": [each.written() for each in self.criteria],
            **{name: getattr(self, name) for name in LIMITS},
            "zone": self.zone,
            "week": [[list(span) for span in spans] for spans in self.week],
            "exceptions": {
                day.isoformat(): [list(span) for span in spans] for day, spans in sorted(self.exceptions.items())
            },
            "reasons": list(self.reasons),
        }

    @classmethod
    def read(cls, written: Mapping[str, Any]) -> "Terms":
        """The terms from plain values, as `written` makes them; what is not there has its default."""
        known: dict[str, Any] = {name: int(written[name]) for name in LIMITS if name in written}
        if "week" in written:
            known["week"] = tuple(_spans(spans) for spans in written["week"])
        if "exceptions" in written:
            known["exceptions"] = {
                date.fromisoformat(day): _spans(spans) for day, spans in written["exceptions"].items()
            }
        if "reasons" in written:
            known["reasons"] = tuple(str(each) for each in written["reasons"])
        criteria = tuple(Criterion.read(each) for each in written.get("criteria", ()))
        return replace(cls(criteria=criteria, zone=str(written.get("zone", "UTC"))), **known)

    def checked(self, kinds: Mapping[str, Kind] | None = None) -> "Terms":
        """The same. Raises `Refused` with every problem; `kinds` says what fields of the record hold, as far as known.

        A promise that one week cannot hold, and a week in which nobody is there for an hour, cannot be kept.
        """
        problems = list(self._problems(kinds or {}))
        if problems:
            raise Refused("; ".join(problems), "terms that both sides can keep", "correct what is named")
        return self

    def _problems(self, kinds: Mapping[str, Kind]) -> Iterator[str]:
        for name, (low, high, words) in LIMITS.items():
            if not low <= getattr(self, name) <= high:
                yield f"{getattr(self, name):,} {words}: {low} to {high:,} are possible"
        if self.zone not in available_timezones():
            yield f"no time zone {self.zone}"
        elif not any(self.week):
            yield "no opening hours on any day"
        else:
            yield from self._too_short()
        if not self.reasons or not set(self.reasons) <= set(REASONS):
            yield "a list of reasons that is empty, or has one that is not known"
        yield from (problem for each in self.criteria for problem in each.problems(kinds.get(each.field)))

    def _too_short(self) -> Iterator[str]:
        """What the hours of a week do not hold."""
        week = sum(end - start for spans in self.week for start, end in spans)
        if week < SHORTEST_WEEK:
            yield f"{week:,} minutes of business hours a week: {SHORTEST_WEEK} at least are needed"
        for name in ("hand_over_minutes", "response_minutes"):
            minutes, (_low, _high, words) = getattr(self, name), LIMITS[name]
            if minutes > week:
                yield f"{minutes:,} {words}: a week has {week:,} minutes of business hours"

    def digest(self, people: Mapping[str, int]) -> str:
        """SHA-256 over the terms and who stands for them, by which a signature names what was signed."""
        content = json.dumps({"terms": self.written(), "people": dict(people)}, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(content.encode()).hexdigest()


def _spans(written: Sequence[Sequence[int]]) -> tuple[Span, ...]:
    return tuple((int(start), int(end)) for start, end in written)


def read_hours(text: str) -> tuple[Span, ...]:
    """Hours as people write them: `9:00-12:30, 13:30-17:00`; nothing means closed. Raises ValueError otherwise."""
    spans = []
    for part in filter(None, (each.strip() for each in text.replace("–", "-").split(","))):
        start, end = part.split("-")
        spans.append((_minute(start), _minute(end)))
    edges = [edge for span in spans for edge in span]
    if edges != sorted(set(edges)):
        raise ValueError(f"“{text}” does not rise")
    return tuple(spans)


def hours_text(spans: Sequence[Span]) -> str:
    """Hours as `read_hours` reads them."""
    return ", ".join(f"{start // 60}:{start % 60:02d}-{end // 60}:{end % 60:02d}" for start, end in spans)


def _minute(text: str) -> int:
    hour, _, minute = text.strip().partition(":")
    found = int(hour) * 60 + int(minute or 0)
    if not (0 <= found <= DAY and 0 <= int(minute or 0) < 60):
        raise ValueError(f"no time of day: {text}")
    return found
