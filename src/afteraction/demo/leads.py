"""Leads of the demo: an agreement that both sides signed, a change of it that waits, what came back and was answered,
and a handful of leads that were handed over today.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone

from afteraction.web.deals.selectors import as_of
from afteraction.web.leads import agreement_services as agreements
from afteraction.web.leads import feedback, services
from afteraction.web.leads.criteria import Criterion
from afteraction.web.leads.figures import keep_figures
from afteraction.web.leads.index import refresh_leads
from afteraction.web.leads.models import Agreement, Lead, LeadQueue
from afteraction.web.leads.results import keep_results
from afteraction.web.leads.terms import Terms
from afteraction.web.people.models import Organisation, Role, User

_ANSWERS: Final = {
    "unreachable": "The form asks for a mobile number and a good time to call since last week.",
    "no need": "The guide goes to operations managers only now; we took the contest out of the newsletter.",
    "no budget": "Prices from-to stand on the page, so that nobody is surprised on the first call.",
    "wrong person": "The form asks for the role, and we send those without a say the newsletter instead.",
    "duplicate": "New leads are matched against open deals before they are handed over.",
    "student or competitor": "Addresses of universities and of the four competitors are filtered out.",
}
_LEFT: Final = 3
"""Groups that wait for an answer."""
_AGO: Final = (25, 70, 190, 300)
"""Minutes of business hours since each of the leads of today was handed over."""


def make_leads(organisation: Organisation) -> None:
    """What people did with the leads of the record. Can be repeated: then it does nothing."""
    until = as_of(organisation)
    if until is None or Agreement.objects.filter(organisation=organisation).exists():
        return
    people = {
        each.role: each for each in User.objects.filter(organisation=organisation, is_active=True).order_by("-pk")
    }
    terms = _agree(people, until - timedelta(days=420))
    refresh_leads(organisation=organisation, now=until)
    _answer(people[Role.MARKETING], until + timedelta(days=4))
    _today(people, terms, timezone.now())
    _propose(people, terms, timezone.now())
    keep_figures(organisation=organisation, now=timezone.now())
    keep_results(organisation=organisation, now=timezone.now())


def _stands(people: dict[str, User]) -> agreements.Stands:
    return agreements.Stands(
        people[Role.MARKETING], people[Role.MANAGER], people[Role.OPERATIONS], people[Role.EXECUTIVE]
    )


def _agree(people: dict[str, User], when: datetime) -> Terms:
    """The first version, which was in force for most of the record."""
    terms = Terms(
        criteria=(Criterion("source", "one of", "Event, Partner, Referral, Website"),),
        zone="Europe/Berlin",
        response_minutes=480,
    )
    made = agreements.propose(
        by=people[Role.MARKETING],
        terms=terms,
        stands=_stands(people),
        reason="So that we stop arguing about what a lead is, and who calls whom by when.",
        now=when,
    )
    for person in (people[Role.MARKETING], people[Role.MANAGER]):
        agreements.sign(by=person, agreement=made, now=when + timedelta(days=2))
    return terms


def _answer(marketer: User, now: datetime) -> None:
    """Marketing answered most of what came back; the smallest groups are left for today."""
    waiting = sorted(feedback.groups(marketer, now), key=lambda each: each.leads)
    for group in waiting[_LEFT:]:
        feedback.answer(
            by=marketer,
            reason=group.reason,
            source=group.source,
            campaign=group.campaign,
            text=_ANSWERS.get(group.reason, "We looked at each of them; it stays as it is."),
            changed=group.reason in _ANSWERS,
            now=now,
        )


def _today(people: dict[str, User], terms: Terms, now: datetime) -> None:
    """Leads that marketing had nurtured are handed over: some to the rep, two to nobody yet; two come back."""
    marketer, rep = people[Role.MARKETING], people[Role.REP]
    leads = list(
        Lead.objects.filter(organisation=rep.organisation, state=Lead.State.NURTURING).order_by("-came_at", "pk")[:12]
    )
    queue = LeadQueue.objects.filter(organisation=rep.organisation, of_marketing=False).first()
    times = [_before(terms, now, minutes) for minutes in _AGO]
    for n, lead in enumerate(leads[:8]):
        when = times[n % len(times)]
        owner = rep if n < 6 else None
        services.hand_over(by=marketer, lead=lead, owner=owner, queue=None if owner else queue, now=when)
    if len(leads) < 6:
        return
    services.log_attempt(by=rep, lead=leads[3], now=times[3] + timedelta(minutes=9))
    services.accept(by=rep, lead=leads[2], now=times[2] + timedelta(minutes=12))
    services.give_back(
        by=rep, lead=leads[4], reason="wrong person", note="Works in facilities, no say in this.", now=times[0]
    )
    services.give_back(by=rep, lead=leads[5], reason="no need", note="Took the guide for a thesis.", now=times[1])
    feedback.answer(
        by=marketer,
        reason="no need",
        source=leads[5].source,
        campaign=leads[5].campaign,
        text="Thank you. The guide asks what it is needed for now, and theses get it without a call.",
        now=now,
    )


def _before(terms: Terms, now: datetime, minutes: int) -> datetime:
    """A moment so many minutes of business hours ago."""
    low, high = now - timedelta(days=14), now
    while high - low > timedelta(seconds=30):
        middle = low + (high - low) / 2
        low, high = (middle, high) if terms.hours.minutes_between(middle, now) > minutes else (low, middle)
    return high


def _propose(people: dict[str, User], terms: Terms, now: datetime) -> None:
    """A change that marketing has signed, and sales has not yet."""
    criteria = (
        Criterion("campaign", "one of", "Search ads, Buyer's guide, Customer day, Partner introductions, "
                  "Customer referrals, Spring trade fair, Cost calculator webinar"),
        Criterion("company", "known"),
    )  # fmt: skip
    made = agreements.propose(
        by=people[Role.MARKETING],
        terms=replace(terms, criteria=criteria, response_minutes=240, answer_days=3),
        stands=_stands(people),
        reason="The newsletter and the product tour bring names, not buyers. In return we ask for a call on the same "
        "day, and answer within three days.",
        now=now,
    )
    agreements.sign(by=people[Role.MARKETING], agreement=made, now=now)
