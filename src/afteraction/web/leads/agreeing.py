"""Which agreement is in force, and what its terms are; until there is one, the defaults hold."""

from datetime import datetime

from django.db.models import Q, QuerySet

from afteraction.web.leads.models import Agreement
from afteraction.web.leads.models.agreement import Side
from afteraction.web.leads.terms import Terms
from afteraction.web.people.models import Organisation, Role, User

_ORDER = {
    Side.SALES: (Role.MANAGER, Role.OPERATIONS, Role.ADMIN, Role.EXECUTIVE),
    Side.MARKETING: (Role.MARKETING, Role.OPERATIONS, Role.ADMIN, Role.MANAGER),
}


def in_force(organisation: Organisation) -> Agreement | None:
    """The agreement that both sides signed last; None before the first."""
    found = Agreement.objects.filter(organisation=organisation, state=Agreement.State.IN_FORCE)
    return found.select_related("marketing_owner", "sales_owner", "referee", "sponsor").first()


def terms_of(organisation: Organisation) -> Terms:
    """What holds now."""
    found = in_force(organisation)
    return Terms.read(found.terms) if found else Terms()


def promised_since(organisation: Organisation) -> datetime | None:
    """From when on what is owed was promised: when the first agreement came into force; None before."""
    found = Agreement.objects.filter(organisation=organisation, in_force_at__isnull=False)
    return found.order_by("in_force_at").values_list("in_force_at", flat=True).first()


def people_here(organisation: Organisation) -> "QuerySet[User]":
    """Who may be given something: those who may come in, and have. An invitation can be withdrawn with its account."""
    waiting = Q(invitation__isnull=False, invitation__used_at=None)
    return User.objects.filter(organisation=organisation, is_active=True).exclude(waiting)


def answerable(organisation: Organisation, side: str) -> User | None:
    """Who answers for one side: its owner in the agreement, else the first of the roles that would; None without anyone
    who may come in.
    """
    agreement = in_force(organisation)
    owner = agreement and (agreement.sales_owner if side == Side.SALES else agreement.marketing_owner)
    if owner and owner.is_active:
        return owner
    people = list(people_here(organisation).order_by("pk"))
    order = [*_ORDER[Side(side)], *Role.values]
    return min(people, key=lambda person: order.index(person.role), default=None)


def referee_of(organisation: Organisation) -> User | None:
    """To whom broken promises are taken in the end; None where nobody is named or they have left."""
    agreement = in_force(organisation)
    return agreement.referee if agreement and agreement.referee.is_active else None
