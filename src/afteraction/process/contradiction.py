"""Rules that cannot be kept together.

An activity is *impossible* when no deal that has it can keep the rules. Impossible are activities that a rule
forbids, those that must come after an impossible one or after each other in a circle, those that call for an
impossible one, and those that call for two things that must not be in the same deal. What is found is a
contradiction; not every contradiction is found (that would take a satisfiability check of the formulas).
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain, combinations, product

from afteraction.process.model import STAGE_ACTIVITY, Constraint, Operand, Template

MOST_RULES = 1_000
"""The search takes time with the square of the rules; where there are more, nothing is searched."""

Activities = frozenset[str]
_Called = dict[Activities, tuple[Activities | None, int | None]]
"""What a deal must have, and for each what calls for it and the rule that says so, where there are such."""

_LATER = frozenset(
    {
        Template.RESPONSE,
        Template.ALTERNATE_RESPONSE,
        Template.CHAIN_RESPONSE,
        Template.SUCCESSION,
        Template.ALTERNATE_SUCCESSION,
        Template.CHAIN_SUCCESSION,
    }
)
_EARLIER = frozenset(
    {
        Template.PRECEDENCE,
        Template.ALTERNATE_PRECEDENCE,
        Template.CHAIN_PRECEDENCE,
        Template.SUCCESSION,
        Template.ALTERNATE_SUCCESSION,
        Template.CHAIN_SUCCESSION,
    }
)
_AT_ANY_TIME = frozenset({Template.RESPONDED_EXISTENCE, Template.CO_EXISTENCE})


@dataclass(frozen=True)
class Contradiction:
    """Rules, by their position, that cannot all be kept.

    `impossible` is what then no deal can have; None when no deal at all can keep the rules. With `stages` the rules
    can be kept, though not by a deal that enters both.
    """

    rules: tuple[int, ...]
    impossible: Operand | None = None
    stages: tuple[str, ...] = ()


def contradictions(rules: Sequence[Constraint]) -> list[Contradiction]:
    """The contradictions among rules; of those that follow from each other, the smallest."""
    if len(rules) > MOST_RULES:
        return []
    demands = [demand for number, rule in enumerate(rules) for demand in _demands(number, rule)]
    search = _Search(rules, demands)
    search.run()
    found = [*search.forced(), *search.impossible(), *search.between_stages()]
    smallest: list[Contradiction] = []
    for each in sorted(found, key=lambda contradiction: len(contradiction.rules)):
        if not any(set(other.rules) <= set(each.rules) for other in smallest):
            smallest.append(each)
    return smallest


@dataclass(frozen=True)
class _Demand:
    """A deal with an event of `trigger` must have one of `needed`: earlier, later, or at any time."""

    trigger: Activities
    needed: Activities
    when: str
    rule: int


def _demands(number: int, rule: Constraint) -> Iterator[_Demand]:
    """What a rule calls for. An event that is of both operands may answer its own call."""
    if rule.second is None or rule.deadline:
        return
    first, second = frozenset(rule.first.activities), frozenset(rule.second.activities)
    if rule.template in _LATER:
        yield _Demand(first - second, second, "later", number)
    if rule.template in _EARLIER:
        yield _Demand(second - first, first, "earlier", number)
    if rule.template in _AT_ANY_TIME:
        yield _Demand(first - second, second, "any", number)
    if rule.template is Template.CO_EXISTENCE:
        yield _Demand(second - first, first, "any", number)


class _Search:
    """Finds what is impossible, and for each impossible activity the rules that make it so."""

    def __init__(self, rules: Sequence[Constraint], demands: Sequence[_Demand]) -> None:
        self.rules = rules
        self.demands = demands
        self.operands = list(dict.fromkeys(operand for rule in rules for operand in rule.operands))
        self.because: dict[str, frozenset[int]] = {}
        self.separations = [
            (number, frozenset(rule.first.activities), frozenset(rule.second.activities))
            for number, rule in enumerate(rules)
            if rule.template is Template.NOT_CO_EXISTENCE and rule.within is None and rule.second
        ]
        self._by_trigger: dict[str, list[_Demand]] = defaultdict(list)
        for demand in demands:
            for activity in demand.trigger:
                self._by_trigger[activity].append(demand)

    def run(self) -> None:
        """Collect the impossible activities until there are no more."""
        for number, rule in enumerate(self.rules):
            if _forbids(rule):
                self.because |= {activity: frozenset({number}) for activity in rule.first.activities}
        self._note_denied_answers()
        self._note_company()
        known = -1
        while known != len(self.because):
            known = len(self.because)
            self._note_circles()
            self._note_unanswered()

    def _note_denied_answers(self) -> None:
        """response(a, b) with not_succession(a, b), and precedence(a, b) with it."""
        denials = [
            (number, frozenset(rule.first.activities), frozenset(rule.second.activities))
            for number, rule in enumerate(self.rules)
            if rule.template is Template.NOT_SUCCESSION and rule.within is None and rule.second
        ]
        for demand, (number, first, second) in product(self.demands, denials):
            denied: Activities = frozenset()
            if demand.when == "later" and demand.needed <= second:
                denied = demand.trigger & first
            elif demand.when == "earlier" and demand.needed <= first:
                denied = demand.trigger & second
            for activity in denied:
                self.because.setdefault(activity, frozenset({demand.rule, number}))

    def _note_company(self) -> None:
        """What calls for two things that must not be in one deal."""
        activities = dict.fromkeys(chain.from_iterable(operand.activities for operand in self.operands))
        for activity in activities if self.separations else ():
            if rules := self._conflict(self._called_for({frozenset({activity}): None})):
                self.because.setdefault(activity, rules)

    def _note_circles(self) -> None:
        """What can never come first: the rest of the least set of activities that have all they must follow."""
        waiting = {activity for activity in self._by_trigger if activity not in self.because}
        blocking: dict[str, _Demand] = {}
        moved = True
        while moved:
            blocking = {activity: demand for activity in waiting if (demand := self._blocking(activity, waiting))}
            moved = len(blocking) < len(waiting)
            waiting = set(blocking)
        for activity in blocking:
            self.because[activity] = self._circle(activity, blocking)

    def _blocking(self, activity: str, waiting: set[str]) -> _Demand | None:
        for demand in self._by_trigger[activity]:
            if demand.when == "earlier" and all(each in waiting or each in self.because for each in demand.needed):
                return demand
        return None

    def _circle(self, activity: str, blocking: dict[str, _Demand]) -> frozenset[int]:
        rules: set[int] = set()
        seen, ahead = {activity}, [activity]
        while ahead:
            demand = blocking[ahead.pop()]
            rules.add(demand.rule)
            for each in demand.needed - seen:
                seen.add(each)
                if each in blocking:
                    ahead.append(each)
                else:
                    rules |= self.because[each]
        return frozenset(rules)

    def _note_unanswered(self) -> None:
        """What calls for something impossible."""
        for demand in self.demands:
            if demand.needed <= self.because.keys():
                rules = frozenset({demand.rule}).union(*(self.because[each] for each in demand.needed))
                for activity in demand.trigger:
                    self.because.setdefault(activity, rules)

    def _called_for(self, start: Mapping[Activities, int | None]) -> _Called:
        """Everything that a deal must have that has an event of each of `start`, which a rule may call for."""
        called: _Called = {activities: (None, rule) for activities, rule in start.items()}
        ahead = list(called)
        while ahead:
            present = ahead.pop()
            for demand in self._by_trigger[next(iter(present))]:
                if present <= demand.trigger and demand.needed not in called:
                    called[demand.needed] = (present, demand.rule)
                    ahead.append(demand.needed)
        return called

    def _conflict(self, called: _Called) -> frozenset[int] | None:
        """The rules that call for two things of which a rule says that they must not be in one deal."""
        for number, first, second in self.separations:
            one = next((each for each in called if each <= first), None)
            other = next((each for each in called if each <= second), None)
            if one is not None and other is not None:
                return frozenset({number, *_trail(one, called), *_trail(other, called)})
        return None

    def forced(self) -> Iterator[Contradiction]:
        """What no deal can keep: it must hold something that is impossible, too often, or beside something else."""
        must = {number: rule for number, rule in enumerate(self.rules) if rule.template in _MUST}
        activities = {frozenset(rule.first.activities): number for number, rule in must.items()}
        for each, number in activities.items():
            if each <= self.because.keys():
                yield _contradiction({number}.union(*(self.because[activity] for activity in each)))
        if conflict := self._conflict(self._called_for(activities)):
            yield _contradiction(conflict)
        for (number, rule), (limit_number, limit) in product(must.items(), enumerate(self.rules)):
            if _exceeds(rule, limit):
                yield _contradiction({number, limit_number})
        starts = [(number, rule) for number, rule in must.items() if rule.template is Template.INIT]
        for (number, rule), (other_number, other) in combinations(starts, 2):
            if not set(rule.first.activities) & set(other.first.activities):
                yield _contradiction({number, other_number})

    def impossible(self) -> Iterator[Contradiction]:
        """What no deal can have, except where a rule says just that."""
        for operand in self.operands:
            if all(activity in self.because for activity in operand.activities):
                rules = frozenset[int]().union(*(self.because[activity] for activity in operand.activities))
                if not all(_forbids(self.rules[number]) for number in rules):
                    yield _contradiction(rules, impossible=operand)

    def between_stages(self) -> Iterator[Contradiction]:
        """What two stages call for, and a rule keeps apart."""
        stages = [operand.activities[0] for operand in self.operands if _is_stage(operand)]
        for pair in combinations(stages, 2) if self.separations else ():
            rules = self._conflict(self._called_for({frozenset({stage}): None for stage in pair}))
            if rules and len(rules) > 1 and not self.because.keys() & pair:
                names = tuple(stage.removeprefix(STAGE_ACTIVITY) for stage in pair)
                yield _contradiction(rules, stages=names)


_MUST = frozenset({Template.EXISTENCE, Template.EXACTLY_ONE, Template.INIT})


def _contradiction(
    rules: frozenset[int] | set[int], impossible: Operand | None = None, stages: tuple[str, ...] = ()
) -> Contradiction:
    return Contradiction(tuple(sorted(rules)), impossible, stages)


def _trail(activities: Activities | None, called: _Called) -> Iterator[int]:
    """The rules by which something is called for."""
    while activities is not None:
        activities, rule = called[activities]
        if rule is not None:
            yield rule


def _is_stage(operand: Operand) -> bool:
    return len(operand.activities) == 1 and operand.activities[0].startswith(STAGE_ACTIVITY)


def _forbids(rule: Constraint) -> bool:
    return rule.template is Template.ABSENCE and rule.count == 1 and rule.within is None


def _exceeds(rule: Constraint, limit: Constraint) -> bool:
    """Whether `rule` calls for more events of some kind than `limit` allows, in a time that `limit` covers."""
    if limit.template not in {Template.ABSENCE, Template.EXACTLY_ONE} or rule is limit:
        return False
    least = rule.count if rule.template is Template.EXISTENCE else 1
    most = limit.count - 1 if limit.template is Template.ABSENCE else 1
    time = timedelta() if rule.template is Template.INIT else rule.within or timedelta.max
    covered = set(rule.first.activities) <= set(limit.first.activities) and time <= (limit.within or timedelta.max)
    return covered and least > most
