"""Old results are removed; those that something shows or a worker makes stay."""

from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from tests.cast import Cast

from afteraction.web.deals.models import IndexState
from afteraction.web.insights import services
from afteraction.web.insights.forgetting import KEPT, forget_results
from afteraction.web.insights.models import Analysis, Claim
from afteraction.web.insights.results import folder_of
from afteraction.web.insights.selectors import COMPARED, results_so_far, standing
from afteraction.web.insights.tasks import forget_old_results
from afteraction.web.people.models import Organisation

State = Analysis.State


@pytest.fixture(autouse=True)
def _own_home(settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path


def made(organisation: Organisation, count: int, state: State = State.DONE, first: int = 1) -> list[Analysis]:
    """Analyses with a folder each."""
    rows = []
    for version in range(first, first + count):
        row = Analysis.objects.create(
            organisation=organisation, data_version=version, state=state, done_at=timezone.now(), folder="results/x"
        )
        folder_of(row).mkdir(parents=True)
        (folder_of(row) / "figures.json").write_text("{}")
        rows.append(row)
    return rows


def kept(rows: list[Analysis]) -> list[bool]:
    return [folder_of(row).is_dir() for row in rows]


def test_the_newest_results_stay_and_the_others_go(cast: Cast) -> None:
    rows = made(cast.organisation, KEPT + 3)
    assert forget_results(organisation=cast.organisation) == 3
    assert kept(rows) == [False] * 3 + [True] * KEPT
    assert [each.analysis for each in results_so_far(cast.organisation)] == rows[-COMPARED:]
    assert Analysis.objects.filter(state=State.FORGOTTEN).count() == 3
    assert forget_results(organisation=cast.organisation) == 0


def test_what_deals_and_claims_refer_to_stays(cast: Cast) -> None:
    rows = made(cast.organisation, KEPT + 3)
    IndexState.objects.create(organisation=cast.organisation, version=1, evidence_folder=f"results/{rows[0].pk}")
    Claim.objects.create(
        organisation=cast.organisation, sentence="x", kind="step", name="x", direction="helps", judged_by=rows[1]
    )
    forget_results(organisation=cast.organisation)
    assert kept(rows)[:3] == [True, True, False]


def test_what_a_worker_is_making_stays_however_old_it_is(cast: Cast) -> None:
    running = made(cast.organisation, 1, State.RUNNING) + made(cast.organisation, 1, State.WAITING, first=2)
    made(cast.organisation, KEPT, first=3)
    forget_results(organisation=cast.organisation)
    assert kept(running) == [True, True]
    assert standing(cast.organisation).shown is not None


def test_folders_of_analyses_that_are_gone_go_and_what_is_no_result_stays(cast: Cast) -> None:
    folder = cast.organisation.home.folder / "results"
    for name in ("999", "notes"):
        (folder / name).mkdir(parents=True)
    assert forget_results(organisation=cast.organisation) == 1
    assert [each.name for each in folder.iterdir()] == ["notes"]


def test_a_run_that_was_killed_between_marking_and_removing_is_ended_by_the_next(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = made(cast.organisation, KEPT + 1)
    with monkeypatch.context() as killed:
        killed.setattr("afteraction.web.insights.forgetting._remove_folders", lambda _organisation: 0)
        forget_results(organisation=cast.organisation)
    assert kept(rows)[0]
    assert forget_results(organisation=cast.organisation) == 1


def test_every_organisation_loses_its_own_alone(cast: Cast) -> None:
    ours, theirs = made(cast.organisation, KEPT + 1), made(cast.other, 2)
    forget_old_results.call()
    assert kept(ours)[0] is False
    assert kept(theirs) == [True, True]


def test_results_that_are_asked_for_again_are_made_again(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    [row] = made(cast.organisation, 1, State.FORGOTTEN)
    monkeypatch.setattr("afteraction.lake.store.Lake.current", lambda _lake: row_of_version(1))
    asked = services.ask_for_analysis(organisation=cast.organisation)
    assert asked is not None
    assert (asked.pk, asked.state) == (row.pk, State.WAITING)


def row_of_version(version: int) -> Any:
    """As much of a snapshot as is asked for."""
    return type("Snapshot", (), {"version": version})()
