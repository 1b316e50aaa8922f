"""Interventions in one step."""

import numpy as np
import pytest

from afteraction.simulate import Intervention, Traps, default_organisation
from afteraction.simulate.calendar import DAY
from afteraction.simulate.truth import truth_world
from afteraction.simulate.world import World, live

LANDMARK = 20.0


@pytest.fixture(scope="module")
def world() -> World:
    return truth_world(default_organisation(), 2, 5_000)


def _delay(world: World, due: np.ndarray) -> np.ndarray:
    """Days from entering Discover to the demo, of the deals that entered it on their way."""
    entered = world.calendar.at(world.path.entered[:, 1])
    there = np.isfinite(entered) & ~world.deals.after_the_fact
    return (world.calendar.at(due[:, world.organisation.step_number("demo")])[there] - entered[there]) / DAY


def test_a_step_made_to_be_done_is_done_by_the_landmark(world: World) -> None:
    changed = live(world, Intervention("demo", True, LANDMARK))
    assert (_delay(world, changed.due) <= LANDMARK + 1e-6).all()


def test_a_step_held_back_is_not_done_by_the_landmark_but_may_be_later(world: World) -> None:
    delay = _delay(world, live(world, Intervention("demo", False, LANDMARK)).due)
    assert (delay >= LANDMARK - 1e-6).all()
    assert np.isfinite(delay).any()


def test_a_step_held_back_for_ever_is_never_done(world: World) -> None:
    delay = _delay(world, live(world, Intervention("demo", False, np.inf)).due)
    assert np.isinf(delay).mean() > 0.999


def test_delays_stay_what_they_are_by_nature() -> None:
    """What is made to happen is drawn from the delays within the landmark: seen best where all deals are alike."""
    alike = truth_world(default_organisation(Traps.none()), 2, 5_000)
    natural, made = _delay(alike, alike.due), _delay(alike, live(alike, Intervention("demo", True, LANDMARK)).due)
    quarters = [0.25, 0.5, 0.75]
    assert np.allclose(np.quantile(made, quarters), np.quantile(natural[natural <= LANDMARK], quarters), atol=0.7)


def test_nothing_else_changes_with_a_step(world: World) -> None:
    changed = live(world, Intervention("demo", True, LANDMARK))
    others = [n for n, step in enumerate(world.organisation.steps) if step.id != "demo" and not step.leak]
    assert np.array_equal(changed.due[:, others], world.due[:, others])
    assert changed.path is world.path
