"""What an agreement would have meant: which leads of the last quarter pass its criteria, and what became of them.

Young leads are not failures: those that sales has not decided about are left out of the share accepted, and becoming
revenue is told by a horizon with leads of which nothing final has come taken as not known yet (Aalen & Johansen 1978).
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from afteraction.analysis.aalen_johansen import band, cumulative_incidence
from afteraction.analysis.intervals import Rate, rate_if_any
from afteraction.errors import NotEnoughData
from afteraction.web.leads.criteria import Kind
from afteraction.web.leads.facts import DID, FACTS, kinds_of, path_of
from afteraction.web.leads.life import ENDED, S
from afteraction.web.leads.models import Lead, LeadIndex
from afteraction.web.leads.passing import Known, passes
from afteraction.web.leads.terms import Terms
from afteraction.web.people.models import Organisation

QUARTER: Final = timedelta(days=91)
HORIZON: Final = 60.0
_FEWEST_AT_RISK: Final = 5
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Share:
    """A share with its 95 % interval and the leads that it is over."""

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True)
class Part:
    """Leads that pass, or those that do not. `young` are those of which nothing final has come.

    `accepted` is over the leads that sales decided about, `won` the share that is revenue by `horizon` days; None where
    nobody decided, or none was watched for that long.
    """

    leads: int
    young: int
    accepted: Share | None
    won_so_far: int
    won: Share | None


@dataclass(frozen=True)
class Tried:
    """The leads that came in from `since` until `until`, apart by whether they pass."""

    since: datetime
    until: datetime
    horizon: float
    passing: Part
    others: Part

    def written(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self) | {"since": self.since.isoformat(), "until": self.until.isoformat()}


@dataclass(frozen=True)
class _Lead:
    came_at: datetime
    state: str
    since: datetime
    accepted: bool
    decided: bool


def try_terms(organisation: Organisation, terms: Terms) -> Tried | NotEnoughData:
    """What the criteria would have meant for the leads of the last quarter of the record.

    Raises `Refused` for terms that cannot be kept, or rows that ask for a number where the record has words.
    """
    terms.checked(kinds_on_record(organisation, terms))
    state = LeadIndex.objects.filter(organisation=organisation, version__gt=0).first()
    until = newest_lead(organisation)
    if state is None or until is None:
        return NotEnoughData("there is no lead on record", "an import of leads")
    known, ids = known_of(organisation, state.version, until - QUARTER, until)
    if not known.n:
        return NotEnoughData("no lead of the last quarter is kept for trying", "an import, or the next nightly job")
    passed = passes(terms.criteria, known)
    leads = _leads(organisation, until - QUARTER, until)
    there = np.array([each in leads for each in ids], dtype=bool)
    passing = [leads[each] for each in np.array(ids, dtype=object)[passed & there]]
    others = [leads[each] for each in np.array(ids, dtype=object)[~passed & there]]
    return Tried(until - QUARTER, until, HORIZON, _part(passing, until), _part(others, until))


def kinds_on_record(organisation: Organisation, terms: Terms) -> dict[str, Kind]:
    """What the fields that criteria name hold on record; those of which nothing is known are left out."""
    state = LeadIndex.objects.filter(organisation=organisation, version__gt=0).first()
    named = {each.field for each in terms.criteria if not each.counts}
    return kinds_of(organisation.home, state.version, named) if state and named else {}


def known_of(organisation: Organisation, version: int, since: datetime, until: datetime) -> tuple[Known, list[str]]:
    """What is known of the leads that came in from `since` until `until`, and their ids."""
    places = [path_of(organisation.home, version, name) for name in (FACTS, DID)]
    if not all(place.exists() for place in places):
        return Known(0, {}, _nothing_done()), []
    within = (pc.field("came_at") >= since) & (pc.field("came_at") <= until)
    leads, did = (pq.read_table(place, filters=within) for place in places)
    ids: Any = leads["lead_id"]
    facts = leads.drop_columns(["lead_id", "came_at", "handed_at"]).to_pandas()
    return Known(len(leads), {name: facts[name] for name in facts.columns}, _by_lead(did, ids)), ids.to_pylist()


def _by_lead(did: pa.Table, ids: "pa.ChunkedArray[Any]") -> Any:
    """What was done by which of the leads, these by their places; `Known.did`."""
    if not len(did):
        return _nothing_done()
    lead: Any = pc.index_in(did["lead_id"], value_set=ids.combine_chunks())
    return did.append_column("lead", lead.cast(pa.int64())).filter(pc.is_valid(lead)).to_pandas()


def newest_lead(organisation: Organisation) -> datetime | None:
    """When the newest lead came in."""
    found = Lead.objects.filter(organisation=organisation).order_by("-came_at", "-id")
    return found.values_list("came_at", flat=True).first()


def _nothing_done() -> Any:
    columns = {"lead": pa.int64(), "kind": pa.string(), "days": pa.float64()}
    return pa.table({name: pa.array([], kind) for name, kind in columns.items()}).to_pandas()


def _leads(organisation: Organisation, since: datetime, until: datetime) -> dict[str, _Lead]:
    found = Lead.objects.filter(organisation=organisation, came_at__gte=since, came_at__lte=until)
    columns = ("lead_id", "came_at", "state", "since", "accepted_at", "handed_at")
    return {
        lead_id: _Lead(came, state, at, accepted is not None, _decided(state, accepted, handed))
        for lead_id, came, state, at, accepted, handed in found.values_list(*columns).iterator()
    }


def _decided(state: str, accepted: datetime | None, handed: datetime | None) -> bool:
    """Whether sales decided about it."""
    sent_back = state in (S.RETURNED, S.NURTURING, S.DEAD) and handed is not None
    return accepted is not None or sent_back


def _part(leads: Sequence[_Lead], until: datetime) -> Part:
    decided = [each for each in leads if each.decided]
    accepted = rate_if_any(sum(each.accepted for each in decided), len(decided))
    return Part(
        leads=len(leads),
        young=sum(each.state not in ENDED for each in leads),
        accepted=_share(accepted),
        won_so_far=sum(each.state == S.WON for each in leads),
        won=_won(leads, until),
    )


def _share(found: Rate | None) -> Share | None:
    return Share(found.value, found.low, found.high, found.n) if found else None


def _won(leads: Sequence[_Lead], until: datetime) -> Share | None:
    """The share won by the horizon, winning and dying competing; None where too few were watched for that long."""
    if not leads:
        return None
    ends: npt.NDArray[np.int32] = np.array([_cause(each.state) for each in leads], dtype=np.int32)
    times = np.array([(each.since if each.state in ENDED else until) - each.came_at for each in leads]) / _DAY
    time = np.maximum(times.astype(np.float64), 0.0)
    watched = np.array([(until - each.came_at) / _DAY for each in leads])
    if (watched >= HORIZON).sum() < _FEWEST_AT_RISK:
        return None
    found = cumulative_incidence(time, ends, 2)
    if not len(found.time):
        return None
    read = band(found, found.share[:, 0], found.variance[:, 0], 0.0, np.array([HORIZON]))
    return Share(float(read.share[0]), float(read.low[0]), float(read.high[0]), len(leads))


def _cause(state: str) -> int:
    return 0 if state == S.WON else 1 if state in (S.LOST, S.DEAD) else -1
