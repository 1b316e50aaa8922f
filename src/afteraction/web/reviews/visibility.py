"""Who reads what of a review: one table, which pages, exports, the API, mail and the tests read.

Everyone is shown it before they answer (`readers`). A private note is for its author, admins included out.
"""

from datetime import date
from typing import Any, Final

from afteraction.report.wording import listed
from afteraction.web.people.models import Role, User
from afteraction.web.reviews.models import Answer, Review

TEXTS: Final = ("happened", "keep", "change", "learned", "serves")
"""What people write about each other's work: for those who work with it."""
OPEN_FIELDS: Final = ("expected", "unknown", "stance", "lesson")
"""What everyone of the organisation may learn from."""
_READERS: Final = (Role.OPERATIONS, Role.ADMIN)


def may_see(user: User, review: Review) -> bool:
    """Whether someone may open a review at all: everyone of its organisation may."""
    return user.is_active and user.organisation_id == review.organisation_id


def reads_texts(user: User, review: Review) -> bool:
    """Whether someone reads what was written: the rep, the managers of the team, sales operations and admins."""
    if not may_see(user, review):
        return False
    if review.person_id == user.pk or user.role in _READERS:
        return True
    return leads(user, review)


def leads(user: User, review: Review) -> bool:
    """Whether someone is the manager of a review's rep: of their team, or of everyone where they have no team."""
    if user.role != Role.MANAGER or not may_see(user, review):
        return False
    return user.team is None or user.team.name == review.team


def may_answer(user: User, review: Review) -> "Answer.Voice | None":
    """As which voice someone may answer; None where they may not."""
    if may_see(user, review) and review.person_id == user.pk:
        return Answer.Voice.REP
    return Answer.Voice.MANAGER if leads(user, review) else None


def is_overdue(review: Review, today: date) -> bool:
    """Whether a review should have been done by now."""
    return review.state == Review.State.DUE and review.due_on < today


def managers_turn(review: Review, today: date) -> bool:
    """Whether the manager may speak: after the rep, when the rep is overdue, or when nobody here is the rep."""
    return review.person_id is None or review.state != Review.State.DUE or is_overdue(review, today)


def shown(user: User, answer: Answer) -> dict[str, Any]:
    """The fields of an answer that someone may read, by name. Drafts are for their author alone."""
    if not may_see(user, answer.review):
        return {}
    own = answer.person_id == user.pk
    if answer.done_at is None and not own:
        return {}
    names = list(OPEN_FIELDS)
    if own or reads_texts(user, answer.review):
        names += TEXTS
    if own:
        names.append("private_note")
    return {name: getattr(answer, name) for name in names}


def readers(review: Review, user: User | None = None) -> str:
    """Who will read an answer, in sentences that stand above it; to its reader `user` they say "you"."""
    leading = User.objects.filter(organisation=review.organisation_id, role=Role.MANAGER, is_active=True)
    team = leading.filter(team__name=review.team).order_by("name", "pk")[:3] if review.team else []
    names = ["you" if user == each else each.name or each.email for each in team]
    verb = "lead" if len(names) > 1 or names == ["you"] else "leads"
    who = f"{listed(names)} (who {verb} the team)" if names else "the team's managers"
    rep = "you" if user is not None and user == review.person else review.person.name if review.person else "the rep"
    return (
        f"What you write is read by {rep}, {who}, sales operations and admins. The drivers and the lesson are for "
        "everyone here. The private note is for you alone; not even an admin can read it."
    )
