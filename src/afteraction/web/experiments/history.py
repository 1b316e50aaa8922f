"""What the record says of deals that began lately, kept so that a plan is computed from it while it is filled in.

A job writes it once for a data version: some ten thousand deals of the last years, with what was known when each began,
how it ended, and the first day of every stage and touch. A page reads that file alone, never the record.
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from django.db.models import F, QuerySet
from django.db.models.functions import Mod

from afteraction.analysis.arrays import Flags, Floats
from afteraction.lake.durable import put_in_place
from afteraction.web.deals.models import Deal, IndexState
from afteraction.web.deals.record import first_times
from afteraction.web.deals.selectors import as_of
from afteraction.web.experiments.document import Who
from afteraction.web.people.models import Organisation

MOST: Final = 40_000
YEARS: Final = 3
_FORMAT: Final = 1
_ACTIVITIES: Final = 300
_FIELDS: Final = ("deal_id", "owner", "team", "segment", "source", "outcome", "amount", "chance_start")
_FIRST: Final = "first: "
_DAY: Final = 86_400.0


@dataclass(frozen=True)
class History:
    """Deals that began in the last YEARS, n of them, every `every`-th.

    `texts` by column (owner, team, segment, source), `began` and `closed` in days before `until` (the newest moment of
    the record; NaN while open), `won`, `amount` and `chance` (NaN where unknown), `first`: for each stage (`stage: …`)
    and touch the days from the beginning to its first time (NaN where it never came).
    """

    version: int
    until: datetime
    every: int
    texts: dict[str, np.ndarray[Any, Any]]
    began: Floats
    closed: Floats
    won: Flags
    amount: Floats
    chance: Floats
    first: dict[str, Floats]

    def __len__(self) -> int:
        return len(self.began)

    def matching(self, who: Who) -> Flags:
        """The deals that a trial would be about, shape (n,)."""
        inside = np.ones(len(self), dtype=bool)
        for column, values in (("segment", who.segments), ("source", who.sources), ("team", who.teams)):
            if values:
                inside &= np.isin(self.texts[column], values)
        if who.amount_from is not None:
            inside &= self.amount >= who.amount_from
        if who.amount_to is not None:
            inside &= self.amount <= who.amount_to
        return inside

    def listed(self, column: str, weeks: int = 52) -> list[tuple[str, int]]:
        """The values of a column among deals of the last weeks, with their number, most first."""
        values, counts = np.unique(self.texts[column][self.began <= weeks * 7], return_counts=True)
        order = np.argsort(-counts, kind="stable")
        return [(str(values[n]), int(counts[n]) * self.every) for n in order if values[n]]

    def teams_of_owners(self) -> dict[str, str]:
        """The team of each rep, by their newest deal."""
        order = np.argsort(-self.began, kind="stable")
        pairs = zip(self.texts["owner"][order].tolist(), self.texts["team"][order].tolist(), strict=True)
        return {str(owner): str(team) for owner, team in pairs if owner}


def path_of(organisation: Organisation, version: int) -> Path:
    """Where the history of a data version is kept."""
    return organisation.home.cache / str(version) / f"trial-history-{_FORMAT}.parquet"


def history_of(organisation: Organisation) -> History | None:
    """The history of the newest data version in the mirror; None until a job has kept it."""
    state = IndexState.objects.filter(organisation=organisation).first()
    if state is None or not state.version:
        return None
    path = path_of(organisation, state.version)
    return _read(path, path.stat().st_mtime_ns) if path.exists() else None


def keep_history(organisation: Organisation) -> None:
    """Keeps the history of the newest data version; nothing before there is one, or where it is kept already."""
    state = IndexState.objects.filter(organisation=organisation).first()
    until = as_of(organisation)
    if state is None or not state.version or until is None:
        return
    path = path_of(organisation, state.version)
    if path.exists():
        return
    since = until - timedelta(days=365 * YEARS)
    deals = Deal.objects.filter(organisation=organisation, created_at__gte=since, created_at__lte=until)
    every = max(1, -(-deals.count() // MOST))
    table = _table(deals, every, until)
    table = _with_first(table, first_times(organisation.home, state.version, table["deal_id"].combine_chunks()), until)
    told = json.dumps({"version": state.version, "until": until.isoformat(), "every": every})
    path.parent.mkdir(parents=True, exist_ok=True)
    with organisation.home.staging() as staging:
        pq.write_table(table.replace_schema_metadata({"told": told}), staging / path.name)
        put_in_place(staging / path.name, path)


def _table(deals: "QuerySet[Deal]", every: int, until: datetime) -> pa.Table:
    """The deals, every so-manyth by its key, their times in days before `until`."""
    some = deals.annotate(part=Mod(F("id"), every)).filter(part=0) if every > 1 else deals
    rows = some.order_by("deal_id").values_list(*_FIELDS, "created_at", "closed_at")
    columns: Sequence[Sequence[Any]] = list(zip(*rows.iterator(chunk_size=5_000), strict=True)) or [()] * 10
    texts = {name: pa.array(columns[n], pa.string()) for n, name in enumerate(_FIELDS[:6])}
    numbers = {name: pa.array(columns[n], pa.float64()) for n, name in enumerate(_FIELDS[6:], 6)}
    times = {name: pa.array(_before(until, columns[n]), pa.float64()) for n, name in ((8, "began"), (9, "closed"))}
    return pa.table({**texts, **numbers, **times})


def _before(until: datetime, moments: Sequence[datetime | None]) -> list[float | None]:
    return [None if each is None else (until - each).total_seconds() / _DAY for each in moments]


def _with_first(table: pa.Table, first: pa.Table, until: datetime) -> pa.Table:
    """With a column for each stage and touch: days from the beginning of the deal to its first time."""
    place = {str(deal): n for n, deal in enumerate(table["deal_id"].to_pylist())}
    row = np.array([place[str(deal)] for deal in first["deal_id"].to_pylist()], dtype=np.int64)
    named = Counter(str(each) for each in first["activity"].to_pylist())
    days = _since_1970(until) - first["at"].cast(pa.timestamp("us")).to_numpy().astype(np.int64) / 1e6 / _DAY
    began = table["began"].to_numpy()
    activity = np.asarray(first["activity"].to_pylist(), dtype=object)
    for name, _n in named.most_common(_ACTIVITIES):
        column = np.full(len(table), np.nan)
        rows = activity == name
        column[row[rows]] = np.maximum(began[row[rows]] - days[rows], 0.0)
        table = table.append_column(_FIRST + name, pa.array(column))
    return table


def _since_1970(moment: datetime) -> float:
    return moment.timestamp() / _DAY


@lru_cache(maxsize=8)
def _read(path: Path, _written: int) -> History:
    table = pq.read_table(path)
    told = json.loads(table.schema.metadata[b"told"])

    def numbers(name: str) -> Floats:
        return np.asarray(table[name].to_numpy(), dtype=np.float64)

    texts = {
        name: np.asarray(table[name].to_pylist(), dtype=np.str_) for name in ("owner", "team", "segment", "source")
    }
    return History(
        version=told["version"],
        until=datetime.fromisoformat(told["until"]).astimezone(UTC),
        every=told["every"],
        texts=texts,
        began=numbers("began"),
        closed=numbers("closed"),
        won=np.asarray(table["outcome"].to_pylist()) == "won",
        amount=numbers("amount"),
        chance=numbers("chance_start"),
        first={name.removeprefix(_FIRST): numbers(name) for name in table.column_names if name.startswith(_FIRST)},
    )
