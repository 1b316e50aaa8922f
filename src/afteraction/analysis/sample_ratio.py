"""Whether as many units came into each arm as the protocol says: where not, something chose, and no result holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import scipy
from scipy.special import gammaln

from afteraction.errors import NotEnoughData

ALARM: Final = 0.001
"""The p-value below which a trial is in doubt (Fabijan et al. 2019, KDD); a daily look uses `at_any_time`."""
FEWEST_EXPECTED: Final = 5.0
"""Expected units in an arm below which the chi-squared law does not hold (Cochran 1954)."""
_LARGEST_EXACT: Final = 100_000
_PULL: Final = 100.0


@dataclass(frozen=True)
class SampleRatio:
    """Counts beside what was expected. `p_value` is of this look alone, `at_any_time` holds for looking daily."""

    counts: tuple[int, ...]
    expected: tuple[float, ...]
    p_value: float
    at_any_time: float

    @property
    def in_doubt(self) -> bool:
        return self.at_any_time < ALARM


def sample_ratio(counts: Sequence[int], shares: Sequence[float]) -> SampleRatio | NotEnoughData:
    """Whether the counts of k arms fit the planned `shares`, for units that were drawn independently.

    Two arms: the exact binomial test. More: Pearson's chi-squared, refused where fewer than FEWEST_EXPECTED are
    expected in an arm. At any time: one over the Bayes factor of shares from a Dirichlet law around the planned ones
    (Lindon & Malek 2022, NeurIPS, eq. 5), exact at all sizes by Ville's inequality; its looks must be the same
    sequence of units growing, the largest alarm counts.
    Raises ValueError for shares that are not above 0 and add up to 1, or other lengths.
    """
    planned, seen = np.asarray(shares, dtype=np.float64), np.asarray(counts, dtype=np.float64)
    if planned.shape != seen.shape or planned.min() <= 0 or abs(planned.sum() - 1) > 1e-9:
        raise ValueError(f"found shares {list(shares)} for {len(counts)} arms; expected one each, above 0, together 1")
    n = int(seen.sum())
    expected = n * planned
    exact = len(seen) == 2 and n <= _LARGEST_EXACT
    if n == 0 or (not exact and expected.min() < FEWEST_EXPECTED):
        return NotEnoughData(
            f"{expected.min():.1f} units are expected in the smallest arm", f"at least {FEWEST_EXPECTED:g} in each"
        )
    p_value = (
        float(scipy.stats.binomtest(int(seen[0]), n, float(planned[0])).pvalue)
        if exact
        else float(scipy.stats.chi2.sf(np.sum((seen - expected) ** 2 / expected), len(seen) - 1))
    )
    prior = _PULL * planned
    log_factor = float(
        gammaln(_PULL) - gammaln(_PULL + n) + np.sum(gammaln(prior + seen) - gammaln(prior) - seen * np.log(planned))
    )
    return SampleRatio(
        tuple(int(each) for each in seen),
        tuple(float(each) for each in expected),
        p_value,
        float(np.exp(min(-log_factor, 0.0))),
    )
