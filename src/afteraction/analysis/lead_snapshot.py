"""What is known of leads at a moment: how they came, how old they are, and what they did until then."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import ibis
import numpy as np
import pyarrow as pa
from ibis import _

from afteraction.analysis.arrays import Flags, Floats, Ints, Longs, Places
from afteraction.analysis.features import Encoding, FactTerm, FlagTerm, NumberTerm, Snapshot
from afteraction.analysis.lead_frame import CHANNEL, CONTENT, MONTH, LeadFrame

TOUCHES, SINCE_TOUCH, TOUCHED_BY = "touches so far", "days since the last touch", "touched by"
LATER: Final = frozenset([CHANNEL, CONTENT, MONTH])
"""Facts of a frame that are not used: the first touch may come after the moment, and no later lead is of that month."""
_MOST_CHANNELS: Final = 25


@dataclass(frozen=True)
class Behaviour:
    """The touches of the leads of a frame, sorted by lead and day; `channel` are places in `channels`."""

    lead: Longs
    day: Floats
    channel: Ints
    channels: tuple[str, ...]


NOTHING_DONE: Final = Behaviour(np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0, dtype=np.int32), ())


def behaviour(tables: Mapping[str, ibis.Table] | None, frame: LeadFrame) -> Behaviour:
    """The touches on record; the most common channels by name, the others unnamed (-1)."""
    if tables is None:
        return NOTHING_DONE
    found = (
        tables["lead_touches"]
        .select("lead_id", "at", name=ibis.coalesce(_.channel, _.activity))
        .join(frame.numbered(), "lead_id")
        .order_by("lead", "at")
        .select("lead", "at", "name")
        .to_pyarrow()
    )
    days = np.asarray((found["at"].to_numpy() - frame.origin) / np.timedelta64(1, "D"), dtype=np.float64)
    words = pa.concat_arrays(found["name"].chunks or [pa.array([], pa.string())]).dictionary_encode()
    codes, names = words.indices.to_numpy(zero_copy_only=False), words.dictionary.to_pylist()
    counts = np.bincount(codes, minlength=len(names))
    common = sorted(np.argsort(-counts, kind="stable")[:_MOST_CHANNELS], key=lambda place: names[place])
    number = np.full(len(names), -1, dtype=np.int32)
    number[common] = np.arange(len(common), dtype=np.int32)
    channel = number[codes] if len(codes) else np.zeros(0, dtype=np.int32)
    return Behaviour(found["lead"].to_numpy(), days, channel, tuple(names[place] for place in common))


def lead_snapshot(
    frame: LeadFrame, done: Behaviour, rows: Places, at: Floats, leave_out: frozenset[str] = frozenset()
) -> Snapshot:
    """Some leads of a frame (places) at a day each: nothing that happened after it."""
    facts = {n: one.codes[rows] for n, one in frame.facts.items() if n not in LATER and n not in leave_out}
    numbers = {n: _log(each[rows]) for n, each in frame.numbers.items() if n not in leave_out}
    flags: dict[str, Mapping[str, Flags]] = {}
    if len(done.lead):
        numbers |= _counts(frame, done, rows, at)
        flags[TOUCHED_BY] = {
            name: _number(frame, done, rows, at, done.channel == place) > 0 for place, name in enumerate(done.channels)
        }
    levels = {name: frame.facts[name].levels for name in facts}
    return Snapshot(rows.astype(np.int32), at, facts, levels, numbers, flags)


def as_learned(known: Snapshot, learned: Encoding, levels: Mapping[str, tuple[str, ...]]) -> Snapshot:
    """Leads of another data version in the terms of a model: values by the places they had when it was trained.

    A value that the model has not seen gets a place of its own; a fact, number or channel that is gone is unknown or
    has not happened.
    """
    n = len(known)
    facts, names, numbers = dict(known.facts), dict(known.levels), dict(known.numbers)
    flags = {group: dict(each) for group, each in known.flags.items()}
    for term in learned.terms:
        match term:
            case FactTerm(fact=fact):
                here, then = names.get(fact, ()), levels[fact]
                wider = (*then, *(level for level in here if level not in {*then}))
                place = {level: number for number, level in enumerate(wider)}
                own = np.array([*(place[level] for level in here), -1], dtype=np.int32)
                facts[fact] = own[facts[fact]] if fact in facts else np.full(n, -1, dtype=np.int32)
                names[fact] = wider
            case NumberTerm(number=number):
                numbers.setdefault(number, np.full(n, np.nan))
            case FlagTerm(group=group, names=wanted):
                flags[group] = dict.fromkeys(wanted, np.zeros(n, dtype=np.bool_)) | flags.get(group, {})
    return Snapshot(known.rows, known.at, facts, names, numbers, flags)


def _counts(frame: LeadFrame, done: Behaviour, rows: Places, at: Floats) -> dict[str, Floats]:
    everything = np.ones(len(done.lead), dtype=np.bool_)
    number = _number(frame, done, rows, at, everything)
    keys, moments = _keys(frame, done.lead, done.day), _keys(frame, rows, at)
    last = np.searchsorted(keys, moments, side="right") - 1
    since = np.where(number > 0, at - done.day[np.maximum(last, 0)], np.nan)
    return {TOUCHES: _log(number.astype(np.float64)), SINCE_TOUCH: _log(since)}


def _number(frame: LeadFrame, done: Behaviour, rows: Places, at: Floats, chosen: Flags) -> Longs:
    """How many of the chosen touches each lead had had by its day."""
    keys = _keys(frame, done.lead[chosen], done.day[chosen])
    until = np.searchsorted(keys, _keys(frame, rows, at), side="right")
    before = np.searchsorted(keys, _keys(frame, rows, np.full(len(rows), -np.inf)), side="left")
    return np.asarray(until - before)


def _keys(frame: LeadFrame, lead: Places, day: Floats) -> Floats:
    """Numbers that sort as lead, then day do."""
    width = 4 * (frame.end + 1)
    keys: Floats = lead.astype(np.float64) * width + np.clip(day, -frame.end, frame.end + 1)
    return keys


def _log(values: Floats) -> Floats:
    """Counts and durations on the scale on which they differ."""
    return np.asarray(np.log1p(np.maximum(values, 0.0)))
