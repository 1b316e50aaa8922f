"""Counts and shares as the pages of data write them."""

from collections.abc import Mapping

from django import template

from afteraction.report.wording import interval, percent

register = template.Library()


@register.filter
def counted(number: int | None) -> str:
    """A count with a comma between thousands; a nought where there is none."""
    return f"{number or 0:,}"


@register.filter
def share(rate: Mapping[str, float]) -> str:
    """A share with its interval: `72% (70–75%)`."""
    return f"{percent(rate['count'] / rate['n'])} ({interval(rate['low'], rate['high'])})" if rate["n"] else "–"
