"""What other pages show of the walls."""

from typing import Any

from django import template
from django.template.context import RequestContext

from afteraction.web.reviews.models import Review
from afteraction.web.walls.sharing import entry_of, own_answer
from afteraction.web.walls.visibility import SAID

register = template.Library()


@register.inclusion_tag("walls/share.html", takes_context=True)
def share_on_wall(context: RequestContext, review: Review) -> dict[str, Any]:
    """The button that puts the lesson of one's own finished review on the wall, or takes it back from there."""
    user = context["request"].user
    answer = own_answer(user, review)
    return {
        "review": review,
        "answer": answer,
        "entry": entry_of(user, review) if answer else None,
        "said": SAID,
        "request": context["request"],
        "csrf_token": context.get("csrf_token", ""),
    }
