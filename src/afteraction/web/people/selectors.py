"""What there is to know about people. Every query starts from one organisation."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from afteraction.web.people.models import Organisation, Role, Team, User
from afteraction.web.people.roles import RIGHTS, Right


def people_of(organisation: Organisation, search: str = "", role: str = "") -> QuerySet[User]:
    """The people of an organisation by name, with team and invitation; those whose name or address has `search`."""
    people = User.objects.filter(organisation=organisation).select_related("team", "invitation")
    if search:
        fields = ("name", "email", "owner_name", "team__name")
        people = people.filter(Q.create([(f"{field}__icontains", search) for field in fields], connector=Q.OR))
    if role:
        people = people.filter(role=role)
    return people.order_by("-is_active", "name", "email")


def teams_of(organisation: Organisation) -> QuerySet[Team]:
    """The teams of an organisation by name."""
    return Team.objects.filter(organisation=organisation).order_by("name")


def state_of(user: User, *, now: datetime) -> str:
    """Whether someone can come in: active, invited, expired (the invitation) or deactivated."""
    if not user.is_active:
        return "deactivated"
    invitation = getattr(user, "invitation", None)
    if invitation is None or invitation.used_at or user.last_login or user.has_usable_password():
        return "active"
    return "invited" if now < invitation.expires_at else "expired"


def owners_without_account(organisation: Organisation) -> list[str]:
    """The owners of deals in the record whom nobody here is yet."""
    state = getattr(organisation, "index_state", None)
    known = set(User.objects.filter(organisation=organisation).values_list("owner_name", flat=True))
    owners = {str(owner) for owner, _label, _deals in state.choices.get("owner", [])} if state else set()
    return sorted(owners - known)[:500]


@dataclass(frozen=True)
class RoleRow:
    """A right, and for each role in the order of `Role` whether it has it."""

    right: Right
    given: tuple[bool, ...]


def roles_table() -> list[RoleRow]:
    """What each role may do."""
    return [RoleRow(right, tuple(right in RIGHTS[role] for role in Role.values)) for right in Right]
