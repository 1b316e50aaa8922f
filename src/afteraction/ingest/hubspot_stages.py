"""HubSpot's pipeline stages: what they are called, which of them end a deal, and when deals entered them."""

import re
from collections.abc import Mapping
from typing import Final

from afteraction.ingest.exports import Recognised, ending, ends, is_true
from afteraction.ingest.mapping import Why
from afteraction.ingest.outcome_words import said_outcome
from afteraction.ingest.sources import Sheet

_ENTERED: Final = re.compile(
    r'^(?:propert(?:y|ies)[_.])?(?:hs_(?:v2_)?date_entered_(?P<id>\w+)|date entered "(?P<label>.*?)(?: \(.*\))?".*)$',
    re.IGNORECASE,
)
_WON: Final = ("hsisclosedwon", "isclosedwon")
_CLOSED: Final = ("hsisclosed", "isdealclosed", "hsisclosedlost", "isclosedlost")
_CHANCE: Final = ("hsdealstageprobability",)
_CERTAIN: Final = {"0": False, "0.0": False, "0%": False, "1": True, "1.0": True, "100%": True}


def stage_outcomes(found: Recognised) -> tuple[dict[str, str], Why]:
    """The outcome of each stage by its id or label, and how sure that is: from HubSpot's own flags, else from words."""
    outcomes = _by_pipelines(found)
    if outcomes:
        return outcomes, Why(1.0, "the pipeline's stages say which of them end a deal")
    flagged = _by_flags(found)
    stages = stages_of_deals(found)
    if flagged.keys() >= stages:
        return flagged, Why(1.0, "the deals' own flags say which stages end a deal")
    said = {stage: named.outcome if (named := said_outcome(stage)) else "open" for stage in sorted(stages)}
    unnamed = [stage for stage in said if stage.isdigit() and stage not in flagged]
    if unnamed:
        why = Why(0.3, f"nothing says whether the stages {', '.join(unnamed[:5])} end a deal")
    else:
        why = Why(0.95, "by the names of the stages")
    return said | flagged, why


def stages_of_deals(found: Recognised) -> frozenset[str]:
    """The stages that deals are in, by id or label."""
    names = [*found.rows("deals", "dealstage"), *found.rows("deals", "dealpipelinestageid")]
    return frozenset(name for (name,) in names if name)


def stage_labels(found: Recognised) -> dict[str, str]:
    """What the stages are called, by id."""
    return dict(found.pairs("pipeline stages", "stageid", "label"))


def ending_stages(outcomes: Mapping[str, str], labels: Mapping[str, str]) -> dict[str, str]:
    """The stages that end a deal, by the names that stage changes get; HubSpot's own where nothing else is known."""
    named = ends({labels.get(stage, stage): outcome for stage, outcome in outcomes.items()})
    return named or {"closedwon": "won", "closedlost": "lost"}


def stage_dates(sheet: Sheet, labels: Mapping[str, str]) -> dict[str, str]:
    """The columns that say when a deal entered a stage, and the stage; newer columns instead of older ones."""
    found: dict[str, str] = {}
    for column in sheet.columns:
        match = _ENTERED.match(column)
        if match:
            stage = match["label"] or labels.get(match["id"], match["id"])
            older = [name for name, other in found.items() if other == stage]
            if not older or "v2" in column:
                found = {name: other for name, other in found.items() if name not in older} | {column: stage}
    return found


def _by_pipelines(found: Recognised) -> dict[str, str]:
    outcomes = {}
    columns = ("stageid", "label", "isclosed", "closedwon", "probability")
    for stage, label, closed, won, chance in found.rows("pipeline stages", *columns):
        if stage:
            ended = is_true(closed) if closed is not None else chance in _CERTAIN
            is_won = is_true(won) if won is not None else _CERTAIN.get(chance or "", False)
            outcomes[stage] = ending(label or stage, closed=ended, won=is_won)
    return outcomes


def _by_flags(found: Recognised) -> dict[str, str]:
    outcomes: dict[str, str] = {}
    flags = (*_WON, *_CLOSED, *_CHANCE)
    for stage, *values in found.rows("deals", "dealstage", *flags):
        told = {name: value for name, value in zip(flags, values, strict=True) if value is not None}
        won = any(is_true(told.get(name)) for name in _WON)
        chance = next((told[name] for name in _CHANCE if name in told), "")
        if stage and won:
            outcomes.setdefault(stage, "won")
        elif stage and told.keys() & {*_CLOSED}:
            closed = any(is_true(told.get(name)) for name in _CLOSED)
            outcomes.setdefault(stage, ending(stage, closed=closed, won=False))
        elif stage and chance:
            outcomes.setdefault(stage, ending(stage, closed=chance in _CERTAIN, won=_CERTAIN.get(chance, False)))
    return outcomes
