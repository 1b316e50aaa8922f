"""What was found on simulated organisations beside what is true: kept as it is found, and counted."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class Found:
    """One thing that an estimator said of one organisation, and what is true.

    `kind` is the estimator. `effect` with `low` and `high` is the estimate with its 95 % interval, `naive` the plain
    difference. `verdict` is what was said in a word, `oracle` what the oracle says. A `leak` is no cause in truth.
    """

    kind: str
    organisation: str
    deals: int
    seed: int
    name: str
    truth: float
    verdict: str = ""
    leak: bool = False
    effect: float | None = None
    low: float | None = None
    high: float | None = None
    naive: float | None = None
    oracle: str | None = None

    @property
    def estimated(self) -> bool:
        return self.low is not None and self.high is not None

    @property
    def holds(self) -> bool:
        """Whether the interval holds the truth."""
        return self.low is not None and self.high is not None and self.low <= self.truth <= self.high

    @property
    def run(self) -> tuple[str, int, int]:
        """The organisation that it was found in."""
        return self.organisation, self.deals, self.seed


def share(flags: Sequence[bool]) -> str:
    return f"{np.mean(flags):.1%} of {len(flags):,}" if flags else "–"


def markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table."""
    lines = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def find(folder: Path, name: str, finding: Callable[[], Sequence[Found]]) -> int | None:
    """Keep what is found as FOLDER/name.jsonl; how much that was, or None where it had been found before."""
    path = folder / f"{name}.jsonl"
    if path.exists():
        return None
    lines = [json.dumps(asdict(each)) for each in finding()]
    draft = path.with_suffix(".writing")
    draft.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    draft.rename(path)
    return len(lines)


def kept(folder: Path) -> list[Found]:
    """What earlier runs found."""
    return [
        Found(**json.loads(line))
        for path in sorted(folder.glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
