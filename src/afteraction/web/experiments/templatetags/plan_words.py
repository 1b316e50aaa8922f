"""What the pages of trials say in more than one place."""

from collections.abc import Sequence

from django import template

from afteraction.web.experiments.found import Tampering

register = template.Library()


@register.simple_tag
def tampered_tone(found: Sequence[Tampering]) -> str:
    """How loud the alert is: danger, unless an accident explains all of it."""
    return "danger" if any(each.grave for each in found) else "warning"
