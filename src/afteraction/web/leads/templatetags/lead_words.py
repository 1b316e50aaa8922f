"""Leads and their figures as pages write them."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils.dateparse import parse_datetime

from afteraction.report.wording import interval, percent
from afteraction.web.chips import Chip
from afteraction.web.leads.models import Agreement, Lead
from afteraction.web.leads.terms import REASONS

register = template.Library()
_WORDS = {"no_decision": "Deal without a decision", "lost": "Deal lost"}


@register.filter
def holder(lead: Lead) -> str:
    """Who has a lead: a person; or the queue, with whom the record names."""
    if lead.owner is not None:
        return str(lead.owner)
    return f"{lead.owner_name} (not here)" if lead.owner_name and lead.owned_at else str(lead.queue)


@register.filter
def reason_words(reason: str) -> str:
    """A reason as people say it."""
    known = REASONS.get(reason)
    return known.words if known else _WORDS.get(reason, reason[:1].upper() + reason[1:])


@register.filter
def value(rate: Mapping[str, Any] | None) -> str:
    """A share, as a percentage; a dash where there is none."""
    return percent(rate["value"]) if rate else "–"


@register.filter
def between(rate: Mapping[str, Any] | None) -> str:
    """The interval of a share."""
    return interval(rate["low"], rate["high"]) if rate else ""


@register.filter
def moment(text: str) -> datetime | None:
    """A moment that was kept as text."""
    return parse_datetime(text) if text else None


@register.simple_tag
def list_of(**asked: Any) -> str:
    """The address of the list of leads, narrowed; what is empty is left out."""
    query = urlencode({name: each for name, each in asked.items() if each not in ("", None)})
    return f"{reverse('leads-all')}?{query}"


@register.filter
def wide(count: int, most: int) -> str:
    """How wide a bar is, of 100, where the longest stands for `most`."""
    return f"{100 * count / most:.1f}" if most else "0"


@register.filter
def n(rate: Mapping[str, Any]) -> str:
    """How many a share is over."""
    return f"{rate['n']:,}"


@register.filter
def minutes(count: float) -> str:
    """Minutes as people say them."""
    hours, rest = divmod(round(count), 60)
    return f"{hours} h {rest} min" if hours and rest else f"{hours} h" if hours else f"{rest} min"


@register.filter
def signed(points: float) -> str:
    """A part of a chance in points, with its sign."""
    return f"{'+' if points >= 0 else '−'}{100 * abs(points):.1f}"


@register.filter
def helps(reason: str) -> str:
    """What marketing can do about a reason."""
    known = REASONS.get(reason)
    return known.helps if known else ""


@register.filter
def day(text: str) -> str:
    """The day of a moment that was kept as text."""
    return text[:10]


@register.filter
def day_words(text: str) -> str:
    """A day that was kept as text, as people write it."""
    found = date.fromisoformat(text[:10])
    return f"{found.day} {found:%b %Y}"


@register.filter
def step_filter(step: str) -> str:
    """The filter of the list for a step on the way."""
    return {"handed over": "handed", "answered": "answered", "accepted": "accepted"}.get(step, "")


@register.filter
def state_filter(step: str) -> str:
    """The state of the list for the last steps on the way."""
    return {"won": "won"}.get(step, "")


@register.filter
def rates(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The shares of a source."""
    names = {"dead": "Dead so far", "never": "No hand-over", "silent": "Never called", "won": "Won so far"}
    return [{"name": word, "rate": row[name]} for name, word in names.items()]


@register.filter
def parts(tried: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Those that pass, and the others."""
    return [("would have passed", tried["passing"]), ("would not", tried["others"])]


@register.filter
def plainly(measured: Mapping[str, float]) -> str:
    """An interval of a plain number."""
    return f"{measured['low']:.2f} to {measured['high']:.2f}".replace("-", "−")


@register.filter
def plainly3(measured: Mapping[str, float]) -> str:
    """An interval of a small number."""
    return f"{measured['low']:.3f} to {measured['high']:.3f}".replace("-", "−")


@register.filter
def plainly4(measured: Mapping[str, float]) -> str:
    """An interval of a very small number, which may be below nothing."""
    return f"{measured['low']:.4f} to {measured['high']:.4f}".replace("-", "−")


@register.filter
def plainly1(measured: Mapping[str, float]) -> str:
    """An interval of a number with one decimal."""
    return f"{measured['low']:.1f}–{measured['high']:.1f}"


@register.filter
def minus(found: float) -> str:
    """A number with two decimals and a minus sign that is one."""
    return f"{found:.2f}".replace("-", "−")


@register.filter
def minus4(found: float) -> str:
    """A very small number, with a minus sign that is one."""
    return f"{found:.4f}".replace("-", "−")


@register.filter
def minutes_range(middle: Mapping[str, Any]) -> str:
    """The interval of a median of minutes."""
    if middle["low"] is None:
        return f"n = {middle['n']:,}, too few for an interval"
    return f"{minutes(middle['low'])} to {minutes(middle['high'])}, n = {middle['n']:,}"


@register.filter
def whole(measured: Mapping[str, float], currency: str) -> str:
    """An amount in a currency."""
    return f"{measured['value']:,.0f} {currency}".strip()


@register.filter(name="range")
def range_of(measured: Mapping[str, float]) -> str:
    """The interval of an amount."""
    return f"{measured['low']:,.0f}–{measured['high']:,.0f}"


@register.filter
def young(count: int) -> str:
    """How many are too young to say."""
    return f"{count:,} of them too young to say" if count else ""


@register.filter
def untouched(count: int) -> str:
    """How many conversions have no touch to divide them among."""
    return f"{count:,} more have no touch on record" if count else ""


@register.filter
def once(chance: float) -> str:
    """How often something comes by chance."""
    return f"{100 * chance:.0f} times in a hundred" if chance >= 0.005 else "less than once in a hundred times"


@register.filter
def until_word(what: str) -> str:
    """What happens to a lead, as a heading says it."""
    return {"worked": "worked", "deal": "a deal"}.get(what, what)


@register.filter
def rule_name(rule: str) -> str:
    """A rule of attribution; two bear the names of people."""
    return rule[:1].upper() + rule[1:]


@register.filter
def last_months(months: list[Any]) -> list[Any]:
    """The last year of months, the newest first."""
    return months[::-1][:14]


_TONES = {"won": "won", "accepted": "good", "dead": "plain", "lost": "lost", "returned": "fair", "assigned": "plain"}
_ICONS = {
    "new": "inbox",
    "assigned": "send",
    "accepted": "check",
    "returned": "undo-2",
    "nurturing": "calendar-clock",
    "converted": "handshake",
    "won": "trophy",
    "lost": "x",
    "dead": "circle-minus",
}


@register.inclusion_tag("components/chip.html")
def lead_chip(lead: Lead) -> dict[str, Any]:
    """The state of a lead."""
    word = str(lead.get_state_display())
    return {"chip": Chip(word, _ICONS[lead.state], _TONES.get(lead.state, "plain")), "word": word}


@register.inclusion_tag("components/chip.html")
def agreement_chip(agreement: Agreement) -> dict[str, Any]:
    """The state of an agreement."""
    icon, tone = {
        "proposed": ("clock", "fair"),
        "in_force": ("badge-check", "good"),
        "replaced": ("history", "plain"),
        "withdrawn": ("undo-2", "plain"),
    }[agreement.state]
    word = str(agreement.get_state_display())
    return {"chip": Chip(word, icon, tone), "word": word}
