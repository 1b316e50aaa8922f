"""The demo: two sample records, imported, analysed and reported."""

from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path

from rich.console import Console

from afteraction.ingest import import_paths
from afteraction.lake.home import Home
from afteraction.process.check import parse_file
from afteraction.report.figures import write_figures
from afteraction.report.files import write_report
from afteraction.report.summary_text import print_summary
from afteraction.report.version import open_version
from afteraction.simulate import default_organisation, simulate_chunks, write_chunks
from afteraction.terminal import ProgressBar

_DEALS = 3_000
_SEED = 7
_SIMULATED = (
    "The people, deals and figures of this organisation are invented by a program that knows what truly wins deals "
    "there; truth.json beside the imported files has it."
)


@dataclass(frozen=True)
class _Sample:
    folder: Path
    title: str
    process: Path | None


def make_demo(folder: Path, console: Console) -> None:
    """Fill `folder` with both samples and their reports, and say what is where. Can be repeated."""
    samples = [_simulated(folder / "simulated", console), _maven(folder / "maven", console)]
    for sample in samples:
        console.rule(sample.title)
        process = parse_file(sample.process) if sample.process else None
        with open_version(sample.folder) as version:
            study = version.study(process)
            print_summary(study, console, version.simulated)
            write_figures(study, sample.folder / "figures.json")
            written = write_report(version, study, sample.folder / "report.html", sample.folder / "report.pdf")
        console.print(f"\nReport: {', '.join(str(path) for path in written)}", markup=False)


def _simulated(folder: Path, console: Console) -> _Sample:
    organisation = default_organisation()
    home, source = Home.at(folder), folder / "files"
    console.print(f"Simulating {organisation.name}: {_DEALS:,} deals, all invented ...", markup=False)
    write_chunks(simulate_chunks(organisation, _DEALS, _SEED), source)
    (folder / "simulated.txt").write_text(_SIMULATED, encoding="utf-8")
    with ProgressBar(console) as progress:
        import_paths(sorted(source.glob("*.csv")), home, progress=progress)
    return _Sample(folder, f"{organisation.name} (simulated)", source / "process.yaml")


def _maven(folder: Path, console: Console) -> _Sample:
    console.print("Importing the CRM sample of Maven Analytics: a fictitious company, public domain ...")
    with as_file(files("afteraction.samples") / "maven_crm") as source, ProgressBar(console) as progress:
        import_paths(sorted(source.glob("*.csv")), Home.at(folder), source / "mapping.toml", progress)
    return _Sample(folder, "Maven Analytics CRM sample (fictitious company)", None)
