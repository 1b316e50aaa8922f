"""`afteraction process …`: commands about process files."""

from pathlib import Path
from typing import Annotated

import typer

from afteraction.cli.common import out

process_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Check, show and compare process files.")


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
