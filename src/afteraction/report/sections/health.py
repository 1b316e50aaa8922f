"""The five health questions with their answers."""

from collections.abc import Sequence
from typing import Final

from afteraction.analysis.health_answer import Figure, HealthAnswer, Reply
from afteraction.report.document import Answer, Tone
from afteraction.report.wording import interval, percent, points

_VERDICTS: Final = {
    Reply.YES: ("Yes", Tone.GOOD),
    Reply.PARTLY: ("Partly", Tone.FAIR),
    Reply.NO: ("No", Tone.POOR),
    Reply.CANNOT_TELL: ("Can’t tell", Tone.UNKNOWN),
}


def health_answers(answers: Sequence[HealthAnswer]) -> tuple[Answer, ...]:
    """The answers as the summary prints them."""
    return tuple(map(_answer, answers))


def _answer(found: HealthAnswer) -> Answer:
    verdict, tone = _VERDICTS[found.answer]
    advice = [("What would change this answer", found.would_change)] if found.would_change else []
    if found.missing:
        advice.append(("Missing in the record", "; ".join(found.missing)))
    figures = tuple((figure.meaning, _value(figure)) for figure in found.figures.values())
    return Answer(found.question, verdict, tone, found.sentence, figures, tuple(advice))


def _value(figure: Figure) -> str:
    """A figure with its interval and what it rests on."""
    written = {"share": percent, "points": points, "spread": _spread, "count": _count}[figure.unit](figure.value)
    if figure.low is not None and figure.high is not None:
        written += f" ({_range(figure, figure.low, figure.high)})"
    return written + (f" of {figure.n:,}" if figure.n is not None else "")


def _range(figure: Figure, low: float, high: float) -> str:
    if figure.unit == "share":
        return interval(low, high)
    one, other = (_spread(low), _spread(high)) if figure.unit == "spread" else (points(low), points(high))
    return f"{one} to {other}"


def _spread(value: float) -> str:
    return f"{value * 100:.0f}"


def _count(value: float) -> str:
    return f"{value:,.0f}"
