"""The back-tested lift as a drawing, and the kinds of events with what went before, as the page shows them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from afteraction.report.wording import day, interval, percent
from afteraction.web.listening.kinds import word_of
from afteraction.web.listening.models import ListeningResult

WIDTH, HEIGHT = 460, 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 14, 14, 222
_EDGES: Final = (1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 20.0)


@dataclass(frozen=True)
class Dot:
    """A share of the accounts, and its lift: where it is drawn, with words."""

    x: float
    y: float
    text: str


@dataclass(frozen=True)
class LiftChart:
    """Share of the accounts from the top (across), lift (up): a line with its interval, and 1 as no help."""

    curve: str
    band: str
    dots: tuple[Dot, ...]
    grid: tuple[tuple[float, str], ...]
    below: tuple[tuple[float, str], ...]
    one: float
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT
    right: int = WIDTH - _RIGHT
    bottom: int = _BOTTOM


@dataclass(frozen=True)
class KindRow:
    """A kind of event in the record: what followed, and by how much it multiplies the odds."""

    kind: str
    word: str
    events: int
    after: str
    without: str
    times: str
    times_interval: str
    used: str
    half_life: str
    verdict: str
    refused: str


@dataclass(frozen=True)
class RankingShown:
    """What the ranking rests on: `figures` as kept, with the drawing and the kinds where it is learned."""

    figures: Mapping[str, Any]
    chart: LiftChart | None
    kinds: tuple[KindRow, ...]
    weights: tuple[tuple[str, str, str], ...]
    tested_after: str = ""


def ranking_shown(result: ListeningResult | None) -> RankingShown | None:
    """What the page shows of a ranking; None before the first."""
    if result is None:
        return None
    figures = result.figures
    weights = tuple(
        (word_of(each["kind"]), f"× {each['times']:.1f}", f"{each['half_life']:.0f} days")
        for each in figures.get("weights", ())
    )
    split = figures.get("split")
    return RankingShown(
        figures,
        lift_chart(figures.get("lift", ())),
        tuple(map(_kind, figures.get("kinds", ()))),
        weights,
        f"after {day(date.fromisoformat(split))}" if split else "",
    )


def _kind(each: Mapping[str, Any]) -> KindRow:
    times = each["times"]
    refused = each.get("refused")
    words = (refused or {}).get("refused") or refused or {}
    return KindRow(
        kind=each["kind"],
        word=word_of(each["kind"]),
        events=each["events"],
        after=_rate(each["after"]),
        without=_rate(each["without"]),
        times=f"× {times['value']:.1f}" if times else "–",
        times_interval=f"{times['low']:.1f}–{times['high']:.1f}" if times else "",
        used=f"× {each['pooled']:.1f}",
        half_life=f"{each['half_life']:.0f} days" if each["half_life"] else "–",
        verdict={"more": "precedes", "fewer": "precedes_fewer"}.get(each["verdict"], "cant_tell"),
        refused=words.get("reason", ""),
    )


def _rate(rate: Mapping[str, Any] | None) -> str:
    return f"{percent(rate['value'])} ({interval(rate['low'], rate['high'])})" if rate else "–"


def lift_chart(lift: Sequence[Mapping[str, Any]]) -> LiftChart | None:
    """Draws a lift curve; None without one."""
    known = sorted((each for each in lift if each["lift"]["value"] is not None), key=lambda each: each["top"])
    if len(known) < 2:
        return None
    highest = max(each["lift"]["high"] or each["lift"]["value"] for each in known)
    edge = next((each for each in _EDGES if each >= highest), _EDGES[-1])

    def x(share: float) -> float:
        return round(_LEFT + share * (WIDTH - _RIGHT - _LEFT), 1)

    def y(value: float) -> float:
        return round(_BOTTOM - min(value / edge, 1.0) * (_BOTTOM - _TOP), 1)

    line = [(x(each["top"]), y(each["lift"]["value"])) for each in known]
    highs = [(x(each["top"]), y(each["lift"]["high"])) for each in known]
    lows = [(x(each["top"]), y(each["lift"]["low"])) for each in reversed(known)]
    dots = tuple(
        Dot(
            x(each["top"]),
            y(each["lift"]["value"]),
            f"The top {percent(each['top'])}: {each['lift']['value']:.1f} times as many buyers "
            f"({each['lift']['low']:.1f}–{each['lift']['high']:.1f}), {each['won']:,} of {each['n']:,}",
        )
        for each in known
    )
    marks = [edge * n / 4 for n in range(5)]
    return LiftChart(
        curve=_path(line),
        band=_path([*highs, *lows]) + "Z",
        dots=dots,
        grid=tuple((y(each), f"{each:g}×") for each in marks),
        below=tuple((x(share), percent(share)) for share in (0.1, 0.25, 0.5, 0.75, 1.0)),
        one=y(1.0),
    )


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + " L".join(f"{x} {y}" for x, y in points)


def paying(result: ListeningResult | None) -> Mapping[str, Any] | None:
    """What is known of whether acting pays; None before the first look."""
    return result.figures if result else None
