"""Deals that are compared where there are more of them than are needed."""

import numpy as np
import pytest
from tests.frames import frame_of

from afteraction.analysis import effects, exposure
from afteraction.analysis.deal_frame import DealFrame
from afteraction.analysis.effects import Effect, Question, find_effects
from afteraction.analysis.exposure import Exposure

N = 6_000


def deals(seed: int) -> tuple[DealFrame, Question]:
    """What is asked about adds 20 points."""
    rng = np.random.default_rng(seed)
    did = rng.random(N) < 0.5
    won = rng.random(N) < 0.3 + 0.2 * did
    size = rng.choice(["Large", "Small"], N).tolist()
    frame = frame_of(
        np.where(won, "won", "lost"), np.zeros(N), 10 + rng.exponential(20, N), 400.0, facts={"size": size}
    )
    return frame, Question(Exposure(np.zeros(N), 5.0, did))


def found(seed: int) -> Effect:
    frame, question = deals(seed)
    (effect,) = find_effects(frame, [question], np.random.default_rng(seed))
    return effect


def test_of_too_many_deals_some_are_compared_and_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    everything = found(1)
    monkeypatch.setattr(exposure, "MOST", 2_000)
    effect = found(1)
    assert (everything.n, effect.n) == (N, 2_000)
    assert "2,000 of 6,000 deals, drawn by chance, are compared" in effect.warnings
    assert not any("by chance" in each for each in everything.warnings)
    assert effect.members is not None
    assert len(effect.members.rows) == 2_000
    assert effect.low is not None and effect.high is not None  # noqa: PT018
    assert everything.low is not None and everything.high is not None  # noqa: PT018
    assert effect.high - effect.low == pytest.approx((everything.high - everything.low) * 3**0.5, rel=0.1)
    assert found(1) == effect


def test_the_truth_is_held_as_often_by_those_that_were_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exposure, "MOST", 1_000)
    held = [effect.low <= 0.2 <= effect.high for effect in map(found, range(60)) if effect.low is not None]  # type: ignore[operator]
    assert len(held) == 60
    assert np.mean(held) >= 0.88


def test_no_more_are_compared_at_a_time_than_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    """One after the other where all questions together would hold too much, with the same answers."""
    frame, question = deals(3)
    together = find_effects(frame, [question] * 4, np.random.default_rng(0))
    monkeypatch.setattr(effects, "_AT_ONCE", 1)
    assert find_effects(frame, [question] * 4, np.random.default_rng(0)) == together
