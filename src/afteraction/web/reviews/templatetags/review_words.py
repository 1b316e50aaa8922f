"""What pages of reviews write in words, and what the page of a deal shows of its reviews."""

from typing import Any

from django import template
from django.template.context import RequestContext
from django.utils import timezone

from afteraction.report.wording import day, many
from afteraction.web.deals.models import Deal
from afteraction.web.people.models import User
from afteraction.web.reviews.expectations import expectations_of, may_expect
from afteraction.web.reviews.forms import ExpectationForm
from afteraction.web.reviews.listing import reviews_of_deal
from afteraction.web.reviews.models import Expectation, ReviewRules
from afteraction.web.reviews.rules import Drawn

register = template.Library()


@register.filter
def as_time(seconds: int) -> str:
    """A time that something took: "48 seconds", "2 minutes 05"."""
    if seconds < 60:
        return many(seconds, "second")
    minutes, rest = divmod(seconds, 60)
    return f"{many(minutes, 'minute')} {rest:02d}" if rest else many(minutes, "minute")


@register.filter
def drawn_in_words(drawn: Drawn, rules: ReviewRules) -> str:
    """What rules would have meant in the last quarter of the record, in sentences."""
    if drawn.until is None or not drawn.ended:
        return (
            "The record has no deals that ended in its last quarter, so nothing can be said about how many it would be."
        )
    start = f"In the quarter up to {day(drawn.until)}, {many(drawn.ended, 'deal')} ended"
    weekly = f"about {drawn.reviews / 13:,.0f} a week" if drawn.reviews >= 13 else "less than one a week"
    if rules.share >= 100:
        return f"{start}. Every one would have been reviewed: {weekly}."
    others = drawn.ended - drawn.above
    large = "" if rules.above is None else f"{many(drawn.above, 'deal')} of {rules.above:,.0f} or more, and "
    share = f"{drawn.drawn:,} of the {'others' if large else 'deals'}, {others:,}, by lot"
    return f"{start}. Reviewed would have been {large}{share}: {many(drawn.reviews, 'review')}, {weekly}."


@register.inclusion_tag("reviews/of_deal.html", takes_context=True)
def reviews_of(context: RequestContext, deal: Deal) -> dict[str, Any]:
    """The reviews of a deal, and while it is open what was expected of it and, to its owner, the form for that."""
    user: User = context["user"]
    return {"reviews": list(reviews_of_deal(user, deal.deal_id)), "today": timezone.now().date()} | expectation_context(
        user, deal
    )


def expectation_context(user: User, deal: Deal, *, form: ExpectationForm | None = None) -> dict[str, Any]:
    """What the piece of a page needs that shows expectations of a deal and takes a new one."""
    noted = list(expectations_of(user.organisation, deal.deal_id))
    current = next((each for each in noted if _stands(each, user, deal)), None)
    return {
        "deal": deal,
        "expectations": noted,
        "current": current,
        "earlier": [each for each in reversed(noted) if each != current],
        "may_expect": may_expect(user, deal),
        "form": form or ExpectationForm(instance=current, initial=None if current else {"chance": 50}),
        "saved": None,
    }


def _stands(noted: Expectation, user: User, deal: Deal) -> bool:
    """Whether that is what someone may still change: their own, in the stage that the deal is in."""
    return noted.person_id == user.pk and noted.locked_at is None and noted.stage == deal.stage
