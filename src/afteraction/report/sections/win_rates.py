"""The section on win rates: month by month, then by what is known of a deal."""

from datetime import date
from typing import Final

from afteraction.analysis.deal_facts import PEOPLE
from afteraction.analysis.intervals import Rate, difference, rate
from afteraction.analysis.win_rates import SMALLEST_GROUP, GroupedWinRates, GroupWinRate, MonthWinRate, WinRates
from afteraction.errors import NotEnoughData
from afteraction.report.charts.months import MonthOutcomes, outcome_months
from afteraction.report.charts.rates import Row, rate_dots
from afteraction.report.document import Block, Cell, Figure, Notice, Prose, Section, Table
from afteraction.report.sections.cells import number, range_of, refusal, share, with_interval
from afteraction.report.sections.facts import fact_name, is_first, place
from afteraction.report.wording import anchor, each, listed, many, percent, points

_SHOWN: Final = 30
_KINDS: Final = 10
_RECENT: Final = 3
_READING: Final = (
    "Each dot is the share won of all deals that ended, no decision included; the line through it is the 95% interval. "
    "A filled circle stands above, a filled diamond below all other deals by more than chance explains, counting how "
    "many groups were looked at. A hollow circle cannot be told apart from the others, whatever its place."
)


def win_rate_section(found: WinRates | NotEnoughData, period: str) -> Section:
    """Win rates with their intervals; `period` says when the deals ended."""
    title = "Win rates"
    if isinstance(found, NotEnoughData):
        return Section("win-rates", title, blocks=(refusal("win rates", found),))
    kinds = sorted(found.by.values(), key=lambda kind: place(kind.by))
    blocks: list[Block] = [_by_month(found, period)] if len(found.months) > 1 else []
    shown = [kind for kind in kinds if not kind.leaks and (is_first(kind.by) or _told_apart(kind))][:_KINDS]
    overall = found.overall.of_ended
    blocks += [_by_group(kind, overall, period, explained=number == 0) for number, kind in enumerate(shown)]
    if alike := [fact_name(kind.by) for kind in kinds if not kind.leaks and kind not in shown]:
        blocks.append(Prose(f"Not shown, as nothing was found: win rates by {listed(alike, most=20)}."))
    if leaking := [fact_name(kind.by) for kind in kinds if kind.leaks]:
        blocks.append(_leak_notice(leaking))
    return Section("win-rates", title, _finding(found, kinds), tuple(blocks))


def _told_apart(kind: GroupedWinRates) -> int:
    return sum(group.verdict in ("above", "below") for group in kind.groups)


def _finding(found: WinRates, kinds: list[GroupedWinRates]) -> str:
    overall = found.overall
    told_apart = sum(map(_told_apart, kinds))
    looked_at = sum(len(kind.groups) for kind in kinds if not kind.leaks)
    first = f"{with_interval(overall.of_ended)} of {many(overall.ended, 'deal')} that ended were won"
    if not looked_at:
        return f"{first}."
    return f"{first}. {told_apart} of {many(looked_at, 'group')} looked at can be told apart from the other deals."


def _leak_notice(leaking: list[str]) -> Notice:
    names = listed([f"“{name}”" for name in leaking])
    return Notice(
        f"Not judged: {names}",
        "Whether this is on record depends on how the deal ended, so its groups say nothing about why deals are won. "
        "It would have to be filled in before the outcome is known.",
    )


def _by_group(kind: GroupedWinRates, overall: Rate, period: str, *, explained: bool) -> Figure:
    """One kind of group, the highest rate first; of very many groups those told apart, then the largest."""
    by = fact_name(kind.by)
    shown = sorted(kind.groups, key=lambda group: (not _side(group), -group.rate.ended))[:_SHOWN]
    shown.sort(key=lambda group: (-group.rate.of_ended.value, group.group))
    rows = [Row(group.group, group.rate.of_ended, _side(group)) for group in shown]
    ended = sum(group.rate.ended for group in kind.groups)
    basis = [f"{many(ended, 'deal')} that ended, {period}", "95% intervals"]
    if len(shown) < len(kind.groups):
        basis.append(f"{len(shown)} of {len(kind.groups)} groups; the table has all")
    if kind.too_small.groups:
        basis.append(f"left out: {many(kind.too_small.groups, 'group')} with fewer than {SMALLEST_GROUP} deals")
    if kind.unknown:
        basis.append(f"{many(kind.unknown.ended, 'deal')} without a {by} on record")
    title = _group_title(kind, by)
    return Figure(
        id=f"win-rate-by-{anchor(kind.by)}",
        title=title,
        basis=" · ".join(basis),
        picture=rate_dots(rows, overall.value),
        in_words=f"Win rate by {by}. {title}. " + each([f"{row.name} {with_interval(row.rate)}" for row in rows]),
        reading=_READING if explained else "",
        table=_group_table(kind, by),
    )


def _side(group: GroupWinRate) -> int:
    return {"above": 1, "below": -1}.get(group.verdict, 0)


def _group_title(kind: GroupedWinRates, by: str) -> str:
    above = [group.group for group in kind.groups if group.verdict == "above"]
    below = [group.group for group in kind.groups if group.verdict == "below"]
    if not above and not below:
        return f"By {by}: no group’s win rate can be told apart from that of the other deals"
    if kind.by in PEOPLE:
        said = [f"{listed(above)} {'wins' if len(above) == 1 else 'win'} more often than the others"] if above else []
        said += [f"{listed(below)} {'wins' if len(below) == 1 else 'win'} less often"] if below else []
    else:
        said = [f"{listed(above)} won more often than the others"] if above else []
        said += [f"{listed(below)} won less often"] if below else []
    return f"By {by}: {', '.join(said)}"


_VERDICTS: Final = {"above": "above", "below": "below", "not_different": "not told apart", "leak": "not judged"}


def _group_table(kind: GroupedWinRates, by: str) -> Table:
    def row(group: GroupWinRate) -> tuple[Cell, ...]:
        apart = group.difference
        return (
            Cell(group.group),
            number(group.rate.ended),
            number(group.rate.won),
            number(group.rate.lost),
            number(group.rate.no_decision),
            share(group.rate.of_ended),
            range_of(group.rate.of_ended),
            Cell(f"{points(apart.value)} ({points(apart.low)} to {points(apart.high)})", apart.value)
            if apart
            else Cell("–"),
            Cell(_VERDICTS[group.verdict]),
        )

    columns = (
        by,
        "ended",
        "won",
        "lost",
        "no decision",
        "won of ended",
        "95% interval",
        "points from the rest",
        "verdict",
    )
    rows = tuple(row(group) for group in sorted(kind.groups, key=lambda group: -group.rate.ended))
    return Table(f"Win rate by {by}", columns, rows, (False, *(True,) * 7, False))


def _by_month(found: WinRates, period: str) -> Figure:
    months = [
        MonthOutcomes(
            month=_month(each.month),
            won=each.rate.won,
            lost=each.rate.lost,
            undecided=each.rate.no_decision,
            win_rate=each.rate.of_ended if each.rate.ended >= SMALLEST_GROUP else None,
        )
        for each in found.months
    ]
    title = _month_title(found.months)
    return Figure(
        id="win-rate-by-month",
        title=title,
        basis=f"{many(found.overall.ended, 'deal')} that ended, {period} · band: 95% interval of months with at least "
        f"{SMALLEST_GROUP} ended deals",
        picture=outcome_months(months),
        in_words=f"Deals ended per month by outcome, and the win rate of each month. {title}.",
        reading="The bars count the deals that ended in each month. The line below is the share of them that was won; "
        "where the bands of two months overlap widely, the difference between them may be chance.",
        table=_month_table(found.months),
    )


def _month(text: str) -> date:
    return date.fromisoformat(f"{text}-01")


def _month_title(months: tuple[MonthWinRate, ...]) -> str:
    """The last months beside all before them."""
    late, early = months[-_RECENT:], months[:-_RECENT]
    if not early:
        return "How the deals of each month ended"
    new = rate(sum(m.rate.won for m in late), sum(m.rate.ended for m in late))
    old = rate(sum(m.rate.won for m in early), sum(m.rate.ended for m in early))
    apart = difference(new, old)
    span = f"the last {_RECENT} months"
    if apart.low <= 0 <= apart.high:
        return (
            f"The win rate of {span}, {percent(new.value)}, cannot be told apart from the {percent(old.value)} before"
        )
    way = "above" if apart.value > 0 else "below"
    return f"The win rate of {span} was {percent(new.value)}, {way} the {percent(old.value)} of the time before"


def _month_table(months: tuple[MonthWinRate, ...]) -> Table:
    columns = ("month", "ended", "won", "lost", "no decision", "won of ended", "95% interval", "won of decided")
    rows = tuple(
        (
            Cell(each.month),
            number(each.rate.ended),
            number(each.rate.won),
            number(each.rate.lost),
            number(each.rate.no_decision),
            share(each.rate.of_ended),
            range_of(each.rate.of_ended),
            share(each.rate.of_decided),
        )
        for each in months
    )
    return Table("Outcomes and win rate by month", columns, rows, (False, *(True,) * 7))
