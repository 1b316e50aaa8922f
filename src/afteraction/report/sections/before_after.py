"""What a change did where no lot was drawn: the finding, the course, and whether what it rests on holds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from afteraction.analysis.before_after import BeforeAfter, NotParallel, Period, Trend
from afteraction.analysis.interrupted_series import Interrupted
from afteraction.analysis.synthetic_control import ALPHA, PoorFit, SyntheticControl
from afteraction.errors import NotEnoughData
from afteraction.report.charts.since_change import SinceCourse, SincePeriod, courses, since_change
from afteraction.report.document import Answer, Answers, Block, Cell, Figure, Refusal, Section, Table, Tone
from afteraction.report.sections.cells import number
from afteraction.report.wording import many, percent, points

Found = BeforeAfter | SyntheticControl | Interrupted | NotEnoughData
UNIT: Final = "30-day periods"
_ID: Final = "before-after"


@dataclass(frozen=True)
class Asked:
    """What was asked: the measure in words, who changed, and who the others are; `first` the period of the change."""

    measure: str
    changed: str
    others: str
    first: int


@dataclass(frozen=True)
class Told:
    """An answer in short: a sentence, helps, hurts, no_effect, cant_tell or described, the effect and its interval."""

    finding: str
    verdict: str
    effect: float | None = None
    low: float | None = None
    high: float | None = None
    deals: int = 0


def told(found: Found, asked: Asked) -> Told:
    """The answer in short."""
    match found:
        case BeforeAfter():
            return _of_differences(found, asked)
        case SyntheticControl():
            return _of_mixture(found, asked)
        case Interrupted():
            said = f"{asked.measure}: a step of {_points(found.step, found.low, found.high)} on the day of the change"
            return Told(f"{said}; whatever else happened then is in it", "described", found.step, found.low, found.high,
                        found.deals)  # fmt: skip
        case _:
            return Told(f"Cannot be told: {found.reason}", "cant_tell")


def before_after_section(found: Found, asked: Asked, periods: Sequence[Period] = ()) -> Section:
    """The finding with its chart, then what it rests on; `periods` are those of the event study."""
    blocks: list[Block] = []
    if isinstance(found, NotEnoughData):
        blocks.append(Refusal("what the change did", _sentence(found.reason), _sentence(found.needed)))
    figure = _figure(found, asked, periods)
    if figure is not None:
        blocks.append(figure)
    checks = list(_checks(found))
    if checks:
        blocks.append(Answers(tuple(checks)))
    return Section(_ID, "Before and after", "" if figure else told(found, asked).finding, tuple(blocks))


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."


def _points(value: float, low: float, high: float) -> str:
    return f"{points(value)} points (95% interval {points(low)} to {points(high)})"


def _of_differences(found: BeforeAfter, asked: Asked) -> Told:
    said = _points(found.effect.value, found.low, found.high)
    if found.verdict in ("helps", "hurts"):
        words = "more" if found.effect.value > 0 else "fewer"
        finding = f"{asked.measure}: {words} with the change, by {said}"
    elif found.verdict == "no_effect":
        finding = f"{asked.measure}: no effect that matters, {said}"
    elif found.bent is not None:
        finding = f"{asked.measure}: cannot be told apart from none, {said}"
    else:
        finding = f"{asked.measure}: {said}, but nothing is known of how both moved before"
    return Told(finding, found.verdict, found.effect.value, found.low, found.high, found.deals)


def _of_mixture(found: SyntheticControl, asked: Asked) -> Told:
    said = _points(found.effect, found.low, found.high)
    told_apart = found.verdict != "cant_tell"
    words = "beyond what others do by chance" if told_apart else "no more than others do by chance"
    return Told(f"{asked.measure}: {said} against a mixture of others, {words}", found.verdict, found.effect, found.low,
                found.high, found.deals)  # fmt: skip


def _figure(found: Found, asked: Asked, periods: Sequence[Period]) -> Figure | None:
    title = told(found, asked).finding
    if isinstance(found, BeforeAfter | NotParallel):
        shown = [p for p in periods if np.isfinite(p.apart.low) and np.isfinite(p.apart.high)]
        return _event_study(shown, title, asked) if shown else None
    if isinstance(found, SyntheticControl | PoorFit):
        since = [place - asked.first for place in range(len(found.actual))]
        rows = [
            SinceCourse(s, float(a), float(m)) for s, a, m in zip(since, found.actual, found.synthetic, strict=True)
        ]
        return _course(rows, "mixture of others", title, asked)
    if isinstance(found, Interrupted):
        since = [place - asked.first for place in range(len(found.shares))]
        rows = [
            SinceCourse(s, None if np.isnan(a) else float(a), float(e))
            for s, a, e in zip(since, found.shares, found.expected, strict=True)
        ]
        return _course(rows, "as it went on before", title, asked)
    return None


def _event_study(periods: Sequence[Period], title: str, asked: Asked) -> Figure:
    rows = [SincePeriod(p.since, p.apart.value, p.apart.low, p.apart.high, p.deals) for p in periods]
    table = Table(
        "How far both were apart",
        ("period since the change", "points apart", "95% interval", "deals of those that changed"),
        tuple(
            (
                Cell(f"{row.since:+d}", row.since),
                Cell(points(row.value), row.value),
                Cell(f"{points(row.low)} to {points(row.high)}", row.low),
                number(row.deals),
            )
            for row in rows
        ),
        (False, True, True, True),
        folded=True,
    )
    return Figure(
        id="before-after-course",
        title=title,
        basis=f"{asked.changed} that changed, less {asked.others} · {UNIT} by when deals began · 95% intervals",
        picture=since_change(rows, UNIT),
        in_words=f"{title}. Period by period since the change: "
        + "; ".join(f"{row.since:+d}: {points(row.value)} points" for row in rows),
        reading="A dot is how much further those that changed were from the others in that period than before the "
        "change on average. Before the change dots should lie around nought, without going up or down. Periods right "
        "before it are left out: part of the time of their deals lies after it.",
        table=table,
    )


def _course(rows: Sequence[SinceCourse], expected: str, title: str, asked: Asked) -> Figure:
    return Figure(
        id="before-after-course",
        title=title,
        basis=f"{asked.measure}, {asked.changed} · {UNIT} by when deals began",
        picture=courses(rows, UNIT, expected),
        in_words=f"{title}. "
        + "; ".join(
            f"{row.since:+d}: {percent(row.actual)}, {expected} {percent(row.expected)}"
            for row in rows
            if row.actual is not None
        ),
        reading=f"The line is the share as it was, the broken one {expected}: what stands for it without the change.",
    )


def _checks(found: Found) -> Iterator[Answer]:
    if isinstance(found, BeforeAfter | NotParallel):
        yield _alike(found.trend)
    if isinstance(found, BeforeAfter):
        few = min(found.changed_units, found.other_units)
        yield Answer(
            "Are there enough to tell units apart from the change?",
            "Yes" if few >= 10 else "Few",
            Tone.GOOD if few >= 10 else Tone.FAIR,
            f"{many(found.changed_units, 'unit')} changed, {found.other_units} did not. "
            f"{many(found.deals, 'deal')} count; {found.left_out:,} are left out, most because part of their time lies "
            "on either side of the change. The interval is as wide as so few units need.",
        )
        if found.bent is not None:
            yield Answer(
                "And had both gone on to move apart as before?",
                points(found.bent.value),
                Tone.PLAIN,
                f"Then the change made {_points(found.bent.value, found.bent.low, found.bent.high)}. The interval that "
                "is given holds this too.",
            )
    if isinstance(found, SyntheticControl | PoorFit):
        good = isinstance(found, SyntheticControl)
        yield Answer(
            "Can their past be put together from others?",
            "Yes" if good else "No",
            Tone.GOOD if good else Tone.POOR,
            f"Before the change both differ by {found.fit * 100:.1f} points in a typical period; so few deals make "
            f"{found.by_chance * 100:.1f} by chance.",
        )
    if isinstance(found, SyntheticControl):
        yield Answer(
            "How often would others show as much without a change?",
            percent(found.p_value),
            Tone.GOOD if found.p_value <= ALPHA else Tone.FAIR,
            f"Each of {found.others} others took their place in turn: {percent(found.p_value)} of all parted from "
            "their own mixture as much.",
        )
        yield Answer(
            "And had they gone on to stray as before?",
            points(found.effect - found.strayed),
            Tone.PLAIN,
            "Put together from the first two thirds of the time before, the mixture strays in the last third; going on "
            f"so would have made {points(found.strayed)} points by itself. The interval that is given allows for it.",
        )
    if isinstance(found, Interrupted):
        yield Answer(
            "Who did not change?", "Nobody", Tone.POOR,
            "Everyone changed at once, so nothing tells the change from whatever else happened then: a season, a "
            "price, a competitor. This describes; it proves nothing.",
        )  # fmt: skip


def _alike(trend: Trend | NotEnoughData) -> Answer:
    question = "Did both move alike before?"
    if isinstance(trend, NotEnoughData):
        return Answer(question, "Not known", Tone.POOR, f"{_sentence(trend.reason)} Needed: {trend.needed}.")
    apart = _points(trend.apart.value, trend.apart.low, trend.apart.high)
    power = f"Moving apart by {trend.seen * 100:.0f} points would have been seen four times in five."
    said = f"Had they gone on as before the change, that alone would make {apart}. {power}"
    if trend.shown_parallel:
        limit = f"It is shown to be less than {trend.tolerance * 100:.0f} points either way."
        return Answer(question, "Yes, shown", Tone.GOOD, f"{said} {limit}")
    if trend.diverged:
        return Answer(question, "No", Tone.POOR, f"{said} What came after cannot be told from that.")
    allowed = "That is too little to rule out what would matter, so the interval that is given allows for it."
    return Answer(question, "Not shown", Tone.FAIR, f"{said} {allowed}")
