"""Asking for an analysis and making it: once, whole or not at all."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_tasks_db.models import DBTaskResult
from tests.cast import Cast
from tests.recorded import Record

from afteraction.errors import Refused
from afteraction.lake.home import Home
from afteraction.web.insights import services, tasks
from afteraction.web.insights.models import Analysis, ProcessVersion
from afteraction.web.insights.results import Saved, folder_of, saved
from afteraction.web.insights.selectors import editions, standing


def jobs() -> list[str]:
    return sorted(DBTaskResult.objects.values_list("task_path", flat=True))


def test_without_data_there_is_nothing_to_analyse(cast: Cast) -> None:
    assert services.ask_for_analysis(organisation=cast.organisation) is None
    assert jobs() == []


def test_an_analysis_is_asked_for_once(imported: Cast) -> None:
    first = services.ask_for_analysis(organisation=imported.organisation)
    again = services.ask_for_analysis(organisation=imported.organisation)
    assert first == again
    assert jobs() == ["afteraction.web.insights.tasks.analyse"]


def test_one_that_was_refused_is_tried_again(imported: Cast) -> None:
    analysis = services.ask_for_analysis(organisation=imported.organisation)
    assert analysis is not None
    DBTaskResult.objects.all().delete()
    Analysis.objects.update(state=Analysis.State.REFUSED, message="no")
    again = services.ask_for_analysis(organisation=imported.organisation)
    assert again is not None
    assert (again.pk, again.state, again.message) == (analysis.pk, Analysis.State.WAITING, "")
    assert len(jobs()) == 1


def _rounded(figures: Any) -> Any:
    """Without the last digits, which depend on the order in which threads add numbers up."""
    if isinstance(figures, dict):
        return {name: _rounded(value) for name, value in figures.items()}
    if isinstance(figures, list):
        return [_rounded(value) for value in figures]
    return float(f"{figures:.9g}") if isinstance(figures, float) else figures


def test_an_analysis_leaves_its_results_in_place_and_making_it_again_changes_nothing(
    imported: Cast, record: Record
) -> None:
    ProcessVersion.objects.create(organisation=imported.organisation, number=1, text=record.process)
    asked = services.ask_for_analysis(organisation=imported.organisation)
    assert asked is not None
    tasks.analyse.func(asked.pk)
    shown = standing(imported.organisation).shown
    assert shown is not None
    assert _rounded(shown.figures) == _rounded(record.figures)
    assert {path.name for path in shown.folder.iterdir()} == {path.name for path in record.results.iterdir()}
    assert list((imported.organisation.home.folder / "staging").iterdir()) == []
    made = (shown.folder / "figures.json").stat().st_mtime_ns
    tasks.analyse.func(asked.pk)
    assert (shown.folder / "figures.json").stat().st_mtime_ns == made
    # The newest state is what a page reads, however often it is asked.
    with CaptureQueriesContext(
        connection,
    ) as queries:
        standing(imported.organisation)
    assert len(queries) == 3


def test_a_folder_without_its_end_is_made_again(
    imported: Cast, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(_opened: object, _process: object, folder: object) -> None:
        (folder / "figures.json").write_text("{}")  # type: ignore[operator]

    monkeypatch.setattr(services, "write_results", write)
    monkeypatch.setattr(services, "show_evidence", lambda **_about: 0)
    asked = services.ask_for_analysis(organisation=imported.organisation)
    assert asked is not None
    left = folder_of(asked)
    left.mkdir(parents=True)
    (left / "half").touch()
    services.analyse(analysis=asked)
    assert [path.name for path in left.iterdir()] == ["figures.json"]
    assert saved(asked).figures == {}


def test_what_is_refused_is_kept_with_its_words(imported: Cast) -> None:
    process = ProcessVersion.objects.create(organisation=imported.organisation, number=1, text="process: [")
    asked = services.ask_for_analysis(organisation=imported.organisation)
    assert asked is not None
    assert asked.process_version == process
    services.analyse(analysis=asked)
    asked.refresh_from_db()
    assert asked.state == Analysis.State.REFUSED
    assert "process version 1" in asked.message
    assert not folder_of(asked).exists()


def test_a_data_version_that_is_gone_is_refused(imported: Cast) -> None:
    asked = Analysis.objects.create(organisation=imported.organisation, data_version=9)
    services.analyse(analysis=asked)
    assert asked.state == Analysis.State.REFUSED
    assert "no data version 9" in asked.message


def test_a_job_that_failed_for_good_says_so(imported: Cast) -> None:
    asked = services.ask_for_analysis(organisation=imported.organisation)
    assert asked is not None
    tasks.analysis_given_up("out of memory", asked.pk)
    asked.refresh_from_db()
    assert (asked.state, asked.message) == (Analysis.State.FAILED, "out of memory")


def test_a_process_version_gets_its_number_and_asks_for_results(imported: Cast, record: Record) -> None:
    made = services.save_process(by=imported.operations, text=record.process.replace("version: 1", "version: 7"))
    assert (made.number, "version: 1\n" in made.text) == (1, True)
    assert jobs() == ["afteraction.web.insights.tasks.analyse"]
    next_one = services.save_process(
        by=imported.operations, text=record.process.replace("within: 7 days", "within: 5 days")
    )
    assert next_one.number == 2
    assert "version: 2\n" in next_one.text
    newest, first = editions(imported.organisation)
    assert any("5 days instead of 7" in change for change in newest.changes)
    assert first.is_first


def test_a_process_with_problems_is_refused_with_all_of_them(imported: Cast) -> None:
    text = "process: X\nversion: 1\nstages: [A]\nsteps:\n  - id: one\n    stage: B\n  - id: one\n    stage: A\n"
    with pytest.raises(Refused) as refusal:
        services.save_process(by=imported.operations, text=text)
    assert refusal.value.found.count("line ") >= 2
    assert not imported.organisation.process_versions.exists()


def test_a_process_that_changes_nothing_is_refused(imported: Cast, record: Record) -> None:
    services.save_process(by=imported.operations, text=record.process)
    with pytest.raises(Refused, match="the text of version 1"):
        services.save_process(by=imported.operations, text=record.process + "\n\n")


def test_a_version_is_added_to_a_text_without_one() -> None:
    assert services.numbered("process: X\nstages: [A]\n", 4) == "process: X\nversion: 4\nstages: [A]\n"


def test_results_are_found_below_the_home_of_their_organisation(shown: Saved, cast: Cast) -> None:
    home = cast.organisation.home
    assert isinstance(home, Home)
    assert shown.folder == home.folder / "results" / str(shown.analysis.pk)
