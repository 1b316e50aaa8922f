"""Words of trials on their pages."""

from datetime import UTC, datetime
from typing import Final

from django import template

from afteraction.analysis.intervals import Rate
from afteraction.report.wording import interval, percent
from afteraction.web.experiments.drawing import Drawing

register = template.Library()
_LISTED: Final = {"rep": "Reps in the trial", "team": "Teams in the trial"}


@register.filter
def utc_day(moment: datetime) -> str:
    """The day of a moment as trials count days, in UTC: `3 Mar 2026`."""
    return f"{moment.astimezone(UTC):%-d %b %Y}"


@register.filter
def arm_name(key: str, drawing: Drawing) -> str:
    """What an arm is called."""
    return next((arm.name for arm in drawing.document.arms if arm.key == key), key)


@register.filter
def units_title(unit: str) -> str:
    """The title of the list of units."""
    return _LISTED.get(unit, "")


@register.filter
def rate_text(found: Rate) -> str:
    """A share with its interval and n: `4% (1–10%), 3 of 74`."""
    return f"{percent(found.value)} ({interval(found.low, found.high)}), {found.count:,} of {found.n:,}"


@register.filter
def rounded(value: float) -> str:
    """A number of deals that was worked out."""
    return f"{value:,.0f}"


@register.filter
def small_number(value: float) -> str:
    """A p-value."""
    return f"{value:.2g}" if value >= 0.0001 else "< 0.0001"
