"""A protocol, and the size of a plan, in words and figures as people read them: on pages, in the PDF and in the API."""

from dataclasses import dataclass

from pydantic import ValidationError

from afteraction.analysis.cluster_inference import FEW_CLUSTERS
from afteraction.analysis.experiment_planning import Estimate
from afteraction.analysis.experiment_power import LONGEST_WEEKS, NotAnswerable, Size, stretched
from afteraction.errors import NotEnoughData
from afteraction.report.wording import decimal, interval, many, percent
from afteraction.web.experiments.document import Guard, ProtocolDocument, TrialMeasure, read_document
from afteraction.web.experiments.models import Protocol
from afteraction.web.experiments.sizing import Leading, Sizing, Wished

DESIGNS = {
    "arrival": "Each deal is drawn as it comes, so that arms stay level",
    "stratified": "Drawn once: half of them the new way",
    "pairs": "In pairs that are alike, a coin for each pair",
    "switchback": "Back and forth: each takes turns",
    "stepped": "Step by step, until everyone is on the new way",
}
UNITS = {"deal": "deals", "rep": "reps", "team": "teams"}


def document_of(protocol: Protocol) -> ProtocolDocument | None:
    """What a protocol says; None where it cannot be read, because it is not whole or was tampered with."""
    try:
        return read_document(protocol.document)
    except ValidationError:
        return None


def protocol_words(document: ProtocolDocument) -> list[tuple[str, str]]:
    """A protocol as headings and sentences."""
    design, plan, rule, primary = document.design, document.plan, document.rule, document.primary
    drawn = DESIGNS[design.kind]
    if design.by:
        drawn += f"; level within {', '.join(design.by)}"
    if design.units:
        drawn += f": {many(len(design.units), design.unit)}"
    if design.period:
        drawn += f"; periods of {many(design.period, 'day')}"
    if design.washout:
        drawn += f", the first {many(design.washout, 'day')} of each in no arm"
    if design.steps:
        drawn += f"; {many(design.steps, 'step')}"
    assigned = f"Deals are drawn from {_day(document.starts_on)} to {_day(document.assign_until)}"
    sized = f"{many(plan.deals, 'deal')} in {decimal(plan.weeks, 0)} weeks, for a power of {percent(plan.power)}"
    rows = [
        ("What is expected", document.hypothesis),
        ("Who is in", who_words(document)),
        ("How it is drawn", drawn),
        ("What decides", primary.name),
        *[("Must not get worse", f"{each.measure.name}: {_worse(each)}") for each in document.guardrails],
        ("Smallest effect that matters", primary.told(plan.effect)),
        ("When", f"{assigned}; the last outcome is known on {_day(document.ends_on)}"),
        ("How many", f"{sized} at daily looks that err in {percent(plan.alpha)} of trials of nothing"),
        ("Computed from", _basis(document)),
        ("Adjusted", "By the chance of winning that each deal began with" if document.adjusted else "Not adjusted"),
        ("The rule", rule_words(document)),
    ]
    if rule.extend:
        rows.append(("May be extended", f"By {many(rule.extend, 'week')}, where the rule finds it still hopeful"))
    return rows


def _worse(guard: Guard) -> str:
    return f"by more than {guard.measure.told(guard.worst)}"


def who_words(document: ProtocolDocument) -> str:
    """Which deals are in, in a sentence."""
    who, parts = document.who, []
    for name, values in (("segment", who.segments), ("source", who.sources), ("team", who.teams)):
        if values:
            parts.append(f"{name} {' or '.join(values)}")
    if who.amount_from is not None:
        parts.append(f"an amount from {who.amount_from:,.0f}")
    if who.amount_to is not None:
        parts.append(f"an amount up to {who.amount_to:,.0f}")
    of_list = f" of the {many(len(document.design.units), document.design.unit)} named" if document.design.units else ""
    return f"New deals{of_list} with {', '.join(parts)}" if parts else f"All new deals{of_list}"


def rule_words(document: ProtocolDocument) -> str:
    """When it stops and what is decided then."""
    rule, primary = document.rule, document.primary
    above = primary.told(rule.benefit) if rule.benefit else "zero"
    words = f"Adopt once the whole interval is above {above}; stop for harm once it is below zero"
    if document.guardrails:
        words += ", or a guardrail is worse beyond its limit"
    if rule.futile is not None:
        words += f"; stop when going on has less than {percent(rule.futile)} to show a benefit"
    return f"{words}; at the planned end, adopt or reject"


@dataclass(frozen=True)
class Figure:
    """A figure that a size rests on: value, interval and n as written, or why there is none."""

    name: str
    value: str = ""
    interval: str = ""
    n: str = ""
    refused: NotEnoughData | None = None


def figures(found: Sizing, measure: TrialMeasure) -> list[Figure]:
    """What the record says, each with its interval and n."""
    record = found.record
    made = [
        _figure(f"{measure.name}, until now", record.base, "deals", "share" if measure.share else "days"),
        _figure("Deals a week", record.per_week, "weeks", "number"),
        _figure("Known beforehand, of what differs", record.explained, "deals", "share"),
    ]
    if record.likeness is not None:
        made.append(_figure("Deals of one hand are alike", record.likeness, "deals", "fraction"))
    if record.unevenness is not None:
        made.append(_figure("How unevenly deals fall", record.unevenness, "of them", "fraction"))
    return made


def few_words(found: Sizing) -> str:
    """What it costs that so few are drawn, or that each is drawn for a while only; empty where neither is so."""
    if found.clusters is None:
        return ""
    if stretched(found.clusters) is None:
        return (
            f"Only {found.clusters} {found.drawn} can be drawn in so few ways that the most extreme comes by chance "
            "too often: no result of them could ever be beyond chance. Eight are the fewest."
        )
    turns = "Each turn counts as one that is drawn, which is cautious. " if found.drawn.startswith("turns") else ""
    if found.clusters >= FEW_CLUSTERS:
        return turns.strip()
    return (
        f"{turns}Only {found.clusters} {found.drawn} are drawn. Below {FEW_CLUSTERS} the result is judged by what else "
        f"might have been drawn: exact, yet an effect must be {percent(found.few - 1)} larger to show than with many. "
        "The size allows for it."
    )


@dataclass(frozen=True)
class Answer:
    """Whether a plan can be answered: a headline, what it takes, and what would do where it cannot."""

    answerable: bool
    head: str
    words: str
    instead: tuple[str, ...] = ()
    leading: tuple[tuple[str, str, str], ...] = ()


def answer(found: Sizing, measure: TrialMeasure, wished: Wished) -> Answer:
    """The answer in words; `leading` holds (choice, name, words) of measures that come sooner."""
    size = found.answer
    shown = f"{measure.told(wished.effect)} in “{measure.name}”"
    smallest = (
        f" The smallest effect that shows in this time is {measure.told(found.smallest)}." if found.smallest else ""
    )
    if isinstance(size, Size):
        head = f"{size.deals:,} deals, {size.weeks:.0f} weeks"
        words = f"Enough to show {shown} in 8 of 10 trials in which it is there.{smallest}"
        return Answer(True, head, words)
    if not isinstance(size, NotAnswerable):
        return Answer(False, "It cannot be computed", f"{_sentence(size.reason)}. It would take {size.needed}.")
    instead = []
    endless = size.weeks is not None and size.weeks > LONGEST_WEEKS
    if size.weeks is not None and not endless:
        instead.append(f"{size.weeks:.0f} weeks instead of {wished.longest:.0f}")
    if size.clusters is not None:
        instead.append(f"{size.clusters} {found.drawn} instead of {found.clusters}, each with as many deals")
    if size.effect is not None:
        instead.append(f"an effect of {measure.told(size.effect)}")
    if size.weeks is None:
        words = f"{found.clusters} {found.drawn} are too few to show {shown}, however long you wait."
    elif endless:
        words = f"{shown} would not show in any sensible time: at the pace of the record it takes more than ten years."
    else:
        words = f"{shown} would not show in the time there is."
    return Answer(False, "This cannot be answered", words, tuple(instead), tuple(map(_leading, found.leading)))


def _leading(each: Leading) -> tuple[str, str, str]:
    measure = each.measure
    choice = f"{measure.kind}|{measure.what}" if measure.what else measure.kind
    words = f"{percent(each.base.value)} before (n = {each.base.n:,})"
    if each.found is not None:
        words += f"; the same effect takes {each.found.deals:,} deals, {each.found.weeks:.0f} weeks"
    elif each.smallest is not None:
        words += f"; shows effects from {measure.told(each.smallest)} on"
    return f"{choice}@{measure.horizon}", measure.name, words


def _figure(name: str, found: Estimate | NotEnoughData, of: str, kind: str) -> Figure:
    if isinstance(found, NotEnoughData):
        return Figure(name, refused=found)
    n = f"{found.n:,} {of}"
    if kind == "share":
        return Figure(name, percent(found.value), interval(found.low, found.high), n)
    if kind == "fraction":
        return Figure(name, decimal(found.value, 2), f"{decimal(found.low, 2)}–{decimal(found.high, 2)}", n)
    unit = " days" if kind == "days" else ""
    return Figure(name, f"{decimal(found.value, 1)}{unit}", f"{decimal(found.low, 1)}–{decimal(found.high, 1)}", n)


def _basis(document: ProtocolDocument) -> str:
    plan, share = document.plan, document.primary.share
    base = percent(plan.base) if share else f"{decimal(plan.base, 1)} days"
    words = f"{base} before ({many(plan.seen, 'deal')}), {decimal(plan.per_week, 1)} deals a week"
    if document.design.unit != "deal":
        words += f", deals of one {document.design.unit} alike by {decimal(plan.likeness, 2)}"
    if plan.few > 1:
        words += f", effects {percent(plan.few - 1)} larger because so few are drawn"
    return f"{words}; data version {plan.data_version}" if plan.data_version else words


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _day(day: object) -> str:
    return f"{day:%-d %b %Y}"
