"""How the process is followed, as tables: by rep and team, read from saved figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from afteraction.analysis.intervals import rate
from afteraction.report.wording import interval, percent


@dataclass(frozen=True)
class GroupRow:
    """A rep or a team: the share of required steps that were kept, with its interval, of how many that were due."""

    name: str
    deals: int
    due: int
    kept: str
    order: float
    interval: str
    worst: str


@dataclass(frozen=True)
class SkippedStep:
    """A required step that a group left out, or did late or out of order."""

    name: str
    stage: str
    missed: int
    due: int
    share: str
    interval: str
    order: float


def group_rows(groups: Sequence[Mapping[str, Any]], steps: Sequence[Mapping[str, Any]]) -> list[GroupRow]:
    """The groups of which steps were due, by name."""
    return [_row(group, steps) for group in groups if group["due"]]


def _row(group: Mapping[str, Any], steps: Sequence[Mapping[str, Any]]) -> GroupRow:
    share = group["kept"] / group["due"]
    # The steps of one deal hang together: the interval is that of as many deals as had steps due.
    deals = max((due for due, _kept in group["steps"].values()), default=0)
    around = rate(round(share * deals), deals) if deals else None
    missed = missed_steps(group, steps)
    return GroupRow(
        name=group["group"],
        deals=group["deals"],
        due=group["due"],
        kept=percent(share),
        order=share,
        interval=interval(around.low, around.high) if around else "",
        worst=f"{missed[0].name}, {missed[0].missed} of {missed[0].due}" if missed else "",
    )


def missed_steps(group: Mapping[str, Any], steps: Sequence[Mapping[str, Any]]) -> list[SkippedStep]:
    """The required steps that a group did not keep, the largest share first."""
    known = {step["step"]: step for step in steps}
    found = []
    for step, (due, kept) in group["steps"].items():
        if due and due > kept and step in known:
            missed = rate(due - kept, due)
            found.append(
                SkippedStep(
                    known[step]["name"] or step,
                    known[step]["stage"],
                    due - kept,
                    due,
                    percent(missed.value),
                    interval(missed.low, missed.high),
                    missed.value,
                )
            )
    return sorted(found, key=lambda one: -one.order)
