"""Win probability on real deals beside a published result; the whole table is in benchmarks/README.md."""

import numpy as np
import pytest
from benchmarks.salvirt import FOREST, cross_validated, models, ours, score
from benchmarks.salvirt_data import rated_deals
from tests.peers.installed import peer


@pytest.fixture(scope="module")
def deals(shared_data):
    return rated_deals(shared_data / "salvirt_b2b")


def test_copies_are_found(deals):
    assert (len(deals), deals.group.max() + 1) == (448, 346)
    assert deals.once.sum() == pytest.approx(448 - 83)


def test_deals_are_told_apart_as_well_as_it_can_be_done_without_knowing_the_seller(deals):
    found = score(deals, cross_validated(deals, ours(deals, seller=False), deals.group, deals.once, 3), deals.once)
    assert found.auc.value >= 0.82
    assert found.brier.value <= 0.17
    assert 0.8 < found.slope < 1.25


def test_splits_that_leak_bring_the_published_random_forest(deals):
    peer("sklearn")
    found = cross_validated(deals, models(deals)[FOREST], np.arange(448), np.ones(448), 1)
    leaking = score(deals, found, np.ones(448))
    assert leaking.auc.value == pytest.approx(0.85, abs=0.03)
    assert leaking.right == pytest.approx(0.782, abs=0.04)
