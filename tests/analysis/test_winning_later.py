import numpy as np
import pytest
from tests.frames import frame_of

from afteraction.analysis.claim import Claim, ClaimVerdict, Direction, Subject, SubjectKind
from afteraction.analysis.claims_of_age import judge_age
from afteraction.analysis.grounds import Grounds
from afteraction.analysis.winning_later import QUANTILES, winning_later
from afteraction.errors import NotEnoughData
from afteraction.process.model import Process

PROCESS = Process("Sale", 1, ("Qualify",), ())


def deals(chance, n=1_500, seed=1, segments=False):
    """Deals that end at an exponential age of 30 days, won with `chance(age, small)`; the record ends on day 300."""
    rng = np.random.default_rng(seed)
    small = np.arange(n) % 2 == 0
    start, life = rng.uniform(0, 290, n), rng.exponential(np.where(segments & small, 15, 30))
    over, won = start + life <= 300, rng.random(n) < chance(life, small)
    return frame_of(
        np.where(over, np.where(won, "won", "lost"), "open"),
        start,
        np.where(over, start + life, np.nan),
        300.0,
        facts={"segment": np.where(small, "Small", "Large")},
        owner=[f"rep {number % 40}" for number in range(n)],
    )


def always(chance):
    return lambda age, _small: np.full(len(age), chance)


def test_where_age_does_nothing_the_difference_is_none():
    for later in winning_later(deals(always(0.4))):
        assert later.low <= 0 <= later.high
        assert later.at_start == pytest.approx(0.4, abs=0.05)


def test_deals_that_nobody_ever_closes_leave_no_answer():
    """As in records where lost deals stay open for ever: of those that ended late nearly all were won."""
    rng = np.random.default_rng(5)
    n = 1_500
    start, life = rng.uniform(0, 290, n), np.minimum(rng.exponential(30, n), 100)
    won = rng.random(n) < 0.5
    never = ~won & (life > 25)
    over = (start + life <= 300) & ~never
    frame = frame_of(
        np.where(over, np.where(won, "won", "lost"), "open"), start, np.where(over, start + life, np.nan), 300.0
    )
    found = winning_later(frame)
    assert isinstance(found, NotEnoughData)
    assert "longer than any deal that ended took" in found.reason


def test_deals_that_are_won_early_or_never_are_found():
    found = winning_later(deals(lambda age, _small: np.where(age < 30, 0.8, 0.1)))
    assert [each.quantile for each in found] == list(QUANTILES)
    assert all(each.high < 0 for each in found)
    assert found[1].at_age == pytest.approx(0.1, abs=0.05)


def test_a_segment_in_which_all_takes_longer_is_not_taken_for_slowness():
    organisations = [
        winning_later(deals(lambda _age, small: np.where(small, 0.6, 0.2), seed=seed, segments=True))
        for seed in range(20)
    ]
    assert np.mean([[each.difference for each in found] for found in organisations]) == pytest.approx(0, abs=0.015)
    assert np.mean([[each.naive for each in found] for found in organisations]) < -0.08


def test_the_interval_holds_the_truth_95_times_in_100():
    """P(won | older than a) = 0.2 + 0.4 P(T > 40 | T > a) for an exponential age T."""
    held = []
    for seed in range(300):
        for later in winning_later(deals(lambda age, _small: np.where(age > 40, 0.6, 0.2), n=500, seed=seed)):
            truth = 0.4 * (np.exp(-max(40 - later.age_days, 0) / 30) - np.exp(-40 / 30))
            held.append(later.low <= truth <= later.high)
    assert 0.93 <= np.mean(held) <= 0.98


def test_too_few_deals_are_refused():
    assert isinstance(winning_later(deals(always(0.4), n=30)), NotEnoughData)


def test_long_deals_are_fact_or_fiction_by_what_becomes_of_them():
    def verdict(chance, direction=Direction.HURTS):
        claim = Claim("Long deals are lost deals", Subject(SubjectKind.AGE), direction)
        return judge_age(claim, Grounds(deals(chance), PROCESS, None, (), (), (), ()))

    lost = verdict(lambda age, _small: np.where(age < 30, 0.8, 0.1))
    assert lost.verdict is ClaimVerdict.FACT
    assert lost.matched[0].startswith("open for")
    assert verdict(lambda age, _small: np.where(age < 30, 0.2, 0.8)).verdict is ClaimVerdict.FICTION
    assert verdict(lambda age, _small: np.where(age < 30, 0.2, 0.8), Direction.HELPS).verdict is ClaimVerdict.FACT
