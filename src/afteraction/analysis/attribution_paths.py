"""The touches of every lead in their order, as arrays: what attribution divides conversions among."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import ibis
import numpy as np
import numpy.typing as npt
import pyarrow as pa
from ibis import _

from afteraction.analysis.arrays import Floats, Ints, Longs
from afteraction.analysis.censoring import ended_weights
from afteraction.analysis.lead_curves import HORIZONS, judging_age
from afteraction.analysis.lead_frame import CAMPAIGN, CHANNEL, CONTENT, SOURCE, LeadFrame

CONVERTED: Final = 1
FAILED: Final = 0
OPEN: Final = -1
OTHERS: Final = "all others"
MOST_CHANNELS: Final = 150
"""Channels beyond this many, the ones with the fewest touches, are one."""
SAME_DAY: Final = 1.0
"""A touch up to this many days after a lead came in is what brought it; with none, its source is the first touch."""
Goal = Literal["won", "deal"]
_ORIGIN: Final = {CHANNEL: SOURCE, CAMPAIGN: CAMPAIGN, CONTENT: CONTENT}


@dataclass(frozen=True)
class Paths:
    """n leads, each with its touches in order: those of lead i are `touch[offsets[i]:offsets[i + 1]]`, places in
    `channels`. `end` (n) is CONVERTED, FAILED or OPEN; `worth` (n) what a converted one brought, else 0.

    `by` is what the places name (channel, campaign, content), `goal` what counts as converted, `untouched` how many
    conversions have no touch and are not among the leads. `weight` (n) is how many leads each stands for in the chain,
    0 for open ones; without it every lead whose end is known stands for itself.
    """

    channels: tuple[str, ...]
    offsets: Longs
    touch: Ints
    end: npt.NDArray[np.int8]
    worth: Floats
    by: str = "channel"
    goal: Goal = "won"
    untouched: int = 0
    weight: Floats | None = None

    def __len__(self) -> int:
        return len(self.end)


def lead_paths(
    tables: Mapping[str, ibis.Table],
    frame: LeadFrame,
    by: str = "channel",
    goal: Goal = "won",
    horizon: float | None = None,
) -> Paths:
    """The paths of the leads of a frame by `channel`, `campaign` or `content` of their touches before the conversion.

    What brought a lead is its first touch: where none is on record by the day it came in, its source (campaign,
    content) stands for it. Touches without a channel are named by their activity, those without a campaign or content
    left out. A lead that is neither converted nor dead `horizon` days after it came in has failed (by default the age
    at which leads are judged); a younger one is open. Conversions come sooner than failures are known, so that among
    leads whose end is known there are too many: each stands for 1 / G (`censoring.ended_weights`). Raises ValueError
    for another `by`.
    """
    if by not in _ORIGIN:
        raise ValueError(f"found {by!r}; expected one of {', '.join(_ORIGIN)}")
    horizon = (judging_age(frame, goal) or HORIZONS[0]) if horizon is None else horizon
    converted = frame.won if goal == "won" else frame.converted
    until = np.fmin(np.fmin(converted, frame.dead), frame.end)
    lead, day, codes, levels = _touches(tables, frame, by)
    kept = day <= until[lead]
    lead, day, codes = lead[kept], day[kept], codes[kept]
    first = np.full(len(frame), np.inf)
    np.minimum.at(first, lead, day)
    origin = frame.facts.get(_ORIGIN[by])
    if origin is not None:
        levels += [level for level in origin.levels if level not in {*levels}]
        number = {level: place for place, level in enumerate(levels)}
        own = np.array([*(number[level] for level in origin.levels), -1], dtype=np.int32)[origin.codes]
        brought = np.flatnonzero((own >= 0) & (first > frame.created + SAME_DAY))
        lead = np.concatenate([brought, lead])
        codes = np.concatenate([own[brought], codes])
    # What stands for the touch that brought a lead comes before the others, which are in order already.
    codes, channels = _fewer(codes[np.argsort(lead, kind="stable")], levels)
    lengths = np.bincount(lead, minlength=len(frame))
    died = ~np.isnan(frame.dead) | (frame.follow_up >= horizon)
    end = np.where(np.isnan(converted), np.where(died, FAILED, OPEN), CONVERTED).astype(np.int8)
    time = np.nan_to_num(
        np.fmin(np.fmin(converted, frame.dead) - frame.created, np.where(end < CONVERTED, horizon, np.inf))
    )
    weight = ended_weights(np.minimum(time, frame.follow_up), frame.follow_up, end != OPEN)
    worth = np.where(end == CONVERTED, np.nan_to_num(frame.amount), 0.0)
    some = lengths > 0
    return Paths(
        channels=channels,
        offsets=np.concatenate([[0], np.cumsum(lengths[some])]).astype(np.int64),
        touch=codes,
        end=end[some],
        worth=worth[some],
        by=by,
        goal=goal,
        untouched=int(np.sum(~some & (end == CONVERTED))),
        weight=weight[some],
    )


def _touches(tables: Mapping[str, ibis.Table], frame: LeadFrame, by: str) -> tuple[Longs, Floats, Ints, list[str]]:
    """The touches of the leads of a frame in order: whose (places), when (days), and of which channel, with names."""
    touches = tables["lead_touches"]
    named = ibis.coalesce(touches.channel, touches.activity) if by == CHANNEL else touches[by]
    found = (
        touches.select("lead_id", "at", "source_order", "touch_id", name=named)
        .filter(_.name.notnull() & (_.name != ""))
        .join(frame.numbered(), "lead_id")
        .order_by("lead", "at", "source_order", "touch_id")
        .select("lead", "at", "name")
        .to_pyarrow()
    )
    days = (found["at"].to_numpy() - frame.origin) / np.timedelta64(1, "D")
    words = pa.concat_arrays(found["name"].chunks or [pa.array([], pa.string())]).dictionary_encode()
    codes = words.indices.to_numpy(zero_copy_only=False).astype(np.int32)
    return found["lead"].to_numpy(), np.asarray(days, dtype=np.float64), codes, words.dictionary.to_pylist()


def _fewer(codes: Ints, levels: list[str]) -> tuple[Ints, tuple[str, ...]]:
    """At most MOST_CHANNELS channels, by name, the ones with the fewest touches together."""
    counts = np.bincount(codes, minlength=len(levels))
    used = np.flatnonzero(counts)
    if len(used) <= MOST_CHANNELS:
        kept = sorted(used, key=lambda place: levels[place])
    else:
        kept = sorted(used[np.argsort(-counts[used], kind="stable")][: MOST_CHANNELS - 1], key=lambda p: levels[p])
    number = np.full(len(levels), len(kept), dtype=np.int32)
    number[kept] = np.arange(len(kept), dtype=np.int32)
    names = [levels[place] for place in kept]
    return number[codes] if len(codes) else codes, tuple(names if len(kept) == len(used) else [*names, OTHERS])
