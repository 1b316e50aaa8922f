"""One compiled pass over traces for all rules: every event that breaks one.

Most rules look at a tenth of the events, so these are put side by side before a formula walks over them. Which they are
is worked out on sets of events, 64 to a word.
"""

from typing import Final

import numpy as np

from afteraction.analysis.arrays import Bits, Flags, Ints, Longs, Shorts
from afteraction.analysis.compiled import compiled
from afteraction.analysis.declare import MISSING, Formula, evaluate

_ONE: Final = np.uint64(1)
_LAST: Final = np.uint64(63)
_PATTERN: Final = 0x03F79D71B4CB0A89
"""A de Bruijn sequence: shifted left by 0 to 63, its first six bits are another number each time."""
_MULTIPLIER: Final = np.uint64(_PATTERN)
_TOP: Final = np.uint64(58)
_PLACES: Final = np.argsort([(_PATTERN << place) % 2**64 >> 58 for place in range(64)])
"""The place of a bit, by those first six bits of the pattern times the bit."""


@compiled
def find_violations(
    formulas: Longs,
    is_a: Flags,
    is_b: Flags,
    offsets: Longs,
    activities: Shorts,
    at: Longs,
    constraint: Shorts,
    trace: Ints,
    pos: Ints,
    first: Flags,
) -> int:
    """Write every violation of every rule and return their number.

    `formulas`: of each rule constraint, formula, within and count. `is_a`, `is_b`: of each rule and activity whether it
    is that operand and, last, whether the first event of a trace is. `constraint`, `trace`, `pos`, `first` need room
    for one violation per rule and event, and one per rule and trace.
    """
    events, traces = len(activities), len(offsets) - 1
    rows = rows_of(is_a, is_b)
    happened = sets_of(activities, offsets, rows)
    a, b, looked_at = np.empty_like(happened[0]), np.empty_like(happened[0]), np.empty_like(happened[0])
    places, few_at = np.empty(events, np.int64), np.empty(events, np.int64)
    few_a, few_b, broken = np.empty(events, np.bool_), np.empty(events, np.bool_), np.empty(events, np.bool_)
    few_offsets, missing = np.empty(traces + 1, np.int64), np.empty(traces, np.bool_)
    owner = np.repeat(np.arange(traces), offsets[1:] - offsets[:-1])
    told = np.zeros((formulas[:, 0].max() + 1, traces), np.bool_)
    found = 0
    for rule in range(len(formulas)):
        number, formula, within, count = formulas[rule]
        either(happened, rows, is_a[rule], a)
        either(happened, rows, is_b[rule], b)
        look_at(formula, a, b, happened[-1], looked_at)
        n = gather(looked_at, a, b, at, owner, places, few_a, few_b, few_at, few_offsets)
        broken[:n] = False
        missing[:] = False
        evaluate(formula, few_a[:n], few_b[:n], few_at[:n], few_offsets, within, count, broken[:n], missing)
        for t in range(traces):
            if missing[t]:
                constraint[found], trace[found], pos[found], first[found] = number, t, MISSING, not told[number, t]
                told[number, t] = True
                found += 1
        for i in range(n):
            if broken[i]:
                t = owner[places[i]]
                constraint[found], trace[found], pos[found] = number, t, places[i] - offsets[t]
                first[found] = not told[number, t]
                told[number, t] = True
                found += 1
    return found


@compiled
def rows_of(is_a: Flags, is_b: Flags) -> Ints:
    """Of each activity that is an operand of a rule the row of its set, of others -1; last, that of first events."""
    rows = np.full(is_a.shape[1], -1, np.int32)
    many = np.int32(0)
    for activity in range(len(rows) - 1):
        if is_a[:, activity].any() or is_b[:, activity].any():
            rows[activity] = many
            many += 1
    rows[-1] = many
    return rows


@compiled
def sets_of(activities: Shorts, offsets: Longs, rows: Ints) -> Bits:
    """The events of each row as a set: (row, word)."""
    happened = np.zeros((rows[-1] + 1, len(activities) // 64 + 1), np.uint64)
    for i in range(len(activities)):
        activity = activities[i]  # positions without an event have none
        if 0 <= activity < len(rows) - 1 and rows[activity] >= 0:
            happened[rows[activity], i >> 6] |= _ONE << np.uint64(i & 63)
    for t in range(len(offsets) - 1):
        if offsets[t] < offsets[t + 1]:
            happened[-1, offsets[t] >> 6] |= _ONE << np.uint64(offsets[t] & 63)
    return happened


@compiled
def either(happened: Bits, rows: Ints, operand: Flags, found: Bits) -> None:
    """Which events are an operand."""
    found[:] = 0
    for activity in range(len(operand)):
        if operand[activity]:
            found |= happened[rows[activity]]


@compiled
def look_at(formula: int, a: Bits, b: Bits, firsts: Bits, looked_at: Bits) -> None:
    """Which events a formula looks at: to the others it makes no difference whether they are there.

    Besides its operands some look at the first event of a trace, some at what is next to an operand. Of these it is
    enough to know what is before each b: then an a has the same b straight after it, or none, as among all events.
    """
    looked_at[:] = a | b
    if formula == Formula.INIT or formula == Formula.EXISTENCE or formula == Formula.ABSENCE:
        looked_at |= firsts
    elif (
        formula == Formula.CHAIN_RESPONSE
        or formula == Formula.CHAIN_PRECEDENCE
        or formula == Formula.CHAIN_SUCCESSION
        or formula == Formula.NOT_CHAIN_SUCCESSION
    ):
        looked_at |= b >> _ONE
        looked_at[:-1] |= b[1:] << _LAST


@compiled
def gather(
    looked_at: Bits,
    a: Bits,
    b: Bits,
    at: Longs,
    owner: Longs,
    places: Longs,
    few_a: Flags,
    few_b: Flags,
    few_at: Longs,
    few_offsets: Longs,
) -> int:
    """Put the events that are looked at side by side, with where each trace begins among them; returns how many."""
    n = 0
    few_offsets[:] = 0
    for word in range(len(looked_at)):
        left = looked_at[word]
        while left:
            lowest = left & (~left + _ONE)
            left ^= lowest
            place = 64 * word + _PLACES[(lowest * _MULTIPLIER) >> _TOP]
            places[n], few_at[n] = place, at[place]
            few_a[n], few_b[n] = (a[word] & lowest) != 0, (b[word] & lowest) != 0
            few_offsets[owner[place] + 1] += 1
            n += 1
    for trace in range(1, len(few_offsets)):
        few_offsets[trace] += few_offsets[trace - 1]
    return n
