"""Leads here, kept equal to what the newest data version says of them, without taking back what people did.

A refresh may be killed at any moment. `LeadIndex.heading` is noted first and `version` last; where they differ, every
row of the newest version is followed again, which changes nothing where it was followed before.
"""

import fcntl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import ibis
import pyarrow as pa
from django.db import transaction
from ibis import _

from afteraction.lake.store import Lake, Snapshot
from afteraction.web.deals.mirror import engine
from afteraction.web.leads.agreeing import people_here, terms_of
from afteraction.web.leads.facts import keep_facts
from afteraction.web.leads.making import HERE
from afteraction.web.leads.mirror import TEXTS, MirroredLeads, mirrored_leads
from afteraction.web.leads.models import Lead, LeadEvent, LeadIndex, Returned
from afteraction.web.leads.queues import queues_of
from afteraction.web.leads.recorded import Around, Recorded, follow, gone, reason_of
from afteraction.web.leads.standing import COLUMNS, batched, standing_from, write_standing
from afteraction.web.leads.writing import count_values, write_leads
from afteraction.web.people.models import Organisation, Role, User

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

_BATCH: Final = 20_000
_AT_ONCE: Final = 500
_MOST_CHOICES: Final = 300
_CHOSEN: Final = ("source", "campaign", "team")
RETURNS_KEPT: Final = timedelta(days=400)
"""Returns of the record that are older are counted, but not answered any more."""
_FIELDS: Final = tuple(each.name for each in fields(Recorded))


@dataclass(frozen=True)
class Followed:
    """What a refresh did: the version now shown (0 without data or people), its leads, rows written, leads gone."""

    version: int
    leads: int
    written: int
    gone: int


def refresh_leads(*, organisation: Organisation, now: datetime, rebuild: bool = False) -> Followed:
    """Follow the newest data version of an organisation; with `rebuild` every row is followed again."""
    lake, queues = Lake(organisation.home), queues_of(organisation)
    if lake.current() is None or queues is None:
        return Followed(0, 0, 0, 0)
    with _only_one(lake):
        state, _made = LeadIndex.objects.get_or_create(organisation=organisation)
        newest = lake.snapshot()
        versions = {each.version: each for each in lake.versions()}
        known = versions.get(state.version)
        if rebuild or known is None or known.at != state.made_at or state.heading != state.version:
            known = None
        elif known.version == newest.version:
            return Followed(state.version, state.leads, 0, 0)
        return _to(state, known, newest, now)


@contextmanager
def _only_one(lake: Lake) -> Iterator[None]:
    """Wait until no other refresh of the same lake runs. The lock ends with the process that holds it."""
    with (lake.home.lake / "leads.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _to(state: LeadIndex, before: Snapshot | None, after: Snapshot, now: datetime) -> Followed:
    organisation = state.organisation
    state.heading = after.version
    state.save(update_fields=["heading"])
    with engine(organisation.home) as con:
        new = mirrored_leads(con, after)
        keep_facts(organisation.home, after.version, con, new.tables)
        around = around_of(organisation, new.newest or now, now)
        if before is None:
            changed, missing = new.rows, _unknown(organisation, new)
        else:
            old = mirrored_leads(con, before)
            changed = new.rows.difference(old.rows)
            missing = _ids(con, old.rows.anti_join(new.rows, "lead_id"))
        written = sum(_follow(organisation, batch, around) for batch in _batches(con, changed.order_by(_.came_at)))
        if written:
            count_values()
        left = sum(_lose(organisation, ids, around) for ids in missing)
        state.leads = int(new.rows.count().to_pyarrow().as_py())
        state.choices = _choices(new)
    state.version, state.made_at = after.version, after.at
    state.save()
    return Followed(after.version, state.leads, written, left)


def around_of(organisation: Organisation, as_of: datetime, now: datetime) -> Around:
    """What decides where leads go, beside what the record says of each."""
    queues = queues_of(organisation)
    assert queues is not None  # noqa: S101  # who follows has looked
    people = people_here(organisation).exclude(owner_name="")
    reps = User.objects.filter(organisation=organisation, role=Role.REP, team__isnull=False)
    return Around(
        terms=terms_of(organisation),
        people=dict(people.values_list("owner_name", "pk")),
        teams=dict(reps.values_list("pk", "team__name")),
        sales=queues.sales,
        marketing=queues.marketing,
        as_of=as_of if as_of.tzinfo else as_of.replace(tzinfo=UTC),
        now=now,
    )


def _batches(con: "Backend", rows: ibis.Table) -> Iterator[pa.RecordBatch]:
    yield from con.con.sql(con.compile(rows)).to_arrow_reader(_BATCH)


@transaction.atomic
def _follow(organisation: Organisation, batch: pa.RecordBatch, around: Around) -> int:
    """Follow a batch of leads of the record; returns how many rows were written."""
    records = _records(batch)
    known = {
        lead_id: (key, standing, owner)
        for ids in batched([each.lead_id for each in records], _AT_ONCE)
        for key, lead_id, owner, standing in _known(organisation, ids)
    }
    rows, events = [], []
    for record in records:
        key, before, owner = known.get(record.lead_id, (None, None, ""))
        after = follow(before, record, around, owner)
        # Who has it here may be in another team than whom the record names.
        team = around.teams.get(after.place.owner, record.team) if after.place.owner else record.team
        rows.append((replace(record, team=team), after))
        if key is not None and before is not None and before.state is not after.state:
            events.append(_event(key, before.state, after.state, record.status, around.now))
    written = write_leads(organisation.pk, rows)
    LeadEvent.objects.bulk_create(events)
    _note_returns(organisation, records, around)
    return written


def _records(batch: pa.RecordBatch) -> list[Recorded]:
    """The rows of the mirror as objects: columns are turned into lists at once, which is quicker than row by row."""
    columns = [batch[name].to_pylist() for name in _FIELDS]
    return [Recorded(*row) for row in zip(*columns, strict=True)]


def _known(organisation: Organisation, ids: Sequence[str]) -> Iterator[tuple[int, str, str, Any]]:
    found = Lead.objects.select_for_update().filter(organisation=organisation, lead_id__in=ids)
    for key, lead_id, owner, *columns in found.values_list("pk", "lead_id", "owner_name", *COLUMNS):
        yield key, lead_id, owner, standing_from(dict(zip(COLUMNS, columns, strict=True)))


def _event(lead: int, before: str, after: str, why: str, now: datetime) -> LeadEvent:
    kind = LeadEvent.Kind.RECORD
    return LeadEvent(lead_id=lead, kind=kind, before=str(before), after=str(after), why=why[:500], at=now)


def _note_returns(organisation: Organisation, records: Sequence[Recorded], around: Around) -> None:
    """The returns that the record tells of, so that marketing can answer them too."""
    oldest = around.as_of - RETURNS_KEPT
    back = {each.lead_id: each for each in records if each.returned_at is not None and each.returned_at > oldest}
    for ids in batched(list(back), _AT_ONCE):
        keys = Lead.objects.filter(organisation=organisation, lead_id__in=ids).values_list("lead_id", "pk")
        returns = []
        for lead_id, key in keys:
            record = back[lead_id]
            assert record.returned_at is not None  # noqa: S101  # chosen for it
            reason = reason_of(record.return_reason or record.status)
            returns.append(
                Returned(
                    organisation=organisation,
                    lead_id=key,
                    reason=reason,
                    source=record.source,
                    campaign=record.campaign,
                    person_id=around.people.get(record.returned_by),
                    person_name=record.returned_by,
                    attempts=record.attempts,
                    early=reason == "unreachable" and record.attempts < around.terms.attempts,
                    at=record.returned_at,
                    answer_by=around.terms.marketing_answers_by(record.returned_at),
                )
            )
        Returned.objects.bulk_create(returns, ignore_conflicts=True)


def _ids(con: "Backend", rows: ibis.Table) -> Iterator[list[str]]:
    for batch in _batches(con, rows.select("lead_id")):
        yield [str(lead_id) for lead_id in batch["lead_id"].to_pylist()]


def _unknown(organisation: Organisation, new: MirroredLeads) -> Iterator[list[str]]:
    """The ids here that a version does not have, a batch at a time."""
    last = 0
    while batch := list(
        Lead.objects.filter(organisation=organisation, pk__gt=last)
        .exclude(lead_id__startswith=HERE)
        .order_by("pk")
        .values_list("pk", "lead_id")[:_BATCH]
    ):
        last = batch[-1][0]
        ids = pa.table({"lead_id": pa.array([lead_id for _pk, lead_id in batch], pa.string())})
        held = new.con.create_table("leads_held", ids, temp=True, overwrite=True)
        yield from _ids(new.con, held.anti_join(new.rows, "lead_id"))


def _lose(organisation: Organisation, ids: Sequence[str], around: Around) -> int:
    """Leads that the record has no more; nothing of them is lost here. Returns how many changed."""
    changed = 0
    for part in batched(ids, _AT_ONCE):
        with transaction.atomic():
            for lead in Lead.objects.select_for_update().filter(organisation=organisation, lead_id__in=part):
                before = standing_from(vars(lead))
                after = gone(before, around)
                if after is not before:
                    write_standing(lead, after)
                    LeadEvent.objects.bulk_create([_event(lead.pk, before.state, after.state, "", around.now)])
                    changed += 1
    return changed


def _choices(new: MirroredLeads) -> dict[str, list[list[Any]]]:
    """The values of each filter by their number of leads, the most common ones first."""
    assert set(_CHOSEN) <= set(TEXTS)  # noqa: S101
    found = {}
    for name in _CHOSEN:
        counted = new.rows.filter(_[name] != "").group_by(name).agg(leads=_.count())
        rows = counted.order_by(_.leads.desc(), name).limit(_MOST_CHOICES).to_pyarrow().to_pylist()
        found[name] = [[row[name], row["leads"]] for row in rows]
    return found
