"""Trigger events as pages write them."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from afteraction.report.wording import interval, percent, points
from afteraction.web.chips import Chip
from afteraction.web.components import icon
from afteraction.web.listening.kinds import icon_of, word_of
from afteraction.web.listening.models import Item, RankedAccount, TriggerEvent

register = template.Library()


@register.simple_tag
def kind_tag(kind: str) -> SafeString:
    """A kind with its icon."""
    return format_html('<span class="kind kind-{}">{}{}</span>', kind, icon(icon_of(kind)), word_of(kind))


@register.filter
def kind_word(kind: str) -> str:
    """The word of a kind."""
    return word_of(kind)


@register.filter
def chance_of(ranked: RankedAccount) -> str:
    """The chance of an account; an opinion says so beside it."""
    return percent(ranked.chance)


@register.filter
def basis_of(ranked: RankedAccount) -> str:
    """What a chance rests on: its interval and how many accounts it was learned from; or that it is an opinion."""
    if ranked.n and ranked.low is not None and ranked.high is not None:
        return f"{interval(ranked.low, ranked.high)} · n {ranked.n:,}"
    return "an opinion, not learned"


@register.filter
def items_with_link(event: TriggerEvent) -> list[Item]:
    """The items that tell an event's story, those one can open first."""
    return sorted(event.story.items.all(), key=lambda each: (not each.url, each.published_at or each.heard_at))[:3]


@register.inclusion_tag("components/chip.html")
def said_chip(event: TriggerEvent) -> dict[str, Any]:
    """What became of an event."""
    chips = {
        "call": Chip("Being called", "phone", "fair"),
        "later": Chip("Put off", "clock"),
        "not_relevant": Chip("Not relevant", "ban"),
        "done": Chip("Acted on", "check", "good"),
    }
    found = chips.get(event.said, Chip("Waits", "circle"))
    return {"chip": found, "word": found.word}


@register.filter
def in_points(difference: float) -> str:
    """A difference of shares, in percentage points."""
    return points(difference)


@register.filter
def unlocalised(number: float) -> str:
    """A place in a drawing, as SVG reads it whatever the language of the page."""
    return f"{number:g}"


@register.filter
def to_a_tenth(value: float) -> str:
    """0.2, −0.1."""
    return f"{value:.1f}".replace("-", "−")
