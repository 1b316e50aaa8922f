"""How often the interval of a piece without an effect holds 0, and how often such a piece is called helpful.

    python -m benchmarks.truth_content --runs 40 [--write]

In the simulated organisation ten pieces are used by chance from the second stage on; one, the cost calculator, helps by
what its model says, nine do nothing. --write puts the table into benchmarks/README.md.
"""

import argparse
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from afteraction.analysis.content_effects import ContentUse, content_effects
from afteraction.analysis.deal_frame import deal_frame
from afteraction.analysis.effects import Effect
from afteraction.analysis.verdict import Verdict
from afteraction.ingest import import_paths
from afteraction.lake.home import Home
from afteraction.process.check import parse_file
from afteraction.report.version import open_version
from afteraction.simulate import default_organisation, simulate, write
from benchmarks.page import write_section
from benchmarks.truth_found import markdown, share

_BEGIN: Final = "<!-- truth of content: written by the command -->"
_END: Final = "<!-- truth of content: end -->"
DEALS: Final = 3_000


@dataclass(frozen=True)
class Seen:
    """A piece of one simulated organisation: whether it truly helps, what plain win rates say, what was found."""

    helps: bool
    naive: float
    found: Effect


def seen(runs: int) -> Iterator[Seen]:
    """Every piece of as many organisations."""
    for seed in range(runs):
        with tempfile.TemporaryDirectory() as folder:
            yield from _of(Path(folder), seed)


def _of(folder: Path, seed: int) -> Iterator[Seen]:
    organisation = default_organisation()
    write(simulate(organisation, DEALS, 1_000 + seed), folder / "files")
    import_paths(sorted((folder / "files").glob("*.csv")), Home.at(folder / "home"))
    process = parse_file(folder / "files" / "process.yaml")
    with open_version(folder / "home") as opened:
        frame = deal_frame(opened.record.tables, opened.log, process)
        content = opened.record.tables["content"].to_pyarrow().to_pylist()
        uses = opened.record.tables["content_uses"].to_pyarrow().to_pylist()
    place = {str(key): row for row, key in enumerate(frame.deal_id.to_pylist())}
    first = {each["content_id"]: np.full(len(frame), np.nan) for each in content}
    for use in uses:
        row = place.get(use["deal_id"])
        if row is not None:
            at = np.datetime64(use["at"].replace(tzinfo=None), "us")
            days = float((at - frame.origin) / np.timedelta64(1, "D"))
            first[use["content_id"]][row] = np.fmin(first[use["content_id"]][row], days)
    everywhere = np.ones(len(frame), dtype=bool)
    asked = [ContentUse(first[each["content_id"]], "", everywhere) for each in content]
    ended = ~frame.open
    for each, piece, found in zip(
        content, asked, content_effects(frame, process, asked, np.random.default_rng(seed)), strict=True
    ):
        had = ~np.isnan(piece.first)
        naive = float(frame.won[had & ended].mean() - frame.won[~had & ended].mean())
        yield Seen(each["title"] == organisation.content.helpful, naive, found)


def table(rows: list[Seen]) -> str:
    """A row for the pieces that do nothing, and one for the piece that helps."""
    head = (
        "pieces", "looked at", "refused", "plain win rates say", "found, on average", "95 % intervals that hold 0",
        "called helpful", "called harmful",
    )  # fmt: skip
    return markdown(head, [_row(rows, helps) for helps in (False, True)])


def _row(rows: list[Seen], helps: bool) -> tuple[str, ...]:
    mine = [row for row in rows if row.helps is helps]
    told = [row.found for row in mine if row.found.effect is not None]
    holds = [bool(each.low is not None and each.high is not None and each.low <= 0 <= each.high) for each in told]
    return (
        "the one that helps" if helps else "nine that do nothing",
        f"{len(mine)}",
        f"{len(mine) - len(told)}",
        f"{np.mean([row.naive for row in mine]) * 100:+.1f} points",
        f"{np.mean([each.effect or 0.0 for each in told]) * 100:+.1f} points" if told else "–",
        share(holds),
        share([each.verdict is Verdict.HELPS for each in told]),
        share([each.verdict is Verdict.HURTS for each in told]),
    )


def main() -> None:
    """Measure, print the table, and write it into the README where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--runs", type=int, default=40)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    found = table(list(seen(asked.runs)))
    print(found)
    if asked.write:
        write_section(_BEGIN, _END, found)


if __name__ == "__main__":
    main()
