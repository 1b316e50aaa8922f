"""One compiled pass over traces for all rules: every violation, as arrays. Cost is linear in events and in rules."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import numpy as np
import pyarrow as pa

from afteraction.analysis.declare import MISSING
from afteraction.analysis.partitioned_rules import VIOLATIONS
from afteraction.analysis.rule_kernel import find_violations
from afteraction.analysis.rules import Rule
from afteraction.analysis.traces import THREADS, Traces

_AT_ONCE: Final = 40_000
"""Events for which all rules are evaluated before the next: few enough for the fast cache of a processor."""


def violations(rules: Sequence[Rule], traces: Traces) -> list[pa.RecordBatch]:
    """Every violation of every rule, once, in no order, as VIOLATIONS."""
    formulas = np.array([(rule.constraint, rule.formula, rule.within, rule.count) for rule in rules], np.int64)
    is_a, is_b = np.array([rule.a for rule in rules]), np.array([rule.b for rule in rules])
    pieces = list(traces.chunks(_AT_ONCE))
    # At most one violation per event and one per trace and rule. Threads use their room again: memory that was never
    # touched takes longer to get than rules to check.
    most = len(rules) * max((len(piece.activities) + len(piece.offsets) for piece in pieces), default=0)
    rooms = threading.local()

    def of(some: Traces) -> pa.RecordBatch:
        if not hasattr(rooms, "arrays"):
            rooms.arrays = tuple(np.empty(most, kind) for kind in (np.int16, np.int32, np.int32, np.bool_))
        found = find_violations(formulas, is_a, is_b, some.offsets, some.activities, some.at, *rooms.arrays)
        constraint, trace, pos, first = (array[:found].copy() for array in rooms.arrays)
        trace += np.int32(some.first)
        columns = [pa.array(constraint), pa.array(trace), pa.array(pos, mask=pos == MISSING), pa.array(first)]
        return pa.RecordBatch.from_arrays(columns, schema=VIOLATIONS)

    with ThreadPoolExecutor(THREADS) as threads:
        return list(threads.map(of, pieces))
