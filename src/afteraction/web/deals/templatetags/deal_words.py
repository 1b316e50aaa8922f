"""Facts and figures of deals as pages write them."""

from typing import Any

from django import template

from afteraction.analysis.intervals import Rate
from afteraction.report.wording import capital, days, interval, percent
from afteraction.web.deals.models import Deal

register = template.Library()


@register.filter
def money(deal: Deal) -> str:
    """The amount of a deal in its currency; a dash where it is not on record."""
    return "–" if deal.amount is None else f"{deal.amount:,.0f} {deal.currency}".strip()


@register.filter
def share(value: float | None) -> str:
    """A share as a percentage."""
    return percent(value)


@register.filter
def of_rate(found: Rate) -> str:
    """The interval of a rate."""
    return interval(found.low, found.high)


@register.filter
def in_days(value: float) -> str:
    """A number of days."""
    return days(value)


@register.filter
def grouped(value: int) -> str:
    """A count with its thousands apart."""
    return f"{value:,}"


@register.filter
def sentence(text: str) -> str:
    """A text that begins like a sentence."""
    return capital(text)


@register.filter
def unlocal(value: Any) -> str:
    """A coordinate, as SVG reads numbers."""
    return f"{value:.1f}"


@register.filter
def plus(value: float, more: float) -> str:
    """A coordinate moved by some units."""
    return f"{value + more:.1f}"
