"""Voices, buyers and people whose truth is known."""

import numpy as np
from scipy.special import expit

from afteraction.simulate.arrays import Flags, Floats


def two_voices(rng: np.random.Generator, deals: int, owners: int = 1) -> tuple[list[list[float]], list[str]]:
    """Two voices who guess in four of ten cases; with owners, one half of these never guess and the other mostly do."""
    owner = rng.integers(0, owners, deals)
    truth = rng.random(deals) < 0.4
    hears = np.where(owner % 2 == 1, 1.0, 0.6 if owners == 1 else 0.2)
    heard = np.where(rng.random((deals, 2)) < hears[:, None], truth[:, None], rng.random((deals, 2)) < 0.4)
    return heard.astype(float).tolist(), [f"owner {each}" for each in owner]


NAMED_MORE = (1 - (1 - 0.3 * 0.9) * 0.7) - 0.3 * 0.6
"""How much more often the first voice of `who_says_price` says so."""


def who_says_price(rng: np.random.Generator, deals: int) -> tuple[Flags, Flags]:
    """Both hear whether it was the price; the first also says so in three of ten deals in which it was not."""
    true = rng.random(deals) < 0.3
    return (true & (rng.random(deals) < 0.9)) | (rng.random(deals) < 0.3), true & (rng.random(deals) < 0.6)


def invited_buyers(
    rng: np.random.Generator, deals: int
) -> tuple[Flags, Flags, dict[str, list[str]], dict[str, Floats]]:
    """Who says price, who answers, and what the record knows: price is said of lost deals, whose buyers keep silent."""
    lost, large = rng.random(deals) < 0.6, rng.normal(size=deals)
    price = rng.random(deals) < expit(-1.5 + 2 * lost + 0.5 * large)
    answered = rng.random(deals) < expit(0.2 - 1.6 * lost - 0.4 * large)
    return price, answered, {"outcome": np.where(lost, "lost", "won").tolist()}, {"log amount": large}


def person(
    rng: np.random.Generator, deals: int, bold: float = 0.0, noise: float = 0.5
) -> tuple[Floats, Flags, np.ndarray]:
    """Stated chances, how the deals ended, and the number of the deal; one to many statements on each."""
    logits = rng.normal(-0.6, 1.0, deals)
    won = rng.random(deals) < expit(logits)
    deal = np.repeat(np.arange(deals), 1 + rng.poisson(2, deals))
    said = logits[deal] + bold + rng.normal(0, noise, deals)[deal] + rng.normal(0, 0.3, len(deal))
    return np.round(expit(said), 2), won[deal], deal
