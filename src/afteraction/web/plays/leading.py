"""Leading measures as pages show them: what goes before wins, and the last weeks of oneself, a team or everyone.

The weeks of a single rep are for that rep alone. Managers see their team, sales operations, executives and admins every
team, and only as sums of at least FEWEST_IN_TEAM reps; no page, export or mail has another person's weeks.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np

from afteraction.analysis.control_limits import steadiness
from afteraction.errors import NotEnoughData
from afteraction.report.wording import decimal
from afteraction.web.insights.marks import Whisker, whisker
from afteraction.web.people.models import User
from afteraction.web.people.roles import Right, may
from afteraction.web.plays.measuring import FEWEST_IN_TEAM
from afteraction.web.plays.models import LeadingFigures, OwnerWeeks

WINS: Final = "wins"
_FEWEST_WEEKS: Final = 12
_WIDTH, _HEIGHT, _EDGE = 300, 64, 4
_TEN: Final = 10


@dataclass(frozen=True)
class LeadRow:
    """A measure: wins by ten more of it with the interval, in how many weeks of how many reps, and its verdict."""

    measure: str
    name: str
    verdict: str
    usual: str
    times: int
    ten_more: str = ""
    interval: str = ""
    rep_weeks: int = 0
    reps: int = 0
    weeks_needed: int | None = None
    mark: Whisker | None = None
    refused: NotEnoughData | None = None


@dataclass(frozen=True)
class Dot:
    """A week in the drawing of a trend: its place, whether no chance explains it, and what it says."""

    x: float
    y: float
    unusual: bool
    words: str


@dataclass(frozen=True)
class Trend:
    """A measure over the last weeks, drawn with its middle and its limits. `last`: that of the newest week."""

    name: str
    verdict: str
    line: str
    dots: tuple[Dot, ...]
    middle_y: float
    low_y: float
    high_y: float
    last: str
    usual: str
    limits: str
    words: str

    @property
    def band(self) -> float:
        return round(self.low_y - self.high_y, 1)


@dataclass(frozen=True)
class Trends:
    """Whose weeks they are, and each measure over them; `refused` where they may not or cannot be drawn."""

    title: str
    rows: tuple[Trend, ...] = ()
    reps: int = 0
    refused: NotEnoughData | None = None


def figures_for(user: User) -> LeadingFigures | None:
    """The newest figures of someone's organisation; None before the first."""
    return LeadingFigures.objects.filter(organisation=user.organisation).first()


def lead_rows(figures: LeadingFigures) -> list[LeadRow]:
    """Every measure, what leads first."""
    found, words = figures.content["found"], figures.content["words"]
    if not found:
        return []
    known = [one for one in found["leads"] if one["more_wins"] is not None]
    end = max((abs(one[side]) for one in known for side in ("low", "high")), default=1.0) or 1.0
    order = {"precedes": 0, "precedes_fewer": 1, "cant_tell": 2, "no_effect": 3}
    rows = [_row(one, words[one["measure"]], end) for one in found["leads"]]
    return sorted(rows, key=lambda row: (row.refused is not None, order[row.verdict]))


def own_trends(user: User, figures: LeadingFigures) -> Trends | None:
    """The weeks of the reader; None for who owns no deals."""
    if not user.owner_name or not may(user, Right.SEE_OWN_SKILL):
        return None
    own = figures.owners.filter(owner=user.owner_name).first()
    if own is None:
        none = NotEnoughData(f"no deal of {user.owner_name} was open in the last weeks", "open deals of yours")
        return Trends("Your weeks", refused=none)
    return _trends("Your weeks", [own], figures)


def team_trends(user: User, figures: LeadingFigures) -> list[Trends]:
    """The weeks of the team of a manager, of every team for who sees everyone; sums alone."""
    if may(user, Right.SEE_ALL_SKILL):
        rows = list(figures.owners.order_by("team", "owner"))
        teams = sorted({row.team for row in rows if row.team})
        by_team = [_sum(name, [row for row in rows if row.team == name], figures) for name in teams]
        return [_sum("Everyone", rows, figures), *by_team]
    if may(user, Right.SEE_TEAM_SKILL) and user.team is not None:
        return [_sum(user.team.name, list(figures.owners.filter(team=user.team.name)), figures)]
    return []


def _sum(title: str, rows: Sequence[OwnerWeeks], figures: LeadingFigures) -> Trends:
    if len(rows) < FEWEST_IN_TEAM:
        few = NotEnoughData(
            f"{len(rows)} reps of {title} had deals open", f"at least {FEWEST_IN_TEAM}, so that a sum is nobody's own"
        )
        return Trends(title, refused=few)
    return _trends(title, rows, figures)


def _trends(title: str, rows: Sequence[OwnerWeeks], figures: LeadingFigures) -> Trends:
    weeks = [date.fromisoformat(each) for each in figures.content.get("weeks", ())]
    if len(weeks) < _FEWEST_WEEKS:
        few = NotEnoughData(f"{len(weeks)} whole weeks are on record", f"at least {_FEWEST_WEEKS}")
        return Trends(title, refused=few)
    verdicts = {one["measure"]: one["verdict"] for one in (figures.content["found"] or {}).get("leads", ())}
    words: Mapping[str, str] = figures.content["words"] | {WINS: "Deals won"}
    drawn = []
    for measure, name in words.items():
        counts = np.sum([row.weeks[measure] for row in rows], axis=0)
        if counts.any():
            drawn.append(_trend(name, verdicts.get(measure, ""), counts.astype(float), weeks))
    drawn.sort(key=lambda each: each.verdict != "precedes")
    return Trends(title, tuple(drawn), len(rows))


def _trend(name: str, verdict: str, counts: Any, weeks: Sequence[date]) -> Trend:
    steady = steadiness(counts)
    top = max(float(counts.max()), steady.high, 1.0)

    def height(value: float) -> float:
        return round(_HEIGHT - _EDGE - value / top * (_HEIGHT - 2 * _EDGE), 1)

    step = (_WIDTH - 2 * _EDGE) / (len(counts) - 1)
    dots = tuple(
        Dot(round(_EDGE + place * step, 1), height(value), bool(unusual), f"week of {week:%-d %b %Y}: {value:.0f}")
        for place, (value, unusual, week) in enumerate(zip(counts.tolist(), steady.unusual, weeks, strict=True))
    )
    odd = [dot.words for dot in dots if dot.unusual]
    return Trend(
        name=name,
        verdict=verdict,
        line=" ".join(f"{dot.x},{dot.y}" for dot in dots),
        dots=dots,
        middle_y=height(steady.middle),
        low_y=height(steady.low),
        high_y=height(steady.high),
        last=f"{counts[-1]:.0f}",
        usual=decimal(steady.middle, 1),
        limits=f"{decimal(steady.low, 1)}–{decimal(steady.high, 1)}",
        words=f"Beyond chance: {_listed(odd)}" if odd else "Nothing beyond chance",
    )


def _listed(words: Iterable[str], most: int = 2) -> str:
    found = list(words)
    more = f", and {len(found) - most} more" if len(found) > most else ""
    return ", ".join(found[-most:]) + more


def _row(one: Mapping[str, Any], name: str, end: float) -> LeadRow:
    known = (one["measure"], name, one["verdict"], decimal(one["usual"], 1), one["times"])
    if one["more_wins"] is None:
        return LeadRow(*known, refused=NotEnoughData(**one["refused"]))
    value, low, high = (one[key] for key in ("more_wins", "low", "high"))
    return LeadRow(
        *known,
        ten_more=_signed(value * _TEN),
        interval=f"{_signed(low * _TEN)} to {_signed(high * _TEN)}",
        rep_weeks=one["rep_weeks"],
        reps=one["reps"],
        weeks_needed=one["weeks_needed"],
        mark=whisker(value / end / 2, low / end / 2, high / end / 2, 0.5),
    )


def _signed(value: float) -> str:
    text = decimal(value, 1)
    return text if text.startswith("−") or float(value) < 0.05 else f"+{text}"
