"""What one arm differs by from the other, of independent units: shares, means, and means adjusted for what was known.

Each gives a `Look`, from which `confidence_sequence.sequence` makes intervals that may be looked at daily. Units must
be those that count (`late_outcomes.matured`), never whatever has ended so far.
"""

from typing import Final

import numpy as np

from afteraction.analysis.arrays import Flags, Floats
from afteraction.analysis.confidence_sequence import Look
from afteraction.errors import NotEnoughData

FEWEST: Final = 10
"""Units of an arm (of a share: with, and without) below which no normal law describes what chance does."""


def of_shares(won: Flags, treated: Flags) -> Look | NotEnoughData:
    """New less old share; n units. Variance p q / n of each arm."""
    counts = [int(np.sum(won[side] == kind)) for side in (treated, ~treated) for kind in (True, False)]
    if min(counts) < FEWEST:
        return NotEnoughData(
            f"one of the arms has {min(counts)} unit{'s' * (min(counts) != 1)} with, or without, what is counted",
            f"at least {FEWEST} of each in each arm",
        )
    (won_new, not_new, won_old, not_old) = counts
    n_new, n_old = won_new + not_new, won_old + not_old
    variance = won_new * not_new / n_new**3 + won_old * not_old / n_old**3
    return Look(won_new / n_new - won_old / n_old, float(np.sqrt(variance)))


def of_means(y: Floats, treated: Flags) -> Look | NotEnoughData:
    """New less old mean of n units, with the degrees of freedom of Welch (1947)."""
    new, old = y[treated], y[~treated]
    refused = _too_few(len(new), len(old))
    if refused:
        return refused
    own = [float(np.var(side, ddof=1)) / len(side) for side in (new, old)]
    if sum(own) <= 0:
        return NotEnoughData("nothing differs between the units of an arm", "units that differ")
    freedom = sum(own) ** 2 / (own[0] ** 2 / (len(new) - 1) + own[1] ** 2 / (len(old) - 1))
    return Look(float(new.mean() - old.mean()), float(np.sqrt(sum(own))), freedom)


def adjusted(y: Floats, treated: Flags, before: Floats) -> Look | NotEnoughData:
    """New less old mean of n units, adjusted for `before` (n × q), all known before assignment.

    Ordinary least squares of y on the arm, `before` centred, and their products (Lin 2013, Ann. Appl. Stat. 7:295,
    eq. 2), with the standard error HC2 (MacKinnon & White 1985). It needs no model to be right and is never less
    precise in large samples; with the pre-period probability of winning it is CUPED (Deng et al. 2013) arm by arm.
    """
    n, q = before.shape
    refused = _too_few(int(treated.sum()), int(np.sum(~treated)), FEWEST + q)
    if refused:
        return refused
    centred = before - before.mean(axis=0)
    x = np.column_stack([np.ones(n), treated, centred, centred * treated[:, None]])
    if np.linalg.matrix_rank(x) < x.shape[1]:
        return NotEnoughData("what was known before is the same for all units of an arm", "covariates that differ")
    inverse = np.linalg.inv(x.T @ x)
    slope = inverse @ (x.T @ y)
    projected = x @ inverse
    leverage = np.einsum("ij,ij->i", projected, x)
    residual = y - x @ slope
    free = leverage < 1 - 1e-9  # a unit that is fitted exactly has nothing left over
    scaled = projected[free, 1] ** 2 * residual[free] ** 2 / (1 - leverage[free])
    error = float(np.sqrt(scaled.sum()))
    if error <= 0:
        return NotEnoughData("nothing is left to chance between the units", "units that differ")
    return Look(float(slope[1]), error, float(n - x.shape[1]))


def _too_few(new: int, old: int, fewest: int = FEWEST) -> NotEnoughData | None:
    if min(new, old) >= fewest:
        return None
    return NotEnoughData(f"{new} units in the new arm and {old} in the old", f"at least {fewest} in each")
