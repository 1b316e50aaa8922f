"""Where lessons are."""

from django import template
from django.urls import NoReverseMatch, reverse

register = template.Library()


@register.simple_tag
def lesson_url(key: int | None = None) -> str:
    """The page of a lesson, or the list of all."""
    try:
        return reverse("lessons") if key is None else reverse("lesson", args=[key])
    except NoReverseMatch:
        return "/lessons/" if key is None else f"/lessons/{key}/"
