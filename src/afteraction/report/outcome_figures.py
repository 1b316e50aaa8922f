"""What moves the outcome, as the plain data of `afteraction analyze --json`."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeVar

import numpy as np

from afteraction.analysis.boxes import Box, Boxes
from afteraction.analysis.deal_frame import DealFrame
from afteraction.analysis.intervals import rate
from afteraction.analysis.outcome_findings import OutcomeFindings
from afteraction.analysis.qualification import Qualification
from afteraction.analysis.rep_skill import RepSkill, Skill
from afteraction.analysis.win_probability import WinProbability
from afteraction.errors import NotEnoughData

Part = TypeVar("Part")
EXAMPLES: Final = 5
"""Deals of each box whose evidence is written out."""


def outcome_figures(found: OutcomeFindings) -> dict[str, Any]:
    """The figures by their key; a part that was refused is None here and named under `refused`."""
    return {
        "behaviours": found.behaviours,
        "attributes": found.attributes,
        "claims": found.claims,
        "win_probability": _or_none(found.win_probability, _win_probability),
        "reps": [_skill(rep) for rep in found.reps.reps] if isinstance(found.reps, RepSkill) else [],
        "teams": [_skill(team) for team in found.reps.teams] if isinstance(found.reps, RepSkill) else [],
        "people": _or_none(found.reps, _people),
        "boxes": _or_none(found.boxes, _boxes),
        "qualification": _or_none(found.qualification, lambda one: _qualification(one, found)),
        "competing_risks": _or_none(found.competing_risks, _as_found),
        "winning_later": _or_none(found.winning_later, _as_found),
        "themes": _themes(found.frame),
    }


def refused_outcomes(found: OutcomeFindings) -> list[dict[str, str]]:
    """What could not be found, why, and what it would take."""
    parts = ("win_probability", "reps", "boxes", "qualification", "competing_risks", "winning_later")
    missing = {name: part for name in parts if isinstance(part := getattr(found, name), NotEnoughData)}
    missing |= {f"walk_away: {one.stage}, day {one.age_days:g}": one.refused for one in found.walk_away if one.refused}
    return [{"part": name, "reason": part.reason, "needed": part.needed} for name, part in missing.items()]


def _or_none(part: Part | NotEnoughData, said: Callable[[Part], Any]) -> Any:
    return None if isinstance(part, NotEnoughData) else said(part)


def _as_found(part: Part) -> Part:
    return part


def _win_probability(win: WinProbability) -> dict[str, Any]:
    return {
        "auc": win.auc,
        "brier": win.brier,
        "log_loss": win.log_loss,
        "calibration_slope": win.calibration_slope,
        "n_train": win.n_train,
        "n_test": win.n_test,
        "split": win.split,
        "overall": win.overall,
        "by_stage": win.by_stage,
        "comparisons": win.comparisons,
        "left_out": win.excluded,
        "notes": win.notes,
    }


def _skill(one: Skill) -> dict[str, Any]:
    return {
        "rep": one.name,
        "team": one.team,
        "deals": one.deals,
        "won": one.won,
        "expected": one.expected,
        "skill": one.skill,
        "low": one.low,
        "high": one.high,
        "luck": one.luck,
        "verdict": one.verdict,
    }


def _people(reps: RepSkill) -> dict[str, Any]:
    return {
        "shares": reps.shares,
        "all_equal_p": reps.chance,
        "deals": reps.deals,
        "ended": reps.ended,
        "notes": reps.notes,
    }


def _boxes(boxes: Boxes) -> dict[str, Any]:
    """How many deals are in each box, then what that rests on, and examples of each."""
    ended = int(np.sum(~boxes.frame.open))
    summary = boxes.summary()
    counts: dict[str, Any] = {one.box.label: one.deals for one in summary}
    counts["n"] = ended
    counts["shares"] = {one.box.label: rate(one.deals, ended) for one in summary if ended}
    counts["probability"] = {one.box.label: one.probability for one in summary}
    counts["counting_steps"] = [step.id for n, step in enumerate(boxes.process.steps) if boxes.counts[n]]
    counts["not_counted"] = boxes.not_counted
    counts["examples"] = {one.box.label: _examples(boxes, one.box) for one in summary}
    return counts


def _examples(boxes: Boxes, box: Box) -> list[Any]:
    """The first deals of a box, by their number in the record."""
    rows = np.flatnonzero(boxes.box == box)
    rows = rows[np.argsort(boxes.frame.deal_no[rows])][:EXAMPLES]
    return [boxes.evidence(int(row)) for row in rows]


def _qualification(one: Qualification, found: OutcomeFindings) -> dict[str, Any]:
    bands: Sequence[Mapping[str, Any]] = [
        {"fact": fact.fact, **vars(band)} for fact in one.facts for band in fact.bands
    ]
    return {
        "brings": one.brings,
        "per": one.per,
        "overall": one.overall,
        "deals": one.deals,
        "bands": bands,
        "pursuit": one.pursuit,
        "walk_away": [curve for curve in found.walk_away if curve.refused is None],
        "left_out": one.left_out,
        "notes": one.notes,
    }


def _themes(frame: DealFrame) -> list[dict[str, Any]]:
    """The reasons that the CRM gives for deals not won, most named first: what was said, not what was so."""
    asked = ~frame.open & ~frame.won & (frame.lost_reason.codes >= 0)
    counts = np.bincount(frame.lost_reason.codes[asked], minlength=len(frame.lost_reason.levels))
    return [
        {"theme": frame.lost_reason.levels[code], "voice": "record", **_share(int(counts[code]), int(asked.sum()))}
        for code in np.argsort(-counts, kind="stable")
        if counts[code]
    ]


def _share(count: int, n: int) -> dict[str, Any]:
    found = rate(count, n)
    return {"deals": count, "n": n, "share": found.value, "low": found.low, "high": found.high}
