"""What walking away earlier would have saved in hours and cost in wins."""

from collections.abc import Iterator, Sequence
from typing import Final

from afteraction.analysis.calibration import Measured
from afteraction.analysis.intervals import FALSE_DISCOVERIES
from afteraction.analysis.walk_away import USUAL, Gain, Left, WalkAway
from afteraction.errors import NotEnoughData
from afteraction.report.charts.trade_offs import Point, Trade, trade_offs
from afteraction.report.document import Block, Cell, Figure, Table
from afteraction.report.sections.cells import NOTHING, refusal
from afteraction.report.wording import amount, capital, each, interval, listed, many, percent, points

_SHARE: Final = f"the least likely {USUAL:.0%}"
_READING: Final = (
    "Each small chart is one point of a deal’s life. Along a line the limit rises: more of the deals that were least "
    "likely to be won at that point are left. To the right is the share of the {unit} from then on that would have "
    "been saved, upwards the share of the wins, and of their value, that would have been lost; the bands are 95% "
    "intervals. On the dashed line nothing is gained: deals left blindly cost as large a share as they save. The "
    "large hollow mark is the limit that is judged. The chance of each deal, and the limit, are those that could have "
    "been known then."
)
_FEWER: Final = {1: "fewer wins", -1: "more wins"}
_LESS: Final = {1: "less value", -1: "more value"}


def walk_away_blocks(curves: Sequence[WalkAway], period: str) -> Iterator[Block]:
    """The curves, the table of what is judged, and what could not be said."""
    known = [curve for curve in curves if curve.curve]
    if known:
        yield _figure(known, period)
        yield _judged(known)
    refused: dict[NotEnoughData, list[str]] = {}
    for curve in curves:
        if curve.refused:
            refused.setdefault(curve.refused, []).append(_name(curve))
    for missing, names in refused.items():
        yield refusal(f"walking away from deals: {listed(names, 6)}", missing)


def walk_away_finding(curves: Sequence[WalkAway]) -> str:
    """What is known of leaving the least likely deals, in one sentence; empty where nothing is."""
    known = [curve for curve in curves if curve.curve]
    return f"{_title(known)}." if known else ""


def _name(curve: WalkAway) -> str:
    return f"{curve.stage}, {f'after {_days(curve)}' if curve.age_days else 'on entering'}"


def _figure(known: Sequence[WalkAway], period: str) -> Figure:
    unit, title = known[0].unit, _title(known)
    tested = max(curve.deals for curve in known)
    return Figure(
        id="walk-away",
        title=title,
        basis=f"back-tested on up to {many(tested, 'ended deal')} at each point, {period} · 95% intervals · at most 5% "
        "false alarms over all points",
        picture=trade_offs([_trade(curve) for curve in known], unit),
        in_words=f"What leaving the least likely deals would have saved and cost. {title}. "
        + each([_in_words(curve) for curve in known]),
        reading=_READING.format(unit=unit),
        table=_table(known),
    )


def _trade(curve: WalkAway) -> Trade:
    wins = tuple(Point(left.share, left.effort, left.wins, left.wanted == USUAL) for left in curve.curve)
    value = tuple(
        Point(left.share, left.effort, left.value, left.wanted == USUAL)
        for left in curve.curve
        if left.value is not None
    )
    return Trade(_name(curve), wins, value)


def _usual(curve: WalkAway) -> Left:
    return next(left for left in curve.curve if left.wanted == USUAL)


def _in_words(curve: WalkAway) -> str:
    left = _usual(curve)
    value = f" and {_range(left.value)} of the value" if left.value else ""
    return (
        f"{_name(curve)}: leaving {_SHARE} saves {_range(left.effort)} of the {curve.unit} and costs "
        f"{_range(left.wins)} of the wins{value}"
    )


def _range(found: Measured) -> str:
    return f"{percent(found.value)} ({interval(found.low, found.high)})"


def _told(gain: Gain | None) -> int:
    """1 where the deals left brought less for their effort than those kept, -1 where more, 0 where nobody can tell."""
    if gain is None or gain.q > FALSE_DISCOVERIES:
        return 0
    return 1 if gain.value > 0 else -1


def _title(known: Sequence[WalkAway]) -> str:
    """By value where it is known, as that is what counts; else by wins."""
    unit, valued = known[0].unit, any(curve.in_value for curve in known)
    what = "value" if valued else "wins"
    sides = [(curve, _told(curve.in_value if valued else curve.in_wins)) for curve in known]
    less, more = ([curve for curve, side in sides if side == way] for way in (1, -1))
    fewer = [curve for curve in known if _told(curve.in_wins) > 0]
    if less:
        said = f"would have saved a larger share of the {unit} than of the {what} it cost {_places(less, known)}"
        return f"Leaving {_SHARE} {said}{f', but a smaller one {_places(more, known)}' if more else ''}"
    if valued and fewer:
        said = f"would have cost few wins for the {unit} saved {_places(fewer, known)}, but not measurably less value"
        return f"Leaving {_SHARE} {said}{f', and {_places(more, known)} even more' if more else ''}"
    if more:
        return (
            f"Leaving {_SHARE} would have cost a larger share of the {what} than of the {unit} {_places(more, known)}"
        )
    return f"Leaving {_SHARE} would not measurably have cost a smaller share of the {what} than of the {unit}"


def _places(curves: Sequence[WalkAway], of: Sequence[WalkAway]) -> str:
    if len(curves) == len(of) > 1:
        return "at every point"
    if len(curves) > 1:
        return f"at {len(curves)} of {len(of)} points"
    [curve] = curves
    when = f"after {_days(curve)} in" if curve.age_days else "on entering"
    return f"{when} {curve.stage}"


def _days(curve: WalkAway) -> str:
    return many(round(curve.age_days), "day")


def _judged(known: Sequence[WalkAway]) -> Table:
    """The limit that is judged, at every point."""

    def row(curve: WalkAway) -> tuple[Cell, ...]:
        left = _usual(curve)
        return (
            Cell(_name(curve)),
            Cell(f"{left.deals:,} of {curve.deals:,}", left.deals),
            Cell(f"{left.effort_saved:,.0f}", round(left.effort_saved, 3)),
            _shared(left.effort),
            Cell(f"{left.wins_lost:,.0f}", left.wins_lost),
            _shared(left.wins),
            *((_shared(left.value),) if valued else ()),
            Cell(_verdict(curve)),
        )

    valued, unit = any(curve.in_value for curve in known), known[0].unit
    columns = ("point", "deals left", f"{unit} saved", f"of all {unit}", "wins lost", "of all wins")
    columns = (*columns, *(("of their value",) if valued else ()), "for the effort")
    note = (
        "Counted in ended deals; shares are of what came from that point on, with 95% intervals. The last column says "
        "whether the deals left brought less for their effort than those kept, where chance explains the difference "
        "badly, counting all that were looked at."
    )
    return Table(
        f"What leaving {_SHARE} would have saved and cost",
        columns,
        tuple(map(row, known)),
        (False, *(True,) * (len(columns) - 2), False),
        note,
    )


def _verdict(curve: WalkAway) -> str:
    """What the deals left brought for the same effort, beside those kept."""
    said = (_FEWER.get(_told(curve.in_wins), ""), _LESS.get(_told(curve.in_value), ""))
    return ", ".join(one for one in said if one) or "can’t tell"


def _shared(found: Measured | None) -> Cell:
    return NOTHING if found is None else Cell(_range(found), round(found.value, 6))


def _gain(gain: Gain | None) -> Cell:
    if gain is None:
        return NOTHING
    return Cell(f"{points(gain.value)} ({points(gain.low)} to {points(gain.high)})", round(gain.value, 6))


def _table(known: Sequence[WalkAway]) -> Table:
    """Every limit at every point."""

    def row(curve: WalkAway, left: Left) -> tuple[Cell, ...]:
        judged = left.wanted == USUAL
        return (
            Cell(_name(curve)),
            Cell(percent(left.wanted), left.wanted),
            Cell(percent(left.share), round(left.share, 6)),
            Cell(f"{left.deals:,}", left.deals),
            _shared(left.effort),
            _shared(left.wins),
            _shared(left.value),
            Cell(amount(left.effort_saved), round(left.effort_saved, 3)),
            Cell(f"{left.wins_lost:,.0f}", left.wins_lost),
            _gain(curve.in_wins if judged else None),
            _gain(curve.in_value if judged else None),
        )

    unit = known[0].unit
    columns = ("point", "limit", "share left", "deals left", f"{unit} saved", "wins lost", "value lost", unit, "wins",
               f"{unit} less wins", f"{unit} less value")  # fmt: skip
    note = (
        "The limit is the share of earlier deals that were less likely to be won; the share left differs from it when "
        f"later deals are better or worse. In the shares ended deals stand for open ones too; deals, {unit} and wins "
        f"are those of ended deals alone. {capital(unit)} less wins is the share of the {unit} saved less that of the "
        f"wins lost, in points, at the limit that is judged; {unit} less value the same of their value. Above 0 the "
        "deals left brought less for their effort than those kept."
    )
    rows = tuple(row(curve, left) for curve in known for left in curve.curve)
    return Table("Leaving the least likely deals, at every limit", columns, rows, (False, *(True,) * 10), note)
