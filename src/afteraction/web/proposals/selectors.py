"""Which proposals there are, as someone sees them: everyone of the organisation reads all of them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, Self
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet

from afteraction.web.people.models import User
from afteraction.web.people.roles import Right, may
from afteraction.web.proposals.models import Proposal, ProposalNews

PER_PAGE: Final = 30
STATES: Final = {
    "open": "Open",
    "overdue": "Overdue",
    "tried": "Being tried",
    "adopted": "Adopted",
    "declined": "Declined",
    "withdrawn": "Withdrawn",
    "all": "All",
}
WHOSE: Final = {"": "Everyone's", "mine": "Mine", "supported": "That I support", "answer": "For me to answer"}


@dataclass(frozen=True)
class ProposalList:
    """Which proposals are listed."""

    state: str = "open"
    whose: str = ""

    @classmethod
    def read(cls, asked: Mapping[str, str]) -> Self:
        """What an address asks for; what cannot be read is left out."""
        state, whose = asked.get("state", "open"), asked.get("whose", "")
        return cls(state if state in STATES else "open", whose if whose in WHOSE else "")

    def query(self, **changed: str) -> str:
        """The address of this list, or of another one."""
        told = vars(replace(self, **changed))
        return urlencode({name: value for name, value in told.items() if value})


def proposals_for(user: User) -> "QuerySet[Proposal]":
    """The proposals that someone may read."""
    if not may(user, Right.PROPOSE):
        return Proposal.objects.none()
    return Proposal.objects.filter(organisation=user.organisation)


def proposal_for(user: User, key: int) -> Proposal | None:
    """A proposal that someone may read."""
    related = ("organisation", "author", "owner", "base", "answered_by", "experiment", "adopted_as")
    return proposals_for(user).select_related(*related).filter(pk=key).first()


def listed(user: User, asked: ProposalList, *, now: datetime) -> "QuerySet[Proposal]":
    """The proposals of a list: open ones by when their answer is due, others by when they last changed."""
    found = _of_whom(user, asked.whose).filter(_in_state(asked.state, now))
    order = ("answer_by", "pk") if asked.state in ("open", "overdue") else ("-changed_at", "-id")
    counted = found.annotate(supporters=Count("supports", distinct=True), words=Count("comments", distinct=True))
    return counted.select_related("author", "owner").order_by(*order)


def counts_of(user: User, asked: ProposalList, *, now: datetime) -> dict[str, int]:
    """How many each state has of those that are asked for otherwise."""
    columns = {f"n_{state}": Count("pk", filter=_in_state(state, now)) for state in STATES}
    counts = _of_whom(user, asked.whose).aggregate(**columns)
    return {state: counts[f"n_{state}"] for state in STATES}


def page_of(found: "QuerySet[Proposal]", number: str | None) -> "Page[Proposal]":
    """A page of proposals."""
    return Paginator(found, PER_PAGE).get_page(number)


def to_answer(user: User) -> "QuerySet[Proposal]":
    """What waits for someone's answer, the longest due first."""
    return proposals_for(user).filter(owner=user, state=Proposal.State.OPEN).order_by("answer_by", "pk")


def overdue(user: User, *, now: datetime) -> "QuerySet[Proposal]":
    """What nobody answered in time, the longest overdue first."""
    return proposals_for(user).filter(_in_state("overdue", now)).order_by("answer_by", "pk")


def unseen(user: User) -> "QuerySet[ProposalNews]":
    """What someone is to hear and has not opened yet, the newest first."""
    news = ProposalNews.objects.filter(person=user, seen_at=None, event__proposal__organisation=user.organisation)
    return news.select_related("event__proposal", "event__by").order_by("-event__at", "-pk")


def _of_whom(user: User, whose: str) -> "QuerySet[Proposal]":
    found = proposals_for(user)
    if whose == "mine":
        return found.filter(author=user)
    if whose == "supported":
        return found.filter(pk__in=Proposal.objects.filter(supports__person=user).values("pk"))
    return found.filter(owner=user) if whose == "answer" else found


def _in_state(state: str, now: datetime) -> Q:
    if state == "all":
        return Q()
    if state == "overdue":
        return Q(state=Proposal.State.OPEN, answer_by__lt=now)
    return Q(state=state)


def seen(user: User, proposal: Proposal, *, now: datetime) -> None:
    """Someone opened a proposal: what they were to hear of it is no news any more."""
    ProposalNews.objects.filter(person=user, seen_at=None, event__proposal=proposal).update(seen_at=now)


def evidence_before(proposal: Proposal) -> "QuerySet[Proposal]":
    """The earlier proposals of the same finding."""
    if not proposal.finding:
        return Proposal.objects.none()
    same: Any = {"organisation": proposal.organisation_id, "finding": proposal.finding, "pk__lt": proposal.pk}
    return Proposal.objects.filter(**same).order_by("-pk")
