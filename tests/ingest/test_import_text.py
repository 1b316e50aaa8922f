"""What people read after an import."""

from io import StringIO

from rich.console import Console
from tests.ingest.installation import Files, Installation

from afteraction.ingest import render

PIPELINE = """
opportunity id,owner,status,amount,note
O1,[Ann],Won,5,
O2,[Ann],Lost,many,
O3,[Ann],Open,7,
O4,[Ann],Open,8,
O5,[Ann],Open,9,
O6,[Ann],Open,9,
"""


def printed(installation: Installation, files: Files) -> str:
    report = installation.imports(files.write("pipeline.csv", PIPELINE))
    console = Console(file=StringIO(), width=60, soft_wrap=True)
    render(report, console)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def test_the_account_names_what_happened_and_where_to_look(files: Files, installation: Installation) -> None:
    text = printed(installation, files)
    for part in (
        "pipeline.csv fills deals",
        'Lost = "lost"',
        "[Ann]",
        "pipeline.csv",
        "cells left empty",
        "1 column (empty in every row)",
        "6 of 6 deals have no touches and no stage changes",
        str(installation.home.refusals / "pipeline-"),
        str(installation.home.mappings / "pipeline.toml"),
        "Data version 1.",
    ):
        assert part in text


def test_without_a_terminal_the_text_is_plain_and_names_stay_whole(files: Files, installation: Installation) -> None:
    text = printed(installation, files)
    assert "\x1b" not in text
    assert not set(text) & set("│┃━─")
    assert "deals.crm" not in text
    assert any(line.split()[:2] == ["deals", "6"] for line in text.splitlines())
