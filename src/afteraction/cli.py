"""The command line: thin commands, one function each.

Whatever does the work is imported inside its command, so that `--help` and a wrong option answer at once.
"""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from afteraction.errors import Refused

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
process_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Check, show and compare process files.")
app.add_typer(process_app, name="process")

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)

HomeOption = Annotated[
    Path, typer.Option("--home", envvar="AFTERACTION_HOME", help="The one folder that holds everything.")
]
ProcessOption = Annotated[
    list[str] | None,
    typer.Option(
        "--process",
        metavar="FILE[@DAY]",
        help="The process on paper; without it deals are held against the process they follow. Given again with a day, "
        "as in new.yaml@2026-03-01, deals that began since then are held against that version.",
    ),
]
VersionOption = Annotated[int | None, typer.Option("--as-of", help="A data version; the newest by default.")]
DEFAULT_HOME = Path("afteraction-home")


def main() -> None:
    """Run a command; what is refused is explained on standard error and ends with status 1."""
    try:
        app()
    except Refused as refusal:
        err.print("Refused.", style="bold")
        err.print(str(refusal), markup=False)
        sys.exit(1)


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


@process_app.command("check")
def process_check(files: Annotated[list[Path], typer.Argument(help="Process files.")]) -> None:
    """Say everything that is wrong with process files, with line numbers."""
    from afteraction.process.check import check_text, read_text

    wrong = False
    for file in files:
        checked = check_text(read_text(file))
        for problem in checked.problems:
            out.print(f"{file}: {problem}", markup=False)
        for warning in checked.warnings:
            out.print(f"{file}: warning: {warning}", markup=False)
        if checked.process is None:
            wrong = True
        else:
            out.print(f"{file}: {checked.process.name}, version {checked.process.version}: right", markup=False)
    if wrong:
        raise typer.Exit(1)


@process_app.command("show")
def process_show(file: Path) -> None:
    """Show a process in words: its stages, steps and every rule they stand for."""
    from afteraction.process.check import parse_file
    from afteraction.process.words import process_in_words

    out.print(process_in_words(parse_file(file)), markup=False)


@process_app.command("diff")
def process_diff(old: Path, new: Path) -> None:
    """Say in words what changed between two versions of a process."""
    from afteraction.process.check import parse_file
    from afteraction.process.diff import diff

    changes = diff(parse_file(old), parse_file(new))
    for change in changes:
        out.print(f"- {change.sentence}", markup=False)
    if not changes:
        out.print("No difference.")


@app.command()
def discover(
    file: Annotated[Path | None, typer.Option("--out", help="Write it to FILE.yaml, and its map to FILE.svg.")] = None,
    as_of: VersionOption = None,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Find the process that people follow, as a process file and a map."""
    from afteraction.process.write import process_text
    from afteraction.report.map_file import write_map
    from afteraction.report.output import refuse_unwritable, write_whole
    from afteraction.report.version import open_version

    refuse_unwritable(file)
    with open_version(home, as_of) as version:
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
    with open_version(home, as_of) as version:
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
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Write every deviation from the process: deal, rule, step, kind, time and event."""
    from afteraction.report.output import refuse_unwritable
    from afteraction.report.version import open_version, read_process

    refuse_unwritable(file)
    on_paper = read_process(process)
    with open_version(home, as_of) as version:
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


@app.command()
def serve(
    home: HomeOption = DEFAULT_HOME,
    host: Annotated[str, typer.Option(help="The address to listen at; 0.0.0.0 is every one.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8000,
    workers: Annotated[int, typer.Option(min=1, help="Processes that answer requests.")] = 2,
    admin: Annotated[
        str, typer.Option(help="On the first start: the e-mail address of the admin.")
    ] = "admin@localhost",
    organisation: Annotated[str, typer.Option(help="On the first start: its name.")] = "My organisation",
) -> None:
    """Run the web application and a job worker."""
    _use_home(home)
    from afteraction.web.serving import Serving
    from afteraction.web.serving import serve as run

    run(Serving(host, port, workers, admin, organisation), _say)


@app.command()
def token(
    email: Annotated[str, typer.Argument(help="Whose token it is: it may at most what they may.")],
    name: Annotated[str, typer.Option(help="The program that will use it.")] = "Command line",
    scope: Annotated[
        list[str] | None, typer.Option(help="What it may do, such as deals:read; again for more. All by default.")
    ] = None,
    days: Annotated[int, typer.Option(min=1, help="How long it is valid.")] = 90,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Make an API token and print it. It is not shown again."""
    _use_home(home)
    from datetime import UTC, datetime

    from afteraction.web.serving import refuse_unprepared, start_django

    start_django()
    refuse_unprepared()
    from afteraction.web.api.tokens import make_token_for

    # Alone on standard output, so that it can be put into a variable.
    _say(make_token_for(email=email, name=name, scopes=scope, days=days, now=datetime.now(UTC)))


@app.command()
def work(home: HomeOption = DEFAULT_HOME) -> None:
    """Run a job worker alone. `serve` has one already."""
    _use_home(home)
    from afteraction.web.parent import end_with_parent
    from afteraction.web.serving import start_django

    start_django()
    from afteraction.web.jobs.worker import work as run

    end_with_parent()
    _pages_first()
    run()


def _pages_first() -> None:
    """Take what nobody who waits for a page needs: where the system knows no such class, a low priority."""
    if hasattr(os, "SCHED_IDLE"):
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    else:
        os.nice(10)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []})
def manage(context: typer.Context, home: HomeOption = DEFAULT_HOME) -> None:
    """Run a command of Django's own, such as `migrate`, `check` or `shell`."""
    _use_home(home)
    from afteraction.web.serving import start_django

    start_django()
    from django.core.management import execute_from_command_line

    execute_from_command_line(["afteraction manage", *context.args])


@app.command()
def demo(
    home: HomeOption = Path("demo"),
    serve_: Annotated[
        bool, typer.Option("--serve/--no-serve", help="Start the web application when everything is there.")
    ] = True,
    host: Annotated[str, typer.Option(help="The address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8000,
) -> None:
    """Import sample data, analyse it, write the reports and start the web application."""
    _use_home(home)
    from afteraction.demo import make_demo, serve_demo

    made = make_demo(home, out, address=f"http://localhost:{port}")
    if serve_:
        serve_demo(made, out, host, port)


def _use_home(home: Path) -> None:
    """The settings of the web application read the home from the environment, as do the processes it starts."""
    os.environ["AFTERACTION_HOME"] = str(home.expanduser().resolve())


def _say(text: str) -> None:
    out.print(text, markup=False)
