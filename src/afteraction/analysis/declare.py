"""The DECLARE templates as set algebra: which events break a rule, for all traces at once.

Semantics are those of LTL on finite traces (Pesic & van der Aalst 2006; De Giacomo & Vardi 2013), given beside each
function with □ always, ◇ eventually, ◯ next, U until, W weak until. Bounds in time follow MP-Declare (Burattin,
Maggi & Sperduti 2016): the event that fulfils the rule must lie within the bound.

Each function returns rows of trace and `pos`, the event that broke the rule, or no `pos` where something is missing
from the trace as a whole. An event is given once, however many halves of a rule it breaks.
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

    - `events`: trace, pos, activity, at, start (the time of the trace's first event); those of the operands at least
    - `traces`: trace; every one, those without events included
    - `is_a`, `is_b`: which events are which operand
    - `within`: the bound in time, if any
    - `count`: the n of existence and absence
    """

    events: ibis.Table
    traces: ibis.Table
    is_a: ibis.Value | ibis.Deferred
    is_b: ibis.Value | ibis.Deferred
    within: timedelta | None = None
    count: int = 1

    @property
    def swapped(self) -> "Rule":
        """The same with the operands exchanged."""
        return replace(self, is_a=self.is_b, is_b=self.is_a)

    @property
    def a(self) -> ibis.Table:
        return self.events.filter(self.is_a)

    @property
    def b(self) -> ibis.Table:
        return self.events.filter(self.is_b)

    @property
    def operands(self) -> ibis.Table:
        """The events of either operand: trace, pos, at, is_a, is_b."""
        found = self.events.filter(self.is_a | self.is_b)
        return found.select("trace", "pos", "at", is_a=self.is_a, is_b=self.is_b)

    def soon(self, later: ibis.Value | ibis.Deferred, earlier: ibis.Value | ibis.Deferred) -> Any:
        """Whether both times are there and lie within the bound; without a bound, whether both are there."""
        if self.within is None:
            return later.notnull() & earlier.notnull()
        bound = ibis.interval(microseconds=self.within // timedelta(microseconds=1))
        return (later <= earlier + bound).fill_null(False)


def existence(rule: Rule) -> ibis.Table:
    """At least n times a: ◇(a ∧ ◯ existence(n - 1, a))."""
    enough = _in_time(rule)
    if rule.count > 1:
        enough = enough.group_by("trace").agg(times=_.count()).filter(_.times >= rule.count)
    return rule.traces.anti_join(enough, "trace").select("trace", pos=ibis.null("int32"))


def absence(rule: Rule) -> ibis.Table:
    """At most n - 1 times a: ¬existence(n, a). Every a from the n-th on breaks it."""
    found = _in_time(rule)
    if rule.count > 1:
        found = found.mutate(nth=ibis.row_number().over(_IN_ORDER) + 1).filter(_.nth >= rule.count)
    return _positions(found)


def exactly_one(rule: Rule) -> ibis.Table:
    """existence(a) ∧ absence(2, a)."""
    return existence(replace(rule, count=1)).union(absence(replace(rule, count=2)))


def init(rule: Rule) -> ibis.Table:
    """a holds at the first event."""
    return rule.traces.anti_join(rule.a.filter(_.pos == 0), "trace").select("trace", pos=ibis.null("int32"))


def responded_existence(rule: Rule) -> ibis.Table:
    """◇a → ◇b. The first a breaks it; with a bound, every a without a b within it before or after."""
    if rule.within is None:
        return _positions(rule.a.anti_join(rule.b, "trace").group_by("trace").agg(pos=_.pos.min()))
    events = rule.operands.mutate(b_before=_last_at(_.is_b), b_after=_next_at(_.is_b))
    near = rule.soon(_.at, _.b_before) | rule.soon(_.b_after, _.at)
    return _positions(events.filter(_.is_a & ~near))


def response(rule: Rule) -> ibis.Table:
    """□(a → ◇b)."""
    if rule.within is None:
        last = rule.b.group_by("trace").agg(last_b=_.pos.max())
        return _positions(rule.a.left_join(last, "trace").filter(_.last_b.isnull() | (_.pos > _.last_b)))
    events = rule.operands.mutate(b_after=_next_at(_.is_b))
    return _positions(events.filter(_.is_a & ~rule.soon(_.b_after, _.at)))


def precedence(rule: Rule) -> ibis.Table:
    """¬b W a. Every b without an a at or before it breaks it."""
    if rule.within is None:
        first = rule.a.group_by("trace").agg(first_a=_.pos.min())
        return _positions(rule.b.left_join(first, "trace").filter(_.first_a.isnull() | (_.pos < _.first_a)))
    events = rule.operands.mutate(a_before=_last_at(_.is_a))
    return _positions(events.filter(_.is_b & ~rule.soon(_.at, _.a_before)))


def alternate_response(rule: Rule) -> ibis.Table:
    """□(a → ◯(¬a U b)): among the events of both operands, the one after each a is a b."""
    return _positions(_with_next(rule).filter(_no_b_next(rule)))


def alternate_precedence(rule: Rule) -> ibis.Table:
    """(¬b W a) ∧ □(b → ◯(¬b W a)): each b is an a itself, or the event before it is an a and no b."""
    return _positions(_with_last(rule).filter(_no_a_last(rule)))


def chain_response(rule: Rule) -> ibis.Table:
    """□(a → ◯b)."""
    return _positions(rule.a.anti_join(_answered(rule), ["trace", "pos"]))


def chain_precedence(rule: Rule) -> ibis.Table:
    """□(◯b → a), and the first event is no b."""
    return _positions(rule.b.anti_join(_announced(rule), ["trace", "pos"]))


def succession(rule: Rule) -> ibis.Table:
    """response ∧ precedence. No event breaks both."""
    return response(rule).union(precedence(rule))


def alternate_succession(rule: Rule) -> ibis.Table:
    """alternate response ∧ alternate precedence. No event breaks both: one that is a and b needs no a before it."""
    return alternate_response(rule).union(alternate_precedence(rule))


def chain_succession(rule: Rule) -> ibis.Table:
    """chain response ∧ chain precedence."""
    return chain_response(rule).union(chain_precedence(rule), distinct=True)


def co_existence(rule: Rule) -> ibis.Table:
    """Responded existence in both directions. No event breaks both."""
    return responded_existence(rule).union(responded_existence(rule.swapped))


def not_co_existence(rule: Rule) -> ibis.Table:
    """¬(◇a ∧ ◇b). Every event at or after one of the other operand breaks it."""
    if rule.within is None:
        events = rule.operands
        firsts = events.group_by("trace").agg(first_a=_.pos.min(where=_.is_a), first_b=_.pos.min(where=_.is_b))
        events = events.join(firsts, "trace")
        return _positions(events.filter((_.is_b & (_.pos >= _.first_a)) | (_.is_a & (_.pos >= _.first_b))))
    events = rule.operands.mutate(a_before=_last_at(_.is_a), b_before=_last_at(_.is_b))
    after_a, after_b = rule.soon(_.at, _.a_before), rule.soon(_.at, _.b_before)
    return _positions(events.filter((_.is_b & after_a) | (_.is_a & after_b)))


def not_succession(rule: Rule) -> ibis.Table:
    """□(a → ¬◇b). Every b at or after an a breaks it."""
    if rule.within is None:
        first = rule.a.group_by("trace").agg(first_a=_.pos.min())
        return _positions(rule.b.join(first, "trace").filter(_.pos >= _.first_a))
    events = rule.operands.mutate(a_before=_last_at(_.is_a))
    return _positions(events.filter(_.is_b & rule.soon(_.at, _.a_before)))


def not_chain_succession(rule: Rule) -> ibis.Table:
    """□(a → ¬◯b). Every b directly after an a breaks it."""
    return _positions(_announced(rule))


BROKEN_BY: Mapping[Template, Callable[[Rule], ibis.Table]] = {
    template: globals()[template.value] for template in Template
}
"""The function of each template; they bear its name."""

_IN_ORDER = ibis.window(group_by="trace", order_by="pos")
_SO_FAR = ibis.cumulative_window(group_by="trace", order_by="pos")
_FROM_HERE = ibis.window(rows=(0, None), group_by="trace", order_by="pos")


def _positions(events: ibis.Table) -> ibis.Table:
    return events.select("trace", pos=_.pos.cast("int32"))


def _in_time(rule: Rule) -> ibis.Table:
    """The a events that count; with a bound those within it of the trace's first event."""
    return rule.a if rule.within is None else rule.a.filter(rule.soon(_.at, _.start))


def _with_next(rule: Rule) -> ibis.Table:
    """Beside each event of the operands what the next one is, and when."""
    next_is_b = _.is_b.lead().over(_IN_ORDER).fill_null(False)
    return rule.operands.mutate(next_is_b=next_is_b, next_at=_.at.lead().over(_IN_ORDER))


def _no_b_next(rule: Rule) -> ibis.Deferred:
    return _.is_a & ~(_.next_is_b & rule.soon(_.next_at, _.at))


def _with_last(rule: Rule) -> ibis.Table:
    """Beside each event of the operands whether the last one was an a and no b, and when."""
    last_is_a = (_.is_a & ~_.is_b).lag().over(_IN_ORDER).fill_null(False)
    return rule.operands.mutate(last_is_a=last_is_a, last_at=_.at.lag().over(_IN_ORDER))


def _no_a_last(rule: Rule) -> ibis.Deferred:
    return _.is_b & ~_.is_a & ~(_.last_is_a & rule.soon(_.at, _.last_at))


def _answered(rule: Rule) -> ibis.Table:
    """Every a that a b follows directly, and within the bound."""
    following = rule.b.select("trace", pos=_.pos - 1, then=_.at)
    return rule.a.join(following, ["trace", "pos"]).filter(rule.soon(_.then, _.at))


def _announced(rule: Rule) -> ibis.Table:
    """Every b that follows an a directly, and within the bound."""
    preceding = rule.a.select("trace", pos=_.pos + 1, then=_.at)
    return rule.b.join(preceding, ["trace", "pos"]).filter(rule.soon(_.at, _.then))


def _last_at(operand: ibis.Deferred) -> ibis.Deferred:
    """When the last event of an operand was, up to each event and itself included."""
    return ibis.ifelse(operand, _.at, None).max().over(_SO_FAR)


def _next_at(operand: ibis.Deferred) -> ibis.Deferred:
    """When the first event of an operand is, from each event on and itself included."""
    return ibis.ifelse(operand, _.at, None).min().over(_FROM_HERE)
