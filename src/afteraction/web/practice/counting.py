"""Counting what an organisation remembers: once a week, over enough people, kept for the page."""

from datetime import datetime, timedelta
from typing import Any, Final

from afteraction.analysis.retention import Answers, forecast_accuracy, retention_of_many
from afteraction.errors import NotEnoughData
from afteraction.report.figures import plain
from afteraction.web.people.models import Organisation
from afteraction.web.practice.models import CardAnswer, RetentionFigures
from afteraction.web.practice.selectors import answers_of

LOOKED_AT: Final = timedelta(days=180)


def count_retention(*, organisation: Organisation, now: datetime) -> RetentionFigures:
    """Counts the retention of the last half year anew and keeps it: the figures, or why there are none."""
    answers = answers_of(CardAnswer.objects.filter(person__organisation=organisation, at__gte=now - LOOKED_AT))
    figures = _figures(answers)
    kept, _made = RetentionFigures.objects.update_or_create(
        organisation=organisation, defaults={"figures": figures, "counted_at": now}
    )
    return kept


def _figures(answers: Answers) -> dict[str, Any]:
    found = retention_of_many(answers)
    if isinstance(found, NotEnoughData):
        # Not how many people or answers there were: below five that tells of single ones.
        needed = found.needed
        return {"refused": {"reason": "Too few people have practised for long enough yet.", "needed": needed}}
    accuracy = forecast_accuracy(answers.forecast, answers.right, answers.person)
    told: dict[str, Any] = {"retention": plain(found)}
    if not isinstance(accuracy, NotEnoughData):
        told["slope"] = plain(accuracy.slope)
    return told
