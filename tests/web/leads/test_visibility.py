"""Who sees which leads: the table of visibility.py, for every part of the cast."""

import pytest
from tests.cast import Cast
from tests.web.leads.made import NOW, agreed, lead

from afteraction.web.leads.life import S
from afteraction.web.leads.models import LeadQueue
from afteraction.web.leads.visibility import leads_for
from afteraction.web.people.models import Team

pytestmark = pytest.mark.django_db
ALL = frozenset({"own", "mate's", "free", "other team's", "in their queue", "marketing's", "somebody's on record"})
SEEN = {
    "rep": frozenset({"own", "free"}),
    "team_mate": frozenset({"mate's", "free"}),
    "manager": frozenset({"own", "mate's", "free", "somebody's on record"}),
    "marketer": ALL,
    "operations": ALL,
    "executive": ALL,
    "admin": ALL,
    "outsider": frozenset(),
}


def make(cast: Cast) -> None:
    south = Team.objects.create(organisation=cast.organisation, name="South")
    theirs = LeadQueue.objects.create(organisation=cast.organisation, name="South's", answerable=cast.admin, team=south)
    lead(cast, "own", cast.rep)
    lead(cast, "mate's", cast.team_mate)
    lead(cast, "free")
    lead(cast, "other team's", team="South")
    lead(cast, "in their queue", queue=theirs)
    lead(cast, "marketing's", state=S.NURTURING)
    team = cast.rep.team
    assert team is not None
    lead(cast, "somebody's on record", owner_name="Nobody here", team=team.name, owned_at=NOW)


@pytest.mark.parametrize("part", SEEN)
def test_each_part_sees_what_the_table_says_and_no_other_lead(cast: Cast, part: str) -> None:
    make(cast)
    assert set(leads_for(getattr(cast, part)).values_list("lead_id", flat=True)) == SEEN[part]


def test_the_referee_of_the_agreement_sees_all_whatever_their_role(cast: Cast) -> None:
    make(cast)
    agreement = agreed(cast)
    agreement.referee = cast.rep
    agreement.save()
    assert set(leads_for(cast.rep).values_list("lead_id", flat=True)) == ALL
