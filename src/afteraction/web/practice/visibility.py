"""Who sees what of practice: one table, which pages, jobs and the tests read.

What someone answered, remembers and is asked next is for that person alone: no manager, no admin. Managers see of the
path only which of its steps has been practised, which does not depend on what was answered. An organisation sees what
is remembered over all, from enough people (`analysis/retention.py`), once a week.
"""

from typing import Final

from django.db.models import QuerySet

from afteraction.web.people.models import Role, User

OWN: Final = ("answers", "memories", "retention", "forecast", "plan", "due")
"""For the person alone."""
OF_THE_TEAM: Final = ("path progress",)
"""For the person, and the managers of their team."""
OF_ALL: Final = ("cards", "path", "retention of the organisation")
READERS: Final = (
    "What you answer, what you remember and when you practise is for you alone: no manager and no admin can read it. "
    "Your manager sees which steps of the path you have practised, not how. The organisation sees one figure over "
    "everyone, only from five people up, counted once a week."
)


def may_read(user: User, field: str, person: User) -> bool:
    """Whether someone reads one of these of a person."""
    if not user.is_active or user.organisation_id != person.organisation_id:
        return False
    if field in OF_ALL or user.pk == person.pk:
        return True
    return field in OF_THE_TEAM and leads(user, person)


def leads(user: User, person: User) -> bool:
    """Whether someone is the manager of a person: of their team, or of every rep where the manager has no team."""
    if user.role != Role.MANAGER or user.organisation_id != person.organisation_id or person.role != Role.REP:
        return False
    return user.team_id is None or user.team_id == person.team_id


def led_by(user: User) -> QuerySet[User]:
    """The reps that `leads` says yes of."""
    if user.role != Role.MANAGER:
        return User.objects.none()
    reps = User.objects.filter(organisation=user.organisation, role=Role.REP, is_active=True)
    return (
        reps.order_by("name", "pk") if user.team_id is None else reps.filter(team=user.team_id).order_by("name", "pk")
    )
