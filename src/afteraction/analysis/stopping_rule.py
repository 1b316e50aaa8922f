"""What the locked rule says at a look: go on, stop for harm, benefit or futility, adopt, reject or extend.

Nothing is decided by hand: the same rule and the same look give the same decision. Stopping for futility lowers
neither what harm nor what benefit needs, so it cannot raise false positives (non-binding; Jennison & Turnbull 2000,
ch. 10).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from afteraction.analysis.confidence_sequence import ALPHA, Interval, Look, level
from afteraction.analysis.experiment_power import crossing

_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(41)
_TOTAL: Final = float(_WEIGHTS.sum())


class Decision(StrEnum):
    GO_ON = "go on"
    HARM = "stop for harm"
    BENEFIT = "stop for benefit"
    FUTILITY = "stop for futility"
    ADOPT = "adopt"
    REJECT = "reject"
    EXTEND = "extend"


@dataclass(frozen=True)
class StoppingRule:
    """As locked in the protocol, effects being new less old, the better the larger.

    `information` is the most there may be, any extension included; the trial ends at the share `planned` of it, and is
    extended to all of it where predictive power is still `hopeful`. Benefit stops once the whole interval is above
    `benefit`, harm once it is below `harm`. From the share `earliest` on, futility stops where predictive power is
    below `futile` (None: never).
    """

    information: float
    benefit: float = 0.0
    harm: float = 0.0
    futile: float | None = 0.02
    earliest: float = 0.25
    planned: float = 1.0
    hopeful: float = 0.5
    alpha: float = ALPHA


@dataclass(frozen=True)
class Guardrail:
    """A measure that must not get worse by more than `worst` (above 0), with its interval at this look."""

    name: str
    interval: Interval
    worst: float


@dataclass(frozen=True)
class Decided:
    """The decision with its reason in words; `predictive_power` of ending above `benefit`, as things are."""

    decision: Decision
    reason: str
    predictive_power: float


def decide(
    rule: StoppingRule, look: Look, interval: Interval, guardrails: Sequence[Guardrail] = (), *, over: bool = False
) -> Decided:
    """What the rule says of a look and the sequence's interval at it; `over` once the planned time has passed."""
    chance = predictive_power(look, rule)
    fraction = look.information / rule.information
    hurt = [each for each in guardrails if each.interval.high < -each.worst]
    if hurt:
        worse = ", ".join(f"{each.name} by more than {each.worst:g}" for each in hurt)
        return Decided(Decision.HARM, f"it is worse in {worse}, beyond chance", chance)
    if interval.high < rule.harm:
        return Decided(Decision.HARM, f"the whole interval is below {_level(rule.harm)}", chance)
    ended = over or interval.past_plan or fraction >= rule.planned * (1 - 1e-9)
    if interval.low > rule.benefit:
        reason = f"the whole interval is above {_level(rule.benefit)}"
        return Decided(Decision.ADOPT if ended else Decision.BENEFIT, reason, chance)
    if ended:
        # The planned information is only short of the most there may be where the protocol allows to extend.
        if not over and not interval.past_plan and fraction < 1 - 1e-9 and chance >= rule.hopeful:
            return Decided(Decision.EXTEND, f"going on has {chance:.0%} to show a benefit", chance)
        return Decided(
            Decision.REJECT, f"at the planned end the interval is not all above {_level(rule.benefit)}", chance
        )
    if rule.futile is not None and fraction >= rule.earliest and chance < rule.futile:
        return Decided(Decision.FUTILITY, f"going on has {chance:.0%} to show a benefit", chance)
    return Decided(Decision.GO_ON, "nothing is decided yet", chance)


def _level(value: float) -> str:
    """A bound in words, in whatever the effect is measured in."""
    return f"{value:+g}" if value else "no difference"


def conditional_power(look: Look, rule: StoppingRule, effect: float, until: float = 1.0) -> float:
    """How likely the sequence's lower limit gets above `rule.benefit` from here to the end, were that the true effect.

    `until`: the share of the rule's information that there will be at the end, where less than all is expected.
    B(t) = (estimate - benefit) I / √I_max at t = I / I_max, drift (effect - benefit) √I_max, level c (Jennison &
    Turnbull 2000, sec. 10.2; a level boundary for all of the rest, Siegmund 1985, eq. 3.15).
    """
    root = math.sqrt(rule.information)
    time = min(look.information / rule.information, 1.0)
    here = (look.value - rule.benefit) * look.information / root
    return crossing(level(rule.alpha) - here, (effect - rule.benefit) * root, until - time)


def predictive_power(look: Look, rule: StoppingRule, until: float = 1.0) -> float:
    """Conditional power over what the effect may be, given this look: a normal law about it. `until` as there.

    Spiegelhalter, Freedman & Blackburn (1986, Control. Clin. Trials 7:8); by Gauss-Hermite quadrature.
    """
    spread = 1 / math.sqrt(look.information)
    powers = [conditional_power(look, rule, look.value + float(node) * spread, until) for node in _NODES]
    return float(np.dot(_WEIGHTS, powers)) / _TOTAL
