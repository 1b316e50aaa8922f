"""One row per deal as arrays: what statistics need to know of it, and when each thing was known.

Built by one aggregation over the event log. Times are days since the record's first instant, NaN where nothing
happened; `end` is the record's last instant, at which open deals are censored.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from ibis import _

from afteraction.analysis.arrays import Flags, Floats, Ints
from afteraction.analysis.deal_facts import PEOPLE, SIZE, deal_facts, fact_names
from afteraction.analysis.event_log import EventLog
from afteraction.process.model import STAGE_ACTIVITY, Process


@dataclass(frozen=True)
class Category:
    """A text attribute of n deals: `codes` into `levels`, -1 where it is empty."""

    codes: Ints
    levels: tuple[str, ...]

    @classmethod
    def of(cls, values: "pa.ChunkedArray[Any]") -> "Category":
        """Texts as codes of levels in their order; without an object for each of millions of texts."""
        found: Any = values.combine_chunks().dictionary_encode()
        words = found.dictionary
        order = pc.array_sort_indices(words).to_numpy()
        place = np.empty(len(order) + 1, np.int32)
        place[order] = np.arange(len(order), dtype=np.int32)
        place[-1] = -1
        filled: Any = pc.fill_null(found.indices, -1)
        return cls(place[filled.to_numpy()], tuple(str(level) for level in words.take(pa.array(order)).to_pylist()))

    def only(self, rows: Ints) -> "Category":
        """The same of some of the deals."""
        return Category(self.codes[rows], self.levels)


@dataclass(frozen=True)
class DealFrame:
    """n deals, sorted by owner.

    `deal_no` numbers them as the event log does. `outcome` is open, won, lost or no_decision. `categories` are facts
    that are known before a deal ends. `entered` and `done` are n × stages and n × steps of the process: days of first
    entering the stage and of first doing the step. `size` is the quarter of the amounts in its currency, `lost_reason`
    what the CRM gives for not winning, known only at the end. `origin` is the instant that is day 0.
    """

    deal_no: Ints
    deal_id: "pa.ChunkedArray[Any]"
    owner: Category
    team: Category
    outcome: Category
    created: Floats
    closed: Floats
    end: float
    amount: Floats
    categories: Mapping[str, Category]
    entered: Floats
    done: Floats
    size: Category
    lost_reason: Category
    origin: np.datetime64

    def __len__(self) -> int:
        return len(self.deal_no)

    @property
    def won(self) -> Flags:
        return self._is("won")

    @property
    def lost(self) -> Flags:
        return self._is("lost")

    @property
    def open(self) -> Flags:
        return self._is("open")

    def only(self, rows: Ints) -> "DealFrame":
        """The same of some of the deals, given by their places."""
        changed: dict[str, Any] = {"deal_id": self.deal_id.take(rows)}
        for each in fields(self):
            value = getattr(self, each.name)
            if isinstance(value, Category):
                changed[each.name] = value.only(rows)
            elif isinstance(value, np.ndarray):
                changed[each.name] = value[rows]
        return replace(self, **changed, categories={name: one.only(rows) for name, one in self.categories.items()})

    def _is(self, outcome: str) -> Flags:
        known = outcome in self.outcome.levels
        return np.equal(self.outcome.codes, self.outcome.levels.index(outcome) if known else len(self.outcome.levels))


def deal_frame(tables: Mapping[str, ibis.Table], log: EventLog, process: Process) -> DealFrame:
    """Gather the frame. A stage that the record never mentions is entered with the deal's first event."""
    facts = [name for name in fact_names(tables) if name not in PEOPLE and name != SIZE]
    wide = (
        deal_facts(tables)
        .select("deal_id", "owner", "team", "outcome", "created_at", "closed_at", "amount", SIZE, *facts)
        .join(log.cases.select("deal_id", "deal_no"), "deal_id")
        .join(tables["deals"].select("deal_id", "lost_reason"), "deal_id")
        .left_join(_firsts(log, process), "deal_no")
        .drop("deal_no_right")
        .order_by("owner", "deal_no")
        .to_pyarrow()
    )
    origin, end = _span([wide[f.name] for f in wide.schema if pa.types.is_timestamp(f.type)])

    def days(name: str) -> Floats:
        moments = wide[name].cast(pa.timestamp("us")).to_numpy()
        return np.asarray((moments - origin) / np.timedelta64(1, "D"), dtype=np.float64)

    return DealFrame(
        deal_no=wide["deal_no"].to_numpy(),
        deal_id=wide["deal_id"],
        owner=Category.of(wide["owner"]),
        team=Category.of(wide["team"]),
        outcome=Category.of(wide["outcome"]),
        created=days("created_at"),
        closed=days("closed_at"),
        end=end,
        amount=_finite(wide["amount"].to_numpy()),
        categories={name: Category.of(wide[name]) for name in facts},
        entered=_matrix(len(wide), [f"first stage {n}" for n in range(len(process.stages))], days),
        done=_matrix(len(wide), [f"first step {n}" for n in range(len(process.steps))], days),
        size=Category.of(wide[SIZE]),
        lost_reason=Category.of(wide["lost_reason"]),
        origin=origin,
    )


def _firsts(log: EventLog, process: Process) -> ibis.Table:
    numbers = log.activity_numbers()
    wanted = {}
    for n, stage in enumerate(process.stages):
        number = numbers.get(STAGE_ACTIVITY + stage)
        wanted[f"first stage {n}"] = _.at.min(where=_.pos == 0 if number is None else _.activity == number)
    for n, step in enumerate(process.steps):
        known = [numbers[a] for a in step.activities if a in numbers]
        wanted[f"first step {n}"] = _.at.min(where=_.activity.isin(known) if known else ibis.literal(False))
    return log.events.group_by("deal_no").agg(**wanted)


def _span(moments: "Sequence[pa.ChunkedArray[Any]]") -> tuple[np.datetime64, float]:
    """The first of all moments, and the days from it to the last of all."""
    ends = [pc.min_max(each.cast(pa.timestamp("us")).cast(pa.int64())) for each in moments]
    firsts = [each["min"].as_py() for each in ends if each["min"].is_valid]
    lasts = [each["max"].as_py() for each in ends if each["max"].is_valid]
    if not firsts:
        return np.datetime64("NaT"), 0.0
    start, end = np.datetime64(min(firsts), "us"), np.datetime64(max(lasts), "us")
    return start, float((end - start) / np.timedelta64(1, "D"))


def _finite(amounts: Floats) -> Floats:
    """The amounts, NaN where they are no number."""
    return np.where(np.isfinite(amounts), amounts, np.nan)


def _matrix(rows: int, names: Sequence[str], column: Callable[[str], Floats]) -> Floats:
    """Columns side by side, made one after the other so that no two copies of all are in memory at once."""
    found = np.empty((rows, len(names)))
    for n, name in enumerate(names):
        found[:, n] = column(name)
    return found
