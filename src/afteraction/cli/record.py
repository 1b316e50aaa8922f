"""Commands about the record: import, analysis, report."""

from pathlib import Path
from typing import Annotated

import typer

from afteraction.cli.common import (
    DEFAULT_HOME,
    Engine,
    EngineOption,
    HomeOption,
    ProcessOption,
    VersionOption,
    err,
    out,
)

app = typer.Typer()


@app.command("import")
def import_(
    paths: Annotated[list[Path], typer.Argument(help="Files or folders: CSV, Excel, Parquet, JSON, XES.")],
    mapping: Annotated[
        Path | None, typer.Option("--map", help="A mapping file, as the first import drafts it.")
    ] = None,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Bring files into the record. The same file twice changes nothing."""
    from afteraction.ingest import import_paths, render
    from afteraction.lake.home import Home
    from afteraction.terminal import ProgressBar

    with ProgressBar(err) as progress:
        report = import_paths(paths, Home.at(home), mapping_file=mapping, progress=progress)
    render(report, out)
    if report.nothing_imported:
        raise typer.Exit(1)


@app.command()
def versions(home: HomeOption = DEFAULT_HOME) -> None:
    """List the data versions, oldest first."""
    from rich.table import Table

    from afteraction.lake.home import Home
    from afteraction.lake.store import Lake

    table = Table("version", "made", "deals", "touches", "why")
    for snapshot in Lake(Home.at(home)).versions():
        rows = (str(snapshot.rows.get(name, 0)) for name in ("deals", "touches"))
        table.add_row(str(snapshot.version), f"{snapshot.at:%Y-%m-%d %H:%M} UTC", *rows, snapshot.note)
    out.print(table)


@app.command()
def compact(
    keep: Annotated[int, typer.Option(min=1, help="How many of the newest data versions stay readable.")] = 10,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Join small files and drop the oldest data versions."""
    from afteraction.lake.home import Home
    from afteraction.lake.store import Lake

    lake = Lake(Home.at(home))
    snapshot = lake.compact()
    dropped = lake.forget(keep)
    out.print(f"Data version {snapshot.version if snapshot else 0} is compact; dropped {len(dropped)} older versions.")


@app.command()
def discover(
    file: Annotated[Path | None, typer.Option("--out", help="Write it to FILE.yaml, and its map to FILE.svg.")] = None,
    as_of: VersionOption = None,
    engine: EngineOption = Engine.DUCKDB,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Find the process that people follow, as a process file and a map."""
    from afteraction.process.write import process_text
    from afteraction.report.map_file import write_map
    from afteraction.report.output import refuse_unwritable, write_whole
    from afteraction.report.version import open_version

    refuse_unwritable(file)
    with open_version(home, as_of, engine) as version:
        process = version.followed_process()
        if file is None:
            out.print(process_text(process), markup=False)
            return
        write_whole(file, process_text(process).encode())
        picture = file.with_suffix(".svg")
        write_map(version, process, picture)
        out.print(f"{len(process.steps)} steps in {len(process.stages)} stages: {file}, {picture}", markup=False)


@app.command()
def analyze(
    process: ProcessOption = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write all figures to this file.")] = None,
    deals_file: Annotated[
        Path | None, typer.Option("--deals", help="Write the deals behind the figures to this Parquet file.")
    ] = None,
    as_of: VersionOption = None,
    engine: EngineOption = Engine.DUCKDB,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Hold the record against the process and answer the five health questions."""
    from afteraction.report.deal_rows import write_deal_rows
    from afteraction.report.figures import write_figures
    from afteraction.report.output import refuse_unwritable
    from afteraction.report.summary_text import print_summary
    from afteraction.report.version import open_version, read_process

    refuse_unwritable(json_file)
    on_paper = read_process(process)
    with open_version(home, as_of, engine) as version:
        study = version.study(on_paper)
        print_summary(study, out, version.simulated)
    if json_file:
        write_figures(study, json_file)
    if deals_file:
        rows = write_deal_rows(study.outcomes, deals_file)
        out.print(f"\n{rows:,} deals: {deals_file}", markup=False)


@app.command()
def deviations(
    file: Annotated[Path, typer.Option("--out", help="The Parquet file to write.")],
    process: ProcessOption = None,
    as_of: VersionOption = None,
    engine: EngineOption = Engine.DUCKDB,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Write every deviation from the process: deal, rule, step, kind, time and event."""
    from afteraction.report.output import refuse_unwritable
    from afteraction.report.version import open_version, read_process

    refuse_unwritable(file)
    on_paper = read_process(process)
    with open_version(home, as_of, engine) as version:
        rows = version.write_deviations(on_paper, file)
    out.print(f"{rows:,} deviations: {file}", markup=False)


@app.command()
def report(
    html: Annotated[Path | None, typer.Option(help="The page to write; one file that needs nothing else.")] = None,
    pdf: Annotated[Path | None, typer.Option(help="The PDF to write.")] = None,
    process: ProcessOption = None,
    as_of: VersionOption = None,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Write the report for people."""
    from afteraction.report.files import write_report
    from afteraction.report.output import refuse_unwritable
    from afteraction.report.version import open_version, read_process

    if html is None and pdf is None:
        raise typer.BadParameter("name a file to write: --html FILE, --pdf FILE or both")
    refuse_unwritable(html, pdf)
    on_paper = read_process(process)
    with open_version(home, as_of) as version:
        written = write_report(version, version.study(on_paper), html, pdf)
    for path in written:
        out.print(str(path), markup=False)


@app.command()
def simulate(
    folder: Annotated[Path, typer.Argument(help="The folder to write, which must be new or empty.")],
    deals: Annotated[int, typer.Option(min=1, help="How many deals.")] = 2_000,
    seed: Annotated[int, typer.Option(min=0, help="Equal seeds give equal files.")] = 1,
) -> None:
    """Write the record of an invented organisation whose truth is known."""
    from afteraction.simulate import default_organisation, simulate_chunks, write_chunks

    write_chunks(simulate_chunks(default_organisation(), deals, seed), folder)
    out.print(f"{deals:,} deals, process.yaml and truth.json: {folder}", markup=False)
