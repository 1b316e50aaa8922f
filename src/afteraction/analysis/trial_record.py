"""What the record says of the deals of a trial, and the chance of winning that they had before the trial began."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import ibis
import numpy as np
import numpy.typing as npt
import pyarrow as pa
from ibis import _

from afteraction.analysis.arrays import Flags, Floats
from afteraction.analysis.deal_frame import deal_frame
from afteraction.analysis.event_log import EventLog
from afteraction.analysis.features import Moment, snapshot
from afteraction.analysis.leaky_facts import leaky_facts
from afteraction.analysis.lifetimes import lifetimes
from afteraction.analysis.outcome_findings import NO_PROCESS
from afteraction.analysis.win_model import train
from afteraction.errors import NotEnoughData

_DAY: Final = np.timedelta64(1, "D")


@dataclass(frozen=True)
class Recorded:
    """n deals in the order in which they were asked for, times in days since `origin`: NaN where nothing happened.

    `first` as `TrialDeals.first`. A deal that has left the record neither ended nor did anything.
    """

    ended: Floats
    won: Flags
    first: Mapping[str, Floats]
    segment: tuple[str, ...]


def known_until(tables: Mapping[str, ibis.Table], log: EventLog) -> datetime | None:
    """The last moment of the record, up to which open deals were seen to be open; None without any date."""
    deals = tables["deals"].agg(created=_.created_at.max(), closed=_.closed_at.max())
    found = [*deals.to_pyarrow().to_pylist()[0].values(), log.events.agg(at=_.at.max()).to_pyarrow()["at"][0].as_py()]
    return max((moment for moment in found if moment is not None), default=None)


def recorded(
    tables: Mapping[str, ibis.Table],
    log: EventLog,
    deal_ids: Sequence[str],
    wanted: Mapping[str, Sequence[str]],
    origin: datetime,
) -> Recorded:
    """What became of these deals; `wanted` gives for each key of `first` the activities that count."""
    numbers = log.activity_numbers()
    asked = ibis.memtable(
        pa.table({"deal_id": pa.array(deal_ids, pa.string()), "place": pa.array(np.arange(len(deal_ids)))})
    )
    cases = log.cases.semi_join(asked, "deal_id").select("deal_no", "deal_id")
    keys = list(wanted)
    first: dict[str, ibis.Value] = {}
    for place, key in enumerate(keys):
        known = [numbers[each] for each in wanted[key] if each in numbers]
        first[f"first {place}"] = _.at.min(where=_.activity.isin(known) if known else ibis.literal(value=False))
    firsts = log.events.semi_join(cases, "deal_no").group_by("deal_no").agg(**first, events=_.count())
    lives = lifetimes(tables, log).select("deal_no", "deal_id", "outcome", "ended_at")
    wide = (
        asked.left_join(lives, "deal_id")
        .drop("deal_id_right")
        .left_join(tables["deals"].select("deal_id", "segment"), "deal_id")
        .drop("deal_id_right")
        .left_join(firsts, "deal_no")
        .order_by("place")
        .to_pyarrow()
    )
    return Recorded(
        _days(wide["ended_at"], origin),
        np.array([each == "won" for each in wide["outcome"].to_pylist()], dtype=np.bool_),
        {key: _days(wide[f"first {place}"], origin) for place, key in enumerate(keys)},
        tuple(each or "" for each in wide["segment"].to_pylist()),
    )


def chances_before(
    tables: Mapping[str, ibis.Table], log: EventLog, deal_ids: Sequence[str], opens: datetime
) -> dict[str, float] | NotEnoughData:
    """The chance of winning of each of these deals as it began, by a model that knew only what had ended by `opens`.

    Facts that are noted because of the outcome are left out. Deals that are not on record, or of which it is not known
    when they began, are not in the result.
    """
    frame = deal_frame(tables, log, NO_PROCESS)
    day = float(_days(pa.chunked_array([pa.array([opens], pa.timestamp("us", "UTC"))]), frame.origin)[0])
    left_out = frozenset(each.fact for each in leaky_facts(frame))
    known = snapshot(frame, NO_PROCESS, Moment(None), left_out)
    model = train(frame, known, day)
    if isinstance(model, NotEnoughData):
        return model
    wanted = set(deal_ids)
    asked = np.array([each in wanted for each in frame.deal_id.take(known.rows).to_pylist()], dtype=np.bool_)
    chosen = known.select(asked)
    named = frame.deal_id.take(chosen.rows).to_pylist()
    return dict(zip(map(str, named), map(float, model.probability(chosen)), strict=True))


def _days(moments: "pa.ChunkedArray[Any]", origin: "datetime | np.datetime64") -> Floats:
    """Days since the origin, NaN where there is no moment."""
    start = origin if isinstance(origin, np.datetime64) else np.datetime64(origin.replace(tzinfo=None), "us")
    values: npt.NDArray[Any] = moments.cast(pa.timestamp("us")).to_numpy()
    return np.asarray((values - start) / _DAY, dtype=np.float64)
