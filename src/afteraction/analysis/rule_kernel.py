"""One compiled pass over traces for all rules: every event that breaks one.

Most rules look at a tenth of the events, so these are put side by side before a formula walks over them.
"""

import numpy as np

from afteraction.analysis.arrays import Flags, Ints, Longs, Shorts
from afteraction.analysis.compiled import compiled
from afteraction.analysis.declare import MISSING, Formula, evaluate


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
    a, b = np.empty(events, np.bool_), np.empty(events, np.bool_)
    words = np.zeros(events // 8 + 1, np.int64)
    looked_at = words.view(np.bool_)
    places, few_at = np.empty(events + 1, np.int64), np.empty(events, np.int64)
    few_a, few_b, broken = np.empty(events, np.bool_), np.empty(events, np.bool_), np.empty(events, np.bool_)
    few_offsets, missing = np.empty(traces + 1, np.int64), np.empty(traces, np.bool_)
    owner = np.repeat(np.arange(traces), offsets[1:] - offsets[:-1])
    told = np.zeros((formulas[:, 0].max() + 1, traces), np.bool_)
    found = 0
    for rule in range(len(formulas)):
        number, formula, within, count = formulas[rule]
        mark(activities, offsets, is_a[rule], a)
        mark(activities, offsets, is_b[rule], b)
        mark_looked_at(formula, a, b, offsets, looked_at[:events])
        n = only_marked(words, places)
        gather(places[:n], owner, a, b, at, few_a, few_b, few_at, few_offsets)
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
def mark_looked_at(formula: int, a: Flags, b: Flags, offsets: Longs, looked_at: Flags) -> None:
    """Which events a formula looks at: to the others it makes no difference whether they are there.

    Besides its operands some look at what is next to them, some at the first event of a trace.
    """
    for i in range(len(a)):
        looked_at[i] = a[i] | b[i]
    if formula == Formula.INIT or formula == Formula.EXISTENCE or formula == Formula.ABSENCE:
        for t in range(len(offsets) - 1):
            if offsets[t] < offsets[t + 1]:
                looked_at[offsets[t]] = True
    elif (
        formula == Formula.CHAIN_RESPONSE
        or formula == Formula.CHAIN_PRECEDENCE
        or formula == Formula.CHAIN_SUCCESSION
        or formula == Formula.NOT_CHAIN_SUCCESSION
    ):
        for i in range(1, len(a)):
            looked_at[i] |= a[i - 1]
        for i in range(1, len(a)):
            looked_at[i - 1] |= b[i]


@compiled
def only_marked(words: Longs, places: Longs) -> int:
    """Write the places of marked events, and return how many. A word marks eight: most mark none, and are passed over.

    `places` needs room for one more.
    """
    marked = words.view(np.bool_)
    n = 0
    for word in range(len(words)):
        if words[word]:
            for i in range(8 * word, 8 * word + 8):
                places[n] = i
                n += marked[i]
    return n


@compiled
def gather(
    places: Longs,
    owner: Longs,
    a: Flags,
    b: Flags,
    at: Longs,
    few_a: Flags,
    few_b: Flags,
    few_at: Longs,
    few_offsets: Longs,
) -> None:
    """Put the events at `places` side by side, with where each trace begins among them."""
    trace = 0
    few_offsets[0] = 0
    for i in range(len(places)):
        place = places[i]
        few_a[i], few_b[i], few_at[i] = a[place], b[place], at[place]
        while trace < owner[place]:
            trace += 1
            few_offsets[trace] = i
    few_offsets[trace + 1 :] = len(places)


@compiled
def mark(activities: Shorts, offsets: Longs, operand: Flags, marked: Flags) -> None:
    """Which events are an operand. A comparison per activity is faster than one look-up for all of them."""
    marked[:] = False
    for activity in range(len(operand) - 1):
        if operand[activity]:
            for i in range(len(activities)):
                marked[i] |= activities[i] == activity
    if operand[-1]:
        for t in range(len(offsets) - 1):
            if offsets[t] < offsets[t + 1]:
                marked[offsets[t]] = True
