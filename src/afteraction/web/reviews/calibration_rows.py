"""A person's calibration as a page shows it: figures in words, and the picture of chances stated against deals won."""

from dataclasses import dataclass
from typing import Any, Final

from afteraction.analysis.calibration import Measured
from afteraction.analysis.person_calibration import PersonCalibration
from afteraction.errors import NotEnoughData
from afteraction.report.wording import decimal, decimals, interval, percent, points

WIDTH, HEIGHT = 420, 360
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 26, 14, 46


@dataclass(frozen=True)
class Dot:
    """A band of stated chances in the picture, and what it says."""

    x: float
    y: float
    low_y: float
    high_y: float
    stated: str
    won: str
    spread: str
    deals: int


@dataclass(frozen=True)
class CalibrationRows:
    """What the page says: the sentence that matters, figures, the dots and where the axes are."""

    sentence: str
    figures: dict[str, Any]
    dots: tuple[Dot, ...]
    grid: tuple[tuple[float, float, str], ...]
    spoken: str


def calibration_rows(found: PersonCalibration) -> CalibrationRows:
    """A calibration as a page shows it."""
    dots = tuple(
        Dot(
            x=_x(band.stated),
            y=_y(band.won.value),
            low_y=_y(band.won.low),
            high_y=_y(band.won.high),
            stated=percent(band.stated),
            won=percent(band.won.value),
            spread=interval(band.won.low, band.won.high),
            deals=band.won.n,
        )
        for band in found.bands
    )
    spoken = "; ".join(f"stated {dot.stated}, won {dot.won} of {dot.deals} deals" for dot in dots)
    scores, slope = found.scores, found.slope
    return CalibrationRows(
        sentence=sentence_of(found),
        figures={
            "stated": percent(found.stated),
            "won": percent(found.won.value),
            "won_spread": interval(found.won.low, found.won.high),
            "over": points(found.over_confidence.value),
            "over_spread": f"{points(found.over_confidence.low)} to {points(found.over_confidence.high)}",
            "deals": found.deals,
            "statements": found.statements,
            "scores": None if isinstance(scores, NotEnoughData) else _scores(scores.brier, scores.skill),
            "no_scores": scores if isinstance(scores, NotEnoughData) else None,
            "base": "" if isinstance(scores, NotEnoughData) else percent(scores.base_rate),
            "slope": None if isinstance(slope, NotEnoughData) else _decimal(slope.slope),
        },
        dots=dots,
        grid=tuple((_x(share / 100), _y(share / 100), f"{share} %") for share in range(0, 101, 20)),
        spoken=f"Chances stated against deals won: {spoken}.",
    )


def sentence_of(found: PersonCalibration) -> str:
    """What the over-confidence says in words; that it cannot be told apart from none, where it cannot."""
    over = found.over_confidence
    stated = f"On average a chance of {percent(found.stated)} was stated, and {percent(found.won.value)} were won"
    if over.low > 0:
        return f"{stated}: more was promised than came."
    if over.high < 0:
        return f"{stated}: more came than was promised."
    return f"{stated}. With {found.deals} deals that is no more apart than chance alone would bring about."


def _scores(brier: Measured, skill: Measured) -> dict[str, str]:
    return {
        "brier": decimal(brier.value),
        "brier_spread": decimals(brier.low, brier.high),
        "skill": decimal(skill.value, 2),
        "skill_spread": decimals(skill.low, skill.high, 2),
    }


def _decimal(found: Measured) -> dict[str, str]:
    return {"value": decimal(found.value, 2), "spread": decimals(found.low, found.high, 2)}


def _x(share: float) -> float:
    return round(_LEFT + share * (WIDTH - _LEFT - _RIGHT), 1)


def _y(share: float) -> float:
    return round(HEIGHT - _BOTTOM - share * (HEIGHT - _TOP - _BOTTOM), 1)


EDGES: Final = {"left": _x(0), "right": _x(1), "top": _y(1), "bottom": _y(0), "width": WIDTH, "height": HEIGHT}
