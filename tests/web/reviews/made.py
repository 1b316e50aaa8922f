"""Deals that ended, their reviews and answers, as tests need them."""

from datetime import UTC, datetime
from typing import Any

from tests.cast import Cast

from afteraction.web.deals.models import Deal
from afteraction.web.people.models import User
from afteraction.web.reviews import services
from afteraction.web.reviews.models import Answer, Driver, Review, ReviewRules
from afteraction.web.reviews.taxonomy import drivers_of

SINCE = datetime(2020, 1, 1, tzinfo=UTC)


def ended(cast: Cast, deal_id: str = "d1", **fields: Any) -> Deal:
    """A deal of the rep that was lost on 1 March 2026, unless said otherwise, in the mirror."""
    closed_at = datetime(2026, 3, 1, tzinfo=UTC)
    content = {
        "name": f"Deal {deal_id}",
        "owner": cast.rep.owner_name,
        "owner_name": cast.rep.name,
        "team": cast.rep.team.name if cast.rep.team else "",
        "outcome": "lost",
        "amount": 1000.0,
        "closed_at": closed_at,
        "last_event_at": closed_at,
    }
    return Deal.objects.create(organisation=cast.organisation, deal_id=deal_id, **content | fields)


def review_of(cast: Cast, deal: Deal, *, now: datetime) -> Review:
    """The review of a deal that ended, opened as every one is."""
    ReviewRules.objects.get_or_create(organisation=cast.organisation, defaults={"since": SINCE, "seed": "seed"})
    services.follow_deals(organisation=cast.organisation, now=now)
    return Review.objects.get(organisation=cast.organisation, deal_id=deal.deal_id, ended_at=None)


def answered(by: User, review: Review, *keys: str, now: datetime, done: bool = True, **fields: Any) -> Answer:
    """What someone says in a review: drivers by their keys, the main one first; “I don't know” without any."""
    drivers = {each.key: each for each in drivers_of(by.organisation, now=now)}
    drivers |= {each.key: each for each in Driver.objects.filter(organisation=by.organisation)}
    named = tuple(services.Named(drivers[key].pk) for key in keys)
    content = {"unknown": not keys and "stance" not in fields} | fields
    answer = services.save_answer(by=by, review=review, now=now, fields=content, named=named, inputs=4)
    if done:
        answer = services.finish(by=by, review=review, now=now)
    return answer
