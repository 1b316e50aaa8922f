"""Which rules each deal keeps and breaks, and by which event.

A rule without a bound in time holds or not for a *variant*, so it is checked once per variant; one with a bound is
checked per deal. Every trace is judged as it stands; whether an open deal may still mend a broken rule is said beside.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import ibis
from ibis import _

from afteraction.analysis.declare import BROKEN_BY, Rule
from afteraction.analysis.event_log import EventLog, Keep
from afteraction.analysis.small_tables import small_table
from afteraction.process.model import Constraint, Kind, Operand


@dataclass(frozen=True)
class Conformance:
    """What broke which of `constraints`, by their position in the list.

    - `by_variant`: constraint, variant, pos; rules without a bound in time
    - `by_deal`: constraint, deal_no, pos; rules with one
    """

    log: EventLog
    constraints: tuple[Constraint, ...]
    by_variant: ibis.Table
    by_deal: ibis.Table

    @property
    def broken(self) -> ibis.Table:
        """Every violation of every deal: constraint, deal_no, pos (empty where something is missing)."""
        spread = self.by_variant.join(self.log.cases, "variant").select("constraint", "deal_no", "pos")
        return spread.union(self.by_deal)

    @property
    def pairs(self) -> ibis.Table:
        """Each constraint that a deal breaks, once: constraint, deal_no."""
        return self.broken.select("constraint", "deal_no").distinct()


def check(log: EventLog, constraints: Sequence[Constraint], keep: Keep, at_start: Collection[str] = ()) -> Conformance:
    """Check every deal against every constraint. Linear in events (with bounds) and in variants (without).

    `at_start`: activities of stages that the record does not mention, because deals begin in them. What a step must
    be done by, counted from entering such a stage, is counted from the deal's first event.
    """
    numbers = log.activity_numbers()
    timeless = _trace_events(log.variant_events, "variant"), log.variants.select(trace="variant")
    timed = _timed_events(log), log.cases.select(trace="deal_no")
    found: dict[bool, list[ibis.Table]] = {False: [], True: []}
    for number, constraint in enumerate(constraints):
        has_bound = constraint.within is not None
        rule = bind(constraint, numbers, at_start, *(timed if has_bound else timeless))
        broken = late(rule) if constraint.deadline else BROKEN_BY[constraint.template](rule)
        found[has_bound].append(broken.mutate(constraint=ibis.literal(number, "int16")))
    return Conformance(
        log,
        tuple(constraints),
        keep("broken_by_variant", _all(found[False]).rename(variant="trace")),
        keep("broken_by_deal", _all(found[True]).rename(deal_no="trace")),
    )


def bind(
    constraint: Constraint,
    numbers: Mapping[str, int],
    at_start: Collection[str],
    events: ibis.Table,
    traces: ibis.Table,
) -> Rule:
    """A constraint as a rule over the events of some traces."""
    first = _is(constraint.first, numbers)
    if constraint.kind in _FROM_STAGE_ENTRY and set(constraint.first.activities) <= set(at_start):
        first = _.pos == 0
    second = _is(constraint.second, numbers) if constraint.second else ibis.literal(False)
    marked = events.mutate(is_a=first, is_b=second).filter(_.is_a | _.is_b)
    return Rule(marked, traces, constraint.within, constraint.count)


_FROM_STAGE_ENTRY = (Kind.SKIPPED, Kind.LATE)
"""What breaking the rules of a step means whose first operand is entering its stage."""


def late(rule: Rule) -> ibis.Table:
    """The first b of a trace that comes after the bound has passed since its first a."""
    begun = rule.a.group_by("trace").agg(begun=_.at.min())
    done = rule.b.group_by("trace").agg(pos=_.pos.min(), at=_.at.min()).join(begun, "trace")
    return done.filter(~rule.soon(done.at, done.begun)).select("trace", pos=_.pos.cast("int32"))


def _is(operand: Operand, numbers: Mapping[str, int]) -> ibis.Value | ibis.Deferred:
    known = [numbers[name] for name in operand.activities if name in numbers]
    return _.activity.isin(known) if known else ibis.literal(False)


def _trace_events(events: ibis.Table, trace: str) -> ibis.Table:
    """Events without clock times: their positions stand for them."""
    return events.select("pos", "activity", trace=trace, at=_.pos, start=ibis.literal(0))


def _timed_events(log: EventLog) -> ibis.Table:
    starts = log.events.filter(_.pos == 0).select("deal_no", start="at")
    return log.events.join(starts, "deal_no").select("pos", "activity", "at", "start", trace="deal_no")


def _all(broken: Sequence[ibis.Table]) -> ibis.Table:
    if broken:
        return ibis.union(*broken).select("constraint", "trace", "pos")
    none = small_table(
        {"constraint": (), "trace": (), "pos": ()}, {"constraint": "int16", "trace": "int32", "pos": "int32"}
    )
    return none.select("constraint", "trace", "pos")
