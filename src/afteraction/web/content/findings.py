"""What a piece does to winning, in words and figures as pages and lists show it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from afteraction.errors import NotEnoughData
from afteraction.report.wording import days, percent, points
from afteraction.web.insights.marks import Whisker, around, whisker


@dataclass(frozen=True)
class PieceEffect:
    """The effect of a piece, or the refusal. `short` fits into a row of a table."""

    verdict: str = "cant_tell"
    short: str = ""
    effect: str = ""
    interval: str = ""
    rates: str = ""
    naive: str = ""
    n: int = 0
    did: int = 0
    days: str = ""
    needed: int | None = None
    leak: str = ""
    warnings: tuple[str, ...] = ()
    mark: Whisker | None = None
    refused: NotEnoughData | None = None


def effect_of(document: Mapping[str, Any]) -> PieceEffect | None:
    """What is kept of the effect of a piece; None before it was worked out."""
    if not document:
        return None
    if document.get("refused"):
        return PieceEffect(
            document["verdict"], leak=document.get("leak", ""), refused=NotEnoughData(**document["refused"])
        )
    low, high, value, naive = (document[name] for name in ("low", "high", "effect", "naive_difference"))
    return PieceEffect(
        verdict=document["verdict"],
        short=f"{points(value)} points ({points(low)} to {points(high)}; {document['n']:,} deals)",
        effect=points(value),
        interval=f"{points(low)} to {points(high)}",
        rates=f"{percent(document['rate_did'])} with it, {percent(document['rate_not'])} without",
        naive=points(naive) if naive is not None else "",
        n=document["n"],
        did=document["did"],
        days=days(document["landmark_days"]),
        needed=document["deals_needed"],
        warnings=tuple(document["warnings"]),
        mark=whisker(value, low, high, around([(low, high, naive)]), naive),
    )


def in_short(document: Mapping[str, Any]) -> str:
    """One sentence on whether a piece helps, as honest as the figures are."""
    found = effect_of(document)
    if found is None:
        return "Not measured yet"
    if found.leak:
        return "It comes with the decision, so it is no cause of it"
    if found.refused is not None:
        return f"Whether it helps to win cannot be told: {found.refused.reason}"
    if found.verdict == "helps":
        return f"Deals that had it in time are won more often: {found.short}"
    if found.verdict == "hurts":
        return f"Deals that had it in time are won less often: {found.short}"
    if found.verdict == "no_effect":
        return f"No effect on winning: {found.short}"
    more = f"; about {found.needed:,} more deals would settle it" if found.needed else ""
    return f"Whether it helps to win cannot be told yet: {found.short}{more}"
