"""The section on time in stage: how long deals stay, where they go back, and which open ones have stalled."""

from typing import Final

from afteraction.analysis.stage_times import AllStageTimes, StageTimes
from afteraction.analysis.survival import Duration, Quantile
from afteraction.errors import NotEnoughData
from afteraction.report.charts.durations import Stay, stay_bars
from afteraction.report.charts.rates import Row, rate_dots
from afteraction.report.document import Block, Cell, Figure, Section, Table
from afteraction.report.sections.cells import NOTHING, duration, number, refusal, share, with_interval
from afteraction.report.wording import days, each, listed, many, percent

_OUTCOMES: Final = ("won", "lost", "no_decision")
_SLOW: Final = "90% of won deals had left"
_READING: Final = (
    "Half of all stays lie within the bar, the thick line is the median. Stays that go on count as far as they have "
    "got. The diamond is the time by which nine of ten deals that were won later had left the stage: an open deal "
    "beyond it has stalled."
)


def stage_time_section(found: AllStageTimes | NotEnoughData, period: str) -> Section:
    """Times in stages, in the usual order of the stages."""
    title = "Time in stage"
    if isinstance(found, NotEnoughData):
        return Section("time-in-stage", title, blocks=(refusal("time in stage", found),))
    blocks: list[Block] = [_times(found, period), *_stalled(found)]
    return Section("time-in-stage", title, _finding(found), tuple(blocks))


def _finding(found: AllStageTimes) -> str:
    said = []
    stalled = sum(_stalled_deals(stage) for stage in found.stages)
    if stalled:
        said.append(f"{many(stalled, 'open deal')} {'has' if stalled == 1 else 'have'} stalled: longer in their stage "
                    "than nine of ten won deals were.")  # fmt: skip
    if found.moved_back:
        said.append(f"{percent(found.moved_back.value)} of all moves between stages go back to an earlier one.")
    return " ".join(said)


def _stalled_deals(stage: StageTimes) -> int:
    return stage.stalled.deals.count if stage.stalled and stage.stalled.deals else 0


def _times(found: AllStageTimes, period: str) -> Figure:
    stays = [
        Stay(
            name=stage.stage,
            n=stage.duration.n,
            lower=stage.duration.lower_quartile.days,
            median=stage.duration.median.days,
            upper=stage.duration.upper_quartile.days,
            slow=stage.stalled.days if stage.stalled else None,
        )
        for stage in found.stages
    ]
    title = _title(found.stages)
    total = sum(stage.duration.n for stage in found.stages)
    return Figure(
        id="stage-times",
        title=title,
        basis=f"{many(total, 'stay')} of deals in stages, {period}",
        picture=stay_bars(stays, _SLOW),
        in_words=f"How long deals stay in each stage. {title}. "
        + each([f"{stay.name}: median {days(stay.median)}" for stay in stays]),
        reading=_READING,
        table=_table(found),
    )


def _title(stages: tuple[StageTimes, ...]) -> str:
    """The slowest stage; those whose median cannot be told apart from the slowest are named with it."""
    known = [(stage.stage, stage.duration.median) for stage in stages if stage.duration.median.days is not None]
    if not known:
        return "More than half of the stays in every stage still go on"
    name, slowest = max(known, key=lambda pair: pair[1].days or 0.0)
    low = slowest.low or 0.0
    alike = [other for other, median in known if other == name or (median.high is None or median.high >= low)]
    if len(known) > 1 and len(alike) == 1:
        return f"Deals stay longest in {name}: half of them for {days(slowest.days)} or more"
    return f"Deals stay longest in {listed(alike)}: a median of up to {days(slowest.days)}"


def _stalled(found: AllStageTimes) -> list[Block]:
    waiting = [(stage, stage.stalled.deals) for stage in found.stages if stage.stalled and stage.stalled.deals]
    if not waiting:
        return []
    count = sum(deals.count for _, deals in waiting)
    total = sum(deals.n for _, deals in waiting)
    stage, most = max(waiting, key=lambda pair: pair[1].count)
    title = f"{count:,} of {many(total, 'open deal')} have stalled, most of them in {stage.stage} ({most.count:,})"
    rows = [Row(stage.stage, deals) for stage, deals in waiting]
    figure = Figure(
        id="stalled",
        title=title if count else "No open deal has stalled",
        basis="open deals now in the stage · 95% intervals",
        picture=rate_dots(rows),
        in_words=f"Share of open deals in each stage that have stalled. {title}. "
        + each([f"{row.name} {with_interval(row.rate)}" for row in rows]),
        reading="Stalled: longer in the stage than nine of ten deals were that were won later. These are the deals to "
        "look at first: move them on or let them go.",
    )
    return [figure]


def _table(found: AllStageTimes) -> Table:
    def row(stage: StageTimes) -> tuple[Cell, ...]:
        return (
            Cell(stage.stage),
            number(stage.deals),
            *(duration(quantile.days) for quantile in _quartiles(stage.duration)),
            _median_interval(stage.duration),
            *(_median(stage, outcome) for outcome in _OUTCOMES),
            share(stage.entered_again),
            share(stage.moved_back),
            share(stage.died),
            Cell(f"{stage.stalled.deals.count:,} of {stage.stalled.deals.n:,}", stage.stalled.deals.count)
            if stage.stalled and stage.stalled.deals
            else NOTHING,
        )

    columns = ("stage", "deals", "lower quartile", "median", "upper quartile", "95% of the median", "median, won",
               "median, lost", "median, no decision", "entered again", "left backwards", "ended here, not won",
               "stalled")  # fmt: skip
    return Table("Time in stage", columns, tuple(map(row, found.stages)), (False, *(True,) * 12))


def _quartiles(spent: Duration) -> tuple[Quantile, ...]:
    return spent.lower_quartile, spent.median, spent.upper_quartile


def _median(stage: StageTimes, outcome: str) -> Cell:
    spent = stage.by_outcome.get(outcome)
    return duration(spent.median.days) if spent else NOTHING


def _median_interval(spent: Duration) -> Cell:
    median = spent.median
    if median.low is None:
        return NOTHING
    return Cell(f"{days(median.low)} to {days(median.high) if median.high is not None else '…'}", median.low)
