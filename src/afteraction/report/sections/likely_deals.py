"""A few open deals whose chance of winning is explained in words."""

from collections.abc import Sequence
from typing import Final

from afteraction.analysis.calibration import Band
from afteraction.analysis.likely_deals import ExplainedDeal
from afteraction.report.document import Answer, Answers, Block, Cell, Prose, Table, Tone
from afteraction.report.wording import decimal, interval, many, percent

_NAMED: Final = 0.005
"""Half a point: the table leaves out what moves the chance by less."""


def example_blocks(examples: Sequence[ExplainedDeal], curve: Sequence[Band]) -> list[Block]:
    """The deals in the order given; `curve` says what became of tested deals with about the same chance."""
    words = (
        f"The open deals with the highest and the lowest chance today, {many(len(examples), 'deal')} in all, explained "
        "by what is known of each: in brackets by how many points it moves the chance away from that of the average "
        "deal. What speaks for a deal need not be a cause."
    )
    return [Prose(words), Answers(tuple(_example(one, curve) for one in examples), _table(examples))]


def _example(one: ExplainedDeal, curve: Sequence[Band]) -> Answer:
    chance = one.explanation.probability
    alike = min(curve, key=lambda band: abs(band.predicted - chance))
    came = f"{percent(alike.won.value)} ({interval(alike.won.low, alike.won.high)}) of {alike.n:,}"
    return Answer(
        question=one.deal_id,
        verdict=f"{percent(chance)} chance",
        tone=Tone.PLAIN,
        text=f"{one.explanation.words}.",
        figures=((f"won of tested deals given {percent(alike.predicted)} on average", came),),
    )


def _table(examples: Sequence[ExplainedDeal]) -> Table:
    rows = tuple(
        (
            Cell(one.deal_id),
            Cell(factor.name.replace("_", " ")),
            Cell(factor.value),
            Cell(f"{'+' if factor.points > 0 else ''}{decimal(factor.points * 100, 1)}", round(factor.points * 100, 6)),
        )
        for one in examples
        for factor in one.explanation.factors
        if abs(factor.points) >= _NAMED
    )
    columns = ("deal", "what is known", "value", "points")
    note = "Left out is what moves the chance by less than half a point."
    return Table("What moves the chance of these deals", columns, rows, (False, False, False, True), note)
