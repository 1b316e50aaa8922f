"""The DECLARE templates as set algebra: which events break a rule, for all traces at once.

Semantics are those of LTL on finite traces (Pesic & van der Aalst 2006; De Giacomo & Vardi 2013), given beside each
function with □ always, ◇ eventually, ◯ next, U until, W weak until. Bounds in time follow MP-Declare (Burattin,
Maggi & Sperduti 2016): the event that fulfils the rule must lie within the bound.

Each function returns rows of trace and `pos`, the event that broke the rule, or no `pos` where something is missing
from the trace as a whole.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import ibis
from ibis import _

from afteraction.process.model import Template


@dataclass(frozen=True)
class Rule:
    """One rule, bound to the events it speaks of; one event may be both operands.

    - `events`: trace, pos, is_a, is_b, at, start (the time of the trace's first event); those of the operands only
    - `traces`: trace; every one, those without events included
    - `within`: the bound in time, if any
    - `count`: the n of existence and absence
    """

    events: ibis.Table
    traces: ibis.Table
    within: timedelta | None = None
    count: int = 1

    @property
    def swapped(self) -> "Rule":
        """The same with the operands exchanged."""
        return replace(self, events=self.events.mutate(is_a=_.is_b, is_b=_.is_a))

    @property
    def a(self) -> ibis.Table:
        return self.events.filter(_.is_a)

    @property
    def b(self) -> ibis.Table:
        return self.events.filter(_.is_b)

    def soon(self, later: ibis.Value | ibis.Deferred, earlier: ibis.Value | ibis.Deferred) -> Any:
        """Whether both times are there and lie within the bound; without a bound, whether both are there."""
        if self.within is None:
            return later.notnull() & earlier.notnull()
        bound = ibis.interval(microseconds=self.within // timedelta(microseconds=1))
        return (later <= earlier + bound).fill_null(False)


def existence(rule: Rule) -> ibis.Table:
    """At least n times a: ◇(a ∧ ◯ existence(n - 1, a))."""
    return _missing(rule.traces.anti_join(_counted(rule).filter(_.nth == rule.count), "trace"))


def absence(rule: Rule) -> ibis.Table:
    """At most n - 1 times a: ¬existence(n, a). Every a from the n-th on breaks it."""
    return _positions(_counted(rule).filter(_.nth >= rule.count))


def exactly_one(rule: Rule) -> ibis.Table:
    """existence(a) ∧ absence(2, a)."""
    return existence(replace(rule, count=1)).union(absence(replace(rule, count=2)))


def init(rule: Rule) -> ibis.Table:
    """a holds at the first event."""
    return _missing(rule.traces.anti_join(rule.a.filter(_.pos == 0), "trace"))


def responded_existence(rule: Rule) -> ibis.Table:
    """◇a → ◇b. The first a breaks it; with a bound, every a without a b within it before or after."""
    if rule.within is None:
        first = rule.a.group_by("trace").agg(pos=_.pos.min())
        return _positions(first.anti_join(rule.b, "trace"))
    events = _with_nearest_b(rule)
    near = rule.soon(events.at, events.b_before) | rule.soon(events.b_after, events.at)
    return _positions(events.filter(events.is_a & ~near))


def response(rule: Rule) -> ibis.Table:
    """□(a → ◇b)."""
    if rule.within is None:
        last = rule.b.group_by("trace").agg(last_b=_.pos.max())
        return _positions(rule.a.left_join(last, "trace").filter(_.last_b.isnull() | (_.pos > _.last_b)))
    events = _with_nearest_b(rule)
    return _positions(events.filter(events.is_a & ~rule.soon(events.b_after, events.at)))


def precedence(rule: Rule) -> ibis.Table:
    """¬b W a. Every b without an a at or before it breaks it."""
    if rule.within is None:
        first = rule.a.group_by("trace").agg(first_a=_.pos.min())
        return _positions(rule.b.left_join(first, "trace").filter(_.first_a.isnull() | (_.pos < _.first_a)))
    events = _with_nearest_b(rule.swapped)
    return _positions(events.filter(events.is_a & ~rule.soon(events.at, events.b_before)))


def alternate_response(rule: Rule) -> ibis.Table:
    """□(a → ◯(¬a U b)): among the events of both operands, the one after each a is a b."""
    return _positions(_with_neighbours(rule).filter(_alternate_response_broken(rule)))


def alternate_precedence(rule: Rule) -> ibis.Table:
    """(¬b W a) ∧ □(b → ◯(¬b W a)): each b is an a itself, or the event before it is an a and no b."""
    return _positions(_with_neighbours(rule).filter(_alternate_precedence_broken(rule)))


def chain_response(rule: Rule) -> ibis.Table:
    """□(a → ◯b)."""
    return _positions(_with_neighbours(rule).filter(_chain_response_broken(rule)))


def chain_precedence(rule: Rule) -> ibis.Table:
    """□(◯b → a), and the first event is no b."""
    return _positions(_with_neighbours(rule).filter(_.is_b & ~_directly_after_a(rule)))


def succession(rule: Rule) -> ibis.Table:
    """response ∧ precedence."""
    return response(rule).union(precedence(rule))


def alternate_succession(rule: Rule) -> ibis.Table:
    """alternate response ∧ alternate precedence. An event that breaks both is given once."""
    broken = _alternate_response_broken(rule) | _alternate_precedence_broken(rule)
    return _positions(_with_neighbours(rule).filter(broken))


def chain_succession(rule: Rule) -> ibis.Table:
    """chain response ∧ chain precedence. An event that breaks both is given once."""
    broken = _chain_response_broken(rule) | (_.is_b & ~_directly_after_a(rule))
    return _positions(_with_neighbours(rule).filter(broken))


def co_existence(rule: Rule) -> ibis.Table:
    """Responded existence in both directions."""
    return responded_existence(rule).union(responded_existence(rule.swapped))


def not_co_existence(rule: Rule) -> ibis.Table:
    """¬(◇a ∧ ◇b). Every event at or after one of the other operand breaks it, given once if it is of both."""
    if rule.within is None:
        firsts = rule.events.group_by("trace").agg(first_a=_.pos.min(where=_.is_a), first_b=_.pos.min(where=_.is_b))
        events = rule.events.join(firsts, "trace")
        return _positions(events.filter((_.is_b & (_.pos >= _.first_a)) | (_.is_a & (_.pos >= _.first_b))))
    events = rule.events.mutate(a_before=_last_at(_.is_a), b_before=_last_at(_.is_b))
    after_a, after_b = rule.soon(events.at, events.a_before), rule.soon(events.at, events.b_before)
    return _positions(events.filter((events.is_b & after_a) | (events.is_a & after_b)))


def not_succession(rule: Rule) -> ibis.Table:
    """□(a → ¬◇b). Every b at or after an a breaks it."""
    if rule.within is None:
        first = rule.a.group_by("trace").agg(first_a=_.pos.min())
        return _positions(rule.b.join(first, "trace").filter(_.pos >= _.first_a))
    events = _with_nearest_b(rule.swapped)
    return _positions(events.filter(events.is_a & rule.soon(events.at, events.b_before)))


def not_chain_succession(rule: Rule) -> ibis.Table:
    """□(a → ¬◯b). Every b directly after an a breaks it."""
    return _positions(_with_neighbours(rule).filter(_.is_b & _directly_after_a(rule)))


BROKEN_BY: Mapping[Template, Callable[[Rule], ibis.Table]] = {
    template: globals()[template.value] for template in Template
}
"""The function of each template; they bear its name."""

_IN_ORDER = ibis.window(group_by="trace", order_by="pos")
_SO_FAR = ibis.cumulative_window(group_by="trace", order_by="pos")
_FROM_HERE = ibis.window(rows=(0, None), group_by="trace", order_by="pos")


def _positions(events: ibis.Table) -> ibis.Table:
    return events.select("trace", pos=_.pos.cast("int32"))


def _missing(traces: ibis.Table) -> ibis.Table:
    return traces.select("trace", pos=ibis.null("int32"))


def _with_neighbours(rule: Rule) -> ibis.Table:
    """Beside each event what the operands' next and last event is, where it stands and when it was."""
    return rule.events.mutate(
        next_is_b=_.is_b.lead().over(_IN_ORDER).fill_null(False),
        next_pos=_.pos.lead().over(_IN_ORDER).fill_null(-1),
        next_at=_.at.lead().over(_IN_ORDER),
        last_is_a=_.is_a.lag().over(_IN_ORDER).fill_null(False),
        last_is_b=_.is_b.lag().over(_IN_ORDER).fill_null(False),
        last_pos=_.pos.lag().over(_IN_ORDER).fill_null(-2),
        last_at=_.at.lag().over(_IN_ORDER),
    )


def _alternate_response_broken(rule: Rule) -> ibis.Deferred:
    return _.is_a & ~(_.next_is_b & rule.soon(_.next_at, _.at))


def _alternate_precedence_broken(rule: Rule) -> ibis.Deferred:
    return _.is_b & ~_.is_a & ~(_.last_is_a & ~_.last_is_b & rule.soon(_.at, _.last_at))


def _chain_response_broken(rule: Rule) -> ibis.Deferred:
    return _.is_a & ~(_.next_is_b & (_.next_pos == _.pos + 1) & rule.soon(_.next_at, _.at))


def _directly_after_a(rule: Rule) -> ibis.Deferred:
    return _.last_is_a & (_.last_pos == _.pos - 1) & rule.soon(_.at, _.last_at)


def _counted(rule: Rule) -> ibis.Table:
    """The a events that count, numbered from 1; with a bound those within it of the trace's first event."""
    a = rule.a if rule.within is None else rule.a.filter(rule.soon(rule.a.at, rule.a.start))
    return a.mutate(nth=ibis.row_number().over(_IN_ORDER) + 1)


def _with_nearest_b(rule: Rule) -> ibis.Table:
    """Beside each event the time of the last b up to it and of the first b from it on, itself included."""
    b_after = ibis.ifelse(_.is_b, _.at, None).min().over(_FROM_HERE)
    return rule.events.mutate(b_before=_last_at(_.is_b), b_after=b_after)


def _last_at(operand: ibis.Deferred) -> ibis.Deferred:
    """When the last event of an operand was, up to each event and itself included."""
    return ibis.ifelse(operand, _.at, None).max().over(_SO_FAR)
