"""What becomes of leads by each day, beside lifelines."""

import numpy as np
import pytest
from benchmarks.lead_frames import frame_of
from benchmarks.lead_worlds import leads
from tests.peers.installed import peer

from afteraction.analysis.lead_curves import curves, ends


@pytest.mark.filterwarnings("ignore")
def test_the_curves_of_winning_and_dying_are_those_of_lifelines():
    lifelines = peer("lifelines")
    world = leads(np.random.default_rng(3), 500, [0.1, 0.3], days=240.0)
    seen = frame_of(world)
    time, cause = ends(seen, "won")
    days = np.array([10.0, 30.0, 60.0, 120.0, 200.0])
    ours = curves(seen, "won")
    for event, found in ((1, ours.reached(days)), (2, ours.died(days))):
        theirs = lifelines.AalenJohansenFitter(calculate_variance=True).fit(time, cause + 1, event_of_interest=event)
        curve, spread = theirs.cumulative_density_.iloc[:, 0], theirs.variance_
        place = np.searchsorted(curve.index.to_numpy(), days, side="right") - 1
        assert [one.value for one in found] == pytest.approx(curve.to_numpy()[place], abs=1e-10)
        low = theirs.confidence_interval_cumulative_density_.to_numpy()[place, 0]
        assert len(spread) >= len(days)
        assert [one.low for one in found] == pytest.approx(low, abs=0.01)
