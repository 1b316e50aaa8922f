from dataclasses import replace

import numpy as np
import pytest
from tests.frames import frame_of

from afteraction.analysis.likely_deals import likely_deals
from afteraction.analysis.win_probability import WinProbability, win_probability
from afteraction.process.model import Process

PROCESS = Process("Sale", 1, ("Qualify",), ())


@pytest.fixture(scope="module")
def organisation():
    """Deals that partners win in 80 of 100 cases and the web in 20; the last hundred are open."""
    rng = np.random.default_rng(5)
    n = 700
    created = np.sort(rng.uniform(0, 400, n))
    partner = rng.random(n) < 0.5
    won = rng.random(n) < np.where(partner, 0.8, 0.2)
    still_open = np.arange(n) >= n - 100
    frame = frame_of(
        np.where(still_open, "open", np.where(won, "won", "lost")),
        created,
        np.where(still_open, np.nan, created + 20),
        430.0,
        facts={"source": np.where(partner, "Partner", "Web")},
    )
    win = win_probability(frame, PROCESS)
    assert isinstance(win, WinProbability)
    return frame, win


def test_the_likeliest_come_first_the_least_likely_last_and_all_are_open(organisation):
    frame, win = organisation
    found = likely_deals(frame, PROCESS, win)
    chances = [each.explanation.probability for each in found]
    assert len(found) == 6
    assert chances == sorted(chances, reverse=True)
    assert chances[0] == pytest.approx(np.nanmax(win.today))
    assert chances[-1] == pytest.approx(np.nanmin(win.today))
    places = {name: row for row, name in enumerate(frame.deal_id.to_pylist())}
    assert all(frame.open[places[each.deal_id]] for each in found)


def test_what_made_them_so_is_named(organisation):
    frame, win = organisation
    found = likely_deals(frame, PROCESS, win)
    strongest = [each.explanation.factors[0] for each in (found[0], found[-1])]
    assert [(factor.name, factor.value) for factor in strongest] == [("source", "Partner"), ("source", "Web")]
    assert strongest[0].points > 0 > strongest[1].points


def test_where_few_are_open_each_comes_once(organisation):
    frame, win = organisation
    rows = np.flatnonzero(frame.open)[:4]
    few = np.where(np.isin(np.arange(len(frame)), rows), win.today, np.nan)
    found = likely_deals(frame, PROCESS, replace(win, today=few))
    assert sorted(each.deal_id for each in found) == [frame.deal_id[int(row)].as_py() for row in rows]
