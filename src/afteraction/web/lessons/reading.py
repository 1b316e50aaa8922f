"""What the page and the list show of a lesson's evidence: figures with interval and n, or what is waited for."""

from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

from afteraction.analysis.intervals import Rate, rate_if_any
from afteraction.analysis.lesson_evidence import Contradiction
from afteraction.report.wording import many, percent, points
from afteraction.web.insights.marks import Whisker, scale, whisker
from afteraction.web.lessons.life import against_words
from afteraction.web.lessons.models import Lesson


@dataclass(frozen=True)
class LookRow:
    """One look as a row: the effect, its interval at the confidence that this look may claim, what it rests on."""

    at: str
    effect: str
    interval: str
    confidence: str
    deals: int
    needed: int
    used: int
    compared: int
    owners: int
    rate_used: str
    rate_not: str
    decision: str
    mark: Whisker


@dataclass(frozen=True)
class Progress:
    """How far it is to the next look: `deals` of `at`, drawn in `width` of 100."""

    deals: int
    at: int
    needed: int

    @property
    def width(self) -> float:
        return round(min(100 * self.deals / self.at, 100.0), 1) if self.at else 0.0

    @property
    def missing(self) -> int:
        return max(self.at - self.deals, 0)


@dataclass(frozen=True)
class Evidence:
    """What is known of what a lesson does. `refused` says why there is no look yet, and what it takes."""

    looks: tuple[LookRow, ...]
    progress: Progress | None
    refused: dict[str, str] | None
    shown: int
    used: Rate | None
    won_used: Rate | None
    won_not: Rate | None
    not_useful: int
    wrong: int
    smallest: str
    power: str
    landmark: float | None
    data_version: int
    later: str

    @property
    def newest(self) -> LookRow | None:
        return self.looks[-1] if self.looks else None


def evidence_of(lesson: Lesson) -> Evidence:
    """The evidence of a lesson as `life` left it."""
    kept = lesson.evidence
    counts, waiting, plan = kept.get("counts", {}), kept.get("waiting", {}), kept.get("plan", {})
    end = scale(value for each in kept.get("looks", ()) for value in (each["low"], each["high"]))
    return Evidence(
        looks=tuple(_look(each, end) for each in kept.get("looks", ())),
        progress=Progress(**waiting) if "at" in waiting and not kept.get("decided") else None,
        refused=waiting if "reason" in waiting else None,
        shown=counts.get("shown", 0),
        used=rate_if_any(counts.get("used", 0), counts.get("shown", 0)),
        won_used=rate_if_any(counts.get("used_won", 0), counts.get("used_ended", 0)),
        won_not=rate_if_any(counts.get("not_used_won", 0), counts.get("not_used_ended", 0)),
        not_useful=counts.get("not_useful", 0),
        wrong=counts.get("wrong", 0),
        smallest=f"{100 * plan.get('smallest', 0):.0f} points" if plan else "",
        power=percent(plan.get("power")) if plan else "",
        landmark=kept.get("landmark"),
        data_version=kept.get("data_version", 0),
        later=against_words(Contradiction(**kept["later"])) if "later" in kept else "",
    )


def standing_of(lesson: Lesson) -> tuple[str, str]:
    """What stands in the list: the figure, and what it rests on."""
    found = evidence_of(lesson)
    if found.newest is not None:
        return f"{found.newest.effect} points", f"{found.newest.interval}, {many(found.newest.deals, 'ended deal')}"
    if found.progress is not None:
        return "", f"{found.progress.deals:,} of {many(found.progress.at, 'ended deal')} until it is looked at"
    if lesson.state == Lesson.State.DRAFT:
        return "", "Not tested yet"
    return "", "Too little to tell" if found.shown else "Not shown on a deal yet"


def _look(row: dict[str, Any], end: float) -> LookRow:
    confidence = 2 * NormalDist().cdf(row["bound"]) - 1
    return LookRow(
        at=row["at"][:10],
        effect=points(row["effect"]),
        interval=f"{points(row['low'])} to {points(row['high'])}",
        confidence=f"{100 * confidence:.1f}%",
        deals=row["deals"],
        needed=row["needed"],
        used=row["used"],
        compared=row["compared"],
        owners=row["owners"],
        rate_used=percent(row["rate_used"]),
        rate_not=percent(row["rate_not"]),
        decision=row["decision"],
        mark=whisker(row["effect"], row["low"], row["high"], end),
    )
