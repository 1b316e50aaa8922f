"""Commands about an installation: serving it, backing it up, and what else its admins need."""

import os
from pathlib import Path
from typing import Annotated

import typer

from afteraction.cli.common import DEFAULT_HOME, HomeOption, err, out, say, use_home

app = typer.Typer()


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
    jobs: Annotated[
        bool, typer.Option("--jobs/--no-jobs", help="Whether a job worker runs here; else start one: work.")
    ] = True,
) -> None:
    """Run the web application and a job worker."""
    _one_thread_each()
    use_home(home)
    from afteraction.web.serving import Serving
    from afteraction.web.serving import serve as run

    run(Serving(host, port, workers, admin, organisation, jobs), say)


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
    use_home(home)
    from datetime import UTC, datetime

    from afteraction.web.serving import refuse_unprepared, start_django

    start_django()
    refuse_unprepared()
    from afteraction.web.api.tokens import make_token_for

    # Alone on standard output, so that it can be put into a variable.
    say(make_token_for(email=email, name=name, scopes=scope, days=days, now=datetime.now(UTC)))


@app.command()
def backup(
    to: Annotated[Path, typer.Argument(help="A new file, or a folder that gets one named after the moment.")],
    recipient: Annotated[
        list[str] | None,
        typer.Option(help="Encrypt for the holder of this age public key; again for more. See backup-key."),
    ] = None,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Write the database and all data, as of one moment, into one file. The server may run meanwhile."""
    use_home(home)
    from datetime import UTC, datetime

    from afteraction.web.serving import refuse_unprepared, start_django

    start_django()
    refuse_unprepared()
    from afteraction.web.upkeep.backup import backup as run

    made = run(to=to, recipients=recipient or [], now=datetime.now(UTC))
    out.print(
        f"{made.path}: {made.files} files, {sum(made.rows.values())} rows, {made.bytes / 1e6:.1f} MB", markup=False
    )
    if not recipient:
        err.print(
            "It is not encrypted and holds everything, the keys to secrets included: keep it as safe as the home."
        )


@app.command("backup-key")
def backup_key(path: Annotated[Path, typer.Argument(help="A new file for the private key.")]) -> None:
    """Make a pair of keys for encrypted backups: the private one into a file, the public one printed."""
    from afteraction.web.upkeep.archive import make_key

    say(make_key(path))
    err.print(f"Keep {path} away from the server: whoever has it can read the backups, and without it nobody can.")


@app.command()
def restore(
    path: Annotated[Path, typer.Argument(help="What `afteraction backup` wrote.", exists=True, dir_okay=False)],
    identity: Annotated[Path | None, typer.Option(help="The private key of an encrypted one.")] = None,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Fill an empty home (and the database that is set, which must be empty) from a backup, and check every file."""
    use_home(home)
    from afteraction.web.serving import start_django

    start_django()
    from afteraction.web.upkeep.backup import restore as run

    told = run(path, identity, say)
    for name, version in told.data_versions.items():
        say(f"{'the home' if name == '.' else name}: data version {version}")
    say(f"Restored as of {told.made_at}. Start it: afteraction serve --home {home}")


@app.command()
def doctor(
    json_file: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Write all findings there, to be sent to who helps.")
    ] = None,
    online: Annotated[bool, typer.Option("--online", help="Also ask the mail server whether it takes mail.")] = False,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Look at everything that a support person would ask, and say what to do. Status 1 if something is wrong."""
    from afteraction.errors import Refused

    if not home.is_dir():
        raise Refused(f"no folder {home}", "the home of an installation", "name it: afteraction doctor --home DIR")
    use_home(home)
    from datetime import UTC, datetime

    from afteraction.web.serving import start_django

    start_django()
    from afteraction.web.upkeep.doctor import examine

    diagnosis = examine(now=datetime.now(UTC), online=online)
    for each in diagnosis.findings:
        out.print(f"{each.state.upper():<6} {each.check}: {each.found}", markup=False, style=_STYLES[each.state])
        if each.next:
            say(f"       → {each.next}")
    if json_file:
        diagnosis.write(json_file)
    if diagnosis.worst == "wrong":
        raise typer.Exit(1)


_STYLES = {"ok": "none", "warn": "yellow", "wrong": "bold red"}


@app.command()
def work(home: HomeOption = DEFAULT_HOME) -> None:
    """Run a job worker alone. `serve` has one already."""
    _one_thread_each()
    use_home(home)
    from afteraction.web.parent import end_with_parent
    from afteraction.web.serving import start_django

    start_django()
    from afteraction.web.people.bootstrap import refuse_newer_tables

    refuse_newer_tables()
    from django.conf import settings

    from afteraction.web.jobs.worker import work as run

    end_with_parent()
    if not settings.JOBS_EAGER:
        _pages_first()
    run()


def _one_thread_each() -> None:
    """Processes side by side share the processors; threads of linear algebra that wait for each other would spin."""
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ.setdefault(name, "1")


def _pages_first() -> None:
    """Take what nobody who waits for a page needs: where the system knows no such class, a low priority."""
    if hasattr(os, "SCHED_IDLE"):
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    else:
        os.nice(10)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []})
def manage(context: typer.Context, home: HomeOption = DEFAULT_HOME) -> None:
    """Run a command of Django's own, such as `migrate`, `check` or `shell`."""
    use_home(home)
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
    use_home(home)
    from afteraction.demo import make_demo, serve_demo

    made = make_demo(home, out, address=f"http://localhost:{port}")
    if serve_:
        serve_demo(made, out, host, port)
