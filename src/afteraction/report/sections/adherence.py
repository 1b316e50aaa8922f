"""The section on adherence: how far each step of the process is followed, since when, and by whom."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from afteraction.analysis.adherence import Adherence, GroupAdherence, StepAdherence
from afteraction.analysis.intervals import (
    FALSE_DISCOVERIES,
    Rate,
    difference,
    equality_p_value,
    false_discovery_q_values,
    rate,
)
from afteraction.errors import NotEnoughData
from afteraction.report.charts.months import MonthRate, Trend, trends
from afteraction.report.charts.rates import Row, rate_dots
from afteraction.report.charts.steps import StepShares, step_bars
from afteraction.report.document import Block, Cell, Figure, Refusal, Section, Table
from afteraction.report.sections.cells import number, range_of, refusal, share, with_interval
from afteraction.report.wording import are, each, listed, many, percent, points

_SMALLEST: Final = 20  # deals of a group below which it is not judged
_MONTH: Final = 5  # deals of a month below which its rate is not drawn
_YOUNG: Final = 2  # last months, whose open deals may yet do a step or skip it
_SHOWN: Final = 30
_GROUP_READING: Final = (
    "Filled marks stand apart from all others by more than chance explains, counting how many were looked at. The "
    "steps of one deal hang together, so the intervals count deals, not steps. What a group sells and to whom is not "
    "accounted for."
)


def adherence_section(found: Adherence | NotEnoughData, period: str) -> Section:
    """Adherence to every step, its trend, and by team, rep and segment; `period` says when the deals happened."""
    title = "How the process is followed"
    if isinstance(found, NotEnoughData):
        return Section("adherence", title, blocks=(refusal("how the process is followed", found),))
    required = [step for step in found.steps if step.required and step.due]
    blocks: list[Block] = []
    if required:
        blocks.append(_by_step(found.steps, required, period))
        blocks += _trends(found, required)
    else:
        reason = "No required step of the process was due in any deal."
        blocks.append(Refusal("adherence to required steps", reason, "A process file whose stages and activities are "
                              "named as in the record, with steps that are required."))  # fmt: skip
    optional = [step for step in found.steps if not step.required and step.entered]
    if optional:
        blocks.append(_optional(optional, period))
    explained = False
    for by, groups in (("team", found.by_team), ("rep", found.by_owner), ("segment", found.by_segment)):
        figures = _by_group(by, groups, required, period, explained=explained)
        explained = explained or bool(figures)
        blocks += figures
    return Section("adherence", title, _finding(required), tuple(blocks))


def overall_kept(found: Adherence) -> Rate | None:
    """Of all required steps that were due, the share that was kept: done, on time and in order.

    The interval is that of as many deals as the most frequent step was due in: the steps of one deal hang together,
    so they do not count as independent observations.
    """
    required = [step for step in found.steps if step.required and step.due]
    return _per_deal(
        sum(step.kept for step in required),
        sum(step.due for step in required),
        max((s.due for s in required), default=0),
    )


def _per_deal(kept: int, due: int, deals: int) -> Rate | None:
    return rate(round(kept / due * deals), deals) if due and deals else None


def _finding(required: Sequence[StepAdherence]) -> str:
    if not required:
        return ""
    kept, due = sum(step.kept for step in required), sum(step.due for step in required)
    half = sum(step.kept * 2 >= step.due for step in required)
    return (
        f"{percent(kept / due)} of the required steps that were due were done, on time and in order. "
        f"{half} of {many(len(required), 'required step')} {are(half)} kept in at least half of the deals."
    )


def _by_step(steps: Sequence[StepAdherence], required: Sequence[StepAdherence], period: str) -> Figure:
    bars = [
        StepShares(
            name=step.name,
            stage=step.stage,
            n=step.due,
            done=step.kept / step.due,
            late=step.late_of_due / step.due,
            order=(step.due - step.kept - step.late_of_due - step.skipped) / step.due,
            skipped=step.skipped / step.due,
        )
        for step in required
    ]
    title = _step_title(required)
    return Figure(
        id="adherence-by-step",
        title=title,
        basis=f"required steps, in the deals in which they were due, {period}",
        picture=step_bars(bars),
        in_words=f"Adherence to each required step. {title}. "
        + each([f"{bar.name}: {percent(bar.done)} as prescribed, {percent(bar.skipped)} skipped" for bar in bars]),
        reading="Each bar is all deals in which the step was due. As prescribed means done, in time and in order; a "
        "step that was both late and out of order counts as late. A step is not yet due while the deal is open "
        "and has not moved on, nor when the deal was given up before its deadline.",
        table=_step_table(steps),
    )


def _step_title(required: Sequence[StepAdherence]) -> str:
    """Which steps are skipped most; those that cannot be told apart from the most skipped one are named with it."""
    skips = {step.name: rate(step.skipped, step.due) for step in required}
    worst = max(skips.values(), key=lambda skipped: skipped.value)
    if worst.value < 0.1:
        return f"Every required step is done in at least {percent(1 - worst.value)} of the deals it was due in"
    alike = [name for name, skipped in skips.items() if skipped.high >= worst.low]
    if len(alike) == 1:
        return f"{alike[0]} is skipped in {with_interval(worst)} of the deals it was due in, more than any other step"
    return f"{listed(alike)} are skipped most often, in up to {percent(worst.value)} of the deals they were due in"


def _step_table(steps: Sequence[StepAdherence]) -> Table:
    def row(step: StepAdherence) -> tuple[Cell, ...]:
        kept = rate(step.kept, step.due) if step.due and step.required else None
        counts = (
            step.entered,
            step.done,
            step.kept,
            step.late,
            step.out_of_order,
            step.skipped,
            step.pending,
            step.excused,
        )
        need = Cell("required" if step.required else "optional")
        return (Cell(step.name), Cell(step.stage), need, *map(number, counts), share(kept), range_of(kept))

    columns = ("step", "stage", "", "stage entered", "done", "as prescribed", "late", "out of order", "skipped",
               "still open", "given up before due", "kept of due", "95% interval")  # fmt: skip
    note = "A step can be late and out of order at once. Out of order is also what was done too early without it."
    return Table("Adherence by step", columns, tuple(map(row, steps)), (*(False,) * 3, *(True,) * 10), note)


def _trends(found: Adherence, required: Sequence[StepAdherence]) -> list[Block]:
    """One small picture per step, of the months in which its stage was entered."""
    rows = []
    for step in required:
        counts = [(group.group, *group.steps[step.step]) for group in found.by_month if step.step in group.steps]
        months = tuple(MonthRate(_month(month), rate(kept, due)) for month, due, kept in counts if due >= _MONTH)
        if len(months) > _YOUNG + 1:
            rows.append(Trend(step.name, months))
    if not rows:
        return []
    title = _trend_title(rows)
    figure = Figure(
        id="adherence-trend",
        title=title,
        basis="share kept of the deals in which each step was due, by the month in which its stage was entered · band: "
        f"95% interval · months with at least {_MONTH} deals",
        picture=trends(rows),
        in_words=f"Monthly share of deals that kept each step. {title}. "
        + each(
            [
                f"{row.name}: {percent(row.months[0].rate.value)} in the first month, "
                f"{percent(row.months[-1].rate.value)} in the last"
                for row in rows
            ]
        ),
        reading="All small charts have the same scale, from none to all. The last months may still change, because "
        f"their deals are young; the last {_YOUNG} are left out of the comparison in the title.",
        table=_trend_table(rows),
    )
    return [figure]


def _month(text: str) -> date:
    return date.fromisoformat(f"{text}-01")


def _halves(row: Trend) -> tuple[Rate, Rate]:
    """The first and the second half of the months, each as one rate."""
    settled = row.months[:-_YOUNG]
    middle = len(settled) // 2
    parts = (settled[:middle], settled[middle:])
    first, second = (rate(sum(m.rate.count for m in part), sum(m.rate.n for m in part)) for part in parts)
    return first, second


def _trend_title(rows: Sequence[Trend]) -> str:
    halves = [_halves(row) for row in rows]
    q_values = false_discovery_q_values([equality_p_value(second, first) for first, second in halves])
    moved = [
        (row.name, difference(second, first).value)
        for row, (first, second), q in zip(rows, halves, q_values, strict=True)
        if q <= FALSE_DISCOVERIES
    ]
    if not moved:
        return "No step is kept measurably more or less often in the second half of the time than in the first"
    more = [f"{name} ({points(by)})" for name, by in moved if by > 0]
    less = [f"{name} ({points(by)})" for name, by in moved if by < 0]
    said = [f"more often {listed(more)}"] if more else []
    said += [f"less often {listed(less)}"] if less else []
    return f"Kept in the second half of the time, in points: {', '.join(said)}"


def _trend_table(rows: Sequence[Trend]) -> Table:
    months = sorted({month.month for row in rows for month in row.months})
    by_month = [{month.month: month.rate for month in row.months} for row in rows]
    body = tuple((Cell(f"{month:%Y-%m}"), *(share(rates.get(month)) for rates in by_month)) for month in months)
    columns = ("month", *(row.name for row in rows))
    return Table("Share kept by month", columns, body, (False, *(True,) * len(rows)))


def _optional(steps: Sequence[StepAdherence], period: str) -> Figure:
    rows = sorted((Row(step.name, rate(step.done, step.entered)) for step in steps), key=lambda row: -row.rate.value)
    title = f"Of the optional steps, {rows[0].name} is done most often, in {with_interval(rows[0].rate)} of deals"
    return Figure(
        id="optional-steps",
        title=title,
        basis=f"optional steps, of the deals that entered their stage, {period} · 95% intervals",
        picture=rate_dots(rows),
        in_words=f"How often optional steps are done. {title}. "
        + each([f"{row.name} {with_interval(row.rate)}" for row in rows]),
        reading="Deals that are still open may yet do them.",
    )


def _by_group(
    by: str, groups: Sequence[GroupAdherence], required: Sequence[StepAdherence], period: str, *, explained: bool
) -> list[Block]:
    rates = {group.group: _per_deal(group.kept, group.due, group.deals) for group in groups}
    judged = {name: found for name, found in rates.items() if found is not None and found.n >= _SMALLEST}
    if len(judged) < 2:
        return []
    rows = _judged(judged)
    shown = sorted(rows, key=lambda row: (not row.side, -row.rate.n))[:_SHOWN]
    shown.sort(key=lambda row: (-row.rate.value, row.name))
    kept, due = sum(group.kept for group in groups), sum(group.due for group in groups)
    title = _group_title(by, rows)
    small = len(rates) - len(judged)
    basis = [f"required steps kept of those due, {period}", "95% intervals"]
    if small:
        basis.append(f"left out: {small} with fewer than {_SMALLEST} deals")
    if len(shown) < len(rows):
        basis.append(f"{len(shown)} of {len(rows)}; the table has all")
    figure = Figure(
        id=f"adherence-by-{by}",
        title=title,
        basis=" · ".join(basis),
        picture=rate_dots(shown, kept / due, "all"),
        in_words=f"Required steps kept, by {by}. {title}. "
        + each([f"{row.name} {with_interval(row.rate)}" for row in shown]),
        reading="" if explained else _GROUP_READING,
        table=_group_table(by, groups, required),
    )
    return [figure]


def _judged(rates: dict[str, Rate]) -> list[Row]:
    """Each group beside all the others together, with a false discovery rate of 5 % over the groups."""
    count, n = sum(found.count for found in rates.values()), sum(found.n for found in rates.values())
    rest = {name: rate(count - found.count, n - found.n) for name, found in rates.items()}
    q_values = false_discovery_q_values([equality_p_value(found, rest[name]) for name, found in rates.items()])
    return [
        Row(name, found, 0 if q > FALSE_DISCOVERIES else 1 if found.value > rest[name].value else -1)
        for (name, found), q in zip(rates.items(), q_values, strict=True)
    ]


def _group_title(by: str, rows: Sequence[Row]) -> str:
    above, below = ([row.name for row in rows if row.side == side] for side in (1, -1))
    if not above and not below:
        return (
            f"By {by}: no one can be told apart from the others"
            if by == "rep"
            else (f"By {by}: none can be told apart from the others")
        )
    said = [
        f"{listed(names)} {'keeps' if len(names) == 1 else 'keep'} {words}"
        for names, words in ((above, "more of the steps than the others"), (below, "fewer"))
        if names
    ]
    return f"By {by}: {', '.join(said)}"


def _group_table(by: str, groups: Sequence[GroupAdherence], required: Sequence[StepAdherence]) -> Table:
    def row(group: GroupAdherence) -> tuple[Cell, ...]:
        found = _per_deal(group.kept, group.due, group.deals)
        counts = [group.steps.get(step.step, (0, 0)) for step in required]
        each = [Cell(percent(kept / due), kept / due) if due else Cell("–") for due, kept in counts]
        return (Cell(group.group), number(group.deals), number(group.due), share(found), range_of(found), *each)

    ordered = sorted(groups, key=lambda group: -group.deals)
    columns = (by, "deals", "steps due", "kept", "95% interval", *(step.name for step in required))
    note = "The columns on the right are the share kept of each step."
    return Table(
        f"Required steps kept, by {by}",
        columns,
        tuple(map(row, ordered)),
        (False, *(True,) * (4 + len(required))),
        note,
    )
