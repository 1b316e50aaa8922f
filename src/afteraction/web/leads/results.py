"""What the analysis says of leads, worked out by a job from the newest data version, and kept for the pages."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any, Final

import numpy as np
from django.db import connection, transaction

from afteraction.analysis.arrays import Flags
from afteraction.analysis.attribution import attribute
from afteraction.analysis.attribution_paths import lead_paths
from afteraction.analysis.intervals import Rate
from afteraction.analysis.lead_frame import CAMPAIGN, CHANNEL, CONTENT, SOURCE, LeadFrame, lead_frame
from afteraction.analysis.lead_months import by_month
from afteraction.analysis.lead_outcomes import what_became
from afteraction.analysis.lead_points import Criterion, points
from afteraction.analysis.lead_score import LeadScore, fit
from afteraction.analysis.lead_score import chances as chances_of
from afteraction.analysis.lead_views import two_views
from afteraction.errors import NotEnoughData
from afteraction.lake.engine import Record, open_record
from afteraction.lake.store import Lake
from afteraction.web.leads.agreeing import in_force, terms_of
from afteraction.web.leads.models import Lead, LeadIndex, LeadResult
from afteraction.web.leads.passing import passes
from afteraction.web.leads.score_file import keep_scores
from afteraction.web.leads.standing import batched
from afteraction.web.leads.terms import Terms
from afteraction.web.leads.trying import known_of
from afteraction.web.people.models import Organisation

Kind = LeadResult.Kind
FACTS: Final = (SOURCE, CAMPAIGN, CONTENT, CHANNEL)
_POINTS: Final = 10.0
"""What a criterion of the agreement brings in the plain points score that is held against the chance."""
_NO_CRITERIA: Final = NotEnoughData("no agreement says what a lead is", "an agreement with at least one criterion")
_MEMORY: Final = "4GB"
_FORMAT: Final = 2
"""Of the figures that are kept: with another one they are worked out anew."""


def keep_results(*, organisation: Organisation, now: datetime) -> bool:
    """Work the figures out, unless they are there for this data version and agreement; whether there was any work."""
    state = LeadIndex.objects.filter(organisation=organisation, version__gt=0).first()
    if state is None:
        return False
    agreement = in_force(organisation)
    basis = f"{_FORMAT}/{state.version}/{state.made_at}/{agreement.pk if agreement else 0}"
    known = LeadResult.objects.filter(organisation=organisation, kind=Kind.SCORE).first()
    if known is not None and known.figures.get("basis") == basis:
        return False
    snapshot = next((each for each in Lake(organisation.home).versions() if each.version == state.version), None)
    if snapshot is None:
        return False
    record = open_record(organisation.home, snapshot, _MEMORY)
    try:
        frame = lead_frame(record.tables)
        if isinstance(frame, NotEnoughData):
            found = {kind: {"refused": plain(frame)} for kind in (Kind.OUTCOMES, Kind.ATTRIBUTION, Kind.SCORE)}
        else:
            found = _figures(organisation, record, frame, terms_of(organisation), now)
    finally:
        record.con.disconnect()
    found[Kind.SCORE] = {**found[Kind.SCORE], "basis": basis}
    for kind, figures in found.items():
        LeadResult.objects.update_or_create(
            organisation=organisation,
            kind=kind,
            defaults={"data_version": state.version, "figures": figures, "made_at": now},
        )
    return True


def _figures(
    organisation: Organisation, record: Record, frame: LeadFrame, terms: Terms, now: datetime
) -> dict[Kind, dict[str, Any]]:
    # The seed comes from the data version, so that the same record gives the same figures.
    rng = np.random.default_rng(record.version)
    facts = [name for name in FACTS if name in frame.facts]
    passed = _passed(organisation, record.version, frame, terms)
    outcomes = {
        "until": _at(frame, frame.end).isoformat(),
        "by": {name: plain(what_became(frame, name)) for name in facts},
        "months": plain(by_month(frame)),
        "views": plain(_NO_CRITERIA if passed is None else two_views(frame, passed, rng)),
    }
    attribution = {by: plain(attribute(lead_paths(record.tables, frame, by), rng)) for by in (CHANNEL, CAMPAIGN)}
    criteria = points_of(terms)
    fitted = fit(frame, record.tables, points=criteria or None)
    score = _score(organisation, record, frame, fitted, criteria, now)
    return {Kind.OUTCOMES: outcomes, Kind.ATTRIBUTION: attribution, Kind.SCORE: score}


def _at(frame: LeadFrame, day: float) -> datetime:
    moment: datetime = (frame.origin + np.timedelta64(int(day * 86_400), "s")).astype("datetime64[s]").item()
    return moment.replace(tzinfo=UTC)


def _passed(organisation: Organisation, version: int, frame: LeadFrame, terms: Terms) -> Flags | None:
    """Which leads of the frame pass the agreement; None where it has no criteria."""
    if not terms.criteria:
        return None
    oldest, newest = datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)
    known, ids = known_of(organisation, version, oldest, newest)
    passing = dict(zip(ids, passes(terms.criteria, known).tolist(), strict=True))
    return np.array([passing.get(str(each), False) for each in frame.lead_id.to_pylist()], dtype=np.bool_)


def points_of(terms: Terms) -> tuple[Criterion, ...]:
    """The plain points score that the agreement amounts to: as many points for each criterion about a fact."""
    found = []
    for each in terms.criteria:
        if each.comparison in ("is", "one of") and not each.counts:
            values = [each.value] if each.comparison == "is" else each.value.split(",")
            found.append(Criterion(each.words(), each.field, frozenset(v.strip() for v in values), _POINTS))
    return tuple(found)


def _score(
    organisation: Organisation,
    record: Record,
    frame: LeadFrame,
    fitted: LeadScore | NotEnoughData,
    criteria: Sequence[Criterion],
    now: datetime,
) -> dict[str, Any]:
    if isinstance(fitted, NotEnoughData):
        _show(organisation, {})
        return {"refused": plain(fitted)}
    before = LeadResult.objects.filter(organisation=organisation, kind=Kind.SCORE).first()
    earlier = before.figures.get("folder", "") if before else ""
    chance, own = chances_of(fitted, frame, record.tables), points(frame, criteria)
    open_ones = np.flatnonzero(~np.isnan(chance))
    ids = [str(each) for each in frame.lead_id.to_pylist()]
    _show(organisation, {ids[n]: (float(chance[n]), float(own[n]) if criteria else None) for n in open_ones})
    folder, changed = keep_scores(organisation.home, fitted, frame, record.tables, open_ones, earlier, now)
    told = plain({name: getattr(fitted, name) for name in _TOLD})
    return {**told, "folder": folder, "scored": len(open_ones), "changed": changed}


_TOLD: Final = (
    *("horizon", "split", "n_train", "n_test", "base_rate", "accuracy", "by_age", "points", "stable"),
    *("promises", "left_out", "notes"),
)


def _show(organisation: Organisation, chances: Mapping[str, tuple[float, float | None]]) -> None:
    """Show these chances and points on the leads, and none on the others."""
    waiting = Lead.objects.filter(organisation=organisation).order_by("pk")
    last = 0
    while rows := list(waiting.filter(pk__gt=last).values_list("pk", "lead_id", "chance", "points")[:20_000]):
        last = rows[-1][0]
        wanted = [(*chances.get(lead_id, (None, None)), key, (chance, own)) for key, lead_id, chance, own in rows]
        changed = [(chance, own, key) for chance, own, key, there in wanted if (chance, own) != there]
        for part in batched(changed, 2_000):
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.executemany("UPDATE leads_lead SET chance = %s, points = %s WHERE id = %s", part)


def plain(value: Any) -> Any:
    """A result as plain values: what is not a number is None, a refusal is `refused`, a rate has its value."""
    if isinstance(value, NotEnoughData):
        return {"refused": {"reason": value.reason, "needed": value.needed}}
    if is_dataclass(value) and not isinstance(value, type):
        found = {each.name: plain(getattr(value, each.name)) for each in fields(value)}
        return found | {"value": value.value} if isinstance(value, Rate) else found
    if isinstance(value, Mapping):
        return {str(plain(name)): plain(each) for name, each in value.items()}
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, (list, tuple, Iterator)):
        return [plain(each) for each in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (float, np.floating)):
        return float(value) if np.isfinite(value) else None
    return int(value) if isinstance(value, np.integer) else value
