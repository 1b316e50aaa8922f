"""What a protocol says: the question, who is in, what is done, what is measured, and what will be decided from it."""

import hashlib
import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Unit = Literal["deal", "rep", "team"]
DESIGNS: Final[dict[str, tuple[Unit, ...]]] = {
    "arrival": ("deal",),
    "stratified": ("rep", "team"),
    "pairs": ("rep", "team"),
    "switchback": ("rep", "team"),
    "stepped": ("rep", "team"),
}
"""How units come into arms, and which units can: deals as they arrive; reps and teams from a list that is locked."""


class Part(BaseModel):
    """A part of a protocol: never changed, nothing in it that has no name here."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Arm(Part):
    """One way: its key, its name, and what a rep is asked to do, in words."""

    key: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
    name: Annotated[str, Field(min_length=1, max_length=80)]
    instructions: Annotated[str, Field(max_length=1000)] = ""


class TrialMeasure(Part):
    """What is counted for a deal, `horizon` days after it was assigned.

    `what` names the step or the stage. Shares: won, the stage reached, the step done. Days: until the stage was reached
    or the deal was won, the horizon where neither was.
    """

    kind: Literal["won", "stage", "step", "days_to_stage", "days_to_won"]
    horizon: Annotated[int, Field(ge=1, le=1825)]
    what: Annotated[str, Field(max_length=200)] = ""
    name: Annotated[str, Field(min_length=1, max_length=120)]

    @property
    def share(self) -> bool:
        return not self.kind.startswith("days")

    @property
    def most(self) -> float:
        """The largest difference that there can be: all deals, or every day there is."""
        return 1.0 if self.share else float(self.horizon)

    def told(self, value: float) -> str:
        """A difference of it as people write it."""
        number = value * 100 if self.share else value
        text = f"{number:.1f}".removesuffix(".0") if abs(number) < 1e6 else f"{number:.0e}"
        return f"{text} {'points' if self.share else 'days'}"

    @model_validator(mode="after")
    def _named(self) -> Self:
        if self.kind in ("stage", "step", "days_to_stage") and not self.what:
            raise ValueError(f"{self.kind} needs the stage or step that is meant")
        return self


class Guard(Part):
    """A measure that must not get worse by more than `worst`: a share above 0, or days above 0."""

    measure: TrialMeasure
    worst: Annotated[float, Field(gt=0)]


class Who(Part):
    """Which deals are in: every condition that is named; nothing named is everyone."""

    segments: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    amount_from: Annotated[float, Field(ge=0)] | None = None
    amount_to: Annotated[float, Field(ge=0)] | None = None


class Design(Part):
    """How units come into arms. `units` is the locked list of reps or teams; `facts` are what pairs are matched by.

    `strata` are fields of a deal (arrival) or of a unit. Periods in days: of a switchback, and between the steps of a
    stepped roll-out; `washout` days at the start of each period count in no arm.
    """

    kind: Literal["arrival", "stratified", "pairs", "switchback", "stepped"]
    unit: Unit
    units: tuple[str, ...] = ()
    strata: dict[str, str] = Field(default_factory=dict, description="The stratum of each unit of the list.")
    by: tuple[Literal["segment", "source", "owner", "team"], ...] = ()
    facts: dict[str, tuple[float, ...]] = Field(default_factory=dict)
    period: Annotated[int, Field(ge=1, le=365)] | None = None
    steps: Annotated[int, Field(ge=1, le=52)] | None = None
    washout: Annotated[int, Field(ge=0, le=90)] = 0


class Plan(Part):
    """What the size was computed from, and what came out: deals, weeks, and the information planned for.

    `few` is by how much larger an effect must be than with many clusters; `seen` the deals of `data_version` that the
    base rests on; `longest` the most weeks that there were to be.
    """

    base: float
    effect: float
    likeness: float = 0.0
    explained: float = 0.0
    spread: Annotated[float, Field(ge=0)] = 0.0
    per_week: Annotated[float, Field(gt=0)]
    unevenness: float = 0.0
    power: Annotated[float, Field(gt=0.5, lt=1)] = 0.8
    alpha: Annotated[float, Field(gt=0, lt=0.5)] = 0.05
    deals: Annotated[int, Field(ge=1)]
    weeks: Annotated[float, Field(gt=0)]
    information: Annotated[float, Field(gt=0)]
    few: Annotated[float, Field(ge=1)] = 1.0
    longest: Annotated[float, Field(gt=0)] | None = None
    seen: Annotated[int, Field(ge=0)] = 0
    data_version: int | None = None


class Rule(Part):
    """When it stops and what is decided then, as `stopping_rule.StoppingRule` reads it; `extend` weeks at most."""

    benefit: float = 0.0
    harm: float = 0.0
    futile: Annotated[float, Field(gt=0, lt=0.5)] | None = 0.02
    earliest: Annotated[float, Field(ge=0, le=1)] = 0.25
    hopeful: Annotated[float, Field(gt=0, lt=1)] = 0.5
    extend: Annotated[int, Field(ge=0, le=104)] = 0


class ProtocolDocument(Part):
    """A whole protocol. The first arm is the old way; effects are new less old, the better the larger."""

    hypothesis: Annotated[str, Field(min_length=1, max_length=1000)]
    arms: Annotated[tuple[Arm, ...], Field(min_length=2, max_length=2)]
    who: Who = Who()
    design: Design
    primary: TrialMeasure
    guardrails: Annotated[tuple[Guard, ...], Field(max_length=6)] = ()
    adjusted: bool = Field(default=True, description="By the chance of winning as it was known before assignment.")
    starts_on: date
    assign_until: date
    plan: Plan
    rule: Rule = Rule()

    @property
    def ends_on(self) -> date:
        """The day on which the last deal assigned has its outcome."""
        return self.assign_until + timedelta(days=self.primary.horizon)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        wrong = []
        if self.arms[0].key == self.arms[1].key:
            wrong.append(f"two arms are called {self.arms[0].key}")
        elif same_name(self.arms[0].name, self.arms[1].name):
            wrong.append(f"both ways are called “{self.arms[0].name}”, so that nobody can tell them apart")
        wrong += self._beyond()
        if self.assign_until <= self.starts_on:
            wrong.append(f"deals are assigned from {self.starts_on} until {self.assign_until}")
        if self.design.unit not in DESIGNS[self.design.kind]:
            wrong.append(f"{self.design.kind} for {self.design.unit}s")
        if self.design.unit != "deal" and len(set(self.design.units)) < 4:
            wrong.append(f"{len(set(self.design.units))} {self.design.unit}s, where four are the fewest")
        if self.design.kind in ("switchback", "stepped") and self.design.period is None:
            wrong.append(f"a {self.design.kind} without a length of its periods")
        if self.design.kind == "stepped" and not 1 <= (self.design.steps or 0) <= len(self.design.units):
            wrong.append(f"{self.design.steps} steps for {len(self.design.units)} {self.design.unit}s")
        if self.design.kind == "pairs" and (
            len(self.design.units) % 2 or set(self.design.facts) != set(self.design.units)
        ):
            wrong.append("pairs need an even number of units, and facts of each")
        if wrong:
            raise ValueError("; ".join(wrong))
        return self

    def _beyond(self) -> Iterator[str]:
        """Effects and limits that no share and no count of days can come to."""
        plan, rule = self.plan, self.rule
        for name, value, measure in (
            ("the smallest effect that matters", plan.effect, self.primary),
            ("adopting only above it", rule.benefit, self.primary),
            ("stopping for harm below it", rule.harm, self.primary),
            *((f"the limit of “{each.measure.name}”", each.worst, each.measure) for each in self.guardrails),
        ):
            if abs(value) > measure.most:
                yield f"{name}: {measure.told(value)}, where {measure.told(measure.most)} are the most there can be"
        if rule.benefit and rule.benefit >= plan.effect:
            effect, above = (self.primary.told(each) for each in (plan.effect, rule.benefit))
            yield f"adopting only above {above}, which {effect}, the smallest effect that matters, never come to"


def same_name(one: str, other: str) -> bool:
    """Whether people read two names as the same."""
    return " ".join(one.casefold().split()) == " ".join(other.casefold().split())


def read_document(document: dict[str, Any]) -> ProtocolDocument:
    """A protocol as it is kept. Raises pydantic.ValidationError, which names each field that is wrong."""
    return ProtocolDocument.model_validate(document)


def read_text(text: str) -> ProtocolDocument:
    """A protocol from its canonical text. Raises as `read_document` does."""
    return ProtocolDocument.model_validate_json(text)


def canonical(document: ProtocolDocument) -> str:
    """The one text of a protocol: JSON, keys sorted, no spaces, so that the same protocol always has the same hash."""
    return json.dumps(document.model_dump(mode="json"), sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def digest_of(text: str) -> str:
    """The SHA-256 of a text, in hexadecimal: the name under which a protocol is signed and units are drawn."""
    return hashlib.sha256(text.encode()).hexdigest()
