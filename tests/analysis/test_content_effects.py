"""The effect of content: what lives longer does not look better for it, what follows the decision is told apart."""

import numpy as np
from tests.frames import frame_of

from afteraction.analysis.content_effects import ContentUse, content_effects
from afteraction.analysis.deal_frame import DealFrame
from afteraction.analysis.effects import Effect
from afteraction.analysis.verdict import Verdict
from afteraction.process.model import Process, Step

PROCESS = Process("Sale", 1, ("Qualify", "Propose"), (Step("call", "Qualify", ("call",)),))


def world(seed: int, n: int = 1500, lift: float = 0.0) -> tuple[DealFrame, list[ContentUse]]:
    """Deals that end on any day, and two pieces that come at a steady rate while the deals live.

    Won deals live longer, so they have more content without owing anything to it. The first piece adds `lift` where
    the buyer had it within ten days of being told of.
    """
    rng = np.random.default_rng(seed)
    eager = rng.random(n)
    pieces = rng.exponential(40.0, (n, 2))
    won = rng.random(n) < 0.2 + 0.2 * eager + lift * (pieces[:, 0] < 10)
    closed = rng.uniform(12, 120, n) + np.where(won, rng.uniform(10, 60, n), 0.0)
    frame = frame_of(
        np.where(won, "won", "lost").tolist(),
        np.zeros(n),
        closed,
        250.0,
        facts={"eager": np.where(eager > 0.5, "yes", "no").tolist()},
        entered=np.stack([np.zeros(n), np.full(n, 5.0)], axis=1),
        done=np.where(rng.random(n) < 0.5, 1.0, np.nan)[:, None],
    )
    inside = np.ones(n, dtype=bool)
    return frame, [ContentUse(np.where(days < closed, days, np.nan), "", inside) for days in pieces.T]


def of(seed: int, **others: float) -> tuple[Effect, ...]:
    frame, pieces = world(seed, **others)  # type: ignore[arg-type]
    return content_effects(frame, PROCESS, pieces, np.random.default_rng(seed))


def test_content_without_an_effect_shows_none_though_won_deals_have_more_of_it() -> None:
    covered, naive = [], []
    for seed in range(30):
        frame, pieces = world(seed)
        for piece, found in zip(
            pieces, content_effects(frame, PROCESS, pieces, np.random.default_rng(seed)), strict=True
        ):
            had = ~np.isnan(piece.first)
            naive.append(float(frame.won[had].mean() - frame.won[~had].mean()))
            assert found.refused is None
            covered.append(found.low <= 0 <= found.high)  # type: ignore[operator]
    assert min(naive) > 0.1  # whoever compares deals with and without it believes that it helps
    assert np.mean(covered) >= 0.88


def test_content_that_helps_is_found_to_help_and_the_other_piece_is_not() -> None:
    first, second = of(1, lift=0.3, n=3000)
    assert first.verdict is Verdict.HELPS
    assert second.verdict is not Verdict.HELPS


def test_a_piece_that_comes_with_the_decision_is_no_cause_of_it() -> None:
    frame, pieces = world(2)
    contract = ContentUse(np.where(frame.won, frame.closed - 0.5, np.nan), "", pieces[0].inside)
    found = content_effects(frame, PROCESS, [*pieces, contract], np.random.default_rng(2))
    assert found[2].verdict is Verdict.LEAK
    assert found[2].leak is not None


def test_only_deals_that_a_piece_is_for_are_compared_and_too_few_are_refused() -> None:
    frame, pieces = world(3)
    few = np.zeros(len(frame), dtype=bool)
    few[:40] = True
    asked = [ContentUse(pieces[0].first, "Propose", few), ContentUse(np.full(len(frame), np.nan), "", few)]
    small, never = content_effects(frame, PROCESS, asked, np.random.default_rng(3))
    assert small.refused is not None
    assert never.refused is not None
    assert "got it" in never.refused.reason
    assert content_effects(frame, PROCESS, [], np.random.default_rng(3)) == ()
