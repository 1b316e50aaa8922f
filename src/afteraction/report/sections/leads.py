"""The section on leads: what became of them by source and month, who is given the credit, how good a score is."""

from typing import Final

from afteraction.analysis.attribution import Attribution, Rule
from afteraction.analysis.calibration import Measured
from afteraction.analysis.lead_comparison import Comparison
from afteraction.analysis.lead_findings import LeadFindings
from afteraction.analysis.lead_months import AtAge, Months
from afteraction.analysis.lead_outcomes import Became, Group
from afteraction.analysis.lead_score import LeadScore
from afteraction.errors import NotEnoughData
from afteraction.report.charts.rates import Row, rate_dots
from afteraction.report.document import Block, Cell, Figure, KeyFigure, KeyFigures, Notice, Prose, Section, Table
from afteraction.report.sections.cells import NOTHING, duration, number, refusal, share, with_interval
from afteraction.report.wording import anchor, decimal, decimals, each, interval, listed, many, percent, points

_SHOWN: Final = 30
_READING: Final = (
    "Each dot is the share of leads that was won by that age; the line through it is the 95% interval of the leads "
    "themselves. A filled mark stands above (circle) or below (diamond) all leads together by more than chance "
    "explains, small groups leaning on all. Leads that are younger are not in the picture: they are not failures."
)


def lead_section(found: LeadFindings | NotEnoughData, period: str) -> Section:
    """What is known of leads; `period` says when the record runs."""
    title = "What became of the leads"
    if isinstance(found, NotEnoughData):
        return Section("leads", title, blocks=(refusal("what became of leads", found),))
    blocks: list[Block] = []
    for became in found.by:
        blocks += _became(became, period, explained=not blocks)
    blocks.append(
        refusal("leads by month", found.months) if isinstance(found.months, NotEnoughData) else _months(found.months)
    )
    if isinstance(found.attribution, Attribution):
        blocks += _attribution(found.attribution)
    else:
        blocks.append(refusal("attribution of won leads to channels", found.attribution))
    if isinstance(found.score, LeadScore):
        blocks += _score(found.score)
    else:
        blocks.append(refusal("a lead score", found.score))
    return Section("leads", title, _finding(found), tuple(blocks))


def _finding(found: LeadFindings) -> str:
    if not found.by:
        return f"{many(found.leads, 'lead')} came in."
    every = found.by[0].overall
    said = f"{with_interval(every.won)} of {many(every.leads, 'lead')} have been won so far"
    if every.horizons:
        last = every.horizons[-1]
        said += f"; by the age of {last.days:.0f} days {percent(last.won.value)} ({_span(last.won)}) are"
    times = {one.what: one for one in every.times}
    if "won" in times:
        won = times["won"]
        said += f". Half of the wins come within {won.median:,.0f} days ({won.low:,.0f} to {won.high:,.0f})"
    return f"{said}."


def _became(became: Became, period: str, *, explained: bool) -> list[Block]:
    by = became.by
    table = _table(became)
    if not isinstance(became.compared, Comparison):
        return [refusal(f"differences between leads by {by}", became.compared), table]
    compared = became.compared
    marks = {"above": 1, "below": -1, "cant_tell": 0}
    shown = [one for one in compared.groups if one.own is not None]
    shown.sort(key=lambda one: (one.verdict == "cant_tell", -(one.own.n if one.own else 0)))
    rows = [Row(one.group, one.own, marks[one.verdict]) for one in shown[:_SHOWN] if one.own]
    rows.sort(key=lambda row: -row.rate.value)
    basis = f"{many(compared.overall.n, 'lead')} at least {compared.horizon:.0f} days old, {period} · 95% intervals"
    if len(shown) > len(rows):
        basis += f" · {len(rows)} of {len(shown)} groups; the table has all"
    title = _title(compared, by)
    return [
        Figure(
            id=f"leads-by-{anchor(by)}",
            title=title,
            basis=basis,
            picture=rate_dots(rows, compared.overall.value, "all leads"),
            in_words=f"Leads won by {by}. {title}. " + each([f"{row.name} {with_interval(row.rate)}" for row in rows]),
            reading=_READING if explained else "",
            table=table,
        )
    ]


def _title(compared: Comparison, by: str) -> str:
    above = [one.group for one in compared.groups if one.verdict == "above"]
    below = [one.group for one in compared.groups if one.verdict == "below"]
    said = [f"{listed(above)} became revenue more often than the others"] if above else []
    said += [f"{listed(below)} less often"] if below else []
    found = ", ".join(said) or "no group of leads can be told apart from the others"
    return f"Won within {compared.horizon:.0f} days, by {by}: {found}"


def _table(became: Became) -> Table:
    compared = became.compared if isinstance(became.compared, Comparison) else None
    pooled = {one.group: one for one in compared.groups} if compared else {}

    def row(group: Group) -> tuple[Cell, ...]:
        name = "all leads" if group.group is None else group.group or "unknown"
        last = group.horizons[-1] if group.horizons else None
        median = next((one.median for one in group.times if one.what == "won"), None)
        one = pooled.get(group.group or "")
        return (
            Cell(name),
            number(group.leads),
            number(group.young),
            share(group.accepted),
            share(group.returned),
            number(group.deals.count),
            number(group.won.count),
            _measured(last.won) if last else NOTHING,
            Cell(f"{last.days:.0f}", last.days) if last else NOTHING,
            duration(median),
            Cell(f"{points(one.difference.value)} ({points(one.difference.low)} to {points(one.difference.high)})")
            if one
            else NOTHING,
            _money(group),
        )

    columns = (
        *(became.by, "leads", "still young", "accepted", "returned", "deals", "won", "won by that age", "age, days"),
        *("median time to win", "points from all, pooled", "revenue"),
    )
    rows = tuple(row(group) for group in (became.overall, *became.groups))
    return Table(f"What became of leads by {became.by}", columns, rows, (False, *(True,) * 11))


def _money(group: Group) -> Cell:
    told = [f"{one.total:,.0f} {one.currency}".strip() for one in group.revenue]
    return Cell("; ".join(told), sum(one.total for one in group.revenue)) if told else NOTHING


def _months(found: Months) -> Table:
    def at(one: AtAge | None) -> tuple[Cell, Cell]:
        if one is None:
            return NOTHING, NOTHING
        return Cell(f"{one.age:.0f}", one.age), _measured(one.share)

    rows = tuple(
        (
            Cell(month.month),
            number(month.leads),
            at(month.judged)[1],
            *at(month.so_far),
            _measured(month.so_far.usual) if month.so_far and month.so_far.usual else NOTHING,
            Cell("young" if month.young else ""),
        )
        for month in found.months
    )
    columns = (
        *("came in", "leads", f"won by day {found.age:.0f}", "age reached, days", "won by that age"),
        *("leads before it, same age", ""),
    )
    note = (
        "Months are compared at the same age. A young month has not reached it: it stands beside what the leads before "
        "it had brought at its age."
    )
    return Table("Leads by the month in which they came in", columns, rows, (False, *(True,) * 5, False), note)


def _attribution(found: Attribution) -> list[Block]:
    shares = {rule.rule: {one.channel: one.share for one in rule.credits} for rule in found.rules}
    largest = sorted(found.views, key=lambda view: -view.highest)

    rows = tuple(
        (
            Cell(view.channel),
            number(view.leads),
            *(_measured(shares[rule][view.channel]) for rule in Rule),
            Cell(f"{view.lowest * 100:.0f}–{percent(view.highest)}", view.highest - view.lowest),
        )
        for view in largest[:_SHOWN]
    )
    columns = (found.by, "leads touched", *(rule.value for rule in Rule), "lowest to highest")
    basis = f"{many(found.conversions, 'won lead')}, {found.failed:,} that were not, {found.open:,} too young to tell"
    note = "; ".join(f"{rule.rule.value}: {rule.said}" for rule in found.rules)
    caption = f"Who is given the credit for won leads, in shares, by six rules ({basis})"
    table = Table(caption, columns, rows, (False, *(True,) * (len(columns) - 1)), note)
    words = [Prose(f"{one[0].upper()}{one[1:]}.") for one in found.notes]
    return [table, *words, Notice("What attribution cannot tell", found.cannot_tell)]


def _score(found: LeadScore) -> list[Block]:
    basis = (
        f"{many(found.n_test, 'lead')} that came in after {found.split:%Y-%m-%d}, learned from {found.n_train:,} before"
    )
    auc, slope = found.accuracy.auc, found.accuracy.slope
    figures = [
        KeyFigure("ranks a won lead above another", percent(auc.value), _span(auc), basis),
        KeyFigure("slope of calibration (1 is right)", decimal(slope.value, 2), decimals(slope.low, slope.high, 2)),
    ]
    if found.promises.ratio:
        ratio = found.promises.ratio
        figures.append(
            KeyFigure(
                "came of what was promised",
                percent(ratio.value),
                _span(ratio),
                f"{found.promises.came:,} won, {found.promises.expected:,.0f} promised",
            )
        )
    blocks: list[Block] = [
        Prose(f"The lead score: the chance to be won within {found.horizon:.0f} days of coming in."),
        KeyFigures(tuple(figures)),
    ]
    if found.promises.alarm is not None:
        way = "fewer" if found.promises.too_high else "more"
        known = f"After {found.promises.alarm:,} leads it was clear that {way} are won than it says."
        text = f"{known} It should be trained anew."
        blocks.append(Notice("The lead score has drifted", text))
    return blocks


def _measured(one: Measured) -> Cell:
    return Cell(f"{percent(one.value)} ({_span(one)})", round(one.value, 6))


def _span(one: Measured) -> str:
    return interval(one.low, one.high)
