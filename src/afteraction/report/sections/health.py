"""The five health questions with their answers."""

from collections.abc import Sequence
from typing import Final

from afteraction.analysis.health_answer import Figure, HealthAnswer, Reply, Unit
from afteraction.report.document import Answer, Answers, Cell, Table, Tone
from afteraction.report.wording import interval, percent, points

_SHOWN: Final = 5
_VERDICTS: Final = {
    Reply.YES: ("Yes", Tone.GOOD),
    Reply.PARTLY: ("Partly", Tone.FAIR),
    Reply.NO: ("No", Tone.POOR),
    Reply.CANNOT_TELL: ("Can’t tell", Tone.UNKNOWN),
}


def health_block(answers: Sequence[HealthAnswer]) -> Answers:
    """The answers as the summary prints them, each with its first figures, and a table of all figures."""
    rows = tuple(
        (Cell(answer.question), Cell(figure.meaning), Cell(_value(figure)))
        for answer in answers
        for figure in answer.figures.values()
    )
    table = Table("All figures behind the answers", ("question", "figure", "value"), rows, (False,) * 3)
    return Answers(tuple(map(_answer, answers)), table if rows else None)


def _answer(found: HealthAnswer) -> Answer:
    verdict, tone = _VERDICTS[found.answer]
    figures = tuple((figure.meaning, _value(figure)) for figure in list(found.figures.values())[:_SHOWN])
    advice = [("What would change this answer", found.would_change)] if found.would_change else []
    advice += [("Missing in the record", missing) for missing in found.missing]
    return Answer(found.question, verdict, tone, found.sentence, figures, tuple(advice))


def _value(figure: Figure) -> str:
    """A figure with its interval and what it rests on."""
    known = figure.low is not None and figure.high is not None
    around = f" ({_range(figure.unit, figure.low or 0.0, figure.high or 0.0)})" if known else ""
    return _written(figure) + around + (f" of {figure.n:,}" if figure.n is not None else "")


def _written(figure: Figure) -> str:
    match figure.unit:
        case "share":
            return percent(figure.value)
        case "points":
            return f"{points(figure.value)} points"
        case "spread":
            return f"{figure.value * 100:.0f} points"
        case "count":
            return f"{figure.value:,.0f}"


def _range(unit: Unit, low: float, high: float) -> str:
    match unit:
        case "share":
            return interval(low, high)
        case "points":
            return f"{points(low)} to {points(high)}"
        case "spread":
            return f"{low * 100:.0f} to {high * 100:.0f}"
        case "count":
            return f"{low:,.0f} to {high:,.0f}"
