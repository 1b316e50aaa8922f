"""The command line: thin commands, one function each.

Whatever does the work is imported inside its command, so that `--help` and a wrong option answer at once.
"""

import sys

import typer

from afteraction.cli import installation, record
from afteraction.cli.common import err
from afteraction.cli.process import process_app
from afteraction.errors import Refused

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
app.add_typer(record.app)
app.add_typer(installation.app)
app.add_typer(process_app, name="process")


def main() -> None:
    """Run a command; what is refused is explained on standard error and ends with status 1."""
    try:
        app()
    except Refused as refusal:
        err.print("Refused.", style="bold")
        err.print(str(refusal), markup=False)
        sys.exit(1)
