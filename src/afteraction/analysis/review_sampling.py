"""Which ended deals are reviewed where there are too many: all above an amount, a share of the rest, drawn by lot.

Each deal has a lot of its own, a number between 0 and 1 made of its id and the seed, and is drawn when it is below the
share (Poisson sampling with permanent random numbers: Ohlsson 1995, in Business Survey Methods, ch. 9). So anyone can
draw again and get the same deals, later deals change nothing for earlier ones, and a larger share keeps those drawn.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

import numpy as np

from afteraction.analysis.arrays import Flags, Floats

_BITS: Final = 53
"""As many as a floating-point number keeps."""


@dataclass(frozen=True)
class SamplingRule:
    """Review every deal of `amount_from` or more, if that is given, and a `share` (above 0, up to 1) of the others.

    Deals without an amount are among the others. `seed` is any text; it is stated wherever the rule is.
    """

    share: float
    seed: str
    amount_from: float | None = None

    def __post_init__(self) -> None:
        problems = []
        if not 0 < self.share <= 1:
            # With nothing of the rest drawn, no weight could make the reviews stand for all deals.
            problems.append(f"found a share of {self.share:g}; expected one above 0 and up to 1")
        if self.amount_from is not None and not np.isfinite(self.amount_from):
            problems.append(f"found an amount of {self.amount_from}; expected a number")
        if not self.seed:
            problems.append("found no seed; expected any text, so that the draw can be repeated")
        if problems:
            raise ValueError("; ".join(problems))

    @property
    def words(self) -> str:
        """The rule as people read it."""
        if self.share == 1:
            return "all deals"
        lots = f"drawn by lot with seed “{self.seed}”"
        if self.amount_from is None:
            return f"{self.share * 100:.4g} % of all deals, {lots}"
        return f"every deal of {self.amount_from:,.0f} or more, and {self.share * 100:.4g} % of the others, {lots}"


@dataclass(frozen=True)
class Drawn:
    """For each deal (n): whether it was drawn, with what chance it was, and its lot."""

    drawn: Flags
    chance: Floats
    lot: Floats

    @property
    def weight(self) -> Floats:
        """How many deals each stands for (n), 0 if it was not drawn (Horvitz & Thompson 1952, JASA 47:663)."""
        return np.where(self.drawn, 1 / self.chance, 0.0)


def draw_sample(deal_ids: Sequence[str], amounts: Floats, rule: SamplingRule) -> Drawn:
    """Draw by the rule from deals with amounts (n) in one currency, NaN where unknown."""
    lots = np.array([lot(deal_id, rule.seed) for deal_id in deal_ids], dtype=np.float64)
    certain = np.zeros(len(lots), dtype=np.bool_) if rule.amount_from is None else amounts >= rule.amount_from
    chance = np.where(certain, 1.0, rule.share)
    return Drawn(lots < chance, chance, lots)


def lot(deal_id: str, seed: str) -> float:
    """The lot of a deal: from 0 to below 1, as good as random, and always the same for one id and seed."""
    # Keyed, so that seed and id cannot run into each other.
    key = blake2b(seed.encode(), digest_size=32).digest()
    digest = blake2b(deal_id.encode(), key=key, digest_size=8).digest()
    return (int.from_bytes(digest, "big") >> (64 - _BITS)) * 2.0**-_BITS
