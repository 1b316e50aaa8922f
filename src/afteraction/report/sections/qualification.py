"""The section on good and bad business: what an hour brings, what was spent on which outcome, when to walk away."""

from collections.abc import Iterator, Sequence
from typing import Final

from afteraction.analysis.calibration import Measured
from afteraction.analysis.qualification import BandVerdict, Fact, Pursuit, Qualification
from afteraction.analysis.walk_away import WalkAway
from afteraction.errors import NotEnoughData
from afteraction.report.charts.spending import Outcome, Spent, spending
from afteraction.report.document import Block, Cell, Figure, KeyFigure, KeyFigures, Notice, Prose, Section, Table
from afteraction.report.sections.cells import number, refusal, sentence
from afteraction.report.sections.facts import fact_name, is_first, place
from afteraction.report.sections.walk_away import walk_away_blocks, walk_away_finding
from afteraction.report.sections.yields import Units, yield_figure
from afteraction.report.wording import amount, capital, each, interval, listed, many, percent

_FACTS: Final = 10
_TITLE: Final = "Good business and bad business"
_OUTCOMES: Final[dict[str, tuple[str, Outcome]]] = {
    "won": ("Won", "won"),
    "lost": ("Lost", "lost"),
    "no_decision": ("No decision", "undecided"),
}
_NO_CURVES: Final = NotEnoughData(
    "no point of a deal’s life is on record at which it might have been left",
    "a process with stages, and stage changes",
)
_NOT_WON: Final = {"lost": "deals that were lost", "no_decision": "deals without a decision"}
_TOLD_APART: Final = (BandVerdict.ABOVE, BandVerdict.BELOW)


def qualification_section(
    found: Qualification | NotEnoughData, curves: Sequence[WalkAway] | NotEnoughData, period: str
) -> Section:
    """Which business is worth its effort, and what leaving the rest earlier would have saved and cost."""
    if isinstance(found, NotEnoughData):
        blocks: list[Block] = [refusal("what each kind of business brings for its effort", found)]
    else:
        blocks = list(_blocks(found, period))
    curves = curves or _NO_CURVES
    if isinstance(curves, NotEnoughData):
        blocks.append(refusal("what walking away earlier would have saved and cost", curves))
        curves = ()
    blocks += walk_away_blocks(curves, period)
    said = [_finding(found) if isinstance(found, Qualification) else "", walk_away_finding(curves)]
    return Section("qualification", _TITLE, " ".join(each for each in said if each), tuple(blocks))


def _blocks(found: Qualification, period: str) -> Iterator[Block]:
    yield KeyFigures(tuple(_key_figures(found)))
    if found.notes:
        yield Notice("What these figures leave out", " ".join(map(sentence, found.notes)))
    facts = sorted(found.facts, key=lambda fact: place(fact.fact))
    shown = [fact for fact in facts if is_first(fact.fact) or _told_apart(fact)][:_FACTS]
    explained = False
    drawn = []
    for fact in shown:
        figure = yield_figure(found, fact, period, explained=explained)
        if figure:
            explained = True
            drawn.append(fact)
            yield figure
    if alike := [fact_name(fact.fact) for fact in facts if fact not in drawn]:
        yield Prose(
            f"Not shown, as no group stands out: what {Units.of(found).one} brings by {listed(alike, most=20)}."
        )
    if found.left_out:
        reasons = [f"{fact_name(each.fact)}: {each.reason}" for each in found.left_out]
        yield Notice("Not judged, as they depend on how the deal ended", f"{sentence('; '.join(reasons))}")
    if found.per != "deals":
        yield _pursuit(found, period)


def _told_apart(fact: Fact) -> int:
    return sum(band.verdict in _TOLD_APART for band in fact.bands)


def _not_won(found: Qualification) -> Measured | None:
    """The share of the effort that went into deals that were not won."""
    won = next((each.share for each in found.pursuit if each.outcome == "won"), None)
    return won and Measured(1 - won.value, 1 - won.high, 1 - won.low)


def _finding(found: Qualification) -> str:
    units = Units.of(found)
    looked_at = [band for fact in found.facts for band in fact.bands if band.result]
    said = [f"{_brings(found, units)} ({units.between(found.overall)})."]
    spent = _not_won(found)
    if spent and found.per != "deals":
        said.append(f"{_share(spent)} of the {found.per} went into deals that were not won.")
    if looked_at:
        apart = sum(map(_told_apart, found.facts))
        said.append(f"{apart} of {many(len(looked_at), 'group')} looked at can be told apart from the other deals.")
    return " ".join(said)


def _brings(found: Qualification, units: Units) -> str:
    """What an hour brings, as the beginning of a sentence."""
    value = units.written(found.overall.value)
    if units.in_wins:
        return f"100 {found.per} bring {value} wins"
    return f"{units.one.capitalize()} brings {value}{'' if found.brings == 'value' else f' {found.brings}'}"


def _share(found: Measured) -> str:
    return f"{percent(found.value)} ({interval(found.low, found.high)})"


def _key_figures(found: Qualification) -> Iterator[KeyFigure]:
    units = Units.of(found)
    yield KeyFigure(
        capital(units.rate),
        units.written(found.overall.value),
        f"95% interval {units.between(found.overall)}",
        f"{many(found.deals, 'deal')} old enough to have ended",
    )
    if found.per == "deals":
        return
    for part in found.pursuit:
        if part.outcome in _NOT_WON:
            yield KeyFigure(
                f"{found.per} spent on {_NOT_WON[part.outcome]}".capitalize(),
                percent(part.share.value),
                f"95% interval {interval(part.share.low, part.share.high)}",
                f"{amount(part.effort)} {found.per}, {many(part.deals, 'deal')}",
            )


def _pursuit(found: Qualification, period: str) -> Figure:
    parts = [
        Spent(
            *_OUTCOMES[each.outcome],
            each.share,
            each.deals / found.deals,
            f"{percent(each.share.value)} · {amount(each.per_deal)} {found.per} a deal",
        )
        for each in found.pursuit
        if each.deals
    ]
    spent = _not_won(found)
    title = f"{_share(spent)} of the {found.per} went into deals that were not won" if spent else "What deals cost"
    return Figure(
        id="cost-of-pursuit",
        title=title,
        basis=f"{found.per} on record of {many(found.deals, 'deal')} old enough to have ended, {period} · 95% "
        "intervals",
        picture=spending(parts, found.per),
        in_words=f"What was spent on deals of each outcome. {title}. "
        + each(
            [
                f"{part.name} {_share(part.share)} of the {found.per}, {percent(part.of_deals)} of the deals"
                for part in parts
            ]
        ),
        reading=f"The bar is the share of all {found.per} that went into deals of this outcome, the thin line its 95% "
        f"interval, the diamond the share of the deals. On the right the {found.per} of an average deal. Not all of it "
        "was wasted: nobody wins every deal, and some were lost that might have been won.",
        table=_pursuit_table(found.pursuit, found),
    )


def _pursuit_table(pursuit: Sequence[Pursuit], found: Qualification) -> Table:
    rows = tuple(
        (
            Cell(_OUTCOMES[each.outcome][0]),
            number(each.deals),
            Cell(amount(each.effort), round(each.effort, 3)),
            Cell(percent(each.share.value), round(each.share.value, 6)),
            Cell(interval(each.share.low, each.share.high), round(each.share.low, 6)),
            Cell(amount(each.per_deal), round(each.per_deal, 6)),
        )
        for each in pursuit
    )
    columns = ("outcome", "deals", found.per, f"share of the {found.per}", "95% interval", f"{found.per} a deal")
    return Table("What was spent on deals of each outcome", columns, rows, (False, *(True,) * 5))
