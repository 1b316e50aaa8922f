"""What a trial says at a look: the protocol and the deals in, the effect, the guardrails and the rule's decision out.

The primary measure has the whole alpha, over all looks. Each guardrail holds by itself at the same level: together they
may stop a trial for harm by chance more often, never make it adopted, and to miss harm is the worse error of the two.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from afteraction.analysis.arrays import Floats
from afteraction.analysis.confidence_sequence import Boundary, OpenEnded, UntilPlanned
from afteraction.analysis.sample_ratio import ALARM, sample_ratio
from afteraction.analysis.stopping_rule import Decided, Guardrail, StoppingRule, decide, predictive_power
from afteraction.analysis.trial_estimate import Found, Seen, adjustable, found_in, see
from afteraction.analysis.trial_measures import Outcome, TrialDeals, measured
from afteraction.analysis.trial_plan import TrialPlan
from afteraction.errors import NotEnoughData

PRIMARY: Final = "primary"
_EARLIEST: Final = 0.1
"""Share of the planned time before which nothing is said of how much will be known at the end."""


@dataclass(frozen=True)
class PastLook:
    """What is kept of a look: what it saw of each measure (`PRIMARY`, and each guardrail's name), and how."""

    seen: Mapping[str, Seen]
    by_chance: bool


@dataclass(frozen=True)
class ArmCount:
    """Deals of an arm: `assigned`, `counting` of them, their mean (a share, or days), and units that they are of."""

    assigned: int
    counting: int
    mean: float | None
    units: int


@dataclass(frozen=True)
class Ratio:
    """Whether arms are as large as they should be. `what`: deals, or deals of each unit."""

    what: str
    p_value: float
    in_doubt: bool


@dataclass(frozen=True)
class GuardFound:
    """A guardrail at a look: its interval at the same level as the primary's, or why there is none."""

    name: str
    worst: float
    share: bool
    found: Found | NotEnoughData

    @property
    def hurt(self) -> bool:
        """Worse than allowed, beyond chance."""
        return isinstance(self.found, Found) and self.found.interval.high < -self.worst

    @property
    def kept(self) -> bool:
        """Surely not worse than allowed."""
        return isinstance(self.found, Found) and self.found.interval.low > -self.worst


@dataclass(frozen=True)
class Prospect:
    """Whether it can still be answered: the share of the planned information expected at the end, and the chance that
    a benefit is shown by then, as things are."""

    information: float
    power: float


@dataclass(frozen=True)
class TrialResult:
    """A look. `decided` is what the rule says; NotEnoughData before it can say anything. `over`: the time has passed.

    `fraction` is the share of the planned time in which deals come to count, `information` that of what was planned to
    be known. `past` is what later looks need of this one.
    """

    found: Found | NotEnoughData
    arms: tuple[ArmCount, ArmCount]
    guards: tuple[GuardFound, ...]
    ratio: Ratio | NotEnoughData
    decided: Decided | NotEnoughData
    prospect: Prospect | NotEnoughData
    fraction: float
    information: float
    over: bool
    past: PastLook


def trial_result(
    plan: TrialPlan, deals: TrialDeals, now: float, past: Sequence[PastLook] = (), *, extended: bool = False
) -> TrialResult:
    """What the deals say on day `now` of the trial, after the looks that came before it, in the order of time.

    `extended`: the trial was extended by the locked rule. Looks may come late, seldom or often.
    """
    by_chance = past[0].by_chance if past else adjustable(plan, deals)
    most = {PRIMARY: plan.rule.information}
    seen = {
        name: see(plan, outcome, deals, now, by_chance=by_chance, most=most.get(name, math.inf))
        for name, outcome in _all(plan)
    }
    here = PastLook(seen, by_chance)
    looks = [*past, here]
    found = _found(plan, PRIMARY, plan.primary, looks, UntilPlanned(plan.rule.information, plan.alpha))
    guards = tuple(
        GuardFound(
            guard.name,
            guard.worst,
            guard.outcome.share,
            _found(plan, guard.name, guard.outcome, looks, OpenEnded(_most(plan, guard.outcome), plan.alpha)),
        )
        for guard in plan.guards
    )
    planned = plan.rule.information * plan.rule.planned
    return TrialResult(
        found,
        _arms(plan, deals, now),
        guards,
        _ratio(plan, deals),
        _decided(plan, found, guards, now, whole=seen[PRIMARY].whole, extended=extended),
        _prospect(plan, found, now),
        plan.fraction(now, plan.primary) / plan.rule.planned,
        found.look.information / planned if isinstance(found, Found) else 0.0,
        _over(plan, now, extended=extended),
        here,
    )


def _over(plan: TrialPlan, now: float, *, extended: bool) -> bool:
    """Whether the deals of the last day have had their time, an extension that was decided included."""
    days = plan.assign_days + (plan.extend_days if extended else 0.0)
    return now - plan.primary.horizon >= days - 1e-9


def _all(plan: TrialPlan) -> list[tuple[str, Outcome]]:
    return [(PRIMARY, plan.primary), *((guard.name, guard.outcome) for guard in plan.guards)]


def _found(
    plan: TrialPlan, name: str, outcome: Outcome, looks: Sequence[PastLook], boundary: Boundary
) -> Found | NotEnoughData:
    return found_in(plan, outcome, [look.seen[name] for look in looks if name in look.seen], boundary, plan.alpha)


def _most(plan: TrialPlan, guard: Outcome) -> float:
    """The information about a guardrail when the primary has all of its own, as if both were spread alike.

    It only says where the guardrail's sequence is narrowest; it holds whatever this is.
    """
    return plan.rule.information * (plan.primary.scale / guard.scale) ** 2


def _arms(plan: TrialPlan, deals: TrialDeals, now: float) -> tuple[ArmCount, ArmCount]:
    """The old way, then the new."""
    found = measured(plan.primary, deals, now)
    counts = []
    for side in (~deals.new, deals.new):
        values = found.value[side & found.counts]
        mean = float(np.abs(values.mean())) if len(values) else None
        units = len(np.unique(deals.unit[side])) if plan.units else 0
        counts.append(ArmCount(int(side.sum()), len(values), mean, units))
    return counts[0], counts[1]


def _decided(
    plan: TrialPlan,
    found: Found | NotEnoughData,
    guards: Sequence[GuardFound],
    now: float,
    *,
    whole: bool,
    extended: bool,
) -> Decided | NotEnoughData:
    """What the rule says. Where the planned time is over the trial ends, however little is known by then.

    Before it was extended it may be, where the protocol allows; so the rule is asked as at the planned share then.
    `whole`: all is known that was planned to be, so it is over too.
    """
    if isinstance(found, NotEnoughData):
        return found
    rule, over = _rule(plan, found, now), whole or _over(plan, now, extended=extended)
    if extended:
        rule = replace(rule, planned=1.0)
    elif over and plan.extend_days and not whole:
        rule = replace(rule, planned=min(rule.planned, found.look.information / rule.information))
        over = _over(plan, now, extended=True)
    known = [Guardrail(each.name, each.found.interval, each.worst) for each in guards if isinstance(each.found, Found)]
    return decide(rule, found.look, found.interval, known, over=over)


def _rule(plan: TrialPlan, found: Found, now: float) -> StoppingRule:
    """The locked rule, as it reads the information of a look.

    Where the draw is tested, alpha is spent by the calendar, and errors of few units are known badly: one that is small
    by chance would end a trial long before its alpha is spent. So the end has the information of this look over the
    share of the planned time, whatever was planned.
    """
    fraction = plan.fraction(now, plan.primary)
    if plan.method != "randomisation" or fraction <= 0:
        return plan.rule
    return replace(plan.rule, information=found.look.information / fraction)


def _prospect(plan: TrialPlan, found: Found | NotEnoughData, now: float) -> Prospect | NotEnoughData:
    """What the end will bring, were deals to come as they have so far."""
    fraction = plan.fraction(now, plan.primary)
    if isinstance(found, NotEnoughData):
        return found
    if fraction < _EARLIEST:
        return NotEnoughData(f"{fraction:.0%} of the planned time has passed", f"at least {_EARLIEST:.0%} of it")
    until = min(found.look.information / fraction / plan.rule.information, 1.0)
    rule = _rule(plan, found, now)
    power = predictive_power(found.look, rule, until if rule is plan.rule else 1.0)
    return Prospect(until / plan.rule.planned, power)


def _ratio(plan: TrialPlan, deals: TrialDeals) -> Ratio | NotEnoughData:
    """Whether as many deals came into each arm as should; of units whether the way they go changes how many come.

    Of units the test is that of what else might have been drawn, as arms are not of equal size by chance alone.
    """
    if plan.design == "deals":
        counted = sample_ratio([int(np.sum(~deals.new)), int(np.sum(deals.new))], [0.5, 0.5])
        if isinstance(counted, NotEnoughData):
            return counted
        return Ratio("deals", counted.at_any_time, counted.in_doubt)
    p_value = _unevenness(plan, deals)
    return p_value if isinstance(p_value, NotEnoughData) else Ratio("deals of each unit", p_value, p_value < ALARM)


def _unevenness(plan: TrialPlan, deals: TrialDeals) -> float | NotEnoughData:
    """The share of what might have been drawn in which arms differ as much in how many deals came."""
    count = np.zeros(plan.way.shape)
    np.add.at(count, (deals.unit, np.minimum(deals.period, plan.way.shape[1] - 1)), 1.0)
    begun = np.flatnonzero(count.sum(axis=0) > 0)
    if not len(begun) or (plan.design == "steps" and begun[-1] == 0):
        return NotEnoughData("no deal has come in yet", "deals in both arms")
    gap = _gap(plan, count, int(begun[-1]) + 1)
    return float(np.mean(np.abs(gap) >= abs(gap[0]) - 1e-9))


def _gap(plan: TrialPlan, count: Floats, periods: int) -> Floats:
    """Of each draw: deals of the new way less those of the old, unit by unit."""
    if plan.design == "units":
        sizes = np.array(count[:, 0])
        for stratum in np.unique(plan.stratum):
            rows = plan.stratum == stratum
            sizes[rows] -= sizes[rows].mean()
        return np.asarray(plan.drawn, dtype=np.float64) @ sizes
    if plan.design == "turns":
        runs = periods // 2
        whole = plan.way.shape[1] // 2
        turned = np.asarray(plan.drawn, dtype=np.float64).reshape(len(plan.drawn), plan.units, whole)[:, :, :runs]
        side = np.where(plan.way[:, 0 : 2 * runs : 2], 1.0, -1.0)
        apart = side * (count[:, 0 : 2 * runs : 2] - count[:, 1 : 2 * runs : 2])
        return np.asarray((turned * apart).sum(axis=(1, 2)))
    apart = count[:, :periods] - count[:, :periods].mean(axis=0)
    apart = apart - apart.mean(axis=1, keepdims=True)
    after = np.asarray(plan.drawn, dtype=np.int64)[:, :, np.newaxis] <= np.arange(periods)
    return np.asarray((after * apart).sum(axis=(1, 2)))


CANNOT_TELL: Final = "cannot tell"


def rule_says(result: TrialResult) -> str:
    """The rule's word at a look: a `Decision`; CANNOT_TELL at an end with too little known; empty before that."""
    if isinstance(result.decided, Decided):
        return result.decided.decision.value
    return CANNOT_TELL if result.over else ""
