"""A look as it is kept: plain data, from which later looks go on, and the page reads."""

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from afteraction.analysis.confidence_sequence import Look as Estimate
from afteraction.analysis.stopping_rule import Decided
from afteraction.analysis.trial_estimate import Found, Seen
from afteraction.analysis.trial_result import ArmCount, PastLook, Prospect, Ratio, TrialResult
from afteraction.errors import NotEnoughData
from afteraction.web.experiments.models import Look

Plain = dict[str, Any]


def as_kept(result: TrialResult) -> Plain:
    """All of a result but the deals themselves."""
    return {
        "found": _found(result.found),
        "arms": [_arm(each) for each in result.arms],
        "guards": [
            {"name": each.name, "worst": each.worst, "share": each.share, "hurt": each.hurt, "kept": each.kept}
            | {"found": _found(each.found)}
            for each in result.guards
        ],
        "ratio": _ratio(result.ratio),
        "decided": _decided(result.decided),
        "prospect": _prospect(result.prospect),
        "fraction": result.fraction,
        "information": result.information,
        "over": result.over,
        "by_chance": result.past.by_chance,
        "seen": {name: _seen(each) for name, each in result.past.seen.items()},
    }


def past_of(look: Look) -> PastLook:
    """What a look saw, as later looks need it."""
    return PastLook({name: _read(each) for name, each in look.result["seen"].items()}, bool(look.result["by_chance"]))


def chances_in(looks: Iterable[Look]) -> dict[str, float]:
    """The chance that each deal had before the trial, as the first look that had the deal kept it."""
    found: dict[str, float] = {}
    for look in looks:
        found = {**look.result["chances"], **found}
    return found


def activities_in(looks: Sequence[Look]) -> dict[str, list[str]]:
    """The activities that count for each stage and step, as the first look had them; nothing before it."""
    return dict(looks[0].result["activities"]) if looks else {}


def _found(found: Found | NotEnoughData) -> Plain:
    if isinstance(found, NotEnoughData):
        return _refused(found)
    interval = found.interval
    return _estimate(found.look) | {"low": interval.low, "high": interval.high, "past_plan": interval.past_plan}


def _arm(arm: ArmCount) -> Plain:
    return {"assigned": arm.assigned, "counting": arm.counting, "mean": arm.mean, "units": arm.units}


def _ratio(ratio: Ratio | NotEnoughData) -> Plain:
    if isinstance(ratio, NotEnoughData):
        return _refused(ratio)
    return {"what": ratio.what, "p_value": ratio.p_value, "in_doubt": ratio.in_doubt}


def _decided(decided: Decided | NotEnoughData) -> Plain:
    if isinstance(decided, NotEnoughData):
        return _refused(decided)
    return {"decision": decided.decision.value, "reason": decided.reason, "power": decided.predictive_power}


def _prospect(prospect: Prospect | NotEnoughData) -> Plain:
    if isinstance(prospect, NotEnoughData):
        return _refused(prospect)
    return {"information": prospect.information, "power": prospect.power}


def _refused(why: NotEnoughData) -> Plain:
    return {"refused": {"reason": why.reason, "needed": why.needed}}


def _estimate(look: Estimate) -> Plain:
    freedom = look.freedom if math.isfinite(look.freedom) else None
    return {"value": look.value, "error": look.error, "freedom": freedom}


def _seen(seen: Seen) -> Plain:
    plain: Plain = {"day": seen.day, "estimate": None, "total": None, "deals": None, "whole": seen.whole}
    if seen.total is not None and seen.deals is not None:
        return plain | {"total": seen.total.tolist(), "deals": seen.deals.tolist()}
    if isinstance(seen.estimate, NotEnoughData):
        return plain | {"estimate": _refused(seen.estimate)}
    return plain if seen.estimate is None else plain | {"estimate": _estimate(seen.estimate)}


def _read(plain: Plain) -> Seen:
    if plain["total"] is not None:
        total, deals = (np.array(plain[name], dtype=np.float64) for name in ("total", "deals"))
        return Seen(plain["day"], None, total, deals)
    estimate = plain["estimate"]
    if estimate is None or "refused" in estimate:
        why = estimate["refused"] if estimate else {"reason": "nothing was seen", "needed": "deals that count"}
        return Seen(plain["day"], NotEnoughData(**why))
    freedom = math.inf if estimate["freedom"] is None else float(estimate["freedom"])
    return Seen(plain["day"], Estimate(estimate["value"], estimate["error"], freedom), whole=plain["whole"])
