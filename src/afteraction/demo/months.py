"""Months that pass: a simulated record that comes in import by import, as a CRM would show it on each of those days.

Deals that are still to begin are not there yet, those that end later are open. What a trial does is planted as it
comes: of the deals in its new arm that would not be won, a known share is won, and the step that tells arms apart is
done. Everything goes the way of real imports: the history is sent as files, looked at and imported, what follows comes
as rows do through the API; deals are mirrored, trials followed.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from io import BytesIO
from typing import Any, Final, TypeAlias

import pyarrow as pa
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
from afteraction.web.experiments.drawing import drawing_of
from afteraction.web.experiments.models import Experiment
from afteraction.web.experiments.selectors import protocol_in_force
from afteraction.web.people.models import User

TABLES: Final = ("deals", "stage_changes", "touches", "accounts", "people")
"""What has to be simulated: `simulate(organisation, deals, seed, tables=TABLES)`."""
EVERY: Final = timedelta(days=14)
_NEVER: Final = datetime.min.replace(tzinfo=UTC)
_WON: Final = {"outcome": "won", "lost_reason": None}
Row: TypeAlias = dict[str, Any]
Rows: TypeAlias = list[Row]


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

    @cached_property
    def rows(self) -> Mapping[str, Rows]:
        """The rows of each table, times to the second."""
        return {name: [_whole(row) for row in self.record.tables[name].to_pylist()] for name in TABLES}

    def bring(self, until: datetime) -> Import | None:
        """Imports what happened since the last time up to a moment, and lets everything follow that but the analysis.

        None where nothing happened: nothing is sent then, and time passes. Raises `Refused` where the import is.
        """
        moment = until.replace(microsecond=0)
        new = {name: rows for name, rows in self._new(moment) if rows}
        made = self._sent(new) if new else None
        self.until = moment
        refresh_index(organisation=self.by.organisation)
        follow_trials(organisation=self.by.organisation, now=moment)
        return made

    def _new(self, until: datetime) -> Iterator[tuple[str, Rows]]:
        """What is new, by table: deals that began, moved or ended, and what happened."""
        since, arms = self.until or _NEVER, self._arms(until)
        if self.until is None:
            yield from ((name, self.rows[name]) for name in ("people", "accounts"))
        changes = [row for row in self.rows["stage_changes"] if since < row["at"] <= until]
        moved = {row["deal_id"] for row in changes}
        stages = {row["deal_id"]: row["stage"] for row in self._entered(until)}
        deals = [
            _as_known(deal, stages, until)
            for deal in self.rows["deals"]
            if deal["created_at"] <= until
            and (
                deal["created_at"] > since or deal["deal_id"] in moved or since < (deal["closed_at"] or _NEVER) <= until
            )
        ]
        self._plant(deals, arms)
        yield "deals", [deal | _WON if self._is_won(deal, deal["closed_at"]) else deal for deal in deals]
        ends = {"outcome": "won", "stage": "Closed won"}
        yield "stage_changes", [row | ends if self._is_won(row, row["outcome"]) else row for row in changes]
        touches = [row for row in self.rows["touches"] if since < row["at"] <= until]
        yield "touches", [*touches, *self._steps(arms, until)]

    def _entered(self, until: datetime) -> Rows:
        """The stages entered by then, in the order of time; closing ones are not."""
        entered = (row for row in self.rows["stage_changes"] if row["at"] <= until and row["outcome"] is None)
        return sorted(entered, key=lambda row: row["at"])

    def _is_won(self, row: Row, ended: object) -> bool:
        return ended is not None and row["deal_id"] in self._won

    def _arms(self, until: datetime) -> dict[str, tuple[bool, datetime]]:
        """Of each deal of the trial whether it is in the new arm, and since when."""
        protocol = None if self.planted is None else protocol_in_force(self.planted.experiment)
        if protocol is None:
            return {}
        _old, new = drawing_of(protocol).arms
        rows = protocol.assignments.filter(at__lte=until).exclude(arm="")
        return {deal_id: (arm == new, at) for deal_id, arm, at in rows.values_list("unit", "arm", "at")}

    def _plant(self, deals: Rows, arms: Mapping[str, tuple[bool, datetime]]) -> None:
        """Draws which of the deals that are lost now are won instead."""
        if self.planted is None:
            return
        ended = [row["outcome"] for row in self.rows["deals"] if row["outcome"] != "open"]
        share = self.planted.effect / (1 - ended.count("won") / max(len(ended), 1))
        for deal in deals:
            new, _since = arms.get(deal["deal_id"], (False, _NEVER))
            if new and deal["outcome"] not in ("won", "open") and draw("planted", deal["deal_id"]) < share:
                self._won.add(deal["deal_id"])

    def _steps(self, arms: Mapping[str, tuple[bool, datetime]], until: datetime) -> Iterator[Row]:
        """The touches by which deals of the trial did the step: one each, one to ten days after they came in."""
        planted = self.planted
        if planted is None or not planted.activity:
            return
        for deal in self.rows["deals"]:
            key = deal["deal_id"]
            if key not in arms or key in self._logged:
                continue
            new, since = arms[key]
            at = (since + timedelta(days=1 + 9 * draw("when", key))).replace(microsecond=0)
            does = draw("does", key) < (planted.follow if new else planted.cross)
            if does and at <= min(until, deal["closed_at"] or until):
                self._logged.add(key)
                touch = {"touch_id": f"trial-{key}", "deal_id": key, "activity": planted.activity}
                yield {**touch, "at": at, "actor": deal["owner"], "side": "ours"}

    def _sent(self, tables: Mapping[str, Rows]) -> Import:
        if self.until is not None:
            return _sent_as_rows(self.by, tables)
        files = {name: pa.Table.from_pylist(rows, self.record.tables[name].schema) for name, rows in tables.items()}
        return _sent_as_files(self.by, files)


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


def _whole(row: Row) -> Row:
    return {name: value.replace(microsecond=0) if isinstance(value, datetime) else value for name, value in row.items()}


def _as_known(deal: Row, stages: Mapping[str, str], until: datetime) -> Row:
    """A deal as it was then: open, in the stage that it had, where it ended later."""
    if deal["closed_at"] is not None and deal["closed_at"] <= until:
        return deal
    now = {"outcome": "open", "stage": stages.get(deal["deal_id"])}
    return deal | now | dict.fromkeys(("closed_at", "lost_reason", "crm_probability"))


def _sent_as_files(by: User, tables: Mapping[str, pa.Table]) -> Import:
    """Sends the rows as CSV files, as a person does, and imports them as a worker would."""
    import_ = services.begin(by=by)
    for name, table in tables.items():
        content = BytesIO()
        csv.write_csv(_to_the_second(table), content)
        services.add_file(import_=import_, name=f"{name}.csv", chunks=[content.getvalue()])
    services.look(import_=import_)
    look_at_files.call(import_id=import_.pk)
    import_.refresh_from_db()
    services.start(import_=import_)
    return _done(import_)


def _sent_as_rows(by: User, tables: Mapping[str, Rows]) -> Import:
    """Sends the rows as a program does through the API, which is faster: there is nothing to be looked at."""
    return _done(import_rows(by=by, tables={name: [_plain(row) for row in rows] for name, rows in tables.items()}))


def _plain(row: Row) -> Row:
    """A row as JSON holds it, without what is empty."""
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in row.items()
        if value is not None
    }


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
