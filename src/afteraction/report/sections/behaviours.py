"""The sections on what the way of working a deal, and the kind of deal, go along with."""

from collections.abc import Sequence
from typing import Final

from afteraction.analysis import behaviours as found_behaviours
from afteraction.analysis.attributes import AttributeEffect
from afteraction.analysis.behaviours import SLOW, BehaviourEffect
from afteraction.analysis.effect import FEWEST
from afteraction.analysis.verdict import Verdict
from afteraction.errors import NotEnoughData
from afteraction.report.charts.effects import Words
from afteraction.report.document import Block, Cell, Section, Table
from afteraction.report.sections.cells import refusal, sentence
from afteraction.report.sections.effect_parts import Manner, Named, effect_figure, effect_finding, effect_refusals
from afteraction.report.sections.facts import fact_name, place

_NAMES: Final = {
    found_behaviours.FAST_RESPONSE: "Fast first response",
    found_behaviours.TWO_PEOPLE: "Two people reached",
    found_behaviours.THREE_PEOPLE: "Three people reached",
    found_behaviours.MEETINGS: "More meetings",
    found_behaviours.FROM_BUYER: "Buyer gets in touch",
    found_behaviours.SILENCE: "Silence",
    found_behaviours.WENT_BACK: "Stage backwards",
}
_BEHAVIOURS: Final = Manner(
    id="behaviour-effects",
    thing="behaviour",
    things="behaviours",
    more=("goes along with more wins", "go along with more wins"),
    less=("goes along with fewer wins", "go along with fewer wins"),
    did="of which it is true",
    reading="Compared are deals that were open at the same age and had got as far, with the same steps done and as "
    "much contact by then; the dot is how much more often those were won of which the behaviour is true, the line its "
    "95% interval. The cross is what the plain win rates seem to say. Some of this is a sign rather than a cause: a "
    "buyer who is about to say no falls silent first.",
    words=Words("more wins", "fewer wins"),
)
_ATTRIBUTES: Final = Manner(
    id="attribute-effects",
    thing="kind of deal",
    things="kinds of deals",
    more=("is won more often", "are won more often"),
    less=("is won less often", "are won less often"),
    did="of this kind",
    reading="The dot is how much more often deals of this kind are won than the others, all else that was known at "
    "their start being equal; the line is its 95% interval. The cross is what the plain win rates say, with "
    "everything mixed in that comes along with the kind. Nobody does a kind of deal: it helps to choose, not to act.",
    words=Words("won more often", "won less often", "no difference"),
    landmark=False,
    shown=24,
)
_NO_BEHAVIOURS: Final = NotEnoughData("no deal shows how it was worked", "touches and stage changes of the deals")
_NO_ATTRIBUTES: Final = NotEnoughData(
    f"no fact is on record of which {FEWEST} deals share one value and others have another",
    "segment, source, competitor, amount or other facts of the deals, noted when they begin",
)
_WORKED: Final = (
    (Verdict.HELPS, "goes along with more wins", "go along with more wins"),
    (Verdict.HURTS, "goes along with fewer", "go along with fewer"),
    (Verdict.NO_EFFECT, "has no effect that matters", "have no effect that matters"),
    (Verdict.CANT_TELL, "cannot be told yet", "cannot be told yet"),
)
_OF_KIND: Final = (
    (Verdict.HELPS, "is won more often than the others", "are won more often than the others"),
    (Verdict.HURTS, "less often", "less often"),
    (Verdict.NO_EFFECT, "no differently", "no differently"),
    (Verdict.CANT_TELL, "cannot be told yet", "cannot be told yet"),
)


def behaviour_section(behaviours: Sequence[BehaviourEffect] | NotEnoughData, period: str) -> Section:
    """What each way of working goes along with, where it can be told."""
    title = "How deals are worked"
    behaviours = behaviours or _NO_BEHAVIOURS
    if isinstance(behaviours, NotEnoughData):
        return Section("behaviours", title, blocks=(refusal("what ways of working go along with", behaviours),))
    named = [Named(_behaviour_name(one.behaviour), one, one.means) for one in behaviours]
    figure = effect_figure(named, _BEHAVIOURS, period)
    blocks: list[Block] = [figure, _meanings(named)] if figure else []
    blocks += effect_refusals(named)
    return Section("behaviours", title, effect_finding(named, _BEHAVIOURS, _WORKED), tuple(blocks))


def attribute_section(attributes: Sequence[AttributeEffect] | NotEnoughData, period: str) -> Section:
    """How often each kind of deal is won, all else being equal, where it can be told."""
    title = "What kinds of deals are won"
    attributes = attributes or _NO_ATTRIBUTES
    if isinstance(attributes, NotEnoughData):
        return Section("kinds-of-deals", title, blocks=(refusal("what kinds of deals are won more often", attributes),))
    ordered = sorted(attributes, key=lambda one: place(one.attribute))
    named = [
        Named(f"{fact_name(one.attribute)}: {one.level}", one, called=f"{fact_name(one.attribute)} {one.level}")
        for one in ordered
    ]
    figure = effect_figure(named, _ATTRIBUTES, period)
    blocks: list[Block] = [figure] if figure else []
    blocks += effect_refusals(named)
    return Section("kinds-of-deals", title, effect_finding(named, _ATTRIBUTES, _OF_KIND), tuple(blocks))


def _behaviour_name(behaviour: str) -> str:
    if behaviour.startswith(SLOW):
        return f"Slow in {behaviour.removeprefix(SLOW)}"
    return _NAMES.get(behaviour, behaviour)


def _meanings(named: Sequence[Named]) -> Table:
    rows = tuple((Cell(one.name), Cell(sentence(one.means))) for one in named)
    return Table(
        "What each behaviour means exactly", ("behaviour", "true of a deal with"), rows, (False,) * 2, folded=True
    )
