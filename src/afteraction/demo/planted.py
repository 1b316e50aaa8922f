"""The trial of the demo in which the new way does win more: its effect is planted before the record is imported.

Its protocol says which reps go the new way, and it can be written as soon as the reps are known. Of their deals that
would have been lost in time some are won instead, so that the share of their deals that are won rises by `POINTS`. All
else of the record stays as it was simulated.
"""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from afteraction.analysis.experiment_power import Measure, Supply, variance
from afteraction.analysis.randomisation import draw, stratified
from afteraction.simulate import SimulatedRecord
from afteraction.web.experiments.document import ProtocolDocument, canonical, digest_of, read_document

POINTS: Final = 12
FILE: Final = "trial.json"
"""What was planted, beside the files of the record."""
_AGO: Final = timedelta(days=357)
_FOR: Final = timedelta(days=181)
_LATE: Final = ("Propose", "Negotiate")
_UNEVEN: Final = 0.4
_LIKE: Final = 0.02
SAID: Final[dict[str, Any]] = {
    "title": "A plan with dates before the demo",
    "question": "Do we win more when buyer and rep agree on a plan with dates before we show anything?",
    "hypothesis": "A plan that both sides signed keeps deals moving: more are won within 90 days.",
    "old": "As until now",
    "new": "Plan first",
    "asks": "Before you show the product, agree with the buyer on a plan: who does what by when, until the signature.",
    "primary": {"kind": "won", "horizon": 90, "name": "Won within 90 days"},
    "guard": {"kind": "stage", "what": "Propose", "horizon": 45, "name": "Reached Propose within 45 days"},
    "base": 0.2,
    "effect": 0.06,
    "rule": {"futile": None},
}


def document_of(
    said: Mapping[str, Any], teams: Mapping[str, str], before: int, first: date, last: date
) -> ProtocolDocument:
    """The protocol of a trial in which reps are drawn, as many of each team in both arms.

    `teams` are those of the reps, `before` the deals that began in the year before its first day.
    """
    weeks, per_week = (last - first).days / 7, before / 52
    deals = round(per_week * weeks)
    horizon, effect = said["primary"]["horizon"], said["effect"]
    measure = Measure(said["primary"]["name"], said["base"], effect, horizon, _LIKE)
    known = 1 / variance(measure, deals, Supply(per_week, weeks + horizon / 7, len(teams), _UNEVEN))
    return read_document(
        {
            "hypothesis": said["hypothesis"],
            "arms": [
                {"key": "old", "name": said["old"], "instructions": "Work as you do."},
                {"key": "new", "name": said["new"], "instructions": said["asks"]},
            ],
            "design": {"kind": "stratified", "unit": "rep", "units": sorted(teams), "strata": dict(teams)},
            "primary": said["primary"],
            "guardrails": [{"measure": said["guard"], "worst": 0.1}],
            "rule": said.get("rule", {}),
            "starts_on": first.isoformat(),
            "assign_until": last.isoformat(),
            "plan": {
                "base": said["base"], "effect": effect, "likeness": _LIKE, "per_week": round(per_week, 2),
                "unevenness": _UNEVEN, "deals": deals, "seen": before,
                "weeks": math.ceil(weeks + horizon / 7), "information": round(known, 1),
            },
        }
    )  # fmt: skip


def planted(chunks: Iterable[SimulatedRecord], folder: Path) -> list[SimulatedRecord]:
    """The record with the effect of the trial in it; what was planted is written to `folder`."""
    found = list(chunks)
    rows = [row for each in found for row in each.tables["deals"].select(list(_READ)).to_pylist()]
    people = [row for each in found for row in each.tables["people"].to_pylist() if row["side"] == "us"]
    owners = {row["owner"] for row in rows}
    teams = {row["person_id"]: row["team"] or "" for row in people if row["person_id"] in owners}
    first = found[0].organisation.end - _AGO
    opens = datetime.combine(first, time(), UTC)
    before = sum(opens - timedelta(days=364) <= row["created_at"] < opens for row in rows)
    document = document_of(SAID, teams, before, first, first + _FOR)
    won = _won_instead(document, rows, opens)
    folder.mkdir(parents=True, exist_ok=True)
    told = {"protocol": document.model_dump(mode="json"), "points": POINTS, "won_instead": sorted(won)}
    (folder / FILE).write_text(json.dumps(told, indent=1), encoding="utf-8")
    return [replace(each, tables={**each.tables, **_changed(each, won)}) for each in found]


_READ: Final = ("deal_id", "owner", "created_at", "closed_at", "outcome", "stage")


def _won_instead(document: ProtocolDocument, rows: Sequence[Mapping[str, Any]], opens: datetime) -> set[str]:
    """The deals of the new way that are won instead of lost: those that came far, in the order of a draw."""
    arms = stratified(digest_of(canonical(document)), dict(sorted(document.design.strata.items())), ("old", "new"))
    closes = datetime.combine(document.assign_until + timedelta(days=1), time(), UTC)
    mine = [row for row in rows if opens <= row["created_at"] < closes and arms.get(row["owner"]) == "new"]
    horizon = timedelta(days=document.primary.horizon)
    lost = [
        row["deal_id"]
        for row in mine
        if row["outcome"] in ("lost", "no_decision")
        and row["stage"] in _LATE
        and row["closed_at"] - row["created_at"] < horizon
    ]
    lost.sort(key=lambda deal_id: draw("planted", deal_id))
    return set(lost[: round(len(mine) * POINTS / 100)])


def _changed(record: SimulatedRecord, won: set[str]) -> dict[str, pa.Table]:
    """The two tables in which it shows that these deals were won."""
    deals = {"outcome": "won", "lost_reason": None}
    changes = {"outcome": "won", "stage": "Closed won"}
    made = {}
    for name, instead in (("deals", deals), ("stage_changes", changes)):
        table = record.tables[name]
        rows = [
            row | instead if row["deal_id"] in won and row["outcome"] is not None else row for row in table.to_pylist()
        ]
        made[name] = pa.Table.from_pylist(rows, table.schema)
    return made
