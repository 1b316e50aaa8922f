"""What the home page says about leading measures: a rep's own last week beside what leads to wins."""

from afteraction.web.people.home import Card
from afteraction.web.people.models import Role, User
from afteraction.web.plays.leading import figures_for, own_trends


def cards(user: User) -> list[Card]:
    """A rep's own week; none where nothing is known to lead, or the rep has no week on record."""
    if user.role != Role.REP:
        return []
    figures = figures_for(user)
    trends = own_trends(user, figures) if figures is not None else None
    if figures is None or trends is None or trends.refused:
        return []
    rows = [row for row in trends.rows if row.verdict == "precedes"]
    if not rows:
        return []
    note = f"Data version {figures.data_version}"
    return [Card("What leads to wins: your week", "plays/cards/week.html", {"rows": rows[:3]}, order=18, note=note)]
