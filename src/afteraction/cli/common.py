"""What the commands share: where they print, the options that many have, and how a home is named."""

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

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


class Engine(StrEnum):
    """What works through the data of a version."""

    DUCKDB = "duckdb"
    SPARK = "spark"


EngineOption = Annotated[
    Engine,
    typer.Option(
        "--engine",
        help="What works through the data: DuckDB on this machine, or Spark (needs afteraction[spark]), "
        "also on many; both give the same figures.",
    ),
]
DEFAULT_HOME = Path("afteraction-home")


def use_home(home: Path) -> None:
    """The settings of the web application read the home from the environment, as do the processes it starts."""
    os.environ["AFTERACTION_HOME"] = str(home.expanduser().resolve())


def say(text: str) -> None:
    out.print(text, markup=False)
