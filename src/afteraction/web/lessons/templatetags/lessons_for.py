"""What the page of a deal shows of lessons."""

from typing import Any

from django import template
from django.template.context import RequestContext

from afteraction.web.deals.models import Deal
from afteraction.web.people.models import User
from afteraction.web.people.roles import Right, may

register = template.Library()


@register.inclusion_tag("lessons/for_deal.html", takes_context=True)
def lessons_for(context: RequestContext, deal: Deal) -> dict[str, Any]:
    """The place of the lessons for a deal while it is open; what stands there is fetched once the page is shown."""
    user: User = context["user"]
    return {"deal": deal, "wanted": deal.outcome == "open" and may(user, Right.SEE_LESSONS)}
