"""Workers that are killed in the middle of real work: after a restart everything has been done once."""

import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.web.jobs.processes import Installation, kill, until

from afteraction.lake.home import Home
from afteraction.lake.store import Lake
from afteraction.simulate import default_organisation, simulate_chunks, write_chunks

STATE = "SELECT state FROM data_import"
ANALYSIS = "SELECT state FROM insights_analysis"

FAULTS = pytest.mark.faults


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files") / "simulated"
    write_chunks(simulate_chunks(default_organisation(), 400, 3), folder)
    return folder


@pytest.fixture
def here(tmp_path: Path, empty_home: Path) -> Iterator[Installation]:
    installation = Installation(shutil.copytree(empty_home, tmp_path / "home"))
    installation.python(
        "from afteraction.web.people.models import Organisation, User;"
        "o = Organisation.objects.create(name='Northwind');"
        "User.objects.create_user('o@northwind.example', organisation=o, role='operations', name='Otto')"
    )
    yield installation
    installation.end()


def queue_import(here: Installation, files: Path) -> None:
    here.python(
        "from pathlib import Path\n"
        "from afteraction.web.data import services\n"
        "from afteraction.web.data.models import Import\n"
        "from afteraction.web.people.models import User\n"
        "made = services.begin(by=User.objects.get())\n"
        f"for path in sorted(Path({str(files)!r}).glob('*.csv')):\n"
        "    services.add_file(import_=made, name=path.name, chunks=[path.read_bytes()])\n"
        "Import.objects.update(state='ready', needs_mapping=False)\n"
        "services.start(import_=Import.objects.get())\n"
    )


@pytest.mark.parametrize(
    "moment", [pytest.param("what", marks=FAULTS), pytest.param("converting", marks=FAULTS), "merging"]
)
def test_an_import_whose_worker_is_killed_is_done_once(here: Installation, files: Path, moment: str) -> None:
    queue_import(here, files)
    first = here.begin("work")
    until(lambda: moment in here.value("SELECT progress FROM data_import") or here.value(STATE) == "done")
    kill(first)
    assert here.value(STATE) == "running"
    second = here.begin("work")
    until(lambda: here.value(STATE) == "done")
    until(lambda: here.jobs("follow_record") == [("SUCCESSFUL", 1)])
    second.send_signal(signal.SIGTERM)
    assert second.wait(30) == 0
    assert here.jobs("import_files") == [("SUCCESSFUL", 2)]
    assert here.jobs("follow_record") == [("SUCCESSFUL", 1)]
    assert [snapshot.version for snapshot in Lake(Home.at(here.home)).versions()] == [1]
    assert here.value("SELECT count(*) FROM deals_deal") == 400
    assert here.value("SELECT count(*) FROM jobs_worker") == 0


@FAULTS
def test_an_analysis_whose_worker_is_killed_is_made_once(here: Installation, files: Path) -> None:
    here.run("import", str(files))
    here.python(
        "from afteraction.web.insights.services import ask_for_analysis\n"
        "from afteraction.web.people.models import Organisation\n"
        "ask_for_analysis(organisation=Organisation.objects.get())"
    )
    first = here.begin("work")
    until(lambda: here.value(ANALYSIS) == "running" and any((here.home / "staging").glob("*/results")))
    kill(first)
    second = here.begin("work")
    until(lambda: here.value(ANALYSIS) == "done")
    second.send_signal(signal.SIGTERM)
    assert second.wait(30) == 0
    assert here.jobs("analyse") == [("SUCCESSFUL", 2)]
    assert [path.name for path in (here.home / "results").iterdir()] == ["1"]
    assert list((here.home / "staging").iterdir()) == []


def test_a_worker_that_is_told_to_stop_gives_its_job_back_uncounted(here: Installation, files: Path) -> None:
    here.run("import", str(files))
    here.python(
        "from afteraction.web.insights.services import ask_for_analysis\n"
        "from afteraction.web.people.models import Organisation\n"
        "ask_for_analysis(organisation=Organisation.objects.get())"
    )
    worker = here.begin("work")
    until(lambda: here.value(ANALYSIS) == "running")
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(20) == 0
    assert here.jobs("analyse") in ([("READY", 0)], [("SUCCESSFUL", 1)])
    assert here.value("SELECT count(*) FROM jobs_worker") == 0
