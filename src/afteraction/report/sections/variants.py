"""The section on variants: the ways that deals take."""

from itertools import groupby
from typing import Final

from afteraction.analysis.variants import Variant, Variants
from afteraction.errors import NotEnoughData
from afteraction.process.model import STAGE_ACTIVITY
from afteraction.report.charts.ways import Happening, Way, ways
from afteraction.report.document import Cell, Figure, Section, Table
from afteraction.report.sections.cells import duration, number, range_of, refusal, share
from afteraction.report.wording import many, percent

_SHOWN: Final = 8
_READING: Final = (
    "Each row is one sequence that several deals share, the most frequent first; repeats in a row are folded (×2). "
    "Dark arrows are stages entered, light ones what was done. The dot is the win rate of the deals that ended, with "
    "its 95% interval. A sequence is not a reason: deals that are going to be won live longer and take longer ways."
)


def variant_section(found: Variants | NotEnoughData, period: str) -> Section:
    """The most frequent variants."""
    title = "The ways deals take"
    if isinstance(found, NotEnoughData):
        return Section("variants", title, blocks=(refusal("the ways deals take", found),))
    shown = [variant for variant in found.top[:_SHOWN] if variant.deals > 1]
    finding = _finding(found)
    if not shown:
        return Section("variants", title, f"{finding} No two deals share one.")
    top = shown[0]
    headline = f"The most frequent way is taken by {percent(top.share.value)} of the deals"
    figure = Figure(
        id="most-frequent-variants",
        title=headline,
        basis=f"{many(found.deals, 'deal')} with events, {period} · the {len(shown)} most frequent of "
        f"{many(found.variants, 'variant')}, {percent(sum(v.deals for v in shown) / found.deals)} of deals",
        picture=ways([_way(variant) for variant in shown]),
        in_words=f"The most frequent sequences of activities. {headline}: {', then '.join(top.activities)}.",
        reading=_READING,
        table=_table(found),
    )
    return Section("variants", title, finding, (figure,))


def _finding(found: Variants) -> str:
    half = "a single way covers" if found.half == 1 else f"{found.half:,} ways cover"
    alone = f"{many(found.once, 'deal')} went a way of their own" if found.once else "no deal went a way of its own"
    return (
        f"{many(found.deals, 'deal')} took {many(found.variants, 'different way')}; {half} half of them, and {alone}."
    )


def _way(variant: Variant) -> Way:
    happenings = tuple(
        Happening(name.removeprefix(STAGE_ACTIVITY), len(list(run)), name.startswith(STAGE_ACTIVITY))
        for name, run in groupby(variant.activities)
    )
    return Way(happenings, variant.deals, variant.share.value, variant.win_rate)


def _table(found: Variants) -> Table:
    columns = ("way", "deals", "share", "won of ended", "95% interval", "median time")
    rows = tuple(
        (
            Cell(" → ".join(name.removeprefix(STAGE_ACTIVITY) for name in variant.activities)),
            number(variant.deals),
            share(variant.share),
            share(variant.win_rate),
            range_of(variant.win_rate),
            duration(variant.median_days),
        )
        for variant in found.top
    )
    return Table("The most frequent ways", columns, rows, (False, *(True,) * 5))
