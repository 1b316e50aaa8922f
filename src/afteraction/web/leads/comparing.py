"""Two versions of an agreement compared, in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from afteraction.web.leads.models import Agreement
from afteraction.web.leads.terms import REASONS, WEEKDAYS, Terms, hours_text

NAMES: Final = {
    "hand_over_minutes": ("Marketing hands a new lead over within", "minutes of business hours"),
    "response_minutes": ("Sales calls or writes within", "minutes of business hours"),
    "attempts": ("Before it is unreachable, sales tries", "times"),
    "attempt_days": ("Those attempts are made over", "working days"),
    "return_days": ("Sales returns it, puts it off or makes it a deal within", "working days"),
    "answer_days": ("Marketing answers what came back within", "working days"),
    "look_again_days": ("Nurtured and dead leads are looked at again after", "days"),
}
_ONE: Final = {
    "minutes of business hours": "minute of business hours", "times": "time", "working days": "working day",
    "days": "day",
}  # fmt: skip
_PEOPLE: Final = {
    "marketing_owner": "Marketing's owner",
    "sales_owner": "Sales' owner",
    "referee": "The referee",
    "sponsor": "The sponsor",
}


@dataclass(frozen=True)
class Change:
    """What differs: how it was (empty: it was not there) and how it would be (empty: it goes)."""

    what: str
    before: str
    after: str


def promises(terms: Terms) -> list[tuple[str, str]]:
    """What each side owes, as (what, how much)."""
    return [(what, _amount(getattr(terms, name), unit)) for name, (what, unit) in NAMES.items()]


def _amount(count: int, unit: str) -> str:
    """So many of a unit; minutes as whole hours where there are two or more."""
    if unit.startswith("minutes") and count >= 120 and count % 60 == 0:
        return f"{count // 60:,} business hours"
    return f"{count:,} {unit}" if count != 1 else f"1 {_ONE[unit]}"


def compare(before: Agreement | None, after: Agreement) -> list[Change]:
    """What an agreement changes of the one before it; of the first, of the defaults."""
    old = Terms.read(before.terms) if before else Terms()
    found = list(_terms(old, Terms.read(after.terms)))
    if before is not None:
        for name, what in _PEOPLE.items():
            one, other = getattr(before, name), getattr(after, name)
            if one != other:
                found.append(Change(what, str(one), str(other)))
    return found


def _terms(old: Terms, new: Terms) -> Iterator[Change]:
    had, has = ([each.words() for each in terms.criteria] for terms in (old, new))
    yield from (Change("A lead", row, "") for row in had if row not in has)
    yield from (Change("A lead", "", row) for row in has if row not in had)
    for (what, one), (_what, other) in zip(promises(old), promises(new), strict=True):
        if one != other:
            yield Change(what, one, other)
    if old.zone != new.zone:
        yield Change("The time zone", old.zone, new.zone)
    for day, one_day, other_day in zip(WEEKDAYS, old.week, new.week, strict=True):
        if one_day != other_day:
            yield Change(day, hours_text(one_day) or "closed", hours_text(other_day) or "closed")
    for date in sorted({*old.exceptions, *new.exceptions}):
        was, becomes = (_exception(terms, date) for terms in (old, new))
        if was != becomes:
            yield Change(f"{date.day} {date:%b %Y}", was, becomes)
    words = {code: reason.words for code, reason in REASONS.items()}
    yield from (Change("A reason to return", words[each], "") for each in old.reasons if each not in new.reasons)
    yield from (Change("A reason to return", "", words[each]) for each in new.reasons if each not in old.reasons)


def _exception(terms: Terms, date: object) -> str:
    spans = terms.exceptions.get(date)  # type: ignore[call-overload]
    return "" if spans is None else hours_text(spans) or "closed"
