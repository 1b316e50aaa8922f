"""The section on where won and lost deals part ways."""

from typing import Final

from afteraction.analysis.divergence import Comparison, Divergence, Divergences
from afteraction.errors import NotEnoughData
from afteraction.process.model import STAGE_ACTIVITY
from afteraction.report.charts.contrasts import Contrast, dumbbells
from afteraction.report.document import Block, Cell, Figure, Notice, Section, Table
from afteraction.report.sections.cells import refusal, share
from afteraction.report.wording import each, many, percent, points

_SHOWN: Final = 16
_WARNING: Final = Notice(
    "Look here first, but do not conclude yet",
    "These are differences, not causes. Deals that were going well anyway are often the ones in which more is done, "
    "and a good rep does many things at once. What a step does to the chance of winning needs a comparison of deals "
    "that were alike when the step was due.",
)
_READING: Final = (
    "Only deals that were still open on the day named are compared, and only what was done by then counts: otherwise "
    "whatever comes late would look like a reason for winning. Filled marks differ by more than chance explains, "
    "counting all comparisons; hollow ones may not differ at all."
)


def divergence_section(found: Divergences | NotEnoughData, period: str) -> Section:
    """What deals that were won later had done by a given day, beside the others."""
    title = "Where won and lost part ways"
    if isinstance(found, NotEnoughData):
        return Section("won-and-lost", title, blocks=(refusal("where won and lost deals part ways", found),))
    shown = [(one, _clearest(one)) for one in found.found if one.comparisons][:_SHOWN]
    if not shown:
        missing = NotEnoughData(
            "nothing was done in enough deals to compare", "touches and stage changes of more deals"
        )
        return Section("won-and-lost", title, blocks=(refusal("where won and lost deals part ways", missing),))
    blocks: tuple[Block, ...] = (_WARNING, _figure(found, shown, period))
    return Section("won-and-lost", title, _finding(found), blocks)


def _clearest(one: Divergence) -> Comparison:
    """The comparison that is furthest from no difference; the last day where none is."""
    return max(one.comparisons, key=lambda each: (max(each.difference.low, -each.difference.high), each.day))


def _name(one: Divergence) -> str:
    stage = one.name.removeprefix(STAGE_ACTIVITY)
    return one.name if stage == one.name else f"entered {stage}"


def _finding(found: Divergences) -> str:
    clear = [one for one in found.found if any(comparison.clear for comparison in one.comparisons)]
    compared = many(len(found.found), "activity", "activities")
    if not clear:
        return f"Of {compared} compared, none was done measurably more often in one than in the other."
    were = "was" if len(clear) == 1 else "were"
    return f"Of {compared} compared, {len(clear)} {were} done measurably more or less often by deals that were won."


def _figure(found: Divergences, shown: list[tuple[Divergence, Comparison]], period: str) -> Figure:
    others = " or ".join(found.against).replace("_", " ")
    days = {each.day for _one, each in shown}
    contrasts = [
        Contrast(
            name=_name(one) if len(days) == 1 else f"day {each.day} · {_name(one)}",
            won=each.won,
            others=each.others,
            difference=each.difference,
            clear=each.clear,
        )
        for one, each in shown
    ]
    title = _title(shown, others)
    more = f" · the {len(shown)} clearest of {len(found.found)}" if len(found.found) > len(shown) else ""
    return Figure(
        id="won-beside-lost",
        title=title,
        basis=f"{many(found.won, 'won deal')} beside {found.others:,} {others}, {period}, of each those still open on "
        f"{f'day {min(days)}' if len(days) == 1 else 'the day named'} · 95% intervals of the difference{more}",
        picture=dumbbells(contrasts, others),
        in_words=f"What won deals had done by a given day, beside {others} deals. {title}. "
        + each([f"{one.name}: {percent(one.won.value)} and {percent(one.others.value)}" for one in contrasts]),
        reading=_READING,
        table=_table(found, others),
    )


def _title(shown: list[tuple[Divergence, Comparison]], others: str) -> str:
    one, each = shown[0]
    if not each.clear:
        return f"Nothing tells later won deals clearly apart from {others} ones"
    return (
        f"{_name(one)}: by day {each.day}, {percent(each.won.value)} of the deals won later had it, and "
        f"{percent(each.others.value)} of the {others} ones"
    )


def _table(found: Divergences, others: str) -> Table:
    def rows(one: Divergence) -> list[tuple[Cell, ...]]:
        naive = one.naive_difference
        return [
            (
                Cell(_name(one)),
                Cell(f"{each.day}", each.day),
                share(each.won),
                share(each.others),
                Cell(f"{points(each.difference.value)}", each.difference.value),
                Cell(f"{points(each.difference.low)} to {points(each.difference.high)}", each.difference.low),
                Cell("yes" if each.clear else "no"),
                Cell(points(naive.value), naive.value),
            )
            for each in one.comparisons
        ]

    columns = ("activity", "by day", "won", others, "difference, points", "95% interval", "clear", "over whole lives")
    body = tuple(row for one in found.found for row in rows(one))
    note = "The last column compares whole lives of deals. It misleads: deals that live longer have more of everything."
    return Table(f"Won beside {others}, by day", columns, body, (False, *(True,) * 5, False, True), note)
