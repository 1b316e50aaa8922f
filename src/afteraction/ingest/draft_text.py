"""A draft as text that fits a terminal of 80 columns: what comes from where, and the questions that stay open."""

from io import StringIO
from itertools import groupby
from textwrap import TextWrapper
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from afteraction.ingest.draft import Draft, DraftLine

WIDTH: Final = 79
_MOST_KEPT: Final = 12  # lines of columns that nobody need look at
_WRAPPED: Final = TextWrapper(width=WIDTH, subsequent_indent="    ", break_on_hyphens=False)
_WRAPPED_BELOW: Final = TextWrapper(width=WIDTH, initial_indent="    ", subsequent_indent="    ")
_HEADINGS: Final = ("line", "becomes", "comes from", "for example", "sure")


def draft_text(draft: Draft) -> str:
    """Every line of the draft with examples and how sure it is, then the sheets that are not used."""
    console = Console(file=StringIO(), width=WIDTH, color_system=None)
    with console.capture() as captured:
        for (sheet, table), lines in groupby(draft.lines, key=lambda line: (line.sheet, line.table)):
            console.print(Text(f"{sheet} fills {table.replace('_', ' ')}", overflow="fold"))
            console.print(_table(list(lines)))
            console.print()
    told = [line.rstrip() for line in captured.get().rstrip().splitlines()]
    return "\n".join([*told, *(f"{sheet}: not used ({reason})" for sheet, reason in draft.skipped.items())])


def questions_text(draft: Draft) -> str:
    """The lines that a person has to look at, each with what makes it doubtful."""
    told = []
    for line in draft.unsure:
        told += _WRAPPED.wrap(f"line {line.line}: {line.table}.{line.name} = {line.source}")
        if line.why:
            told += _WRAPPED_BELOW.wrap(f"{line.why.confidence:.0%} sure: {line.why.reason}")
    return "\n".join(told)


def _table(lines: list[DraftLine]) -> Table:
    table = Table(box=None, pad_edge=False, show_edge=False)
    for heading in _HEADINGS:
        numeric = heading in ("line", "sure")
        table.add_column(
            heading, justify="right" if numeric else "left", overflow="fold", no_wrap=numeric or heading == "becomes"
        )
    kept = [line for line in lines if line.why is None and not line.needed]
    untold = {*kept[_MOST_KEPT:]}
    for line in (line for line in lines if line not in untold):
        doubt = "? " if line.needed and not line.is_sure else ""
        sure = f"{line.why.confidence:.0%}" if line.why else ""
        table.add_row(f"{doubt}{line.line}", *map(Text, (line.name, line.source, line.examples)), sure)
    if len(kept) > _MOST_KEPT:
        table.add_row("", "…", f"and {len(kept) - _MOST_KEPT:,} more that are kept as they are")
    return table
