"""What the home page says about leads: what waits for a rep, what is broken in a team, what marketing has to answer."""

from django.utils import timezone

from afteraction.web.leads.agreeing import referee_of
from afteraction.web.leads.agreement_services import OWNERS
from afteraction.web.leads.digest import answers_for_marketing, broken_promises
from afteraction.web.leads.feedback import groups, notices
from afteraction.web.leads.models import Agreement, LeadIndex
from afteraction.web.leads.selectors import inbox
from afteraction.web.people.home import Card
from afteraction.web.people.models import Role, User
from afteraction.web.people.roles import Right, may

_SHOWN = 4


def cards(user: User) -> list[Card]:
    """The cards of someone by their part."""
    if not may(user, Right.SEE_LEADS):
        return []
    found = _to_sign(user)
    if not LeadIndex.objects.filter(organisation=user.organisation_id, version__gt=0).exists():
        return found
    return [*found, *_own(user), *_told(user), *_broken(user), *_back(user)]


def _own(user: User) -> list[Card]:
    """What waits for somebody who works leads."""
    if user.role != Role.REP:
        return []
    now = timezone.now()
    first, further = inbox(user, now)
    if first is None:
        return []
    rows = [(first.lead, first.clock), *further]
    context = {"rows": rows[:_SHOWN], "more": max(len(rows) - _SHOWN, 0)}
    return [Card("Leads that wait for you", "leads/cards/own.html", context, order=20, note="By the time that is left")]


def _told(user: User) -> list[Card]:
    """Marketing answered what they returned."""
    found = list(notices(user)[:_SHOWN])
    return [Card("Marketing answered you", "leads/cards/told.html", {"notices": found}, order=30)] if found else []


def _broken(user: User) -> list[Card]:
    """Promises that were broken, for the manager of the team, and in the end the referee."""
    referee = referee_of(user.organisation)
    if user.role != Role.MANAGER and (referee is None or referee.pk != user.pk):
        return []
    found = broken_promises(user, timezone.now())
    rows = list(found[:_SHOWN])
    if not rows:
        return []
    context = {"rows": rows, "count": found.count(), "referee": referee is not None and referee.pk == user.pk}
    return [Card("First calls not made in time", "leads/cards/broken.html", context, order=25)]


def _back(user: User) -> list[Card]:
    """What came back and waits for marketing's answer."""
    if not answers_for_marketing(user):
        return []
    found = groups(user, timezone.now())
    if not found:
        return []
    context = {"groups": found[:_SHOWN], "more": max(len(found) - _SHOWN, 0)}
    late = sum(each.late for each in found)
    note = f"{late} late" if late else ""
    return [Card("Leads that came back", "leads/cards/back.html", context, order=20, note=note)]


def _to_sign(user: User) -> list[Card]:
    """Agreements that wait for their signature."""
    waiting = Agreement.objects.filter(organisation=user.organisation_id, state=Agreement.State.PROPOSED)
    own = [
        each
        for each in waiting.order_by("-version").prefetch_related("signatures")
        for side, name in OWNERS.items()
        if getattr(each, f"{name}_id") == user.pk and side not in {one.side for one in each.signatures.all()}
    ]
    return [Card("An agreement to sign", "leads/cards/sign.html", {"agreements": own}, order=15)] if own else []
