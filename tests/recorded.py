"""A small record, imported and analysed, for tests of the pages that show results."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils import timezone
from tests.cast import Cast

from afteraction.ingest import import_paths
from afteraction.lake.home import Home
from afteraction.process.check import check_text
from afteraction.report.version import open_version
from afteraction.simulate import default_organisation, simulate, write
from afteraction.web.insights.models import Analysis, ProcessVersion
from afteraction.web.insights.results import Saved, folder_of, saved
from afteraction.web.insights.saving import write_results
from afteraction.web.people.models import Team


@dataclass(frozen=True)
class Record:
    """A home with data version 1, the process on paper, and the results of holding one against the other."""

    home: Path
    process: str
    results: Path

    @classmethod
    def of(cls, folder: Path) -> "Record":
        """What `make_record` has put there."""
        return cls(folder / "home", (folder / "files" / "process.yaml").read_text(), folder / "results")

    @property
    def figures(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads((self.results / "figures.json").read_text())
        return content


def make_record(folder: Path) -> None:
    """A simulated record in an empty folder."""
    write(simulate(default_organisation(), 700, 5), folder / "files")
    import_paths(sorted((folder / "files").glob("*.csv")), Home.at(folder / "home"))
    text = (folder / "files" / "process.yaml").read_text()
    (folder / "results").mkdir()
    with open_version(folder / "home") as opened:
        write_results(opened, check_text(text).process, folder / "results")


def give_data(cast: Cast, record: Record) -> None:
    """The organisation of the cast has imported the record, of which rep and team are ones now."""
    shutil.copytree(record.home, cast.organisation.home.folder, dirs_exist_ok=True)
    rep = record.figures["reps"][0]
    Team.objects.filter(pk=cast.rep.team_id).update(name=rep["team"])
    cast.rep.owner_name = rep["rep"]
    cast.rep.save()
    for user in (cast.rep, cast.team_mate, cast.manager):
        user.refresh_from_db()


def give_results(cast: Cast, record: Record) -> Saved:
    """The results of data version 1 against process version 1, as the job leaves them."""
    version = ProcessVersion.objects.create(
        organisation=cast.organisation, number=1, text=record.process, note="As agreed.", made_by=cast.operations
    )
    analysis = Analysis.objects.create(
        organisation=cast.organisation,
        data_version=1,
        process_version=version,
        state=Analysis.State.DONE,
        done_at=timezone.now(),
    )
    shutil.copytree(record.results, folder_of(analysis))
    return saved(analysis)
