"""What the page of a deal shows of trials."""

from typing import Any

from django import template
from django.template.context import RequestContext
from django.utils import timezone

from afteraction.web.deals.models import Deal
from afteraction.web.experiments.exposures import is_asked
from afteraction.web.people.models import User
from afteraction.web.people.roles import Right, may

register = template.Library()


@register.inclusion_tag("experiments/for_deal.html", takes_context=True)
def trials_for(context: RequestContext, deal: Deal) -> dict[str, Any]:
    """The place of what a trial asks for on a deal; it is fetched once the page is shown, which is kept."""
    user: User = context["user"]
    return {"deal": deal, "wanted": may(user, Right.SEE_DEALS) and is_asked(deal, timezone.now())}
