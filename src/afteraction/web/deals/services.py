"""What people do with deals: keep views of the list, and throw them away."""

from django.core.exceptions import ValidationError

from afteraction.web.deals.filters import DealFilters
from afteraction.web.deals.models import SavedView
from afteraction.web.people.models import User

NO_NAME = "Give the view a name."
NOTHING_TO_SHARE_WITH = "You are in no team to share a view with. Save it for yourself, or ask an admin for a team."
TOO_MUCH = "These filters are too long to be kept together. Leave some out, or shorten them."


def save_view(*, user: User, name: str, filters: DealFilters, shared: bool = False) -> SavedView:
    """Keep filters and order under a name; a view of the same name is replaced. Raises ValidationError."""
    name = " ".join(name.split())
    problems = {}
    if not name:
        problems["name"] = NO_NAME
    if shared and user.team_id is None:
        problems["shared"] = NOTHING_TO_SHARE_WITH
    if len(filters.query()) > (SavedView._meta.get_field("query").max_length or 0):
        problems["filters"] = TOO_MUCH
    if problems:
        raise ValidationError(problems)
    view, _made = SavedView.objects.update_or_create(
        user=user, name=name[:80], defaults={"query": filters.query(), "shared": shared}
    )
    return view


def delete_view(*, user: User, view_id: int) -> bool:
    """Throw a view of one's own away; False where there is none."""
    return SavedView.objects.filter(user=user, pk=view_id).delete()[0] > 0
