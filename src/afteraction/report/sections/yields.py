"""What an hour of effort brings, by what is known of a deal beforehand."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from afteraction.analysis.calibration import Measured
from afteraction.analysis.deal_facts import SIZE
from afteraction.analysis.qualification import FEWEST_WINS, Band, BandVerdict, Fact, Qualification
from afteraction.analysis.win_rates import SMALLEST_GROUP
from afteraction.report.charts.dots import Dot, Reference, Scale, dots
from afteraction.report.document import Cell, Figure, Table
from afteraction.report.sections.cells import NOTHING, number, range_of, share
from afteraction.report.sections.facts import fact_name
from afteraction.report.wording import amount, anchor, capital, each, listed, many

_SHOWN: Final = 30
_NAMED: Final = 4
_TICKS: Final = 6
_REACH: Final = 4.0
_ONE: Final = {"hours": "an hour", "touches": "a touch", "deals": "a deal"}
_VERDICTS: Final = {
    BandVerdict.ABOVE: "above",
    BandVerdict.BELOW: "below",
    BandVerdict.NOT_DIFFERENT: "not told apart",
    BandVerdict.CANT_TELL: "can’t tell",
}
_SIDES: Final = {BandVerdict.ABOVE: 1, BandVerdict.BELOW: -1}


@dataclass(frozen=True)
class Units:
    """In which units a yield is written.

    Wins are counted per hundred, so that nobody has to read 0.07 wins per hour.
    """

    brings: str
    per: str

    @classmethod
    def of(cls, found: Qualification) -> "Units":
        """Those of a qualification."""
        return cls(found.brings, found.per)

    @property
    def rate(self) -> str:
        """`EUR per hour`, `wins per 100 touches`."""
        return f"{self.brings} per {f'100 {self.per}' if self.in_wins else self.one.split()[-1]}"

    @property
    def one(self) -> str:
        """One of what the yield is counted per: `an hour`."""
        return _ONE.get(self.per, self.per)

    @property
    def in_wins(self) -> bool:
        """Whether wins are counted, not their value."""
        return self.brings == "wins"

    def scaled(self, value: float) -> float:
        """A yield as it is written."""
        return value * 100 if self.in_wins else value

    def written(self, value: float) -> str:
        """A yield without its unit."""
        return amount(self.scaled(value))

    def between(self, found: Measured) -> str:
        """The interval of a yield."""
        return f"{self.written(found.low)}–{self.written(found.high)}"


def yield_figure(found: Qualification, fact: Fact, period: str, *, explained: bool) -> Figure | None:
    """The yield of each group of a fact, the best first; None where no group can be estimated."""
    units, by = Units.of(found), fact_name(fact.fact)
    known = [band for band in fact.bands if band.pooled and band.result]
    if not known:
        return None
    shown = sorted(known, key=lambda band: (band.verdict not in _SIDES, -band.deals))[:_SHOWN]
    shown.sort(key=lambda band: -_pooled(band).value)
    title = _title(by, units, fact.bands)
    return Figure(
        id=f"yield-by-{anchor(fact.fact)}",
        title=title,
        basis=" · ".join(_basis(fact, units, len(known), len(shown), period)),
        picture=dots(
            [_dot(band, units) for band in shown],
            _scale(shown, found, units),
            Reference(units.scaled(found.overall.value), f"all deals {units.written(found.overall.value)}"),
        ),
        in_words=f"{capital(units.rate)} by {by}. {title}. "
        + each(
            [f"{band.group} {units.written(_pooled(band).value)} ({units.between(_pooled(band))})" for band in shown]
        ),
        reading=" ".join(_reading(fact, units, explained=explained)),
        table=_table(fact, by, units),
    )


def _pooled(band: Band) -> Measured:
    if band.pooled is None:
        raise ValueError(f"the band {band.group!r} has no estimate")
    return band.pooled


def _reading(fact: Fact, units: Units, *, explained: bool) -> Iterator[str]:
    """What the marks mean, once, and what to think of deal sizes."""
    if not explained:
        what = "wins" if units.in_wins else "what the won deals of a group brought"
        yield (
            f"Each dot is {what}, over {_spent(units)}, those not won too; the line is "
            "the 95% interval. Small groups lean on the others, because the best of many is partly lucky. A filled "
            "circle stands above, a filled diamond below all other deals by more than chance explains. Half and double "
            "are equally far from the line. It says where to look, not why."
        )
    if fact.fact == SIZE and not units.in_wins:
        more = "" if units.per == "deals" else f" and take more {units.per}"
        yield (
            "A larger deal brings more when it is won. What can be seen here is whether that is eaten up because such "
            f"deals are won less often{more}."
        )


def _spent(units: Units) -> str:
    return "the number of its deals" if units.per == "deals" else f"the {units.per} that all its deals took"


def _basis(fact: Fact, units: Units, known: int, shown: int, period: str) -> Iterator[str]:
    deals = sum(band.deals for band in fact.bands)
    yield f"{units.rate}, {many(deals, 'deal')} old enough to have ended, {period}"
    yield "95% intervals"
    if shown < known:
        yield f"{shown} of {known} groups; the table has all"
    if few := len(fact.bands) - known:
        yield f"not drawn: {many(few, 'group')} with fewer than {FEWEST_WINS} wins"
    if fact.too_small:
        yield f"left out: {many(fact.too_small, 'group')} with fewer than {SMALLEST_GROUP} deals"


def _title(by: str, units: Units, bands: Sequence[Band]) -> str:
    """Who stands apart, and by how much."""
    apart = sorted(
        ((band.against.value, band.group) for band in bands if band.against and band.verdict in _SIDES), reverse=True
    )
    if not apart:
        return f"By {by}: no group can be told apart from the other deals by what {units.one} brings"
    how = "wins {} times as often for {}" if units.in_wins else "brings {} times as much for {}"
    (times, group), *others = apart
    said = [how.format(_times(times), _quoted(group))]
    said += [f"{_times(times)} times for {_quoted(group)}" for times, group in others]
    return f"By {by}: {units.one} {listed(said, _NAMED)}, beside all other deals"


def _quoted(group: str) -> str:
    """A name as it stands; what is none (`over 1000`) in quotation marks, so that it can be told from the sentence."""
    return group if group[:1].isupper() else f"“{group}”"


def _times(ratio: float) -> str:
    return f"{ratio:.1f}" if ratio >= 0.95 else f"{ratio:.2f}"


def _dot(band: Band, units: Units) -> Dot:
    found = _pooled(band)
    figure = f"{units.written(found.value)} · {many(band.deals, 'deal')}"
    words = f"{band.group}: {units.written(found.value)} ({units.between(found)}) {units.rate}, {band.deals:,} deals"
    low, value, high = (units.scaled(each) for each in (found.low, found.value, found.high))
    return Dot(band.group, value, low, high, figure, words, _SIDES.get(band.verdict, 0))


def _scale(shown: Sequence[Band], found: Qualification, units: Units) -> Scale:
    """A logarithmic axis on which every estimate lies, and of the widest intervals as much as leaves room for them."""
    estimates = [units.scaled(each) for each in (*(_pooled(band).value for band in shown), found.overall.value)]
    low = max(min(units.scaled(_pooled(band).low) for band in shown), min(estimates) / _REACH)
    high = min(max(units.scaled(_pooled(band).high) for band in shown), max(estimates) * _REACH)
    low, high = min(low, *estimates) / 1.06, max(high, *estimates) * 1.06
    return Scale(low, high, "~s" if high >= 1e6 else ",~r", True, _ticks(low, high), units.rate)


def _ticks(low: float, high: float) -> tuple[float, ...]:
    """Round numbers on a logarithmic axis, as many of them as can be read."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    found: tuple[float, ...] = ()
    for steps in ((1,), (1, 3), (1, 2, 5), (1, 1.5, 2, 3, 5, 7), tuple(n / 4 for n in range(4, 40))):
        ticks = tuple(each for power in powers for step in steps if low <= (each := step * 10.0**power) <= high)
        if len(ticks) > _TICKS:
            break
        found = ticks
    return found


def _table(fact: Fact, by: str, units: Units) -> Table:
    def row(band: Band) -> tuple[Cell, ...]:
        return (
            Cell(band.group),
            number(band.deals),
            share(band.won),
            range_of(band.won),
            _quantity(band.effort),
            _quantity(band.brought),
            *_measured(band.result, units),
            *_measured(band.pooled, units),
            *_against(band.against),
            NOTHING if band.q is None else Cell(f"{band.q:.3f}", band.q),
            Cell(_VERDICTS[band.verdict]),
        )

    brought = "wins" if units.in_wins else "brought"
    columns = (by, "deals", "won", "95% interval", units.per, brought, "alone", "95% interval", "leaning",
               "95% interval", "times the others", "95% interval", "q", "verdict")  # fmt: skip
    note = (
        f"Alone and leaning are {units.rate}: of the group by itself, and leaning on the other groups of this table. "
        "q: the p-value adjusted for all groups that were looked at."
    )
    return Table(
        f"{capital(units.rate)} by {by}", columns, tuple(map(row, fact.bands)), (False, *(True,) * 12, False), note
    )


def _quantity(value: float) -> Cell:
    return Cell(amount(value), round(value, 6))


def _measured(found: Measured | None, units: Units) -> tuple[Cell, Cell]:
    if found is None:
        return NOTHING, NOTHING
    return Cell(units.written(found.value), found.value), Cell(units.between(found), found.low)


def _against(found: Measured | None) -> tuple[Cell, Cell]:
    if found is None:
        return NOTHING, NOTHING
    return Cell(_times(found.value), found.value), Cell(f"{_times(found.low)}–{_times(found.high)}", found.low)
