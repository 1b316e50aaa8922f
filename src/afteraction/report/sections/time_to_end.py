"""The section on when deals end: won, lost or faded away by each day, where they stand still, and what waiting says."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from afteraction.analysis.competing_risks import FEWEST, CompetingRisks, Stall, TimeToEnd
from afteraction.analysis.winning_later import WinningLater
from afteraction.errors import NotEnoughData
from afteraction.report.charts.incidence import KEYS, Panel, incidence, incidences
from afteraction.report.charts.stalls import Standing, stall_bars
from afteraction.report.document import Block, Cell, Figure, Section, Table
from afteraction.report.sections.cells import NOTHING, number, refusal
from afteraction.report.sections.waiting import waiting_figure
from afteraction.report.wording import days, each, interval, listed, many, percent

_MOST_PANELS: Final = 6
_TABLED: Final = 20
"""Days of a curve in its table; fewer where several curves share one."""
_TABLED_TOGETHER: Final = 8
_NOTABLE: Final = 0.2
"""A stage holds deals up for so long as this share of them is still there."""
_SINCE: Final = "days since the deal was created"
_READING: Final = (
    "Each line is the share of all deals that had ended so by that day, the band its 95% interval; the four lines add "
    "up to 100% on every day. Open deals count for as long as they have been watched: leaving them out would make "
    "winning look quicker and surer than it is. The lines end where fewer than ten deals are left to watch."
)
_STALL_READING: Final = (
    "The bar is the share of the deals that entered the stage and are still in it that many days later, the thin line "
    "its 95% interval. Moving on to a later stage and ending are both ways out. Below it: how many of the deals that "
    "are still there are won in the end. An empty place means that the record has too few deals to say."
)


def time_to_end_section(
    risks: CompetingRisks | NotEnoughData, later: tuple[WinningLater, ...] | NotEnoughData, period: str
) -> Section:
    """When deals end and how, where they stall, and whether deals that are open for long are still won."""
    blocks: list[Block] = []
    finding = ""
    if isinstance(risks, NotEnoughData):
        blocks.append(refusal("when deals end", risks))
    else:
        finding = _finding(risks.overall)
        blocks.append(_overall(risks.overall, period))
        if len(risks.by_segment) > 1:
            blocks.append(_by_segment(risks.by_segment, period))
        if risks.stalls:
            blocks.append(_stalls(risks.stalls, period))
    if isinstance(later, NotEnoughData):
        blocks.append(refusal("whether deals that are open for long are still won", later))
    else:
        blocks.append(waiting_figure(later, period))
    if not isinstance(risks, NotEnoughData) and risks.by_stage:
        blocks.append(_since_stages(risks.by_stage))
    return Section("when-deals-end", "When deals end", finding, tuple(blocks))


def _finding(found: TimeToEnd) -> str:
    halves = [
        f"half of the {name} had come by day {_half(found, end):,.0f}"
        for end, name in (("lost", "losses"), ("won", "wins"))
        if getattr(found, end).share[-1] > 0
    ]
    watched = f"{many(found.n, 'deal')} could be watched from their start, {found.ended:,} of them to their end."
    return f"{watched} Of those that came by day {found.days[-1]:,.0f}, {' and '.join(halves)}." if halves else watched


def _half(found: TimeToEnd, end: str) -> float:
    """The first of the days by which half of what came of it in all had come."""
    share = getattr(found, end).share
    return float(found.days[np.argmax(share >= share[-1] / 2)])


def _share(found: TimeToEnd, end: str, place: int) -> str:
    band = getattr(found, end)
    return f"{percent(float(band.share[place]))} ({interval(float(band.low[place]), float(band.high[place]))})"


def _overall(found: TimeToEnd, period: str) -> Figure:
    title = _title(found)
    return Figure(
        id="time-to-end",
        title=title,
        basis=f"{many(found.n, 'deal')}, {found.ended:,} of them ended, {period} · bands: 95% intervals",
        picture=incidence(found, _SINCE),
        in_words=f"What had become of deals by each day after they were created. {title}. "
        + each([f"by day {found.days[place]:,.0f} {_all_ends(found, place)}" for place in _places(found, 5)]),
        reading=_READING,
        table=_table("What had become of deals", [("", found)], _TABLED, ""),
    )


def _all_ends(found: TimeToEnd, place: int) -> str:
    return ", ".join(f"{_share(found, end, place)} {key.words}" for end, key in KEYS.items())


def _title(found: TimeToEnd) -> str:
    won = f"{_share(found, 'won', -1)} of deals are won by day {found.days[-1]:,.0f}"
    ended = np.flatnonzero(found.open.share <= 0.5)
    if not len(ended):
        return f"{won}, and more than half are still open by then"
    return f"{won}; half of all deals have ended by day {found.days[ended[0]]:,.0f}"


def _places(found: TimeToEnd, count: int) -> list[int]:
    """So many places of its days, evenly spread, the last among them; the first day says nothing."""
    last = len(found.days) - 1
    return sorted({round(last * step / count) for step in range(1, count + 1)} - {0}) or [last]


def _table(
    caption: str, curves: Sequence[tuple[str, TimeToEnd]], count: int, of: str, *, folded: bool = False
) -> Table:
    """Curves day by day; `of` heads the column of their names, which is left out where there is one curve alone."""

    def row(name: str, found: TimeToEnd, place: int) -> tuple[Cell, ...]:
        shares = (Cell(_share(found, end, place), round(float(getattr(found, end).share[place]), 6)) for end in KEYS)
        day = Cell(days(float(found.days[place])), round(float(found.days[place]), 3))
        return (*((Cell(name),) if of else ()), day, number(round(float(found.at_risk[place]))), *shares)

    rows = tuple(row(name, found, place) for name, found in curves for place in _places(found, count))
    columns = (*((of,) if of else ()), "after", "deals watched", *(key.words for key in KEYS.values()))
    numeric = (False,) * (2 if of else 1) + (True,) * (len(columns) - (2 if of else 1))
    return Table(caption, columns, rows, numeric, "95% intervals in brackets.", folded)


def _by_segment(segments: Sequence[TimeToEnd], period: str) -> Figure:
    """The largest segments, in the order of the record."""
    fewest = sorted((one.n for one in segments), reverse=True)[:_MOST_PANELS][-1]
    shown = [one for one in segments if one.n >= fewest][:_MOST_PANELS]
    title = _segment_title(shown)
    basis = [f"{many(sum(one.n for one in shown), 'deal')}, {period}", "bands: 95% intervals", _SINCE]
    if len(shown) < len(segments):
        basis.append(f"the {len(shown)} largest of {len(segments)} segments; the table has all")
    return Figure(
        id="time-to-end-by-segment",
        title=title,
        basis=" · ".join(basis),
        picture=incidences([Panel(f"{one.segment} · {one.n:,}", one) for one in shown]),
        in_words=f"What had become of deals by each day, by segment. {title}. "
        + each([f"{one.segment}, by day {one.days[-1]:,.0f}: {_all_ends(one, -1)}" for one in shown]),
        reading=f"As above, for the deals of each segment that has at least {FEWEST} ended ones. The figures at the "
        "ends of the lines are the shares on the last day on which enough deals were watched.",
        table=_table("What had become of deals, by segment", [(one.segment or "", one) for one in segments],
                     _TABLED_TOGETHER, "segment"),
    )  # fmt: skip


def _segment_title(segments: Sequence[TimeToEnd]) -> str:
    """The segments with the highest and the lowest share won by the last day that all of them reach."""
    last = min(float(one.days[-1]) for one in segments)
    at = [(one, int(np.searchsorted(one.days, last, side="right")) - 1) for one in segments]
    best, place = max(at, key=lambda pair: pair[0].won.share[pair[1]])
    least, other = min(at, key=lambda pair: pair[0].won.share[pair[1]])
    when = f"y day {last:,.0f}"
    if best.won.low[place] <= least.won.high[other]:
        return f"B{when} the share won of no segment stands out from that of all others"
    most, fewest = _share(best, "won", place), _share(least, "won", other)
    return f"B{when}, {most} of the deals of {best.segment} are won and {fewest} of those of {least.segment}"


def _since_stages(stages: Sequence[TimeToEnd]) -> Table:
    curves = [(one.since, one) for one in stages]
    return _table("What became of deals, from the day they entered each stage", curves, _TABLED_TOGETHER, "stage",
                  folded=True)  # fmt: skip


def _stalls(stalls: Sequence[Stall], period: str) -> Figure:
    title = _stall_title(stalls)
    stages = len({stall.stage for stall in stalls})
    entered = "the stage" if stages == 1 else f"each of {stages} stages"
    return Figure(
        id="stage-stalls",
        title=title,
        basis=f"deals that entered {entered}, {period} · 95% intervals",
        picture=stall_bars([Standing(s.stage, s.days, s.n, s.share, s.low, s.high, s.won) for s in stalls]),
        in_words=f"The share of deals still in a stage after so many days. {title}. "
        + each([f"{s.stage} after {s.days:.0f} days: {_still(s)}" for s in stalls]),
        reading=_STALL_READING,
        table=_stall_table(stalls),
    )


def _still(stall: Stall) -> str:
    return f"{percent(stall.share)} ({interval(stall.low, stall.high)})"


def _stall_title(stalls: Sequence[Stall]) -> str:
    """The stage that holds most deals up, on the latest day on which that is more than a few."""
    worst = {day: max((s for s in stalls if s.days == day), key=lambda s: s.share) for day in {s.days for s in stalls}}
    notable = [day for day, stall in worst.items() if stall.share >= _NOTABLE]
    at = max(notable) if notable else min(worst)
    slowest = worst[at]
    if len({s.stage for s in stalls}) == 1:
        return f"{_still(slowest)} of the deals that entered {slowest.stage} are still there after {at:.0f} days"
    alike = [s.stage for s in stalls if s.days == at and s.high >= slowest.low]
    if len(alike) > 1:
        return f"{at:.0f} days after entering, most deals still stand in {listed(alike)}: up to {_still(slowest)}"
    return f"Deals stand still longest in {slowest.stage}: {_still(slowest)} are still there after {at:.0f} days"


def _stall_table(stalls: Sequence[Stall]) -> Table:
    def row(stall: Stall) -> tuple[Cell, ...]:
        won = NOTHING
        if stall.won is not None and stall.won_low is not None and stall.won_high is not None:
            won = Cell(f"{percent(stall.won)} ({interval(stall.won_low, stall.won_high)})", round(stall.won, 6))
        return (
            Cell(stall.stage),
            Cell(days(stall.days), stall.days),
            Cell(_still(stall), round(stall.share, 6)),
            number(stall.n),
            won,
        )

    columns = ("stage", "after", "still there", "deals known to be", "won of these in the end")
    return Table("Deals still in a stage", columns, tuple(map(row, stalls)), (False, *(True,) * 4),
                 "95% intervals in brackets.")  # fmt: skip
