"""What became of a proposal, written down for ever, and who is to hear of it."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q

from afteraction.web.isolation.scope import within
from afteraction.web.jobs.services import enqueue
from afteraction.web.people.models import User
from afteraction.web.people.roles import Right, may
from afteraction.web.proposals import tasks
from afteraction.web.proposals.models import Proposal, ProposalEvent, ProposalNews


def note(
    proposal: Proposal, kind: ProposalEvent.Kind, *, by: User | None, now: datetime, said: str = "",
    changes: Sequence[str] = (), tell: bool = False,
) -> ProposalEvent:  # fmt: skip
    """Writes down what happened; with `tell` its author, its owner and who stands behind it hear of it.

    Called in the transaction of what happened, so that neither is without the other.
    """
    event = ProposalEvent.objects.create(
        proposal=proposal, kind=kind, by=by, said=said[:2000], changes=list(changes), at=now
    )
    if tell:
        made = ProposalNews.objects.bulk_create(
            [ProposalNews(event=event, person=one) for one in _concerned(proposal) if one != by]
        )
        with within(proposal.organisation_id):  # what comes round notes things for many
            for each in made:
                enqueue(tasks.mail_news, news_id=each.pk)
    return event


def _concerned(proposal: Proposal) -> list[User]:
    """Author, owner and supporters who still belong here."""
    keys = Q(pk__in=[key for key in (proposal.author_id, proposal.owner_id) if key])
    people = User.objects.filter(keys | Q(pk__in=proposal.supports.values("person")))
    people = people.filter(organisation=proposal.organisation_id, is_active=True)
    return [one for one in people.order_by("pk") if may(one, Right.PROPOSE)]
