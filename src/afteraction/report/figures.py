"""A study as plain data: the contract of `afteraction analyze --json`. Keys are added, never renamed."""

import json
import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from typing import Any

import numpy as np

from afteraction.analysis.lead_findings import LeadFindings
from afteraction.analysis.study import ProcessFindings, Study
from afteraction.errors import NotEnoughData
from afteraction.report.outcome_figures import outcome_figures, refused_outcomes
from afteraction.report.output import write_whole

_PARTS = ("discovered", "variants", "stage_times", "win_rates", "divergences", "process")


def write_figures(study: Study, path: Path) -> None:
    """Write all figures of a study as JSON. Raises `Refused` where they cannot be written."""
    write_whole(path, f"{json.dumps(figures(study), indent=1, ensure_ascii=False)}\n".encode())


def figures(study: Study) -> dict[str, Any]:
    """All figures of a study, ready to be written as JSON; rates and effects are from -1 to 1."""
    summary = study.summary
    content: dict[str, Any] = {
        "data": {
            "version": summary.version,
            "deals": summary.deals,
            "events": summary.events,
            "from": summary.from_,
            "to": summary.to,
            "outcomes": summary.outcomes,
        },
        "health": study.health,
        "conformance": None,
        "steps": [],
        "refused": [
            {"part": name, "reason": part.reason, "needed": part.needed}
            for name in _PARTS
            if isinstance(part := getattr(study, name), NotEnoughData)
        ]
        + refused_outcomes(study.outcomes)
        + _refused_leads(study.leads),
        "win_rates": study.win_rates,
        "variants": study.variants,
        "stage_times": study.stage_times,
        "divergences": study.divergences,
        "quality": study.quality,
        "leads": study.leads if isinstance(study.leads, LeadFindings) else None,
    }
    if isinstance(study.process, ProcessFindings):
        content |= _of_process(study.process)
    content |= outcome_figures(study.outcomes)
    return {key: plain(value) for key, value in content.items()}


def _of_process(findings: ProcessFindings) -> dict[str, Any]:
    return {
        "conformance": {
            "process": findings.process.name,
            "process_version": findings.process.version,
            "on_paper": findings.on_paper,
            "deals": findings.deals,
            "fitness": findings.fitness,
            "steps": findings.adherence.steps,
            "by_owner": findings.adherence.by_owner,
            "by_team": findings.adherence.by_team,
            "by_segment": findings.adherence.by_segment,
            "by_month": findings.adherence.by_month,
            "given_up": findings.adherence.given_up,
            "by_version": findings.adherence.by_version,
            "versions": [
                {"version": each.process.version, "in_force_from": each.since, "deals": each.deals}
                for each in findings.versions
            ],
        },
        "steps": findings.effects,
    }


def _refused_leads(leads: LeadFindings | NotEnoughData | None) -> list[dict[str, str]]:
    """Nothing is refused where there are no leads to ask about."""
    if leads is None:
        return []
    parts = {"leads": leads} if isinstance(leads, NotEnoughData) else {f"leads: {k}": v for k, v in vars(leads).items()}
    return [
        {"part": name, "reason": part.reason, "needed": part.needed}
        for name, part in parts.items()
        if isinstance(part, NotEnoughData)
    ]


def plain(value: Any) -> Any:
    """The value as JSON has it: objects by their fields, times in ISO 8601, no infinity or NaN."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if is_dataclass(value) and not isinstance(value, type):
        # What is not printed is not written either: the deals behind an effect, by their thousands.
        return {field.name.rstrip("_"): plain(getattr(value, field.name)) for field in fields(value) if field.repr}
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, np.ndarray | np.generic):
        return plain(value.tolist())
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return value
