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
from afteraction.web.leads.models import Lead, LeadQueue
from afteraction.web.people.models import Role, User
from afteraction.web.people.roles import Right, may


def leads_for(user: User) -> "QuerySet[Lead]":
    """The leads that someone may see, in no order."""
    leads = Lead.objects.filter(organisation=user.organisation)
    if not may(user, Right.SEE_LEADS):
        return leads.none()
    if user.role == Role.REP and not _referees(user):
        return leads.filter(Q(owner=user.pk) | free_for(user))
    if user.role == Role.MANAGER and user.team is not None and not _referees(user):
        # Keys, not joins: of a million leads an index finds those of some people, and nothing else is looked at.
        people = [user.pk, *User.objects.filter(team=user.team_id).values_list("pk", flat=True)]
        return leads.filter(Q(owner__in=people) | Q(team=user.team.name) | free_for(user))
    return leads


def free_for(user: User) -> Q:
    """What nobody has yet, here or on record, in the queues of sales of someone's team, and in those of no team."""
    team = user.team
    queues = LeadQueue.objects.filter(organisation=user.organisation_id, of_marketing=False)
    queues = queues.filter(Q(team=None) | Q(team=team)) if team else queues.filter(team=None)
    return Q(
        queue__in=list(queues.values_list("pk", flat=True)),
        owner=None,
        owned_at=None,
        state__in=[S.ASSIGNED.value, S.NEW.value],
        team__in=["", team.name] if team else [""],
    )


def _referees(user: User) -> bool:
    referee = referee_of(user.organisation)
    return referee is not None and referee.pk == user.pk
