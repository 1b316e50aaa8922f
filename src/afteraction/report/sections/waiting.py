"""Whether a deal that has been open for long is still as likely to be won, beside what closed deals seem to say."""

from collections.abc import Sequence
from typing import Final

from afteraction.analysis.verdict import MATTERS
from afteraction.analysis.winning_later import LONG, WinningLater
from afteraction.report.charts.effects import Effect, Finding, Words, effect_dots
from afteraction.report.document import Cell, Figure, Table
from afteraction.report.sections.cells import number
from afteraction.report.wording import days, each, listed, many, percent, points

_WORDS: Final = Words("more likely", "less likely", "as likely", "can’t tell", "what closed deals seem to say")
_READING: Final = (
    "The dot is the chance of winning of deals that are still open at that age, less the chance that the same kinds of "
    "deals had at their start; the line is its 95% interval. In the shaded zone it is too small to matter. "
    "The cross compares closed deals that took longer with those that did not, looking back from the end. Waiting "
    "itself need not be the cause: hopeless deals leave early, so that better ones are left, and old ones may go stale."
)


def waiting_figure(later: Sequence[WinningLater], period: str) -> Figure:
    """The difference at each age, the youngest first. There must be one at least."""
    rows = [Effect(_open_for(one), one.difference, one.low, one.high, one.naive, _finding(one)) for one in later]
    title = _title(next((one for one in later if one.quantile >= LONG), later[-1]))
    return Figure(
        id="winning-later",
        title=title,
        basis=f"{listed([f'{one.n:,}' for one in later])} deals that were open at that age, {period} · difference in "
        "the probability of winning, in points · 95% intervals",
        picture=effect_dots(rows, MATTERS, _WORDS),
        in_words=f"The chance of winning of deals that are open for long, beside that at their start. {title}. "
        + each(
            [
                f"{_open_for(one)}: {percent(one.at_age)} against {percent(one.at_start)}, {_range(one)} points"
                for one in later
            ]
        ),
        reading=_READING,
        table=_table(later),
    )


def _finding(one: WinningLater) -> Finding:
    if one.low > 0:
        return "helps"
    if one.high < 0:
        return "hurts"
    return "no_effect" if one.low >= -MATTERS and one.high <= MATTERS else "cant_tell"


def _open_for(one: WinningLater) -> str:
    return f"open after {many(round(one.age_days), 'day')}"


def _range(one: WinningLater) -> str:
    return f"{points(one.difference)} ({points(one.low)} to {points(one.high)})"


def _title(one: WinningLater) -> str:
    open_for = f"deals still {_open_for(one)}"
    figures = f"{percent(one.at_age)} against {percent(one.at_start)}, {_range(one)} points"
    match _finding(one):
        case "helps":
            return f"D{open_for[1:]} are more likely to be won than at their start: {figures}"
        case "hurts":
            return f"D{open_for[1:]} are less likely to be won than at their start: {figures}"
        case "no_effect":
            return f"D{open_for[1:]} are as likely to be won as at their start: {figures}"
        case _:
            return f"Whether {open_for} are as likely to be won as at their start cannot be told: {figures}"


def _table(later: Sequence[WinningLater]) -> Table:
    rows = tuple(
        (
            Cell(days(one.age_days), one.age_days),
            Cell(percent(one.quantile), one.quantile),
            number(one.n),
            Cell(percent(one.at_start), round(one.at_start, 6)),
            Cell(percent(one.at_age), round(one.at_age, 6)),
            Cell(points(one.difference), round(one.difference, 6)),
            Cell(f"{points(one.low)} to {points(one.high)}", round(one.low, 6)),
            Cell(points(one.naive), round(one.naive, 6)),
        )
        for one in later
    )
    columns = ("open for", "of ended deals had ended", "deals open then", "won, from their start", "won, from then on",
               "difference, points", "95% interval", "naive")  # fmt: skip
    note = "Won from their start: deals of the same segments, mixed as among those that were open so long."
    return Table("Winning after a long time", columns, rows, (False, *(True,) * 7), note)
