"""Which version of a process is in force when."""

from datetime import UTC, datetime

import pytest

from afteraction.errors import Refused
from afteraction.process.model import Process, Step
from afteraction.process.versions import DatedProcess, Versions, dated_versions, versions_of
from afteraction.report.version import read_process

MARCH, JUNE = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)
OLD = Process("Sale", 1, ("Lead",), (Step("call", "Lead", ("call",)), Step("demo", "Lead", ("demo",), name="Old")))
NEW = Process("Sale", 2, ("Lead",), (Step("demo", "Lead", ("demo",), name="New"),))


def test_the_first_version_is_in_force_since_ever_and_a_later_one_from_its_moment_on():
    versions = Versions((DatedProcess(OLD, JUNE), DatedProcess(NEW, JUNE)))
    assert [versions.place_at(at) for at in (None, MARCH, JUNE)] == [0, 0, 1]
    assert versions.newest is NEW
    assert versions_of(NEW).place_at(MARCH) == 0


def test_steps_given_up_stand_behind_those_of_the_newest_version():
    versions = Versions((DatedProcess(OLD), DatedProcess(NEW, MARCH)))
    assert [(step.id, step.name) for step in versions.steps] == [("demo", "New"), ("call", "")]


@pytest.mark.parametrize("dates", [(), (None, None), (None, JUNE, MARCH)])
def test_versions_out_of_order_or_without_a_date_are_an_error(dates):
    with pytest.raises(ValueError, match="in force since"):
        Versions(tuple(DatedProcess(OLD, date) for date in dates))


def test_a_version_dated_before_the_one_ahead_of_it_is_in_force_since_that_one():
    found = dated_versions([DatedProcess(OLD, JUNE), DatedProcess(NEW, JUNE), DatedProcess(OLD, MARCH)])
    assert [each.since for each in found.dated] == [None, JUNE, JUNE]


def test_files_name_the_day_from_which_they_are_in_force(tmp_path):
    paths = [tmp_path / name for name in ("old.yaml", "n@w.yaml")]
    for path in paths:
        path.write_text("process: Sale\nversion: 1\nstages: [Lead]\nsteps: []\n")
    alone = read_process([str(paths[1])])
    assert alone is not None
    assert len(alone.dated) == 1
    found = read_process([f"{paths[1]}@2026-03-01", str(paths[0])])
    assert found is not None
    assert [(each.process.version, each.since) for each in found.dated] == [(1, None), (2, MARCH)]
    assert read_process([]) is None
    with pytest.raises(Refused, match="2 of them without a day"):
        read_process([str(path) for path in paths])
