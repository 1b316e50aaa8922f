"""Deals come into arms: after each import, every deal of a trial that has begun and is in no arm yet.

Assigning may run at any time, twice, or in two workers at once:

1. It takes the trial for itself, reads which places are taken, and which deals that began since the trial opened are
   not settled yet, in the order in which they began.
2. Deals that are drawn as they arrive take the next place of their stratum; where reps or teams were drawn, a deal
   takes the arm that its rep or team has in the period in which it began. The protocol's hash says the arm.
3. The rows, and an entry of the ledger that seals them, are written in one transaction, some thousand at a time.

What is settled is never drawn again. A deal that comes into the record late takes the next place, though it began
before others, and is marked. A deal that changes hands, is reopened or leaves the record stays where it was assigned.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import pyarrow as pa
from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from afteraction.web.deals.models import Deal
from afteraction.web.experiments.document import Who
from afteraction.web.experiments.drawing import Drawing, drawing_of
from afteraction.web.experiments.ledger import Kind, append
from afteraction.web.experiments.models import Assignment, Experiment, Protocol
from afteraction.web.experiments.selectors import protocol_in_force
from afteraction.web.experiments.settled import of_batch

_COLUMNS: Final[dict[str, pa.DataType]] = {
    "deal_id": pa.string(),
    "arm": pa.string(),
    "at": pa.timestamp("us", "UTC"),
    "began": pa.timestamp("us", "UTC"),
    "cluster": pa.string(),
    "stratum": pa.string(),
    "period": pa.int32(),
    "place": pa.int32(),
    "late": pa.bool_(),
}
ASSIGNED: Final = pa.schema(_COLUMNS)
BATCH: Final = 5_000
LeftOut = Assignment.LeftOut
_READ: Final = ("deal_id", "created_at", "owner", "team", "segment", "source", "amount", "outcome")
_NONE: Final = "–"


def assigned_deals(protocol: Protocol) -> pa.Table:
    """The deals of a protocol that are in an arm, as they were assigned, in that order. Columns as ASSIGNED:

    - `arm` is the key of the arm; the first of the document's arms is the old way. Analyse by it, whatever was done;
    - `at` is the moment from which the horizon counts (`late_outcomes.Assigned.at`): when the deal was drawn, or when
      it began where reps or teams were drawn. A deal may have ended between the last import and `at`: it ended at once;
    - `cluster` is the rep or team whose deal it was at `at`. Where the design's unit is rep or team it is the unit that
      was drawn, and stays so when the deal changes hands; where deals are drawn it is the owner, of no weight;
    - `stratum` is what arms were levelled within; of pairs it names the pair;
    - `period` counts from 0. Switchback: the unit that is drawn is cluster × period, arms are level in every run of two
      periods of a cluster. Stepped: clusters start on the new way in period 1 or later, so compare within periods
      (period 0 is everyone's old way); elsewhere it is 0. Deals of wash-out days are in no arm and not here.
    """
    rows = protocol.assignments.exclude(arm="").order_by("batch", "began", "unit")
    names = ("unit", *ASSIGNED.names[1:])
    columns: list[list[Any]] = [list(column) for column in zip(*rows.values_list(*names).iterator(), strict=True)]
    if not columns:
        return ASSIGNED.empty_table()
    return pa.table(dict(zip(ASSIGNED.names, columns, strict=True)), schema=ASSIGNED)


def arm_of_deal(protocol: Protocol, deal: Deal) -> Assignment | None:
    """How a deal was assigned; None where it is in no arm of that protocol."""
    return protocol.assignments.filter(unit=deal.deal_id).exclude(arm="").first()


@dataclass(frozen=True)
class Course:
    """What came of assigning: deals that came into arms, and those that are settled as being in none."""

    assigned: int = 0
    left_out: int = 0


def assign(*, experiment: Experiment, now: datetime, batch: int = BATCH) -> Course:
    """Assigns the deals of a running trial that have begun. Idempotent.

    Raises `Refused` where the text of the protocol no longer fits its hash.
    """
    assigned = left_out = 0
    while True:
        made = _assign_some(experiment, now, batch)
        assigned += sum(row.arm != "" for row in made)
        left_out += sum(row.arm == "" for row in made)
        if len(made) < batch:
            return Course(assigned, left_out)


@transaction.atomic
def _assign_some(experiment: Experiment, now: datetime, batch: int) -> Sequence[Assignment]:
    locked = Experiment.objects.select_for_update().get(pk=experiment.pk)  # two at once would take the same places
    protocol = protocol_in_force(locked)
    if protocol is None or locked.state != Experiment.State.RUNNING:
        return ()
    drawing = drawing_of(protocol)
    deals = list(_waiting(protocol, drawing, now).values(*_READ)[:batch])
    if not deals:
        return ()
    place = _arrivals(protocol, drawing, now) if drawing.design.unit == "deal" else _of_list(protocol, drawing)
    rows = [place(deal) for deal in deals]
    entry = append(locked, Kind.ASSIGNED, of_batch(protocol, rows), now)
    for row in rows:
        row.batch = entry.place
    return Assignment.objects.bulk_create(rows, batch_size=500)


def _waiting(protocol: Protocol, drawing: Drawing, now: datetime) -> "QuerySet[Deal]":
    """The deals that began while the trial assigns and are not settled, in the order in which they began."""
    settled = Assignment.objects.filter(protocol=protocol, unit=OuterRef("deal_id"))
    until = min(drawing.closes, now)
    deals = Deal.objects.filter(
        organisation=protocol.experiment.organisation, created_at__gte=drawing.opens, created_at__lt=until
    )
    if drawing.design.unit == "deal":
        # Drawn by chance, a deal may come in once it meets the conditions; one that has ended is past being helped.
        deals = deals.filter(meets(drawing.document.who), outcome="open")
    return deals.exclude(Exists(settled)).order_by("created_at", "deal_id")


def meets(who: Who) -> Q:
    """The deals that a trial is about, as a condition of the database."""
    wanted = Q()
    for column, values in (("segment", who.segments), ("source", who.sources), ("team", who.teams)):
        if values:
            wanted &= Q(**{f"{column}__in": values})
    if who.amount_from is not None:
        wanted &= Q(amount__gte=who.amount_from)
    if who.amount_to is not None:
        wanted &= Q(amount__lte=who.amount_to)
    return wanted


def _met(who: Who, deal: dict[str, Any]) -> bool:
    """The same of one deal."""
    lists = ((who.segments, "segment"), (who.sources, "source"), (who.teams, "team"))
    if any(values and deal[column] not in values for values, column in lists):
        return False
    amount = deal["amount"]
    low, high = who.amount_from, who.amount_to
    if amount is None:
        return low is None and high is None
    return (low is None or amount >= low) and (high is None or amount <= high)


def _arrivals(protocol: Protocol, drawing: Drawing, now: datetime) -> Callable[[dict[str, Any]], Assignment]:
    """Gives each deal the next place of its stratum."""
    taken = protocol.assignments.exclude(arm="").values_list("stratum").annotate(Max("place"), Max("began"))
    places: defaultdict[str, int] = defaultdict(int)
    newest: dict[str, datetime] = {}
    for stratum, last, began in taken:
        places[stratum], newest[stratum] = last + 1, began

    def place(deal: dict[str, Any]) -> Assignment:
        stratum = stratum_of(drawing, deal)
        number = places[stratum]
        places[stratum] += 1
        return Assignment(
            protocol=protocol, unit=deal["deal_id"], cluster=deal["owner"], stratum=stratum, place=number,
            arm=drawing.arm_of_place(stratum, number), began=deal["created_at"], at=now,
            late=stratum in newest and deal["created_at"] < newest[stratum],
        )  # fmt: skip

    return place


def stratum_of(drawing: Drawing, deal: dict[str, Any]) -> str:
    """The stratum of a deal that arrives: the values of the fields that the protocol names."""
    return " | ".join(deal[name].replace("|", "/") or _NONE for name in drawing.design.by)


def _of_list(protocol: Protocol, drawing: Drawing) -> Callable[[dict[str, Any]], Assignment]:
    """Gives each deal the arm that its rep or team has in the period in which it began.

    Those that are in no arm are settled too: a rep who knows their arm could otherwise bring a deal in by changing it.
    """
    column = "owner" if drawing.design.unit == "rep" else "team"
    newest = protocol.assignments.aggregate(newest=Max("began"))["newest"]

    def place(deal: dict[str, Any]) -> Assignment:
        unit, began = deal[column], deal["created_at"]
        period = drawing.period(began)
        row = Assignment(
            protocol=protocol, unit=deal["deal_id"], cluster=unit, period=period, began=began, at=began,
            late=newest is not None and began < newest,
        )  # fmt: skip
        if unit not in drawing.stratum_of:
            row.left_out = LeftOut.ELSEWHERE
        elif not _met(drawing.document.who, deal):
            row.left_out = LeftOut.OTHER
        elif drawing.washes_out(began):
            row.left_out = LeftOut.WASHOUT
        else:
            row.stratum, row.arm = drawing.stratum_of[unit], drawing.arm_of_unit(unit, period)
        return row

    return place


def not_as_drawn(protocol: Protocol) -> Iterator[str]:
    """What does not come out the same when a protocol's assignments are drawn anew, a sentence each; nothing if all do.

    Deals that arrive: the arm of each place, and that places are taken from 0 on, each once. Of a list: the arm of the
    rep or team in the period in which the deal began. Whether rows were changed otherwise is told by their seal.
    """
    drawing = drawing_of(protocol)
    rows = protocol.assignments.exclude(arm="").order_by("stratum", "place", "unit")
    fields = rows.values_list("unit", "cluster", "period", "stratum", "place", "arm", "began")
    expected: defaultdict[str, int] = defaultdict(int)
    for unit, cluster, period, stratum, place, arm, began in fields.iterator():
        if drawing.design.unit == "deal":
            if place != expected[stratum]:
                wanted = expected[stratum] + 1
                yield f"deal {unit} has place {place + 1} of {_named(stratum)}, where {wanted} comes next"
            expected[stratum] = place + 1
            drawn = drawing.arm_of_place(stratum, place)
        elif cluster not in drawing.stratum_of:
            yield f"deal {unit} is in the trial by {cluster}, which its list does not name"
            continue
        else:
            if period != drawing.period(began):
                yield f"deal {unit} began in period {drawing.period(began) + 1}, not in {period + 1}"
            drawn = drawing.arm_of_unit(cluster, period)
        if arm != drawn:
            yield f"deal {unit} is in arm {arm}, where the protocol draws {drawn}"


def _named(stratum: str) -> str:
    return f"stratum {json.dumps(stratum, ensure_ascii=False)}" if stratum else "the order"
