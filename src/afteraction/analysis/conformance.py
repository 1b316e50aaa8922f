"""Which rules each deal keeps and breaks, and by which event.

A rule without a bound in time holds or not for a *variant*, so it is checked once per variant; one with a bound is
checked per deal. Every trace is judged as it stands; whether an open deal may still mend a broken rule is said beside.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis
import pyarrow as pa
from ibis import _

from afteraction.analysis.event_log import EventLog, Keep
from afteraction.analysis.partitioned_rules import (
    VIOLATIONS,
    BySequences,
    violations_by_deal,
    violations_by_sequence,
)
from afteraction.lake.partitions import partitioned
from afteraction.process.model import Constraint

if TYPE_CHECKING:
    from afteraction.analysis.rules import Rule


@dataclass(frozen=True)
class Conformance:
    """What broke which of `constraints`, by their position in the list.

    - `by_variant`: constraint, variant, pos, first; rules without a bound in time
    - `by_deal`: constraint, deal_no, pos, first; rules with one

    `first` is true of one violation of each constraint and variant, or deal.
    """

    log: EventLog
    constraints: tuple[Constraint, ...]
    by_variant: ibis.Table
    by_deal: ibis.Table

    @property
    def broken(self) -> ibis.Table:
        """Every violation of every deal: constraint, deal_no, pos (empty where something is missing)."""
        spread = self.by_variant.join(self.log.cases, "variant").select("constraint", "deal_no", "pos")
        return spread.union(self.by_deal.drop("first"))

    @property
    def pairs(self) -> ibis.Table:
        """Each constraint that a deal breaks, once: constraint, deal_no."""
        variants = self.by_variant.filter(_["first"]).select("constraint", "variant")
        spread = variants.join(self.log.cases, "variant").select("constraint", "deal_no")
        return spread.union(self.by_deal.filter(_["first"]).select("constraint", "deal_no"))


def check(
    log: EventLog,
    constraints: Sequence[Constraint],
    keep: Keep,  # noqa: ARG001 - violations stay where they were found: in memory, or with an engine's partitions
    at_start: Collection[str] = (),
) -> Conformance:
    """Check every deal against every constraint. Linear in events (with bounds) and in variants (without).

    `at_start`: activities of stages that the record does not mention, because deals begin in them. What a step must
    be done by, counted from entering such a stage, is counted from the deal's first event.
    """
    from afteraction.analysis.rules import rules_of  # compiled functions take a while to import

    numbers = log.activity_numbers()
    rules = [rule for n, constraint in enumerate(constraints) for rule in rules_of(n, constraint, numbers, at_start)]
    timeless = [rule for rule in rules if constraints[rule.constraint].within is None]
    timed = [rule for rule in rules if constraints[rule.constraint].within is not None]
    histories = log.events.select("pos", "activity", "at", trace="deal_no")
    return Conformance(
        log,
        tuple(constraints),
        _broken_by_sequence(timeless, log.sequences.rename(trace="variant")).rename(variant="trace"),
        _broken(timed, histories, log.cases.select(length="events", trace="deal_no")).rename(deal_no="trace"),
    )


def _broken_by_sequence(rules: "Sequence[Rule]", sequences: ibis.Table) -> ibis.Table:
    """Every violation of rules without bounds: constraint, trace, pos, first."""
    if rules and (engine := partitioned(sequences)):
        return violations_by_sequence(rules, sequences, engine)
    found = BySequences(rules)(sequences.select("trace", "activities").to_pyarrow()) if rules else []
    return ibis.memtable(pa.Table.from_batches(found, VIOLATIONS))


def _broken(rules: "Sequence[Rule]", events: ibis.Table, lengths: ibis.Table) -> ibis.Table:
    """Every violation: constraint, trace, pos, first."""
    if rules and (engine := partitioned(events)):
        return violations_by_deal(rules, events, lengths, engine)
    from afteraction.analysis.traces import read_traces
    from afteraction.analysis.violations import violations

    batches = [batch for traces in read_traces(events, lengths) for batch in violations(rules, traces)] if rules else []
    return ibis.memtable(pa.Table.from_batches(batches, VIOLATIONS))
