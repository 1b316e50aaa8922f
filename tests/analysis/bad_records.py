"""Records that no analysis should take at face value."""

import random
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from afteraction.process.model import Process, Step

Rows = dict[str, list[dict[str, Any]]]
START = datetime(2025, 1, 1, tzinfo=UTC)
PROCESS = Process(
    "Ours",
    1,
    ("Qualify", "Propose"),
    (
        Step("call", "Qualify", ("Call",), required=True),
        Step("demo", "Propose", ("Demo",), required=True),
        Step("offer", "Propose", ("Offer",), required=True),
    ),
)


def day(number: float) -> datetime:
    return START + timedelta(days=number)


def deals(count: int, change: Callable[[dict[str, Any], random.Random], None] | None = None, seed: int = 1) -> Rows:
    """An ordinary record: eight reps, two stages of twenty days, steps done by chance, one deal in five still open.

    `change` may alter the row of a deal; its luck is its own, so that the rest of a record stays as it is.
    """
    rng, of_change = random.Random(seed), random.Random(seed)
    rows: Rows = {"deals": [], "touches": [], "stage_changes": []}
    for number in range(count):
        deal, begin = f"d{number:05}", number * 600 / max(count, 1)
        outcome = "open" if begin > 480 else rng.choice(["won", "lost", "lost", "no_decision"])
        row = {
            "deal_id": deal,
            "owner": f"rep {number % 8}",
            "amount": rng.uniform(1_000, 50_000),
            "currency": "EUR",
            "segment": rng.choice(["small", "middle", "large"]),
            "outcome": outcome,
            "created_at": day(begin),
            "closed_at": None if outcome == "open" else day(begin + 40 + 20 * rng.random()),
        }
        if change:
            change(row, of_change)
        rows["deals"].append(row)
        for place, stage in enumerate(PROCESS.stages):
            rows["stage_changes"].append({"deal_id": deal, "stage": stage, "at": day(begin + 20 * place)})
        for step in PROCESS.steps:
            if rng.random() < 0.6:
                at = day(begin + 20 * PROCESS.stages.index(step.stage) + 15 * rng.random())
                rows["touches"].append({"deal_id": deal, "activity": step.activities[0], "at": at})
    return rows


def each(**values: Any) -> Callable[[Mapping[str, Any], random.Random], None]:
    """Sets columns of every deal; a function is asked for each deal's value."""

    def change(row: Any, rng: random.Random) -> None:
        for name, value in values.items():
            row[name] = value(row, rng) if callable(value) else value

    return change
