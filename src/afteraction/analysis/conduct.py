"""How deals were worked: who got in touch, how soon, how often and with how many, and whether a deal went back.

What counts as known is known on one fixed day of a deal's life, so that a deal that lives long does not look busier
than one that ends soon.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Final

import ibis
import numpy as np
import pyarrow as pa
from ibis import _

from afteraction.analysis.arrays import Floats, Ints
from afteraction.analysis.deal_frame import DealFrame
from afteraction.analysis.event_log import EventLog
from afteraction.analysis.lifetimes import days_between, lifetimes
from afteraction.process.model import STAGE_ACTIVITY, Process

MEETING_WORDS: Final = ("meeting", "visit", "workshop", "on-site", "onsite", "video", "face to face")
"""A touch whose channel contains one of these, in any case, is a meeting."""
_PEOPLE: Final = 3
_COUNTS: Final = ("touches", "with_channel", "meetings", "with_side", "from_buyer")


@dataclass(frozen=True)
class Conduct:
    """One value per deal of a frame; days since the frame's first day, NaN where something never happened.

    `start` is when the deal was created, else its first event. `first_ours` is the first touch that was not the
    buyer's; `people_1` to `people_3` are when so many different people of the buyer had been met. `back` is the first
    move to an earlier stage. The counts, and `last` (the last touch), are of touches up to `landmark` days after the
    start; `with_channel` and `with_side` are those of which the channel, and whose initiative it was, are on record.
    """

    landmark: float
    start: Floats
    first_ours: Floats
    last: Floats
    people_1: Floats
    people_2: Floats
    people_3: Floats
    back: Floats
    touches: Floats
    with_channel: Floats
    meetings: Floats
    with_side: Floats
    from_buyer: Floats

    def only(self, rows: Ints) -> "Conduct":
        """The same of some of the deals, given by their places."""
        arrays = {each.name: getattr(self, each.name)[rows] for each in fields(self) if each.name != "landmark"}
        return Conduct(self.landmark, **arrays)


def conduct(tables: Mapping[str, ibis.Table], log: EventLog, process: Process, frame: DealFrame) -> Conduct:
    """How the deals of a frame were worked, up to the age that half of the ended deals reached."""
    lives = lifetimes(tables, log).select("deal_no", "deal_id", "started_at", "ended_at")
    landmark = half_time(lives)
    wide = (
        lives.left_join(_touches(tables, lives, landmark), "deal_no")
        .drop("deal_no_right")
        .left_join(_people(tables, lives), "deal_no")
        .drop("deal_no_right")
        .left_join(_moves_back(log, process), "deal_no")
        .order_by("deal_no")
        .to_pyarrow()
    )

    def days(name: str) -> Floats:
        moments = wide[name].to_numpy()[frame.deal_no]
        return np.asarray((moments - frame.origin) / np.timedelta64(1, "D"), dtype=np.float64)

    def count(name: str) -> Floats:
        return np.asarray(wide[name].cast(pa.float64()).fill_null(0.0).to_numpy()[frame.deal_no])

    return Conduct(
        landmark=landmark,
        start=days("started_at"),
        first_ours=days("first_ours"),
        last=days("last"),
        back=days("back"),
        **{name: days(name) for name in (f"people_{nth + 1}" for nth in range(_PEOPLE))},
        **{name: count(name) for name in _COUNTS},
    )


def half_time(lives: ibis.Table) -> float:
    """The age in whole days, at least 1, that half of the ended deals reached."""
    life = days_between(lives.started_at, lives.ended_at)
    median = lives.filter(life > 0).select(life=life).life.quantile(0.5).to_pyarrow().as_py()
    return float(max(np.ceil(median or 0.0), 1.0))


def _touches(tables: Mapping[str, ibis.Table], lives: ibis.Table, landmark: float) -> ibis.Table:
    touches = tables["touches"].select("deal_id", "at", "side", "channel").join(lives, "deal_id")
    touches = touches.mutate(by_then=_.at <= _.started_at + ibis.interval(days=int(landmark)))
    channel = touches.channel.lower()
    meeting = ibis.or_(*(channel.contains(word) for word in MEETING_WORDS))
    return touches.group_by("deal_no").agg(
        first_ours=_.at.min(where=_.side.fill_null("us") != "buyer"),
        last=_.at.max(where=_.by_then),
        touches=_.by_then.sum(),
        with_channel=(_.by_then & _.channel.notnull()).sum(),
        meetings=(touches.by_then & meeting.fill_null(False)).sum(),
        with_side=(_.by_then & _.side.notnull()).sum(),
        from_buyer=(_.by_then & (_.side.fill_null("us") == "buyer")).sum(),
    )


def _people(tables: Mapping[str, ibis.Table], lives: ibis.Table) -> ibis.Table:
    """When the first, second and third person of the buyer was met; our own people do not count."""
    ours = tables["people"].filter(_.side == "us").select("person_id")
    named = tables["touches"].filter(_.person_id.notnull()).anti_join(ours, "person_id")
    met = named.join(lives, "deal_id").group_by("deal_no", "person_id").agg(at=_.at.min())
    place = ibis.row_number().over(ibis.window(group_by="deal_no", order_by=["at", "person_id"]))
    met = met.mutate(place=place).filter(_.place < _PEOPLE)
    return met.group_by("deal_no").agg(
        **{f"people_{nth + 1}": _.at.min(where=_.place == nth) for nth in range(_PEOPLE)}
    )


def _moves_back(log: EventLog, process: Process) -> ibis.Table:
    """When each deal first entered a stage that comes before one it had been in."""
    numbers = log.activity_numbers()
    places = {
        numbers[STAGE_ACTIVITY + stage]: place
        for place, stage in enumerate(process.stages)
        if STAGE_ACTIVITY + stage in numbers
    }
    moves = log.events.filter(_.activity.isin(list(places)) if places else ibis.literal(False))
    moves = moves.mutate(place=moves.activity.cases(*places.items()) if places else ibis.literal(0))
    furthest = moves.place.max().over(ibis.cumulative_window(group_by="deal_no", order_by="pos"))
    return moves.mutate(furthest=furthest).group_by("deal_no").agg(back=_.at.min(where=_.place < _.furthest))
