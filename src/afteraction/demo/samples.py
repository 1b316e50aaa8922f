"""The records of the demo: one simulated organisation, whose truth is known, and the CRM of a fictitious company."""

from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import Final

from rich.console import Console

from afteraction.demo.planted import planted
from afteraction.ingest import import_paths
from afteraction.lake.home import Home
from afteraction.simulate import default_organisation, simulate_chunks, write_chunks
from afteraction.terminal import ProgressBar

_DEALS: Final = 3_000
_SEED: Final = 7
_SIMULATED: Final = (
    "The people, deals and figures here are invented by a program that knows what truly wins deals; truth.json and "
    "trial.json beside the files have it."
)


@dataclass(frozen=True)
class Sample:
    """An organisation with its home and, where it has one, the file of its process on paper."""

    name: str
    title: str
    home: Home
    process_file: Path | None = None


def simulated(folder: Path, console: Console) -> Sample:
    """The simulated organisation, imported into the home `folder`; its files are kept beside it."""
    organisation, home, source = default_organisation(), Home.at(folder), folder / "files"
    console.print(f"Simulating {organisation.name}: {_DEALS:,} deals, all invented ...", markup=False)
    write_chunks(planted(simulate_chunks(organisation, _DEALS, _SEED), source), source)
    (folder / "simulated.txt").write_text(_SIMULATED, encoding="utf-8")
    with ProgressBar(console) as progress:
        import_paths(sorted(source.glob("*.csv")), home, progress=progress)
    return Sample(organisation.name, f"{organisation.name} (simulated)", home, source / "process.yaml")


def maven(folder: Path, console: Console) -> Sample:
    """The sample of Maven Analytics, imported into the home `folder`."""
    console.print("Importing the CRM sample of Maven Analytics: a fictitious company, public domain ...")
    home = Home.at(folder)
    with as_file(files("afteraction.samples") / "maven_crm") as source, ProgressBar(console) as progress:
        import_paths(sorted(source.glob("*.csv")), home, source / "mapping.toml", progress)
    return Sample("MavenTech", "Maven Analytics CRM sample (fictitious company)", home)
