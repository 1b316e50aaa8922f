"""One compiled pass over traces for all rules: every violation, as arrays. Cost is linear in events and in rules."""

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

_AT_ONCE: Final = 20_000
"""Events for which all rules are evaluated before the next: few enough for the fast cache of a processor."""


def violations(rules: Sequence[Rule], traces: Traces) -> list[pa.RecordBatch]:
    """Every violation of every rule, once, in no order, as VIOLATIONS."""
    formulas = np.array([(rule.constraint, rule.formula, rule.within, rule.count) for rule in rules], np.int64)
    is_a, is_b = np.array([rule.a for rule in rules]), np.array([rule.b for rule in rules])

    def of(some: Traces) -> pa.RecordBatch:
        # At most one violation per event and one per trace and rule.
        most = len(rules) * (len(some.activities) + len(some.offsets))
        constraint, trace, pos = np.empty(most, np.int16), np.empty(most, np.int32), np.empty(most, np.int32)
        first = np.empty(most, np.bool_)
        found = find_violations(
            formulas, is_a, is_b, some.offsets, some.activities, some.at, constraint, trace, pos, first
        )
        # Copies, so that the room which was not needed is given back.
        constraint, trace, pos = constraint[:found].copy(), trace[:found] + np.int32(some.first), pos[:found].copy()
        columns = [pa.array(constraint), pa.array(trace), pa.array(pos, mask=pos == MISSING), pa.array(first[:found])]
        return pa.RecordBatch.from_arrays(columns, schema=VIOLATIONS)

    with ThreadPoolExecutor(THREADS) as threads:
        return list(threads.map(of, traces.chunks(_AT_ONCE)))
