"""The process over time: how far each of its versions is kept, and whether its steps still do what they did."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from afteraction.analysis.intervals import (
    FALSE_DISCOVERIES,
    Rate,
    difference,
    equality_p_value,
    rate,
)
from afteraction.analysis.power_over_time import Course, Part, StepPower
from afteraction.report.charts.dots import Dot, Reference, Scale, dots
from afteraction.report.charts.months import MonthRate, Trend, trends
from afteraction.report.charts.rates import Row, rate_dots
from afteraction.report.document import Answer, Answers, Block, Cell, Figure, Prose, Section, Table, Tone
from afteraction.report.sections.cells import NOTHING, number, range_of, share, with_interval
from afteraction.report.wording import day, each, listed, many, percent, points

ID: Final = "over-time"
_MONTH: Final = 5
"""Deals of a month below which its rate is not drawn."""
_FEW: Final = 50
"""Deals of a version below which its figures are called those of its first weeks."""


@dataclass(frozen=True)
class Kept:
    """Required steps that were due in `deals` deals, and how many of these were kept."""

    deals: int
    due: int
    kept: int

    @property
    def rate(self) -> Rate | None:
        """The share kept. The steps of one deal hang together, so its interval counts deals, not steps."""
        return rate(round(self.kept / self.due * self.deals), self.deals) if self.due and self.deals else None


@dataclass(frozen=True)
class VersionOverTime:
    """One version: its number, from when it is in force (None: since ever), how many deals are held against it, and
    what was kept of it: in all, by month of entering a stage (2026-03), and by step."""

    number: int
    since: datetime | None
    deals: int
    kept: Kept
    months: Mapping[str, Kept]
    steps: Mapping[str, Kept]

    @property
    def name(self) -> str:
        return f"Version {self.number}"


@dataclass(frozen=True)
class OverTime:
    """All of it. `names` are the steps' by their ids, `parted` the day that parts earlier from recent deals by step."""

    versions: tuple[VersionOverTime, ...]
    power: tuple[StepPower, ...]
    names: Mapping[str, str]
    parted: Mapping[str, date | None]


def over_time_section(found: OverTime) -> Section:
    """How far versions are kept, month by month within each, and what became of each step's power."""
    blocks: list[Block] = []
    if any(version.kept.rate for version in found.versions):
        blocks += _versions(found)
    blocks += _power(found)
    return Section(ID, "Over time", _finding(found), tuple(blocks))


def _finding(found: OverTime) -> str:
    faded = [found.names[row.step] for row in found.power if row.course is Course.FADED]
    kept = [found.names[row.step] for row in found.power if row.course is Course.KEPT]
    said = [f"{listed(faded)} no longer does what it did" if len(faded) == 1 else f"{listed(faded)} no longer do"] \
        if faded else []  # fmt: skip
    said += [f"{listed(kept)} still {'helps' if len(kept) == 1 else 'help'} to win"] if kept else []
    return f"{'; '.join(said)}." if said else "Of no step it can be told yet whether its power has changed."


def _versions(found: OverTime) -> list[Block]:
    rated = [(version, version.kept.rate) for version in found.versions]
    rows = [Row(version.name, known) for version, known in rated if known is not None]
    blocks: list[Block] = [
        Figure(
            id=f"{ID}-versions",
            title=_version_title(rows),
            basis="required steps kept of those due, of the deals that began while each version was in force · 95% "
            "intervals",
            picture=rate_dots(rows),
            in_words=each([f"{row.name}: {with_interval(row.rate)} of {row.rate.n:,} deals" for row in rows]),
            reading="Each deal is held against the version that was in force when it began. What else was different in "
            "the time of a version is not accounted for: before and after says more.",
            table=_version_table(found),
        )
    ]
    few = [version.name for version in found.versions if 0 < version.deals < _FEW]
    if few:
        these = "this" if len(few) == 1 else "these"
        blocks.append(Prose(f"{listed(few)}: fewer than {_FEW} deals so far, so the intervals of {these} are wide."))
    months = [_trend(version) for version in found.versions]
    drawn = [trend for trend in months if len(trend.months) > 1]
    if drawn:
        blocks.append(
            Figure(
                id=f"{ID}-months",
                title="Month by month, within each version",
                basis="required steps kept of those due, by the month in which their stage was entered · months with "
                f"at least {_MONTH} deals · band: 95% interval",
                picture=trends(drawn),
                in_words=each([f"{t.name}: from {percent(t.months[0].rate.value)} to {percent(t.months[-1].rate.value)}"
                               for t in drawn]),
                reading="The last months may still change, because their deals are young.",
            )
        )  # fmt: skip
    return blocks


def _version_title(rows: Sequence[Row]) -> str:
    if len(rows) < 2:
        return f"{rows[0].name} keeps {with_interval(rows[0].rate)} of the steps it requires"
    before, now = rows[-2], rows[-1]
    change = difference(now.rate, before.rate)
    said = f"{points(change.value)} points (95% interval {points(change.low)} to {points(change.high)})"
    if equality_p_value(now.rate, before.rate) > FALSE_DISCOVERIES:
        return f"{now.name} is kept neither more nor less than {before.name.lower()}, as far as can be told: {said}"
    return f"{now.name} is kept {'more' if change.value > 0 else 'less'} than {before.name.lower()}: {said}"


def _version_table(found: OverTime) -> Table:
    steps = [step for step in found.names if any(step in version.steps for version in found.versions)]

    def row(version: VersionOverTime) -> tuple[Cell, ...]:
        since = "since ever" if version.since is None else day(version.since.date())
        kept = version.kept.rate
        by_step = [version.steps.get(step, Kept(0, 0, 0)).rate for step in steps]
        return (
            Cell(version.name, version.number),
            Cell(since),
            number(version.deals),
            number(version.kept.deals),
            share(kept),
            range_of(kept),
            *(share(known) for known in by_step),
        )

    columns = ("version", "in force from", "deals held against it", "deals with a step due", "kept", "95% interval",
               *(found.names[step] for step in steps))  # fmt: skip
    numeric = (False, False, *(True,) * (len(columns) - 2))
    note = "The columns on the right are the share kept of each step; a version without it has none."
    return Table("Versions of the process", columns, tuple(map(row, found.versions)), numeric, note)


def _trend(version: VersionOverTime) -> Trend:
    known = [(month, kept.rate) for month, kept in sorted(version.months.items()) if kept.deals >= _MONTH]
    return Trend(
        version.name,
        tuple(MonthRate(date.fromisoformat(f"{month}-01"), found) for month, found in known if found is not None),
    )


_COURSES: Final = {
    Course.KEPT: ("As strong as ever", Tone.GOOD),
    Course.FADED: ("Faded", Tone.POOR),
    Course.NONE: ("Nothing seen in either", Tone.FAIR),
    Course.CANT_TELL: ("Cannot be told", Tone.UNKNOWN),
}


def _power(found: OverTime) -> list[Block]:
    shown = [row for row in found.power if row.earlier.effect is not None and row.recent.effect is not None]
    blocks: list[Block] = []
    if shown:
        blocks.append(_power_figure(found, shown))
    faded = [row for row in found.power if row.course is Course.FADED]
    if faded:
        blocks.append(Answers(tuple(_answer(found, row) for row in faded)))
    leaks = [found.names[row.step] for row in found.power if row.leak]
    unknown = [row for row in found.power if row not in shown and not row.leak]
    if unknown:
        reasons = {part.refused.needed for row in unknown for part in (row.earlier, row.recent) if part.refused}
        needed = f" Needed: {'; '.join(sorted(reasons))}." if reasons else ""
        blocks.append(Prose(f"Not known of {listed([found.names[row.step] for row in unknown], 6)}.{needed}"))
    if leaks:
        follow = "follows" if len(leaks) == 1 else "follow"
        blocks.append(Prose(f"{listed(leaks, 6)} {follow} the decision, so there is no power to lose."))
    return blocks


def _power_figure(found: OverTime, rows: Sequence[StepPower]) -> Figure:
    marks = [dot for row in rows for dot in (_dot(found, row.earlier, row), _dot(found, row.recent, row))]
    ends = [
        abs(end) for row in rows for part in (row.earlier, row.recent) for end in (part.low or 0.0, part.high or 0.0)
    ]
    reach = min(max([*ends, 0.1]), 1.0)
    faded = [found.names[row.step] for row in rows if row.course is Course.FADED]
    title = (
        f"{listed(faded)} helped before and {'does' if len(faded) == 1 else 'do'} not any more"
        if faded
        else "No step does measurably less than it did"
    )
    return Figure(
        id=f"{ID}-power",
        title=title,
        basis="effect on winning among earlier and among recent deals, each half of all · 95% intervals · a drop "
        "counts from 99% certainty on, over all steps together",
        picture=dots(marks, Scale(-reach, reach, "+%"), Reference(0.0, "no effect")),
        in_words=each([f"{dot.name}: {dot.figure}" for dot in marks]),
        reading="Deals are parted in the middle, by when they entered the step's stage. Each dot compares deals with "
        "and without the step that were alike in what was known of them.",
        table=_power_table(found),
    )


def _dot(found: OverTime, part: Part, row: StepPower) -> Dot:
    value, low, high = part.effect or 0.0, part.low or 0.0, part.high or 0.0
    name = f"{found.names[row.step]}, {part.name}"
    words = f"{name}: {points(value)} points ({points(low)} to {points(high)}), {part.n:,} deals"
    side = 1 if low > 0 else -1 if high < 0 else 0
    return Dot(name, value, low, high, f"{points(value)}  of {part.n:,}", words, side)


def _answer(found: OverTime, row: StepPower) -> Answer:
    word, tone = _COURSES[row.course]
    parted = found.parted.get(row.step)
    since = f" since {day(parted)}" if parted else ""
    return Answer(
        found.names[row.step],
        word,
        tone,
        f"{_said(row.earlier)} before, {_said(row.recent)}{since}: lower by "
        f"{points(row.drop or 0.0).lstrip('+')} points ({points(row.low or 0.0)} to {points(row.high or 0.0)}). "
        "Recent deals would have shown what it did before.",
    )


def _said(part: Part) -> str:
    return (
        f"{points(part.effect or 0.0)} points ({points(part.low or 0.0)} to {points(part.high or 0.0)}, "
        f"{many(part.n, 'deal')})"
    )


def _power_table(found: OverTime) -> Table:
    versions = [part.name for part in found.power[0].versions] if found.power else []

    def cells(part: Part) -> tuple[Cell, ...]:
        if part.effect is None or part.low is None or part.high is None:
            return (NOTHING, NOTHING, number(part.n))
        return (
            Cell(points(part.effect), part.effect),
            Cell(f"{points(part.low)} to {points(part.high)}", part.low),
            number(part.n),
        )

    rows = tuple(
        (
            Cell(found.names[row.step]),
            Cell(_COURSES[row.course][0]),
            *(cell for part in (row.earlier, row.recent, *row.versions) for cell in cells(part)),
        )
        for row in found.power
    )
    heads = ("earlier", "recent", *versions)
    columns = ("step", "", *(word for head in heads for word in (head, "95% interval", "deals")))
    note = "Effects in points of winning. Those by version are among the deals held against it."
    return Table("What each step does, over time", columns, rows, (False, False, *(True,) * (3 * len(heads))), note)
