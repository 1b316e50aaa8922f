"""Accountability as tables: who may see whose figures, rates with their interval, links to the reviews behind."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import Prefetch, QuerySet

from afteraction.analysis.intervals import rate_if_any
from afteraction.report.wording import interval, percent
from afteraction.web.deals.export import cell
from afteraction.web.deals.paging import Page, key_page
from afteraction.web.people.models import User
from afteraction.web.people.roles import Right, may
from afteraction.web.reviews.account import STATES
from afteraction.web.reviews.models import Answer, Review, Tally
from afteraction.web.reviews.visibility import OPEN_FIELDS, TEXTS, shown

WORDS: Final = {
    "done": "Done",
    "due": "To do",
    "overdue": "Overdue",
    "skipped": "Skipped",
    "left_out": "Not drawn",
}
MOST_ROWS: Final = 50
_AT_ONCE: Final = 500
COLUMNS: Final = (
    "deal_id", "closing", "name", "account_name", "owner_name", "team", "outcome", "closed_at", "amount", "currency",
    "due_on", "state", "done_at", "skip_reason",
)  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """A count, and the address of the list of the reviews that it counts; none where there is nothing to list."""

    word: str
    count: int
    href: str

    @property
    def shown(self) -> str:
        """As people read it."""
        return f"{self.count:,}"


@dataclass(frozen=True)
class Row:
    """One team, month or person. `share` is done of all that were due by now, with interval and n."""

    label: str
    note: str
    cells: tuple[Cell, ...]
    share: str
    share_interval: str
    n: int
    order: float
    minutes: str
    inputs: str
    answered: int

    @property
    def n_shown(self) -> str:
        """How many were due, as people read it."""
        return f"{self.n:,}"

    @property
    def answered_shown(self) -> str:
        """How many were answered, as people read it."""
        return f"{self.answered:,}"


@dataclass(frozen=True)
class Wanted:
    """Which reviews a list or an export is to have: by state, team, month of closing, owner."""

    state: str = ""
    team: str | None = None
    month: str = ""
    owner: str | None = None

    @classmethod
    def read(cls, query: Mapping[str, Any]) -> "Wanted":
        """What an address asks for; what cannot be read is left out."""
        state, month = query.get("state", ""), query.get("month", "")
        return cls(
            state=state if state in STATES else "",
            team=query["team"][:200] if "team" in query else None,
            month=month if _first_of(month) else "",
            owner=query["owner"][:200] if "owner" in query else None,
        )

    @property
    def query(self) -> str:
        """The same as the query of an address."""
        pairs = {"state": self.state or None, "team": self.team, "month": self.month or None, "owner": self.owner}
        return urlencode({name: value for name, value in pairs.items() if value is not None})

    def words(self) -> str:
        """The same for people to read."""
        parts = [WORDS.get(self.state, "All reviews")]
        if self.team is not None:
            parts.append(f"of {self.team}" if self.team else "of no team")
        if self.owner is not None:
            parts.append(f"of {self.owner or 'nobody'}")
        if month := _first_of(self.month):
            parts.append(f"of deals closed in {month:%B %Y}")
        return " ".join(parts)

    def narrow(self, user: User, *, today: date) -> "QuerySet[Review]":
        """The reviews of someone's organisation that are asked for, in no order."""
        found = Review.objects.filter(organisation=user.organisation)
        if self.team is not None:
            found = found.filter(team=self.team)
        if self.owner is not None:
            found = found.filter(owner=self.owner)
        if first := _first_of(self.month):
            found = found.filter(closed_at__gte=first, closed_at__lt=_next_month(first))
        if self.state == "overdue":
            return found.filter(state=Review.State.DUE, due_on__lt=today)
        if self.state == "due":
            return found.filter(state=Review.State.DUE, due_on__gte=today)
        return found.filter(state=self.state) if self.state else found.exclude(state=Review.State.WITHDRAWN)


def account_of(user: User) -> Tally | None:
    """The figures of someone's organisation; None until the first have been made."""
    return Tally.objects.filter(organisation=user.organisation, kind=Tally.Kind.ACCOUNT).first()


def month_rows(content: Mapping[str, Any]) -> list[Row]:
    """By month of closing, the newest first; months without any review are left out."""
    return [
        _row(one, f"{_first_of(one['month']):%B %Y}", {"month": one["month"]})
        for one in content["months"]
        if any(one[state] for state in STATES)
    ]


def team_rows(content: Mapping[str, Any], most: int = MOST_ROWS) -> list[Row]:
    """By team; of more than `most` those with the most overdue."""
    teams = _most_overdue(content["teams"], most)
    return [_row(one, one["team"] or "No team", {"team": one["team"]}) for one in teams]


def person_rows(user: User, content: Mapping[str, Any], most: int = MOST_ROWS) -> list[Row]:
    """By person, those whom someone may see: themselves, their team's manager the team, sales operations everyone.

    Of more than `most` those with the most overdue.
    """
    seen = _most_overdue([one for one in content["people"] if _may_see(user, one)], most)
    return [_row(one, one["name"] or "Nobody", {"owner": one["owner"]}, one["team"]) for one in seen]


def _most_overdue(groups: list[Mapping[str, Any]], most: int) -> list[Mapping[str, Any]]:
    return groups if len(groups) <= most else sorted(groups, key=lambda one: -one["overdue"])[:most]


def _may_see(user: User, one: Mapping[str, Any]) -> bool:
    if may(user, Right.SEE_ALL_SKILL) or (user.owner_name and one["owner"] == user.owner_name):
        return True
    return may(user, Right.SEE_TEAM_SKILL) and user.team is not None and user.team.name == one["team"]


def whole_row(content: Mapping[str, Any]) -> Row:
    """All reviews together."""
    return _row(content["whole"], "All", {})


@dataclass(frozen=True)
class Trend:
    """Inputs asked per deal: now, before, and what that says. Each over three months of closing."""

    now: float | None
    before: float | None
    n: int
    says: str


def input_trend(content: Mapping[str, Any]) -> Trend:
    """The published figure of how many inputs a reviewed deal took, of the last three months and the three before."""
    months = content["months"]
    now, n = _mean(months[:3])
    before, _n = _mean(months[3:6])
    if now is None or before is None:
        return Trend(now, before, n, "No earlier months to compare with yet.")
    change = now - before
    says = "as many as" if abs(change) < 0.05 else f"{abs(change):.1f} {'fewer' if change < 0 else 'more'} than"
    return Trend(now, before, n, f"{says[:1].upper()}{says[1:]} in the three months before ({before:.1f}).")


def _mean(months: list[Mapping[str, Any]]) -> tuple[float | None, int]:
    n = sum(one["answered"] for one in months)
    total = sum((one["inputs"] or 0) * one["answered"] for one in months)
    return (total / n if n else None), n


def _row(one: Mapping[str, Any], label: str, query: Mapping[str, str], note: str = "") -> Row:
    owed = one["done"] + one["overdue"] + one["skipped"]
    share = rate_if_any(one["done"], owed)
    return Row(
        label=label,
        note=note,
        cells=tuple(
            Cell(WORDS[state], one[state], f"?{urlencode({'state': state, **query})}" if one[state] else "")
            for state in STATES
        ),
        share=percent(share.value) if share else "–",
        share_interval=interval(share.low, share.high) if share else "",
        n=owed,
        order=share.value if share else -1.0,
        minutes=f"{one['minutes']:.1f}" if one["minutes"] is not None else "–",
        inputs=f"{one['inputs']:.1f}" if one["inputs"] is not None else "–",
        answered=one["answered"],
    )


def behind(user: User, wanted: Wanted, cursor: str, *, today: date) -> Page[Review]:
    """The reviews behind a number, the newest closing first."""
    return key_page(wanted.narrow(user, today=today), "closed_at", True, cursor)


def csv_lines(user: User, reviews: "QuerySet[Review]") -> Iterator[str]:
    """Reviews with what was said in them, as CSV; of each answer exactly what someone may read of it.

    Private notes are in no export, one's own neither: a file travels further than its reader thinks.
    """
    told = [*OPEN_FIELDS, *TEXTS]
    voices = [voice.value for voice in Answer.Voice]
    writer = csv.writer(_Echo(), quoting=csv.QUOTE_MINIMAL)
    heads = [f"{voice}_{name}" for voice in voices for name in ("drivers", *told, "minutes", "inputs")]
    yield "\ufeff" + str(writer.writerow([*COLUMNS, *heads]))  # without the mark Excel reads UTF-8 as something else
    answers = Answer.objects.exclude(done_at=None).prefetch_related("named__driver")
    found = reviews.prefetch_related(Prefetch("answers", queryset=answers))
    last = 0
    while batch := list(found.filter(pk__gt=last).order_by("pk")[:_AT_ONCE]):
        last = batch[-1].pk
        for review in batch:
            given = {answer.voice: _told(user, answer, review, told) for answer in review.answers.all()}
            nothing = [""] * (len(told) + 3)
            said = [value for voice in voices for value in given.get(voice, nothing)]
            yield str(writer.writerow([cell(value) for value in (*_facts(review), *said)]))


def _facts(review: Review) -> list[Any]:
    values = [getattr(review, name) for name in COLUMNS]
    return [value.isoformat() if type(value) is date else value for value in values]


def _told(user: User, answer: Answer, review: Review, names: list[str]) -> list[Any]:
    answer.review = review  # the same, without asking the database for it again
    fields = shown(user, answer)
    drivers = "; ".join(f"{'not ' if each.denied else ''}{each.driver.name}" for each in answer.named.all())
    return [drivers, *(fields.get(name, "") for name in names), round(answer.seconds / 60, 1), answer.inputs]


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def _first_of(month: str) -> datetime | None:
    try:
        return datetime.strptime(month, "%Y-%m").replace(tzinfo=UTC)
    except ValueError:
        return None


def _next_month(first: datetime) -> datetime:
    return first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
