"""Looks: what each data version says of a trial, made once, sealed, and read again."""

from datetime import timedelta
from pathlib import Path

import deltalake
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.cast import Cast
from tests.web.experiments.looks import OPENS, OVER, bring, grave, looked, running, wins
from tests.web.experiments.trials import HORIZON, of_reps

from afteraction.lake.store import Lake
from afteraction.web.experiments.looking import look, look_at_trials
from afteraction.web.experiments.models import Experiment, Look
from afteraction.web.experiments.rechecking import recheck


def test_a_look_says_what_the_deals_whose_time_has_passed_say(cast: Cast, tmp_path: Path) -> None:
    protocol = running(cast)
    won = wins(protocol)
    early = looked(protocol, OPENS + timedelta(days=30), tmp_path, won)
    assert early.rule_says == ""
    assert early.result["found"]["refused"]["reason"].startswith("one of the arms has 0")
    until = OPENS + timedelta(days=125)
    made = looked(protocol, until, tmp_path, won)
    at = dict(protocol.assignments.values_list("unit", "at"))
    arms = dict(protocol.assignments.values_list("unit", "arm"))
    counting = [unit for unit in arms if at[unit] + timedelta(days=HORIZON) <= made.at]
    shares = {
        arm: sum(won[unit] for unit in counting if arms[unit] == arm) / sum(arms[unit] == arm for unit in counting)
        for arm in ("usual", "plan")
    }
    assert made.result["found"]["value"] == pytest.approx(shares["plan"] - shares["usual"])
    assert made.result["arms"][1]["counting"] == sum(arms[unit] == "plan" for unit in counting)
    assert made.result["found"]["low"] < shares["plan"] - shares["usual"] < made.result["found"]["high"]
    assert look(protocol, made.made_at) == made  # one for a data version
    assert Look.objects.count() == 2
    assert grave(protocol.experiment) == []


def test_a_trial_that_is_over_says_so_and_waits_for_its_decision(cast: Cast, tmp_path: Path) -> None:
    protocol = running(cast)
    bring(protocol, OVER + timedelta(days=1), tmp_path, wins(protocol, new=6, old=2))
    (made,) = look_at_trials(organisation=cast.organisation, now=OVER + timedelta(days=2))
    assert made.rule_says == "adopt"
    assert made.result["over"]
    assert Experiment.objects.get().state == Experiment.State.ENDED
    assert look_at_trials(organisation=cast.organisation, now=OVER + timedelta(days=3)) == []
    assert grave(protocol.experiment) == []


def test_few_reps_are_judged_by_what_else_might_have_been_drawn(cast: Cast, tmp_path: Path) -> None:
    protocol = running(cast, of_reps())
    won = wins(protocol, new=9, old=1)
    looked(protocol, OPENS + timedelta(days=100), tmp_path, won)
    made = looked(protocol, OVER + timedelta(days=1), tmp_path, won)
    seen = made.result["seen"]["primary"]
    assert seen["estimate"] is None
    assert sum(map(sum, seen["deals"])) == sum(each["counting"] for each in made.result["arms"])
    assert made.result["found"]["low"] > 0
    assert made.rule_says == "adopt"


def test_a_data_version_that_was_edited_after_its_look_is_found_and_told_for_ever(cast: Cast, tmp_path: Path) -> None:
    protocol = running(cast)
    won = wins(protocol)
    looked(protocol, OPENS + timedelta(days=110), tmp_path, won)
    looked(protocol, OPENS + timedelta(days=125), tmp_path, won)
    assert recheck(experiment=protocol.experiment, now=OVER) == []
    _edited(Lake(cast.organisation.home))
    (found,) = recheck(experiment=protocol.experiment, now=OVER)
    assert found.words == "Data version 2, of which there is a look, says something else of its deals than it did then"
    assert recheck(experiment=protocol.experiment, now=OVER) == [found]  # told once
    assert grave(protocol.experiment) == [found]


def _edited(lake: Lake) -> None:
    """All deals of the newest version are won: its Parquet files are written anew, as nobody should."""
    snapshot = lake.snapshot()
    for path in map(Path, snapshot.files("deals")):
        table = deltalake.DeltaTable(snapshot.folder / "deals", version=snapshot.tables["deals"])
        assert table.version() == snapshot.tables["deals"]
        rows = pq.read_table(path)
        place = rows.schema.get_field_index("outcome")
        pq.write_table(rows.set_column(place, "outcome", pa.array(["won"] * rows.num_rows)), path)
