"""The result of a trial: every look at the newest protocol, the newest one in full, and what was decided."""

from datetime import datetime
from typing import Any

from django.http import Http404
from ninja import Field, Schema

from afteraction.errors import NotEnoughData, Refused
from afteraction.web.api.requests import ApiRequest
from afteraction.web.api.routes import Part
from afteraction.web.api.scopes import Scope
from afteraction.web.experiments import selectors
from afteraction.web.experiments.models import ExperimentDecision, Look
from afteraction.web.experiments.results import Result, result_of
from afteraction.web.experiments.shown import GuardShown, LookShown

part = Part("trials")


class WhyNotOut(Schema):
    """Why there is no figure, and what would make it possible."""

    reason: str
    needed: str


class EffectOut(Schema):
    """New less old: a share from -1 to 1, or days that are saved. The interval holds at every look."""

    value: float
    low: float
    high: float


class TrialLookOut(Schema):
    """What one data version said."""

    data_version: int
    at: datetime = Field(description="Up to when the record was known.")
    made_at: datetime
    effect: EffectOut | None
    refused: WhyNotOut | None
    rule_says: str = Field(description="The locked rule's word; empty while it has none.")


class TrialArmOut(Schema):
    """One way."""

    key: str
    name: str
    assigned: int
    counting: int = Field(description="Deals whose horizon has passed.")
    mean: float | None = Field(description="Their share, or their mean of days.")


class TrialGuardOut(Schema):
    """A measure that must not get worse."""

    name: str
    worst: float
    effect: EffectOut | None
    refused: WhyNotOut | None
    hurt: bool = Field(description="Worse than allowed, beyond chance.")
    kept: bool = Field(description="Surely not worse than allowed.")


class TrialDecisionOut(Schema):
    """A decision beside what the rule said."""

    kind: str
    rule_said: str
    against_rule: bool
    reason: str
    name: str
    at: datetime
    process_version: int | None


class TrialResultOut(Schema):
    """The result as it stands. `finding` and `rule` are sentences."""

    protocol_version: int
    first_look_on: datetime
    finding: str
    rule: str
    adjusted: bool
    sizes_in_doubt: bool = Field(description="Arms differ in size as chance would not make them.")
    arms: list[TrialArmOut]
    guardrails: list[TrialGuardOut]
    looks: list[TrialLookOut]
    decisions: list[TrialDecisionOut]


@part.get("/trials/{int:key}/result", scope=Scope.TRIALS_READ, answer=TrialResultOut)
def get_trial_result(request: ApiRequest, key: int) -> TrialResultOut:
    """Get the result of a locked trial: its looks, arms, guardrails and decisions."""
    trial = selectors.experiment_for(request.user, key)
    try:
        found = result_of(trial) if trial is not None else None
    except Refused as refused:
        raise Http404 from refused
    if found is None:
        raise Http404
    newest = found.newest
    return TrialResultOut(
        protocol_version=found.protocol.version,
        first_look_on=found.first_on,
        finding=newest.title if newest else "",
        rule=newest.says[3] if newest else "",
        adjusted=newest.adjusted if newest else False,
        sizes_in_doubt=newest.ratio_in_doubt if newest else False,
        arms=_arms(found, newest) if newest else [],
        guardrails=[_guard(each, found) for each in newest.guards] if newest else [],
        looks=[_look(each) for each in found.looks],
        decisions=[_decision(each) for each in found.decisions],
    )


def _arms(found: Result, newest: LookShown) -> list[TrialArmOut]:
    kept = found.looks[-1].result["arms"]
    return [
        TrialArmOut(key=arm.key, name=arm.name, assigned=arm.assigned, counting=arm.counting, mean=row["mean"])
        for arm, row in zip(newest.arms, kept, strict=True)
    ]


def _guard(guard: GuardShown, found: Result) -> TrialGuardOut:
    kept = next(each for each in found.looks[-1].result["guards"] if each["name"] == guard.name)
    return TrialGuardOut(
        name=guard.name, worst=kept["worst"], effect=_effect(kept["found"]), refused=_why_not(guard.refused),
        hurt=guard.hurt, kept=guard.kept,
    )  # fmt: skip


def _look(look: Look) -> TrialLookOut:
    found = look.result["found"]
    refused = found.get("refused")
    return TrialLookOut(
        data_version=look.data_version,
        at=look.at,
        made_at=look.made_at,
        effect=_effect(found),
        refused=WhyNotOut(**refused) if refused else None,
        rule_says=look.rule_says,
    )


def _effect(found: dict[str, Any]) -> EffectOut | None:
    return EffectOut(**{name: found[name] for name in ("value", "low", "high")}) if "value" in found else None


def _why_not(refused: NotEnoughData | None) -> WhyNotOut | None:
    return WhyNotOut(reason=refused.reason, needed=refused.needed) if refused else None


def _decision(made: ExperimentDecision) -> TrialDecisionOut:
    fields = ("kind", "rule_said", "against_rule", "reason", "name", "at")
    version = made.process_version.number if made.process_version else None
    return TrialDecisionOut(**{name: getattr(made, name) for name in fields}, process_version=version)
