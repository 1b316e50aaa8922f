"""What was worked out for a play, in words and figures as its page shows them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from afteraction.errors import NotEnoughData
from afteraction.report.wording import days, percent, points
from afteraction.web.insights.marks import Whisker, around, whisker


@dataclass(frozen=True)
class CommonRow:
    """A step in the chosen deals beside comparable lost ones. `beyond_chance`: common, rare or empty."""

    name: str
    won: str
    of_won: int
    lost: str
    of_lost: int
    difference: str
    around: str
    beyond_chance: str
    timing: str
    note: str


@dataclass(frozen=True)
class Found:
    """What the deals have in common, or the refusal."""

    chosen: int = 0
    compared: int = 0
    kinds: str = ""
    common: tuple[CommonRow, ...] = ()
    others: tuple[CommonRow, ...] = ()
    orders: tuple[str, ...] = ()
    tests: int = 0
    refused: NotEnoughData | None = None


@dataclass(frozen=True)
class PatternEffect:
    """What all moves together do, or the refusal."""

    verdict: str = "cant_tell"
    effect: str = ""
    interval: str = ""
    rates: str = ""
    n: int = 0
    did: int = 0
    days: str = ""
    needed: int | None = None
    warnings: tuple[str, ...] = ()
    mark: Whisker | None = None
    refused: NotEnoughData | None = None


def found_of(document: Mapping[str, Any], names: Mapping[str, str]) -> Found | None:
    """What is kept of a blueprint; None before it was worked out."""
    if not document:
        return None
    if document["refused"]:
        return Found(refused=NotEnoughData(**document["refused"]))
    rows = [_row(step, names) for step in document["steps"]]
    tests = [each for each in (*document["steps"], *document["orders"]) if each["shares"]]
    return Found(
        chosen=document["chosen"],
        compared=document["compared"],
        kinds=" and ".join(document["kinds"]),
        common=tuple(row for row in rows if row.beyond_chance == "common"),
        others=tuple(row for row in rows if row.beyond_chance != "common"),
        orders=tuple(_order(each, names) for each in document["orders"] if _beyond(each["shares"]) == "common"),
        tests=len(tests),
    )


def effect_of(document: Mapping[str, Any]) -> PatternEffect | None:
    """What is kept of the effect of a play's moves; None before it was worked out."""
    if not document:
        return None
    if document.get("refused"):
        return PatternEffect(refused=NotEnoughData(**document["refused"]))
    low, high, value = document["low"], document["high"], document["effect"]
    return PatternEffect(
        verdict=document["verdict"],
        effect=points(value),
        interval=f"{points(low)} to {points(high)}",
        rates=f"{percent(document['rate_did'])} with all of its moves, {percent(document['rate_not'])} without",
        n=document["n"],
        did=document["did"],
        days=days(document["landmark_days"]),
        needed=document["deals_needed"],
        warnings=tuple(document["warnings"]),
        mark=whisker(
            value, low, high, around([(low, high, document["naive_difference"])]), document["naive_difference"]
        ),
    )


def step_effect(one: Mapping[str, Any] | None) -> str:
    """The saved effect of one step, in points with interval and n; empty where it is not known."""
    if not one or one["effect"] is None:
        return ""
    return f"{points(one['effect'])} points ({points(one['low'])} to {points(one['high'])}, {one['n']:,} deals)"


def _beyond(shares: Mapping[str, Any] | None) -> str:
    if not shares or shares["q"] > 0.05:
        return ""
    return "common" if shares["difference"] > 0 else "rare"


def _row(step: Mapping[str, Any], names: Mapping[str, str]) -> CommonRow:
    shares, name = step["shares"], names.get(step["step"], step["step"])
    note = "All wins of these kinds: these deals were chosen for it" if step["of_all_wins"] else ""
    if shares is None:
        refused = step["refused"] or {"reason": "nothing to compare"}
        return CommonRow(name, "–", 0, "–", 0, "–", "", "", _timing(step), f"Not compared: {refused['reason']}")
    return CommonRow(
        name=name,
        won=percent(shares["share_won"]),
        of_won=shares["of_won"],
        lost=percent(shares["share_lost"]),
        of_lost=shares["of_lost"],
        difference=points(shares["difference"]),
        around=f"{points(shares['low'])} to {points(shares['high'])}",
        beyond_chance=_beyond(shares),
        timing=_timing(step),
        note=note,
    )


def _timing(step: Mapping[str, Any]) -> str:
    own, lost = step["timing"], step["lost_timing"]
    if not own:
        return ""
    spread = f" ({days(own['low'])}–{days(own['high'])})" if own["low"] is not None else ""
    beside = f"; lost deals {days(lost['days'])}" if lost else ""
    return f"{days(own['days'])}{spread}, n {own['n']}{beside}"


def _order(each: Mapping[str, Any], names: Mapping[str, str]) -> str:
    shares = each["shares"]
    first, then = names.get(each["first"], each["first"]), names.get(each["then"], each["then"])
    return (
        f"{first} before {then}: in {percent(shares['share_won'])} of {shares['of_won']} wins, in "
        f"{percent(shares['share_lost'])} of {shares['of_lost']} lost deals ({points(shares['difference'])} "
        f"points, {points(shares['low'])} to {points(shares['high'])})"
    )
