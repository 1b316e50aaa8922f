"""Months that pass: a simulated record that comes in import by import, as a CRM would show it on each of those days.

Deals that are still to begin are not there yet, those that end later are open. What a trial does is planted as it
comes: of the deals in its new arm that would not be won, a known share is won, and the step that tells arms apart is
done. Everything goes the way of real imports: the history is sent as files, looked at and imported, what follows comes
as rows do through the API; deals are mirrored, trials followed.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as csv

from afteraction.analysis.randomisation import draw
from afteraction.errors import Refused
from afteraction.simulate import SimulatedRecord
from afteraction.web.data import services
from afteraction.web.data.models import Import
from afteraction.web.data.rows import import_rows
from afteraction.web.data.tasks import import_files, look_at_files
from afteraction.web.deals.index import refresh_index
from afteraction.web.experiments.clock import follow_trials
from afteraction.web.experiments.models import Assignment, Experiment
from afteraction.web.people.models import User

TABLES: Final = ("deals", "stage_changes", "touches", "accounts", "people")
"""What has to be simulated: `simulate(organisation, deals, seed, tables=TABLES)`."""
EVERY: Final = timedelta(days=14)
_WON: Final = "Closed won"


@dataclass(frozen=True)
class Planted:
    """What the new arm of a trial does: `effect` is added to the share of deals that is ever won, 0.1 being 10 points.

    With an `activity` it is logged in the share `follow` of the new arm's deals, some days after they came in, and in
    the share `cross` of the old arm's.
    """

    experiment: Experiment
    effect: float
    activity: str = ""
    follow: float = 0.9
    cross: float = 0.05


@dataclass
class Months:
    """A record and how much of it has come in. Whoever sends the files is `by`."""

    record: SimulatedRecord
    by: User
    until: datetime | None = None
    planted: Planted | None = None
    _won: set[str] = field(default_factory=set)
    _logged: set[str] = field(default_factory=set)

    def bring(self, until: datetime) -> Import:
        """Imports what happened since the last time up to a moment, and lets everything follow that but the analysis.

        Raises `Refused` where the import is.
        """
        moment = until.replace(microsecond=0)
        send = _sent_as_files if self.until is None else _sent_as_rows
        made = send(self.by, dict(self._new(moment)))
        self.until = moment
        refresh_index(organisation=self.by.organisation)
        follow_trials(organisation=self.by.organisation, now=moment)
        return made

    def _new(self, until: datetime) -> Iterator[tuple[str, pa.Table]]:
        """What is new, by table: rows of deals that changed, events that happened."""
        tables, since = self.record.tables, self.until
        arms = self._arms(until)
        if since is None:
            yield "people", tables["people"]
            yield "accounts", tables["accounts"]
        changes = _happened(tables["stage_changes"], since, until)
        touches = _happened(tables["touches"], since, until)
        deals = _as_known(tables["deals"], tables["stage_changes"], until)
        if since is not None:
            began, ended = pc.greater(deals["created_at"], since), pc.greater(deals["closed_at"], since)
            moved = pc.is_in(deals["deal_id"], changes["deal_id"].combine_chunks())
            deals = deals.filter(pc.or_(pc.or_(began, pc.fill_null(ended, fill_value=False)), moved))
        self._plant(deals, arms)
        yield "deals", _with_wins(deals, self._won)
        yield "stage_changes", _with_wins(changes, self._won, ended=pc.is_valid(changes["outcome"]))
        yield "touches", pa.concat_tables([touches, self._steps(tables, arms, until, touches.schema)])

    def _arms(self, until: datetime) -> dict[str, tuple[bool, datetime]]:
        """Of each deal of the trial whether it is in the new arm, and since when."""
        if self.planted is None:
            return {}
        protocol = self.planted.experiment.protocols.exclude(locked_at=None).order_by("-version").first()
        if protocol is None:
            return {}
        new = str(protocol.document["arms"][1]["key"])
        rows = Assignment.objects.filter(protocol=protocol, at__lte=until).exclude(arm="")
        return {deal_id: (arm == new, at) for deal_id, arm, at in rows.values_list("unit", "arm", "at")}

    def _plant(self, deals: pa.Table, arms: Mapping[str, tuple[bool, datetime]]) -> None:
        """Draws which of the deals that are lost now are won instead."""
        if self.planted is None:
            return
        ended = self.record.tables["deals"]["outcome"]
        base = pc.sum(pc.equal(ended, "won")).as_py() / max(pc.sum(pc.not_equal(ended, "open")).as_py(), 1)
        share = self.planted.effect / (1 - base)
        for deal_id, outcome in zip(deals["deal_id"].to_pylist(), deals["outcome"].to_pylist(), strict=True):
            lost = outcome not in ("won", "open") and arms.get(deal_id, (False,))[0]
            if lost and draw("planted", deal_id) < share:
                self._won.add(deal_id)

    def _steps(
        self, tables: Mapping[str, pa.Table], arms: Mapping[str, tuple[bool, datetime]], until: datetime, to: pa.Schema
    ) -> pa.Table:
        """The touches by which deals of the trial did the step: one each, one to ten days after they came in."""
        planted, rows = self.planted, list[dict[str, object]]()
        if planted is None or not planted.activity:
            return to.empty_table()
        deals = tables["deals"]
        facts = zip(*(deals[name].to_pylist() for name in ("deal_id", "owner", "closed_at")), strict=True)
        for deal_id, owner, closed in facts:
            if deal_id not in arms or deal_id in self._logged:
                continue
            new, since = arms[deal_id]
            at = since + timedelta(days=1 + 9 * draw("when", deal_id))
            does = draw("does", deal_id) < (planted.follow if new else planted.cross)
            if does and at <= until and (closed is None or at <= closed):
                self._logged.add(deal_id)
                touch = {"touch_id": f"trial-{deal_id}", "deal_id": deal_id, "activity": planted.activity}
                rows.append({**touch, "at": at.replace(microsecond=0), "actor": owner, "side": "ours"})
        return pa.Table.from_pylist(rows, schema=to)


def simulate_months(
    months: Months, *, until: datetime, every: timedelta = EVERY, each: Callable[[datetime], None] | None = None
) -> None:
    """Lets time pass up to a moment, an import every so often; `each` is called after each, with its moment.

    >>> months = Months(simulate(default_organisation(), 900, 1, tables=TABLES), by=operations)
    >>> months.bring(start_of_the_trial)  # the history; then the protocol is locked
    >>> months.planted = Planted(experiment, effect=0.15, activity="Mutual plan agreed")
    >>> simulate_months(months, until=end, each=lambda now: look(protocol, now))
    """
    if months.until is None:
        raise Refused("a record of which nothing has come in", "its history first", "bring it up to the first day")
    while months.until < until:
        months.bring(min(months.until + every, until))
        if each is not None:
            each(months.until)


def _happened(events: pa.Table, since: datetime | None, until: datetime) -> pa.Table:
    there = pc.less_equal(events["at"], until)
    return events.filter(there if since is None else pc.and_(there, pc.greater(events["at"], since)))


def _as_known(deals: pa.Table, changes: pa.Table, until: datetime) -> pa.Table:
    """The deals that had begun by then, those that ended later being open, in the stage that they had then."""
    deals = deals.filter(pc.less_equal(deals["created_at"], until))
    over = pc.fill_null(pc.less_equal(deals["closed_at"], until), fill_value=False)
    entered = _happened(changes, None, until)
    entered = entered.filter(pc.is_null(entered["outcome"])).sort_by([("at", "ascending")])
    stage_of = dict(zip(entered["deal_id"].to_pylist(), entered["stage"].to_pylist(), strict=True))
    stages = pa.array([stage_of.get(deal_id) for deal_id in deals["deal_id"].to_pylist()], pa.string())
    known = {"closed_at": pa.scalar(None), "outcome": pa.scalar("open"), "stage": stages}
    known |= {name: pa.scalar(None) for name in ("lost_reason", "crm_probability")}
    for name, value in known.items():
        if name in deals.column_names:
            typed = value.cast(deals.schema.field(name).type)
            deals = deals.set_column(
                deals.column_names.index(name), deals.schema.field(name), pc.if_else(over, deals[name], typed)
            )
    return deals


def _with_wins(rows: pa.Table, won: set[str], ended: pa.ChunkedArray | None = None) -> pa.Table:
    """The same rows, these deals won: of `ended` rows alone, where that is told."""
    ours = pc.is_in(rows["deal_id"], pa.array(sorted(won), pa.string()))
    if ended is None:
        ours, told = pc.and_(ours, pc.is_valid(rows["closed_at"])), {"outcome": "won", "lost_reason": None}
    else:
        ours, told = pc.and_(ours, ended), {"outcome": "won", "stage": _WON}
    for name, value in told.items():
        place, column = rows.column_names.index(name), rows.schema.field(name)
        rows = rows.set_column(place, column, pc.if_else(ours, pa.scalar(value, column.type), rows[name]))
    return rows


def _sent_as_files(by: User, tables: Mapping[str, pa.Table]) -> Import:
    """Sends the rows as CSV files, as a person does, and imports them as a worker would."""
    import_ = services.begin(by=by)
    for name, table in tables.items():
        if table.num_rows:
            content = BytesIO()
            csv.write_csv(_to_the_second(table), content)
            services.add_file(import_=import_, name=f"{name}.csv", chunks=[content.getvalue()])
    services.look(import_=import_)
    look_at_files.call(import_id=import_.pk)
    import_.refresh_from_db()
    services.start(import_=import_)
    return _done(import_)


def _sent_as_rows(by: User, tables: Mapping[str, pa.Table]) -> Import:
    """Sends the rows as a program does through the API, which is faster: there is nothing to be looked at."""
    rows = {name: [_plain(row) for row in table.to_pylist()] for name, table in tables.items() if table.num_rows}
    return _done(import_rows(by=by, tables=rows))


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as JSON holds it, times to the second, without what is empty."""
    return {
        name: value.replace(microsecond=0).isoformat() if isinstance(value, datetime) else str(value)
        if isinstance(value, date) else value
        for name, value in row.items()
        if value is not None
    }  # fmt: skip


def _done(import_: Import) -> Import:
    import_files.call(import_id=import_.pk)
    import_.refresh_from_db()
    if import_.state != Import.State.DONE:
        raise Refused(f"an import that is {import_.state}: {import_.message}", "one that is done", "look at its page")
    return import_


def _to_the_second(table: pa.Table) -> pa.Table:
    fields = [
        pa.field(f.name, pa.timestamp("s", tz="UTC") if pa.types.is_timestamp(f.type) else f.type) for f in table.schema
    ]
    return table.cast(pa.schema(fields), safe=False)
