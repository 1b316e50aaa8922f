"""Deals that came in beside the plan."""

from datetime import timedelta

import pytest
from tests.web.experiments.trials import LAST, START, document, moment

from afteraction.web.experiments.drawing import Drawing
from afteraction.web.experiments.recruiting import recruited, recruiting_chart

DRAWING = Drawing(document(), "", moment(START, 0))
"""91 days for 240 deals."""


def test_before_the_first_day_nothing_is_planned_yet() -> None:
    found = recruited(DRAWING, [], moment(START - timedelta(days=3)))
    assert (found.so_far, found.planned, found.behind, found.enough_on, found.weeks) == (0, 0, False, None, ())
    assert recruiting_chart(found).came == "44,160.0"


def test_the_plan_is_even_over_the_days_and_the_end_is_projected_from_what_came() -> None:
    known = moment(START + timedelta(days=45), 12.0)  # half of it
    came = [moment(START) + timedelta(hours=9 * n) for n in range(120)]
    found = recruited(DRAWING, came, known)
    assert (found.so_far, found.planned, found.behind) == (120, pytest.approx(120), False)
    assert found.enough_on == LAST + timedelta(days=1)
    assert found.counts[0] == sum(each <= moment(START + timedelta(days=7), 0) for each in came)


@pytest.mark.parametrize(("deals", "behind"), [(99, False), (98, True), (40, True)])
def test_a_trial_is_behind_when_fewer_came_than_chance_explains(deals: int, behind: bool) -> None:
    found = recruited(DRAWING, [moment(START)] * deals, moment(START + timedelta(days=45), 12.0))
    assert found.behind == behind  # 120 planned, two standard deviations are 21.9


def test_what_came_in_after_the_last_day_is_counted_and_the_chart_ends_there() -> None:
    late = moment(LAST + timedelta(days=20))
    found = recruited(DRAWING, [moment(START), late], late + timedelta(days=1))
    assert (found.so_far, found.planned) == (2, pytest.approx(240))
    chart = recruiting_chart(found)
    assert chart.last[0] == chart.right
    assert chart.spoken == "2 deals came in; 240 were planned by now, 240 in all."
