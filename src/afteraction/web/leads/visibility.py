"""Who may see which leads: one table, which every page, list, export and route of the API reads.

| role | sees |
|---|---|
| rep | their own, and those that nobody has yet in the queues of their team |
| manager | those of their team and of its people, and those that nobody has yet; all where they lead no team |
| marketing, sales operations, executive, admin, and the referee of the agreement | all |
"""

from django.db.models import Q, QuerySet

from afteraction.web.leads.agreeing import referee_of
from afteraction.web.leads.life import S
from afteraction.web.leads.models import Lead
from afteraction.web.people.models import Role, User
from afteraction.web.people.roles import Right, may

UNASSIGNED = Q(owner=None, owned_at=None, queue__of_marketing=False, state__in=[S.ASSIGNED.value, S.NEW.value])
"""What nobody has yet: it lies in a queue of sales, and the record names nobody either."""


def leads_for(user: User) -> "QuerySet[Lead]":
    """The leads that someone may see, in no order."""
    leads = Lead.objects.filter(organisation=user.organisation)
    if not may(user, Right.SEE_LEADS):
        return leads.none()
    if user.role == Role.REP and not _referees(user):
        return leads.filter(Q(owner=user) | _free(user))
    if user.role == Role.MANAGER and user.team is not None and not _referees(user):
        own = Q(owner=user) | Q(owner__team=user.team) | Q(team=user.team.name)
        return leads.filter(own | _free(user))
    return leads


def _free(user: User) -> Q:
    """What nobody has yet in the queues of someone's team, and in those of no team."""
    team = user.team
    queues = Q(queue__team=None) | (Q(queue__team=team) if team else Q(pk__in=[]))
    teams = ["", team.name] if team else [""]
    return UNASSIGNED & queues & Q(team__in=teams)


def _referees(user: User) -> bool:
    referee = referee_of(user.organisation)
    return referee is not None and referee.pk == user.pk
