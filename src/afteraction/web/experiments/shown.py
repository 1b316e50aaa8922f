"""A look in words: the finding, both arms, guardrails, what the rule says. Page, PDF and API say the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from afteraction.analysis.stopping_rule import Decision
from afteraction.analysis.trial_result import CANNOT_TELL
from afteraction.errors import NotEnoughData
from afteraction.report.charts.trial import Level, Looked, TrialCourse
from afteraction.report.wording import percent
from afteraction.web.experiments.document import ProtocolDocument, TrialMeasure
from afteraction.web.experiments.drawing import Drawing
from afteraction.web.experiments.models import Look

SAYS: Final = {
    "": ("Nothing yet", "circle-dashed", "plain", "Too little counts for the rule to say anything."),
    Decision.GO_ON.value: ("Go on", "loader-circle", "plain", "Nothing is decided yet: the trial goes on."),
    Decision.BENEFIT.value: ("Stop: it helps", "trending-up", "good", "The new way is better beyond chance: adopt it."),
    Decision.ADOPT.value: ("Adopt", "badge-check", "good", "The trial is over, and the new way is better."),
    Decision.HARM.value: ("Stop: it hurts", "trending-down", "poor", "The new way does harm beyond chance: reject it."),
    Decision.FUTILITY.value: (
        "Stop: no use",
        "circle-minus",
        "fair",
        "Going on would hardly show a benefit any more: reject it.",
    ),
    Decision.REJECT.value: ("Reject", "x", "fair", "The trial is over, and no benefit was shown."),
    Decision.EXTEND.value: ("Extend", "clock", "fair", "It is close: go on for the weeks that the protocol allows."),
    CANNOT_TELL: ("Cannot tell", "circle-dashed", "fair", "The trial has had its time, and too little is known."),
}
"""What the rule says: a word, an icon, a tone, and a sentence."""


@dataclass(frozen=True)
class Effect:
    """New less old, in words: `+4 points`, `−1 to +9`; `share` of points, else of days."""

    value: str
    interval: str
    low: float
    high: float
    share: bool


@dataclass(frozen=True)
class ArmShown:
    """One way: its name and key, deals assigned, those that count, and their share or mean of days in words."""

    name: str
    key: str
    assigned: int
    counting: int
    mean: str
    units: int


@dataclass(frozen=True)
class GuardShown:
    """A guardrail: what it may lose at most, its effect (None: `refused` says why), and whether it holds."""

    name: str
    worst: str
    effect: Effect | None
    refused: NotEnoughData | None
    hurt: bool
    kept: bool


@dataclass(frozen=True)
class LookShown:
    """A look as people read it."""

    look: Look
    title: str
    effect: Effect | None
    refused: NotEnoughData | None
    arms: tuple[ArmShown, ...]
    guards: tuple[GuardShown, ...]
    ratio: str
    ratio_in_doubt: bool
    says: tuple[str, str, str, str]
    reason: str
    prospect: str
    fraction: str
    adjusted: bool
    method: str


def shown(drawing: Drawing, look: Look) -> LookShown:
    """A look of a protocol."""
    kept, document = look.result, drawing.document
    effect = _effect(kept["found"], share=document.primary.share)
    refused = _refused(kept["found"])
    return LookShown(
        look=look,
        title=_title(document, effect, look.rule_says),
        effect=effect,
        refused=refused,
        arms=tuple(
            ArmShown(
                arm.name,
                arm.key,
                each["assigned"],
                each["counting"],
                mean(document.primary, each["mean"]),
                each["units"],
            )
            for arm, each in zip(document.arms, kept["arms"], strict=True)
        ),
        guards=tuple(_guard(each) for each in kept["guards"]),
        ratio=_ratio(kept["ratio"]),
        ratio_in_doubt=bool(kept["ratio"].get("in_doubt")),
        says=SAYS.get(look.rule_says, SAYS[""]),
        reason=str(kept["decided"].get("reason", "")),
        prospect=_prospect(kept["prospect"], over=kept["over"] or look.rule_says not in ("", Decision.GO_ON)),
        fraction=percent(min(kept["fraction"], 1.0)),
        adjusted=bool(kept["by_chance"]),
        method=_method(document, kept),
    )


def course_of(drawing: Drawing, looks: Sequence[Look]) -> TrialCourse | None:
    """The looks that found an interval, as they are drawn; None where none did."""
    document, share = drawing.document, drawing.document.primary.share
    by = 100.0 if share else 1.0
    known = [(each, each.result["found"]) for each in looks if "value" in each.result["found"]]
    if not known:
        return None
    rule = document.rule
    levels = [Level(0.0, "no difference", strong=True)]
    levels.append(Level(document.plan.effect * by, "smallest effect that matters"))
    levels += [Level(rule.benefit * by, "stops for benefit above")] if rule.benefit else []
    levels += [Level(rule.harm * by, "stops for harm below")] if rule.harm else []
    return TrialCourse(
        tuple(
            Looked(each.at.date(), *(found[name] * by for name in ("value", "low", "high"))) for each, found in known
        ),
        tuple(levels),
        known[0][0].at.date(),
        drawing.over.date(),
        "points" if share else "days sooner",
        "up is better",
    )


def effect_words(value: float, *, share: bool) -> str:
    """`+4 points`, `−0.3 points`, `2.5 days sooner`."""
    if share:
        return f"{_signed(value * 100)} {'point' if abs(round(value * 100, 1)) == 1 else 'points'}"
    return f"{abs(value):.1f} days {'sooner' if value >= 0 else 'later'}"


def mean(measure: TrialMeasure, value: float | None) -> str:
    """The share or the days of one arm."""
    if value is None:
        return "–"
    return f"{value:.1%}" if measure.share else f"{value:.1f} days"


def _signed(number: float) -> str:
    """With a sign and one decimal where it is small."""
    rounded = round(number, 1)
    text = f"{abs(rounded):.1f}".removesuffix(".0")
    return f"{'+' if rounded > 0 else '−' if rounded < 0 else ''}{text}"


def _effect(found: dict[str, Any], *, share: bool) -> Effect | None:
    if "value" not in found:
        return None
    low, high, by = found["low"], found["high"], 100 if share else 1
    interval = f"{_signed(low * by)} to {_signed(high * by)}"
    return Effect(effect_words(found["value"], share=share), interval, low, high, share)


def _refused(found: dict[str, Any]) -> NotEnoughData | None:
    return NotEnoughData(**found["refused"]) if "refused" in found else None


def _title(document: ProtocolDocument, effect: Effect | None, says: str) -> str:
    """The finding as a sentence, about the primary measure."""
    name = document.primary.name
    if effect is None:
        return "Nothing can be said yet"
    new = document.arms[1].name
    if effect.low > 0:
        return f"{new}: {effect.value} in “{name}”, better beyond chance"
    if effect.high < 0:
        return f"{new}: {effect.value} in “{name}”, worse beyond chance"
    if effect.high < document.plan.effect:
        return f"{new}: whatever it does for “{name}” is less than what matters"
    if says in (Decision.FUTILITY, Decision.REJECT):
        return f"{new}: that it helps “{name}” was not shown"
    return f"{new}: whether it moves “{name}” cannot be told yet"


def _guard(each: dict[str, Any]) -> GuardShown:
    share = bool(each["share"])
    worst = f"{each['worst'] * 100:g} points" if share else f"{each['worst']:g} days"
    effect = _effect(each["found"], share=share)
    return GuardShown(each["name"], worst, effect, _refused(each["found"]), each["hurt"], each["kept"])


def _ratio(ratio: dict[str, Any]) -> str:
    if "refused" in ratio:
        return f"{ratio['refused']['reason']}."
    chance = ratio["p_value"]
    told = "less than 1 in 1,000" if chance < 0.001 else f"{chance:.2g}"
    if ratio["in_doubt"]:
        return f"Arms differ in size as chance would not make them ({told}): something chooses who comes in."
    return f"Arms are as large as chance makes them ({ratio['what']}, p = {told})."


def _prospect(prospect: dict[str, Any], *, over: bool) -> str:
    if over:
        return ""
    if "refused" in prospect:
        return ""
    known = f"{percent(min(prospect['information'], 1.0))} of what was planned to be known will be known at the end"
    return f"As things are, {known}; the chance to show a benefit by then is {percent(prospect['power'])}."


def _method(document: ProtocolDocument, kept: dict[str, Any]) -> str:
    """How the interval was made, in a sentence."""
    few = "total" in kept["seen"]["primary"] and kept["seen"]["primary"]["total"] is not None
    unit = document.design.unit
    if few:
        how = f"by all that might have been drawn of these {len(set(document.design.units))} {unit}s"
    elif unit == "deal":
        how = "deal by deal"
    else:
        how = f"allowing for deals of one {unit} being alike"
    adjusted = ", adjusted for the chance that each deal had before the trial" if kept["by_chance"] else ""
    return f"Worked out {how}{adjusted}. It holds at every look, however often one looks."


def first_look_on(drawing: Drawing) -> datetime:
    """The first moment at which a deal can have had its time."""
    return drawing.opens + timedelta(days=drawing.document.primary.horizon)


@dataclass(frozen=True)
class ExploredShown:
    """Something outside of the protocol: all deals by another measure, or some by the primary."""

    kind: str
    name: str
    deals: tuple[int, int]
    means: tuple[str, str]
    effect: Effect | None
    refused: NotEnoughData | None


def explored_rows(look: Look) -> list[ExploredShown]:
    """What a look shows outside of its protocol."""
    found = []
    for each in look.result["exploratory"]:
        share = bool(each["share"])
        means = ["–" if value is None else f"{value:.1%}" if share else f"{value:.1f} days" for value in each["means"]]
        old, new = means
        effect, refused = _effect(each, share=share), _refused(each)
        found.append(ExploredShown(each["of"], each["name"], tuple(each["deals"]), (old, new), effect, refused))
    return found
