"""What is remembered, in words and figures for the page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from afteraction.errors import NotEnoughData
from afteraction.report.sections.cells import sentence
from afteraction.report.wording import many
from afteraction.web.practice.models import RetentionFigures
from afteraction.web.practice.selectors import OwnRetention


@dataclass(frozen=True)
class RetentionRow:
    """Shares in per cent, each with its interval and n; `refused` stands in their place where there are none."""

    refused: Any = None
    measured: str = ""
    interval: str = ""
    n: str = ""
    without: str = ""
    days: str = ""
    first: str = ""
    ahead: str = ""
    holds: str = ""
    counted: Any = None


def own_row(own: OwnRetention) -> RetentionRow:
    """For the person alone."""
    left, ahead = own.left, ""
    if left is not None:
        ahead = f"{left.value:.0%} ({left.low:.0%} to {left.high:.0%}) of {many(own.learned, 'card')}"
    found = own.measured
    if isinstance(found, NotEnoughData):
        told = NotEnoughData(sentence(found.reason), sentence(found.needed))
        return RetentionRow(refused=told, ahead=ahead)
    holds = ""
    if not isinstance(own.accuracy, NotEnoughData):
        slope = own.accuracy.slope
        holds = f"slope {_slope(vars(slope))}, n = {own.accuracy.n}; 1 is perfect"
    first = None if found.first is None else vars(found.first)
    return _row(vars(found) | {"measured": vars(found.measured), "first": first}, ahead=ahead, holds=holds)


def figures_row(kept: RetentionFigures) -> RetentionRow:
    """Of the organisation, as counted last."""
    figures = kept.figures
    if refused := figures.get("refused"):
        return RetentionRow(
            refused=NotEnoughData(refused["reason"], sentence(refused["needed"])), counted=kept.counted_at
        )
    slope = figures.get("slope")
    holds = f"slope {_slope(slope)}; 1 is perfect" if slope else ""
    return _row(figures["retention"], holds=holds, counted=kept.counted_at)


def _row(found: Any, **others: Any) -> RetentionRow:
    measured, first = found["measured"], ""
    if found["first"]:
        share = found["first"]
        first = (
            f"{share['value']:.0%} ({share['low']:.0%} to {share['high']:.0%}, n = {found['first_n']:,}) where the "
            f"curve says {found['first_by_curve']:.0%}"
        )
    people = f" of {many(found['people'], 'person', 'people')}" if found["people"] > 1 else ""
    return RetentionRow(
        measured=f"{measured['value']:.0%}",
        interval=f"{measured['low']:.0%} to {measured['high']:.0%}",
        n=f"{many(found['n'], 'answer')}{people}",
        without=f"{found['without']:.0%}",
        days=f"{found['days']:.0f}",
        first=first,
        **others,
    )


def _slope(slope: Mapping[str, float]) -> str:
    return f"{slope['value']:.2f} ({slope['low']:.2f} to {slope['high']:.2f})".replace("-", "−")
