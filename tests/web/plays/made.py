"""What tests of plays stand on."""

from datetime import UTC, datetime

from tests.cast import Cast

from afteraction.web.deals.models import Deal
from afteraction.web.people.models import User
from afteraction.web.plays import services
from afteraction.web.plays.body import Body, Move
from afteraction.web.plays.models import LeadingFigures, OwnerWeeks, Play

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
WEEKS = [f"2025-{month:02}-{day:02}" for month in range(9, 13) for day in (1, 8, 15, 22)]


def won_deals(cast: Cast, n: int = 6) -> list[str]:
    deals = [
        Deal(organisation=cast.organisation, deal_id=f"W{place}", name=f"Win {place}", outcome="won", closed_at=NOW)
        for place in range(n)
    ]
    Deal.objects.bulk_create(deals)
    return [deal.deal_id for deal in deals]


def written(cast: Cast, by: User, title: str = "All at one table", **fields: object) -> Play:
    """A draft with moves."""
    play = services.make_play(by=by, title=title, deal_ids=(), now=NOW)
    moves = (Move("Meet the committee", "buying_committee", "within 10 days"), Move("Send the plan"))
    body = Body(title, **({"moves": moves, "what": "Everybody meets."} | fields))  # type: ignore[arg-type]
    services.save_play(by=by, play=play, body=body, lessons=(), now=NOW)
    play.refresh_from_db()
    return play


def leading(cast: Cast, weeks_of: dict[str, int]) -> LeadingFigures:
    """Figures in which each owner did so many meetings in every week."""
    lead = {"measure": "meetings", "verdict": "precedes", "times": 900, "usual": 2.0, "swing": 1.0, "more_wins": 0.05}
    lead |= {"low": 0.02, "high": 0.08, "q": 0.01, "reps": 20, "rep_weeks": 2000, "weeks_needed": None, "refused": None}
    found = {"horizon": 9, "reps": 20, "rep_weeks": 2000, "wins": 400, "wins_after": 2.1, "leads": [lead]}
    content = {"words": {"meetings": "Meetings with the buyer"}, "found": found, "refused": None, "weeks": WEEKS}
    figures = LeadingFigures.objects.create(
        organisation=cast.organisation, data_version=1, content=content, made_at=NOW
    )
    team = cast.rep.team.name if cast.rep.team else ""
    for owner, count in weeks_of.items():
        weeks = {"meetings": [float(count)] * len(WEEKS), "wins": [0.0] * len(WEEKS)}
        OwnerWeeks.objects.create(figures=figures, owner=owner, team=team, weeks=weeks)
    return figures
