import numpy as np
import pytest
from scipy.stats import kstest

from afteraction.analysis.deal_frame import Category
from afteraction.analysis.heterogeneity import BySegment, SegmentEffect, by_segment, judged
from afteraction.analysis.nuisance import Comparison, Nuisance

LEVELS = ("Large", "Medium", "Small")


def trial(rng, n, effects):
    """A randomised comparison in which the thing adds `effects` points of winning, segment by segment."""
    segment = rng.integers(0, 3, n)
    did = rng.random(n) < 0.5
    won = rng.random(n) < 0.3 + did * np.array(effects)[segment]
    compared = Comparison(did, won, np.ones(n), np.empty((n, 0)), np.zeros(n, dtype=np.int32))
    known = Nuisance(np.full(n, 0.5), np.full(n, 0.4), np.full(n, 0.3))
    return compared, known, Category(segment.astype(np.int32), LEVELS)


def test_each_segment_has_its_own_effect():
    found = by_segment(*trial(np.random.default_rng(1), 30_000, (0.2, 0.0, -0.1)))
    effects = {each.segment: each.effect for each in found.segments}
    assert [effects[level] for level in LEVELS] == pytest.approx([0.2, 0.0, -0.1], abs=0.03)
    assert found.p < 1e-6
    assert found.spread == pytest.approx(np.std([0.2, 0.0, -0.1], ddof=1), abs=0.03)


def test_where_segments_are_alike_the_p_value_is_uniform():
    rng = np.random.default_rng(2)
    p = [by_segment(*trial(rng, 1_500, (0.1, 0.1, 0.1))).p for _trial in range(300)]
    assert kstest(p, "uniform").pvalue > 0.01


def test_a_segment_with_too_few_deals_is_named_not_judged():
    compared, known, segment = trial(np.random.default_rng(3), 900, (0.1, 0.1, 0.1))
    few = np.where((segment.codes == 2) & (np.arange(900) > 60), 0, segment.codes).astype(np.int32)
    found = by_segment(compared, known, Category(few, LEVELS))
    assert found.too_small == ("Small",)
    assert {each.segment for each in found.segments} == {"Large", "Medium"}


def test_one_segment_is_no_comparison():
    compared, known, segment = trial(np.random.default_rng(4), 300, (0.1, 0.1, 0.1))
    assert by_segment(compared, known, Category(np.zeros_like(segment.codes), LEVELS)) is None


def segments(*effects, error=0.04):
    return tuple(
        SegmentEffect(name, 500, 250, effect, error, effect - 2 * error, effect + 2 * error)
        for name, effect in zip(LEVELS, effects, strict=True)
    )


def test_pooled_effects_are_given_only_where_segments_differ():
    alike, apart = (
        BySegment(segments(0.1, 0.1, 0.12), (), 0.9, 0.0),
        BySegment(segments(0.3, 0.1, -0.1), (), 0.001, 0.2),
    )
    first, second = judged([alike, apart], [0.9, 0.002])
    assert not first.differ
    assert [each.pooled for each in first.segments] == [None] * 3
    assert second.differ
    for each in second.segments:
        assert abs(each.pooled - 0.1) < abs(each.effect - 0.1) or each.effect == pytest.approx(0.1)
        assert each.pooled_low < each.pooled < each.pooled_high


def test_the_less_segments_differ_the_more_they_are_pooled():
    tight, loose = (judged([BySegment(segments(0.3, 0.1, -0.1), (), 0.0, spread)], [0.0])[0] for spread in (0.05, 0.5))
    assert tight.segments[0].pooled < loose.segments[0].pooled < 0.3
    assert loose.segments[0].pooled == pytest.approx(0.3, abs=0.01)
