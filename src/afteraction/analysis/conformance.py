"""Which rules each deal keeps and breaks, and by which event.

A rule without a bound in time holds or not for a *variant*, so it is checked once per variant; one with a bound is
checked per deal. Every trace is judged as it stands; whether an open deal may still mend a broken rule is said beside.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
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
        variants = self.by_variant.select("constraint", "variant").distinct()
        spread = variants.join(self.log.cases, "variant").select("constraint", "deal_no")
        return spread.union(self.by_deal.select("constraint", "deal_no").distinct())


def check(log: EventLog, constraints: Sequence[Constraint], keep: Keep, at_start: Collection[str] = ()) -> Conformance:
    """Check every deal against every constraint. Linear in events (with bounds) and in variants (without).

    `at_start`: activities of stages that the record does not mention, because deals begin in them. What a step must
    be done by, counted from entering such a stage, is counted from the deal's first event.
    """
    numbers = log.activity_numbers()
    timeless = {n: c for n, c in enumerate(constraints) if c.within is None}
    timed = {n: c for n, c in enumerate(constraints) if c.within is not None}

    def broken(name: str, chosen: Mapping[int, Constraint], events: ibis.Table, traces: ibis.Table) -> ibis.Table:
        if not chosen:
            return keep(f"broken_by_{name}", _nothing())
        kept = keep(f"{name}_operands", _named(events, chosen.values(), numbers))
        found = [_broken(n, c, bind(c, numbers, at_start, kept, traces)) for n, c in chosen.items()]
        return keep(f"broken_by_{name}", ibis.union(*found))

    return Conformance(
        log,
        tuple(constraints),
        broken("variant", timeless, _untimed(log), log.variants.select(trace="variant")).rename(variant="trace"),
        broken("deal", timed, _timed(log), log.cases.select(trace="deal_no")).rename(deal_no="trace"),
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
    second = _is(constraint.second, numbers) if constraint.second else _NONE
    return Rule(events, traces, first, second, constraint.within, constraint.count)


_FROM_STAGE_ENTRY = (Kind.SKIPPED, Kind.LATE)
"""What breaking the rules of a step means whose first operand is entering its stage."""

_NONE = _.activity.isin([])


def late(rule: Rule) -> ibis.Table:
    """The first b of a trace that comes after the bound has passed since its first a."""
    begun = rule.a.group_by("trace").agg(begun=_.at.min())
    done = rule.b.group_by("trace").agg(pos=_.pos.min(), at=_.at.min()).join(begun, "trace")
    return done.filter(~rule.soon(done.at, done.begun)).select("trace", pos=_.pos.cast("int32"))


def _broken(number: int, constraint: Constraint, rule: Rule) -> ibis.Table:
    found = late(rule) if constraint.deadline else BROKEN_BY[constraint.template](rule)
    return found.select("trace", "pos", constraint=ibis.literal(number, "int16"))


def _is(operand: Operand, numbers: Mapping[str, int]) -> ibis.Deferred:
    return _.activity.isin(_known(operand, numbers))


def _known(operand: Operand, numbers: Mapping[str, int]) -> list[int]:
    return [numbers[name] for name in operand.activities if name in numbers]


def _named(events: ibis.Table, constraints: Iterable[Constraint], numbers: Mapping[str, int]) -> ibis.Table:
    """The events that some constraint names and every trace's first, read once for all of them."""
    known = {number for each in constraints for operand in each.operands for number in _known(operand, numbers)}
    return events.filter(_.activity.isin(sorted(known)) | (_.pos == 0))


def _untimed(log: EventLog) -> ibis.Table:
    """The events of variants: positions stand for times."""
    return log.variant_events.select("pos", "activity", trace="variant", at=_.pos, start=ibis.literal(0))


def _timed(log: EventLog) -> ibis.Table:
    starts = log.events.filter(_.pos == 0).select("deal_no", start="at")
    return log.events.join(starts, "deal_no").select("pos", "activity", "at", "start", trace="deal_no")


def _nothing() -> ibis.Table:
    types = {"trace": "int32", "pos": "int32", "constraint": "int16"}
    return small_table(dict.fromkeys(types, ()), types)
