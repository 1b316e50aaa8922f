"""What coaching changed is told from what changed for everyone, and from chance."""

import numpy as np
import pytest
from benchmarks.coaching_worlds import World, coached_reps

from afteraction.analysis.coaching_effect import NEVER, CoachingEffect, Panel, coaching_effect
from afteraction.errors import NotEnoughData


def exact(coached: int = 6, others: int = 6, gain: float = 0.2, moved: float = 0.0) -> Panel:
    """Reps without chance: everyone gains a point a month, coached ones `gain` more after month 12.

    `moved`: what coached reps gained more already from month 6 on.
    """
    rows = []
    for rep in range(coached + others):
        begin = 12 + rep % 3 if rep < coached else NEVER
        for month in range(24):
            share = 0.3 + 0.01 * rep + 0.01 * month
            share += gain if begin != NEVER and month > begin else 0.0
            share += moved if rep < coached and month >= 6 else 0.0
            rows.append((rep, 0, month, 100.0, 100.0 * share, begin))
    rep_, step, period, due, kept, since = (np.array(each) for each in zip(*rows, strict=True))
    return Panel(rep_, step, period, due, kept, since)


def effect(panel: Panel) -> CoachingEffect:
    found = coaching_effect(panel)
    assert isinstance(found, CoachingEffect)
    return found


def test_without_chance_the_effect_is_exact_though_everyone_got_better() -> None:
    found = effect(exact())
    assert found.effect.value == pytest.approx(0.2)
    assert found.after - found.before > 0.27
    assert found.others == pytest.approx(found.after - found.before - 0.2)
    assert (found.coached_reps, found.other_reps, found.verdict) == (6, 6, "helps")


def test_the_best_prediction_is_close_to_the_bare_mean_where_the_past_is_long() -> None:
    found = effect(exact())
    assert found.predicted.value == pytest.approx(0.2, abs=0.01)


def test_reps_who_moved_before_they_were_coached_are_not_put_down_to_coaching() -> None:
    found = effect(exact(gain=0.1, moved=0.2))
    assert found.moved_before
    assert found.verdict == "cant_tell"


def test_coaching_that_changes_nothing_is_called_that() -> None:
    found = effect(exact(gain=0.0))
    assert found.effect.value == pytest.approx(0.0, abs=1e-9)
    assert found.verdict == "no_effect"


def test_few_coached_reps_are_refused_with_what_is_needed() -> None:
    found = coaching_effect(exact(coached=3))
    assert isinstance(found, NotEnoughData)
    assert "3 coached reps" in found.reason
    assert "At least 5 reps" in found.needed


def test_nobody_left_to_compare_with_is_refused() -> None:
    assert isinstance(coaching_effect(exact(others=0)), NotEnoughData)


def test_an_empty_panel_is_refused() -> None:
    nothing = np.array([], dtype=np.int64)
    found = coaching_effect(Panel(nothing, nothing, nothing, nothing.astype(float), nothing.astype(float), nothing))
    assert isinstance(found, NotEnoughData)


def test_rows_without_a_past_are_left_out_and_counted() -> None:
    panel = exact()
    late = (panel.rep == 0) & (panel.period < panel.coached_from)
    found = effect(Panel(*(each[~late] for each in vars(panel).values())))
    assert found.coached_reps == 5
    assert found.left_out == 11


def test_arrays_that_do_not_fit_are_an_error() -> None:
    panel = exact()
    with pytest.raises(ValueError, match="one length"):
        coaching_effect(Panel(panel.rep[1:], panel.step, panel.period, panel.due, panel.kept, panel.coached_from))
    with pytest.raises(ValueError, match="more kept than due"):
        coaching_effect(Panel(panel.rep, panel.step, panel.period, panel.due, panel.due + 1, panel.coached_from))


@pytest.mark.parametrize("chosen", ["anyone", "low level", "bad quarter", "record"])
def test_intervals_hold_the_truth_however_managers_choose(chosen: str) -> None:
    rng = np.random.default_rng(7)
    held = called = 0
    for _round in range(60):
        panel, truth = coached_reps(World(30, chosen=chosen), rng)
        found = effect(panel)
        held += found.effect.low <= truth <= found.effect.high
        called += found.verdict in ("helps", "hurts")
    assert held >= 54
    assert called <= 5


def test_an_effect_of_ten_points_is_found_in_most_organisations() -> None:
    rng = np.random.default_rng(8)
    found = [effect(coached_reps(World(30, effect=0.1, chosen="bad quarter"), rng)[0]) for _round in range(30)]
    assert np.mean([each.verdict == "helps" for each in found]) > 0.7
