"""Shares and differences as people read them, from rows with value, low and high."""

from typing import Any

from django import template

register = template.Library()


@register.filter
def share(row: Any) -> str:
    """31%; of a rate without its value, count over n."""
    return f"{_value(row):.0%}"


@register.filter
def span(row: Any) -> str:
    """28–34%."""
    return f"{row['low'] * 100:.0f}–{row['high']:.0%}"


@register.filter
def reach(row: Any) -> str:
    """−9 to +1."""
    return f"{_signed(row['low'])} to {_signed(row['high'])}"


@register.filter
def point(value: float) -> str:
    """+4 points."""
    return f"{_signed(value)} points"


def _signed(value: float) -> str:
    return f"{value * 100:+.0f}".replace("-", "−")


def _value(row: Any) -> float:
    return float(row["value"] if "value" in row else row["count"] / row["n"])
