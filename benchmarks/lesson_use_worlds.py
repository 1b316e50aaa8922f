"""One lesson on the deals of an organisation whose truth is known: what using it does to the chance of winning.

Made to mislead whoever counts plainly. Reps use the lesson rather on deals that stand well; some reps use it more and
win more anyhow; and who waits to use it can only do so on a deal that lasts.
"""

from dataclasses import dataclass

import numpy as np

from afteraction.analysis.arrays import Floats
from afteraction.analysis.lesson_evidence import LEANING, Shown


@dataclass(frozen=True)
class LessonWorld:
    """What holds in the organisation: rates are shares, times are days.

    `effect` is added to the chance of winning of a deal on which the lesson is used. `used` is about the share of deals
    on which it is; `choice` how much likelier it is used where the chance is good and by better reps, in logits per
    standard deviation. Each rep has ended so many deals `before`. Deals on which it is shown come `a_week`.
    """

    effect: float
    won: float = 0.3
    used: float = 0.4
    choice: float = 0.7
    spread: float = 0.8
    reps: int = 40
    skill: float = 0.35
    before: int = 60
    a_week: float = 12.0
    lasts: float = 40.0
    waits: float = 3.0


@dataclass(frozen=True)
class Uses:
    """n deals in the order in which the lesson was shown: the same as `Shown`, up to the end of time."""

    shown: Shown

    def until(self, day: float) -> Shown:
        """What is known of it on a day."""
        all_ = self.shown
        there = all_.shown <= day
        used, closed = all_.used[there], all_.closed[there]
        ended = closed <= day
        return Shown(
            shown=all_.shown[there],
            used=np.where(used <= day, used, np.nan),
            closed=np.where(ended, closed, np.nan),
            won=all_.won[there] & ended,
            known=all_.known[there],
            owner=all_.owner[there],
            end=day,
        )


def simulate_uses(world: LessonWorld, deals: int, rng: np.random.Generator) -> Uses:
    """So many deals on which the lesson is shown."""
    shown = np.cumsum(rng.exponential(7 / world.a_week, deals))
    owner = rng.integers(world.reps, size=deals).astype(np.int32)
    of_rep, standing = rng.normal(size=world.reps), rng.normal(size=deals)
    skill = of_rep[owner]
    base = np.log(world.won / (1 - world.won))
    chance = _expit(base + world.spread * standing + world.skill * skill)
    wants = rng.random(deals) < _expit(np.log(world.used / (1 - world.used)) + world.choice * (standing + 0.5 * skill))
    lasts, waits = rng.exponential(world.lasts, deals), rng.exponential(world.waits, deals)
    used = wants & (waits < lasts)
    won = rng.random(deals) < np.clip(chance + world.effect * used, 0.0, 1.0)
    age = rng.exponential(30.0, deals)
    return Uses(
        Shown(
            shown=shown,
            used=np.where(used, shown + waits, np.nan),
            closed=shown + lasts,
            won=won,
            known=np.column_stack(
                [base + world.spread * standing, _record(world, of_rep, base, rng)[owner], np.log1p(age) / 2]
            ),
            owner=owner,
            end=float(shown[-1] + 1000.0),
        )
    )


def _record(world: LessonWorld, skill: Floats, base: float, rng: np.random.Generator) -> Floats:
    """How each deal's rep had done before, as far as their earlier deals tell: logits of a share leant on the mean.

    The chance of the deal, as it is on record, does not know how good its rep is.
    """
    of_rep = rng.binomial(world.before, _expit(base + world.skill * skill))
    share = (of_rep + LEANING * world.won) / (world.before + LEANING)
    return np.asarray(np.log(share / (1 - share)))


def _expit(x: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-x)))
