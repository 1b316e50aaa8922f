"""The last sections: what could not be answered, how the figures are made, and what the words mean."""

from collections.abc import Sequence
from typing import Final

from afteraction.report.document import Cell, Definitions, Prose, Refusal, Section, Table

_METHODS: Final = (
    (
        "Intervals",
        "Every share carries its 95% interval (Wilson's score interval; for differences Newcombe's). If the same "
        "organisation were observed again and again, 95 of 100 such intervals would hold the true value. Deals are taken "
        "as independent; where several deals belong to one account the true uncertainty is larger.",
    ),
    (
        "Standing out",
        "A group, a trend or a difference is called different only when chance explains it badly, with at most 5% false "
        "alarms among all that were looked at together (Benjamini and Hochberg). Nothing is ranked by a raw rate.",
    ),
    (
        "Done, late, out of order, skipped",
        "A step is due once the deal has entered its stage. It is skipped only when it can no longer be done in time: "
        "not while the deal is open and has not moved on, and not when the deal was given up before the deadline.",
    ),
    (
        "Won beside lost",
        "Compared are only deals that were still open on the day named, by what had been done until then. A comparison "
        "over whole lives would favour whatever comes late, because deals that are won live longer (immortal-time bias).",
    ),
    (
        "Effects",
        "What a step does is estimated among deals that were open the same time after entering the stage, standardised over what "
        "was known of them at that time, by a doubly robust estimator with cross-fitting. Open deals count as not over, "
        "not as lost. What the record does not know can still be behind an effect; the E-value says how strong it would "
        "have to be.",
    ),
    (
        "Time",
        "Times in stage count stays that are not over for as long as they have lasted (Kaplan and Meier). “Now” is the "
        "latest time in the record.",
    ),
    (
        "Reproducing a figure",
        "Data are versioned. The same command on the same data version and process gives the same report.",
    ),
)
_GLOSSARY: Final = (
    ("Deal", "One sale pursued; your CRM may call it an opportunity."),
    ("Outcome", "Won, lost, no decision, or still open. No decision is not the same as lost."),
    ("Stage change", "A dated move of a deal in the pipeline. It does not prove that a step was done."),
    ("Step", "What the process prescribes at one point of a stage."),
    ("Touch", "A logged call, mail, meeting or document."),
    ("Event", "A touch or a stage change, in the order in which they happened."),
    ("Way (variant)", "A sequence of events that one or several deals share."),
    ("Fitness", "The share of the rules of the process that a deal keeps. It is not the quality of the deal."),
    ("Kept", "Done, on time and in order."),
    ("Stalled", "Open, and longer in its stage than nine of ten deals were that were won later."),
    ("Interval", "The range of values that the data cannot tell apart from the one shown."),
    ("Points", "Percentage points: from 30% to 33% is 3 points."),
)


def refused_section(refusals: Sequence[Refusal]) -> Section:
    """All that could not be answered from this record, in one place."""
    title = "What could not be answered"
    if not refusals:
        return Section("refused", title, blocks=(Prose("Every analysis of this report could be made."),))
    rows = tuple((Cell(one.what), Cell(one.reason), Cell(one.needed)) for one in refusals)
    columns = ("analysis", "why not", "what would make it possible")
    table = Table("Refused analyses", columns, rows, (False, False, False))
    return Section("refused", title, "Too little data gives a refusal, never a neutral number.", (table,))


def method_section() -> Section:
    """How the figures are made."""
    return Section("methods", "How the figures are made", blocks=(Definitions(_METHODS),))


def glossary_section() -> Section:
    """What the words mean."""
    return Section("glossary", "Glossary", blocks=(Definitions(_GLOSSARY),))
