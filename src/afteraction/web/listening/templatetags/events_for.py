"""What the page of a deal shows of trigger events."""

from typing import Any

from django import template
from django.template.context import RequestContext
from django.utils import timezone

from afteraction.web.deals.models import Deal
from afteraction.web.listening.selectors import FRESH, events_of_account
from afteraction.web.people.models import User
from afteraction.web.people.roles import Right, may

register = template.Library()
_SHOWN = 3


@register.inclusion_tag("listening/for_deal.html", takes_context=True)
def events_for(context: RequestContext, deal: Deal) -> dict[str, Any]:
    """What happened at the account of an open deal lately: the newest events with the sentence that shows each."""
    user: User = context["user"]
    if deal.outcome != "open" or not deal.account_id or not may(user, Right.LISTEN):
        return {"events": ()}
    found = list(events_of_account(user, deal.account_id).filter(at__gte=timezone.now() - FRESH)[: _SHOWN + 1])
    return {"events": found[:_SHOWN], "more": len(found) > _SHOWN, "deal": deal}
