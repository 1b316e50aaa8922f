"""Who reviews and what it costs them: counted over all reviews by a job, so that the page reads a few numbers."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from statistics import fmean, median
from typing import Any, Final

from django.db.models import Count

from afteraction.web.deals.models import Deal
from afteraction.web.people.models import Organisation
from afteraction.web.reviews.digest import local_day
from afteraction.web.reviews.models import Answer, Review, Tally
from afteraction.web.reviews.opening import unreviewed
from afteraction.web.reviews.rules import rules_of

MONTHS: Final = 12
"""Months of closing that are shown, up to the newest one of any review."""
STATES: Final = ("done", "due", "overdue", "skipped", "left_out")
_AT_ONCE: Final = 5_000
_MANY: Final = 20_000
_SELDOM: Final = timedelta(minutes=5)
_SHOWN_UNREVIEWED: Final = 20
State = Review.State


@dataclass
class _Group:
    """Reviews of one team, month or person: by state, and what each one that is done took."""

    states: Counter[str] = field(default_factory=Counter)
    minutes: list[float] = field(default_factory=list)
    inputs: list[int] = field(default_factory=list)

    def content(self) -> dict[str, Any]:
        counts = {state: self.states[state] for state in STATES}
        return counts | {
            "minutes": round(median(self.minutes), 1) if self.minutes else None,
            "inputs": round(fmean(self.inputs), 2) if self.inputs else None,
            "answered": len(self.inputs),
        }


def keep_account(*, organisation: Organisation, now: datetime) -> Tally:
    """Counts the reviews of an organisation anew and keeps the figures."""
    rules = rules_of(organisation, now=now)
    today = local_day(rules, now=now).date()
    months, teams, people = (defaultdict[Any, _Group](_Group) for _each in range(3))
    whole, names = _Group(), dict[str, tuple[str, str]]()
    newest = _newest_closing(organisation) or today
    first = _months_back(newest, MONTHS - 1)
    for review in _reviews(organisation):
        month = f"{review['closed_at']:%Y-%m}"
        groups = [whole, teams[review["team"]], people[review["owner"]]]
        groups += [months[month]] if month >= first else []
        names[review["owner"]] = (review["person__name"] or review["owner_name"] or review["owner"], review["team"])
        _count(review, groups, today)
    open_ends = unreviewed(organisation, rules)
    content = {
        "today": today.isoformat(),
        "since": rules.since.isoformat(),
        "whole": whole.content(),
        "months": [{"month": month, **months[month].content()} for month in _month_names(newest)],
        "teams": [{"team": team, **group.content()} for team, group in sorted(teams.items())],
        "people": [
            {"owner": owner, "name": names[owner][0], "team": names[owner][1], **group.content()}
            for owner, group in sorted(people.items(), key=lambda each: names[each[0]])
        ],
        "unreviewed": open_ends.count(),
        "unreviewed_deals": list(open_ends.order_by("pk").values_list("deal_id", "name")[:_SHOWN_UNREVIEWED]),
        "reasons": [list(each) for each in reasons_of(organisation)],
    }
    kept, _made = Tally.objects.update_or_create(
        organisation=organisation,
        kind=Tally.Kind.ACCOUNT,
        defaults={"content": content, "data_version": data_version(organisation), "made_at": now},
    )
    return kept


def counted_lately(organisation: Organisation, *, now: datetime) -> timedelta | None:
    """How long counting can wait, where there is much to count and that was done a moment ago; None to count now."""
    kept = Tally.objects.filter(organisation=organisation, kind=Tally.Kind.ACCOUNT).first()
    if kept is None or sum(kept.content["whole"][state] for state in STATES) < _MANY:
        return None
    left = kept.made_at + _SELDOM - now
    return left if left > timedelta() else None


def reasons_of(organisation: Organisation) -> list[tuple[str, int]]:
    """The lost reasons of the record with the deals that have them, the most frequent first."""
    found = Deal.objects.filter(organisation=organisation, outcome__in=("lost", "no_decision")).exclude(lost_reason="")
    counted = found.values_list("lost_reason").annotate(deals=Count("pk")).order_by("-deals", "lost_reason")
    return [(str(reason), int(deals)) for reason, deals in counted[:500]]


def data_version(organisation: Organisation) -> int:
    """The data version that the mirror shows; 0 before the first."""
    state = getattr(organisation, "index_state", None)
    return int(state.version) if state is not None else 0


def _reviews(organisation: Organisation) -> Iterator[dict[str, Any]]:
    """Every review that counts, with what its answers took; those that were withdrawn unanswered are left out."""
    found = Review.objects.filter(organisation=organisation).exclude(state=State.WITHDRAWN)
    columns = ("pk", "closed_at", "team", "owner", "owner_name", "person__name", "state", "due_on")
    took = _took(organisation)
    for each in found.order_by().values(*columns).iterator(chunk_size=_AT_ONCE):
        yield each | {"took": took.get(each["pk"])}


def _took(organisation: Organisation) -> dict[int, tuple[float, int]]:
    """By review the minutes of its rep, and the inputs of everybody who answered."""
    minutes, inputs = dict[int, float](), Counter[int]()
    given = Answer.objects.filter(review__organisation=organisation).exclude(done_at=None).order_by()
    columns = ("review_id", "voice", "seconds", "inputs")
    for review, voice, seconds, count in given.values_list(*columns).iterator(chunk_size=_AT_ONCE):
        inputs[review] += count
        if voice == Answer.Voice.REP:
            minutes[review] = seconds / 60
    return {review: (minutes[review], inputs[review]) for review in minutes}


def _count(review: Mapping[str, Any], groups: Iterable[_Group], today: date) -> None:
    state = review["state"]
    if state == State.DUE and review["due_on"] < today:
        state = "overdue"
    for group in groups:
        group.states[state] += 1
        if state == State.DONE and review["took"] is not None:
            minutes, inputs = review["took"]
            group.minutes.append(minutes)
            group.inputs.append(inputs)


def _newest_closing(organisation: Organisation) -> date | None:
    """The last day on which a deal that is reviewed has closed."""
    found = Review.objects.filter(organisation=organisation).order_by("-closed_at", "-pk")
    closed_at = found.values_list("closed_at", flat=True).first()
    return closed_at.date() if closed_at else None


def _month_names(newest: date) -> list[str]:
    """The months that are shown, the newest first."""
    return [_months_back(newest, back) for back in range(MONTHS)]


def _months_back(today: date, back: int) -> str:
    months = today.year * 12 + today.month - 1 - back
    return f"{months // 12:04d}-{months % 12 + 1:02d}"
