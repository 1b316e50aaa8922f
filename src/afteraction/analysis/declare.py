"""The DECLARE templates: which events break a rule, for many traces at once.

Semantics are those of LTL on finite traces (Pesic & van der Aalst 2006; De Giacomo & Vardi 2013), given beside each
function with □ always, ◇ eventually, ◯ next, U until, W weak until. Bounds in time follow MP-Declare (Burattin,
Maggi & Sperduti 2016): the event that fulfils the rule must lie within the bound.

Each function is compiled and walks over the events of all traces, forwards or backwards:

- `a`, `b`: per event whether it is that operand; it may be both
- `at`: per event when it was, in microseconds, never falling within a trace; zeros will do without a bound
- `offsets`: where each trace begins and, one more, where the last one ends
- `within`: the bound in microseconds, `UNBOUNDED` for none
- `broken`: set for every event that breaks the rule; false before
- `missing`: set for every trace in which something is missing as a whole; false before
"""

from enum import IntEnum, auto
from typing import Final

import numpy as np

from afteraction.analysis.arrays import Flags, Longs
from afteraction.analysis.compiled import compiled

UNBOUNDED: Final = 2**61
_NEVER: Final = 2**62
_LONG_AGO: Final = -(2**62)
# The microseconds of the years 1 to 9999 lie within ±2^58: no two events are more than UNBOUNDED apart, every event is
# from never and from long ago, and no difference overflows.

MISSING: Final = -1
"""The position of what is missing from a trace as a whole."""


class Formula(IntEnum):
    """The functions below by number, as compiled code knows them."""

    EXISTENCE = auto()
    ABSENCE = auto()
    INIT = auto()
    RESPONDED_EXISTENCE = auto()
    RESPONSE = auto()
    PRECEDENCE = auto()
    ALTERNATE_RESPONSE = auto()
    ALTERNATE_PRECEDENCE = auto()
    CHAIN_RESPONSE = auto()
    CHAIN_PRECEDENCE = auto()
    CHAIN_SUCCESSION = auto()
    NOT_CO_EXISTENCE = auto()
    NOT_SUCCESSION = auto()
    NOT_CHAIN_SUCCESSION = auto()
    LATE = auto()


@compiled
def existence(a: Flags, at: Longs, offsets: Longs, within: int, count: int, missing: Flags) -> None:
    """At least n times a: ◇(a ∧ ◯ existence(n - 1, a)); with a bound, within it of the trace's first event."""
    for t in range(len(offsets) - 1):
        times = 0
        for i in range(offsets[t], offsets[t + 1]):
            times += a[i] & (at[i] - at[offsets[t]] <= within)
        missing[t] = times < count


@compiled
def absence(a: Flags, at: Longs, offsets: Longs, within: int, count: int, broken: Flags) -> None:
    """At most n - 1 times a: ¬existence(n, a). Every a from the n-th on breaks it."""
    for t in range(len(offsets) - 1):
        times = 0
        for i in range(offsets[t], offsets[t + 1]):
            counts = a[i] & (at[i] - at[offsets[t]] <= within)
            times += counts
            broken[i] = counts & (times >= count)


@compiled
def init(a: Flags, offsets: Longs, missing: Flags) -> None:
    """a holds at the first event."""
    for t in range(len(offsets) - 1):
        missing[t] = offsets[t] == offsets[t + 1] or not a[offsets[t]]


@compiled
def responded_existence(a: Flags, b: Flags, at: Longs, offsets: Longs, within: int, broken: Flags) -> None:
    """◇a → ◇b. The first a breaks it; with a bound, every a without a b within it before or after."""
    for t in range(len(offsets) - 1):
        last_b, next_b = _LONG_AGO, _NEVER
        told = np.bool_(False)
        for i in range(offsets[t], offsets[t + 1]):
            if b[i]:
                last_b = at[i]
            broken[i] = a[i] & (at[i] - last_b > within) & ~told
            told |= a[i] & (within == UNBOUNDED)
        for i in range(offsets[t + 1] - 1, offsets[t] - 1, -1):
            if b[i]:
                next_b = at[i]
            broken[i] &= next_b - at[i] > within


@compiled
def response(a: Flags, b: Flags, at: Longs, offsets: Longs, within: int, broken: Flags) -> None:
    """□(a → ◇b)."""
    for t in range(len(offsets) - 1):
        next_b = _NEVER
        for i in range(offsets[t + 1] - 1, offsets[t] - 1, -1):
            if b[i]:
                next_b = at[i]
            broken[i] = a[i] & (next_b - at[i] > within)


@compiled
def precedence(a: Flags, b: Flags, at: Longs, offsets: Longs, within: int, broken: Flags) -> None:
    """¬b W a. Every b without an a at or before it breaks it."""
    for t in range(len(offsets) - 1):
        last_a = _LONG_AGO
        for i in range(offsets[t], offsets[t + 1]):
            if a[i]:
                last_a = at[i]
            broken[i] = b[i] & (at[i] - last_a > within)


@compiled
def alternate_response(a: Flags, b: Flags, at: Longs, offsets: Longs, within: int, broken: Flags) -> None:
    """□(a → ◯(¬a U b)): among the events of both operands, the one after each a is a b."""
    for t in range(len(offsets) - 1):
        next_b = _NEVER
        for i in range(offsets[t + 1] - 1, offsets[t] - 1, -1):
            broken[i] = a[i] & (next_b - at[i] > within)
            if b[i]:
                next_b = at[i]
            elif a[i]:
                next_b = _NEVER


@compiled
def alternate_precedence(a: Flags, b: Flags, at: Longs, offsets: Longs, within: int, broken: Flags) -> None:
    """(¬b W a) ∧ □(b → ◯(¬b W a)): each b is an a itself, or the event before it is an a and no b."""
    for t in range(len(offsets) - 1):
        last_a = _LONG_AGO
        for i in range(offsets[t], offsets[t + 1]):
            broken[i] = b[i] & ~a[i] & (at[i] - last_a > within)
            if b[i]:
                last_a = _LONG_AGO
            elif a[i]:
                last_a = at[i]


@compiled
def chain_response(a: Flags, b: Flags, at: Longs, offsets: Longs, within: int, broken: Flags) -> None:
    """□(a → ◯b)."""
    for t in range(len(offsets) - 1):
        next_b = _NEVER
        for i in range(offsets[t + 1] - 1, offsets[t] - 1, -1):
            broken[i] = a[i] & (next_b - at[i] > within)
            next_b = at[i] if b[i] else _NEVER


@compiled
def chain_precedence(a: Flags, b: Flags, at: Longs, offsets: Longs, within: int, broken: Flags) -> None:
    """□(◯b → a), and the first event is no b."""
    for t in range(len(offsets) - 1):
        last_a = _LONG_AGO
        for i in range(offsets[t], offsets[t + 1]):
            broken[i] = b[i] & (at[i] - last_a > within)
            last_a = at[i] if a[i] else _LONG_AGO


@compiled
def chain_succession(a: Flags, b: Flags, at: Longs, offsets: Longs, within: int, broken: Flags) -> None:
    """chain response ∧ chain precedence. Alone among the successions in that one event can break both."""
    chain_precedence(a, b, at, offsets, within, broken)
    for t in range(len(offsets) - 1):
        next_b = _NEVER
        for i in range(offsets[t + 1] - 1, offsets[t] - 1, -1):
            broken[i] = broken[i] or (a[i] and next_b - at[i] > within)
            next_b = at[i] if b[i] else _NEVER


@compiled
def not_co_existence(a: Flags, b: Flags, at: Longs, offsets: Longs, within: int, broken: Flags) -> None:
    """¬(◇a ∧ ◇b). Every event at or after one of the other operand breaks it."""
    for t in range(len(offsets) - 1):
        last_a = last_b = _LONG_AGO
        for i in range(offsets[t], offsets[t + 1]):
            if a[i]:
                last_a = at[i]
            if b[i]:
                last_b = at[i]
            broken[i] = (b[i] & (at[i] - last_a <= within)) | (a[i] & (at[i] - last_b <= within))


@compiled
def not_succession(a: Flags, b: Flags, at: Longs, offsets: Longs, within: int, broken: Flags) -> None:
    """□(a → ¬◇b). Every b at or after an a breaks it."""
    for t in range(len(offsets) - 1):
        last_a = _LONG_AGO
        for i in range(offsets[t], offsets[t + 1]):
            if a[i]:
                last_a = at[i]
            broken[i] = b[i] & (at[i] - last_a <= within)


@compiled
def not_chain_succession(a: Flags, b: Flags, at: Longs, offsets: Longs, within: int, broken: Flags) -> None:
    """□(a → ¬◯b). Every b directly after an a breaks it."""
    for t in range(len(offsets) - 1):
        last_a = _LONG_AGO
        for i in range(offsets[t], offsets[t + 1]):
            broken[i] = b[i] & (at[i] - last_a <= within)
            last_a = at[i] if a[i] else _LONG_AGO


@compiled
def late(a: Flags, b: Flags, at: Longs, offsets: Longs, within: int, broken: Flags) -> None:
    """The first b of a trace that comes after the bound has passed since its first a; no template, a deadline."""
    for t in range(len(offsets) - 1):
        first_a = first_b = -1
        for i in range(offsets[t + 1] - 1, offsets[t] - 1, -1):
            if a[i]:
                first_a = i
            if b[i]:
                first_b = i
        if first_a >= 0 and first_b >= 0:
            broken[first_b] = at[first_b] - at[first_a] > within


@compiled
def evaluate(  # noqa: C901 - one branch per formula
    formula: int,
    a: Flags,
    b: Flags,
    at: Longs,
    offsets: Longs,
    within: int,
    count: int,
    broken: Flags,
    missing: Flags,
) -> None:
    """Evaluate the formula of this number."""
    if formula == Formula.EXISTENCE:
        existence(a, at, offsets, within, count, missing)
    elif formula == Formula.ABSENCE:
        absence(a, at, offsets, within, count, broken)
    elif formula == Formula.INIT:
        init(a, offsets, missing)
    elif formula == Formula.RESPONDED_EXISTENCE:
        responded_existence(a, b, at, offsets, within, broken)
    elif formula == Formula.RESPONSE:
        response(a, b, at, offsets, within, broken)
    elif formula == Formula.PRECEDENCE:
        precedence(a, b, at, offsets, within, broken)
    elif formula == Formula.ALTERNATE_RESPONSE:
        alternate_response(a, b, at, offsets, within, broken)
    elif formula == Formula.ALTERNATE_PRECEDENCE:
        alternate_precedence(a, b, at, offsets, within, broken)
    elif formula == Formula.CHAIN_RESPONSE:
        chain_response(a, b, at, offsets, within, broken)
    elif formula == Formula.CHAIN_PRECEDENCE:
        chain_precedence(a, b, at, offsets, within, broken)
    elif formula == Formula.CHAIN_SUCCESSION:
        chain_succession(a, b, at, offsets, within, broken)
    elif formula == Formula.NOT_CO_EXISTENCE:
        not_co_existence(a, b, at, offsets, within, broken)
    elif formula == Formula.NOT_SUCCESSION:
        not_succession(a, b, at, offsets, within, broken)
    elif formula == Formula.NOT_CHAIN_SUCCESSION:
        not_chain_succession(a, b, at, offsets, within, broken)
    else:
        late(a, b, at, offsets, within, broken)
