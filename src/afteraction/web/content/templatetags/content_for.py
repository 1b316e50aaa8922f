"""What the page of a deal shows of content."""

from typing import Any

from django import template
from django.template.context import RequestContext

from afteraction.web.deals.models import Deal
from afteraction.web.people.models import User
from afteraction.web.people.roles import Right, may

register = template.Library()


@register.inclusion_tag("content/for_deal.html", takes_context=True)
def content_for(context: RequestContext, deal: Deal) -> dict[str, Any]:
    """The place of the content for a deal; what stands there is fetched once the page is shown."""
    user: User = context["user"]
    return {"deal": deal, "wanted": may(user, Right.SEE_LEADS)}
