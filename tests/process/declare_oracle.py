"""The DECLARE templates by the letter: their LTLf formulas, evaluated by recursion over one finite trace.

Deliberately slow and without any idea of its own; what is fast is compared with it. Formulas: Pesic & van der Aalst,
"A declarative approach for flexible business processes management" (2006); Di Ciccio & Mecella, "On the discovery of
declarative control flows for artful processes" (2015). Finite traces: De Giacomo & Vardi (2013). Time bounds:
Burattin, Maggi & Sperduti, "Conformance checking based on multi-perspective declarative process models" (2016),
written with the freeze quantifier of Alur & Henzinger (1994), which remembers the event from which time is counted.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from afteraction.process.model import Constraint, Operand, Template

Trace = Sequence[tuple[str, datetime]]
Formula = Callable[[Trace, int, int], bool]
"""Whether it holds at a position of a trace; the last argument is the position from which time is counted."""


def violated(constraint: Constraint, trace: Trace) -> bool:
    """Whether a deal with these events, in this order, breaks the constraint."""
    if constraint.deadline:
        return _late(constraint, trace)
    formulas = {**LITERAL, **UNTIMED} if constraint.within is None else LITERAL
    a = atom(constraint.first)
    b = atom(constraint.second) if constraint.second else a
    formula = formulas[constraint.template](a, b, near(constraint.within), constraint.count)
    return not formula(trace, 0, 0)


def _late(constraint: Constraint, trace: Trace) -> bool:
    """The earliest b is later than the bound after the earliest a, where there are both."""
    begun = [at for activity, at in trace if activity in constraint.first.activities]
    done = [at for activity, at in trace if activity in constraint.second.activities]
    return bool(begun and done) and min(done) > min(begun) + constraint.within


def atom(operand: Operand) -> Formula:
    return lambda trace, i, origin: 0 <= i < len(trace) and trace[i][0] in operand.activities


def near(bound: timedelta | None) -> Formula:
    """Here is at most `bound` away from where time is counted from."""
    return lambda trace, i, origin: bound is None or abs(trace[i][1] - trace[origin][1]) <= bound


def freeze(f: Formula) -> Formula:
    """Time is counted from here."""
    return lambda trace, i, origin: f(trace, i, i)


def no(f: Formula) -> Formula:
    return lambda trace, i, origin: not f(trace, i, origin)


def both(f: Formula, g: Formula) -> Formula:
    return lambda trace, i, origin: f(trace, i, origin) and g(trace, i, origin)


def either(f: Formula, g: Formula) -> Formula:
    return lambda trace, i, origin: f(trace, i, origin) or g(trace, i, origin)


def implies(f: Formula, g: Formula) -> Formula:
    return either(no(f), g)


def following(f: Formula) -> Formula:
    """◯: there is a next event and f holds at it."""
    return lambda trace, i, origin: i + 1 < len(trace) and f(trace, i + 1, origin)


def following_if_any(f: Formula) -> Formula:
    """●, the weak next: f holds at the next event, or there is none."""
    return lambda trace, i, origin: i + 1 >= len(trace) or f(trace, i + 1, origin)


def preceding(f: Formula) -> Formula:
    """⊖: there is an event before and f holds at it."""
    return lambda trace, i, origin: i > 0 and f(trace, i - 1, origin)


def until(f: Formula, g: Formula) -> Formula:
    """f U g."""

    def holds(trace: Trace, i: int, origin: int) -> bool:
        return i < len(trace) and (g(trace, i, origin) or (f(trace, i, origin) and holds(trace, i + 1, origin)))

    return holds


def since(f: Formula, g: Formula) -> Formula:
    """f S g: until, backwards."""

    def holds(trace: Trace, i: int, origin: int) -> bool:
        return i >= 0 and (g(trace, i, origin) or (f(trace, i, origin) and holds(trace, i - 1, origin)))

    return holds


def anything(trace: Trace, i: int, origin: int) -> bool:
    return True


def eventually(f: Formula) -> Formula:
    """◇"""
    return until(anything, f)


def once(f: Formula) -> Formula:
    """⧫: ◇ backwards."""
    return since(anything, f)


def always(f: Formula) -> Formula:
    """□; holds on the empty trace."""
    return no(eventually(no(f)))


def weak_until(f: Formula, g: Formula) -> Formula:
    """f W g = (f U g) ∨ □f."""
    return either(until(f, g), always(f))


def existence(a: Formula, n: int) -> Formula:
    """existence(n, a) = ◇(a ∧ ◯ existence(n - 1, a))."""
    return eventually(a) if n == 1 else eventually(both(a, following(existence(a, n - 1))))


def each(a: Formula, f: Formula) -> Formula:
    """□(a → f), with time counted from each a."""
    return always(freeze(implies(a, f)))


def anywhere(f: Formula) -> Formula:
    return either(once(f), eventually(f))


def _response(a: Formula, b: Formula, t: Formula, n: int = 1) -> Formula:
    return each(a, eventually(both(b, t)))


def _alternate_response(a: Formula, b: Formula, t: Formula, n: int = 1) -> Formula:
    return each(a, following(until(no(a), both(b, t))))


def _chain_response(a: Formula, b: Formula, t: Formula, n: int = 1) -> Formula:
    return each(a, following(both(b, t)))


def _precedence(a: Formula, b: Formula, t: Formula, n: int = 1) -> Formula:
    return each(b, once(both(a, t)))


def _alternate_precedence(a: Formula, b: Formula, t: Formula, n: int = 1) -> Formula:
    """An a that is a b too belongs to what came before it, so it does not serve a later b."""
    return each(b, either(both(a, t), preceding(since(no(b), both(both(a, no(b)), t)))))


def _chain_precedence(a: Formula, b: Formula, t: Formula, n: int = 1) -> Formula:
    return each(b, preceding(both(a, t)))


def _responded_existence(a: Formula, b: Formula, t: Formula, n: int = 1) -> Formula:
    return each(a, anywhere(both(b, t)))


LITERAL: Mapping[Template, Callable[[Formula, Formula, Formula, int], Formula]] = {
    Template.EXISTENCE: lambda a, b, t, n: existence(both(a, t), n),
    Template.ABSENCE: lambda a, b, t, n: no(existence(both(a, t), n)),
    Template.EXACTLY_ONE: lambda a, b, t, n: both(existence(both(a, t), 1), no(existence(both(a, t), 2))),
    Template.INIT: lambda a, b, t, n: a,
    Template.RESPONDED_EXISTENCE: _responded_existence,
    Template.RESPONSE: _response,
    Template.ALTERNATE_RESPONSE: _alternate_response,
    Template.CHAIN_RESPONSE: _chain_response,
    Template.PRECEDENCE: _precedence,
    Template.ALTERNATE_PRECEDENCE: _alternate_precedence,
    Template.CHAIN_PRECEDENCE: _chain_precedence,
    Template.SUCCESSION: lambda a, b, t, n: both(_response(a, b, t), _precedence(a, b, t)),
    Template.ALTERNATE_SUCCESSION: lambda a, b, t, n: both(
        _alternate_response(a, b, t), _alternate_precedence(a, b, t)
    ),
    Template.CHAIN_SUCCESSION: lambda a, b, t, n: both(_chain_response(a, b, t), _chain_precedence(a, b, t)),
    Template.CO_EXISTENCE: lambda a, b, t, n: both(_responded_existence(a, b, t), _responded_existence(b, a, t)),
    Template.NOT_CO_EXISTENCE: lambda a, b, t, n: each(a, no(anywhere(both(b, t)))),
    Template.NOT_SUCCESSION: lambda a, b, t, n: each(a, no(eventually(both(b, t)))),
    Template.NOT_CHAIN_SUCCESSION: lambda a, b, t, n: each(a, no(following(both(b, t)))),
}
"""The formulas with time: past operators count it from the event that calls for another."""


def _plain_precedence(a: Formula, b: Formula) -> Formula:
    return weak_until(no(b), a)


def _plain_alternate_precedence(a: Formula, b: Formula) -> Formula:
    return both(_plain_precedence(a, b), always(implies(b, following_if_any(weak_until(no(b), a)))))


def _plain_chain_precedence(a: Formula, b: Formula) -> Formula:
    return both(no(b), always(implies(following(b), a)))


def _plain_responded_existence(a: Formula, b: Formula) -> Formula:
    return implies(eventually(a), eventually(b))


UNTIMED: Mapping[Template, Callable[[Formula, Formula, Formula, int], Formula]] = {
    Template.RESPONDED_EXISTENCE: lambda a, b, t, n: _plain_responded_existence(a, b),
    Template.CO_EXISTENCE: lambda a, b, t, n: both(_plain_responded_existence(a, b), _plain_responded_existence(b, a)),
    Template.PRECEDENCE: lambda a, b, t, n: _plain_precedence(a, b),
    Template.ALTERNATE_PRECEDENCE: lambda a, b, t, n: _plain_alternate_precedence(a, b),
    Template.CHAIN_PRECEDENCE: lambda a, b, t, n: _plain_chain_precedence(a, b),
    Template.SUCCESSION: lambda a, b, t, n: both(_response(a, b, t), _plain_precedence(a, b)),
    Template.ALTERNATE_SUCCESSION: lambda a, b, t, n: both(
        _alternate_response(a, b, t), _plain_alternate_precedence(a, b)
    ),
    Template.CHAIN_SUCCESSION: lambda a, b, t, n: both(_chain_response(a, b, t), _plain_chain_precedence(a, b)),
    Template.NOT_CO_EXISTENCE: lambda a, b, t, n: no(both(eventually(a), eventually(b))),
}
"""The formulas of the literature where those with time look different; without a bound they mean the same."""
