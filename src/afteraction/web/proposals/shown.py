"""One proposal as its page shows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from afteraction.report.wording import points
from afteraction.web.insights.marks import Whisker, around, whisker
from afteraction.web.people.models import User
from afteraction.web.people.roles import Right, may
from afteraction.web.proposals.answering import Behind, behind
from afteraction.web.proposals.finding import Evidence
from afteraction.web.proposals.models import Proposal
from afteraction.web.proposals.writing import changes_of


@dataclass(frozen=True)
class ShownEvidence:
    """What the analysis rests on, in words and as a picture."""

    effect: str
    interval: str
    n: int
    grade: str
    data_version: int
    verdict: str
    deals: str
    said: tuple[str, ...]
    mark: Whisker

    @property
    def note(self) -> str:
        return f"Data version {self.data_version}"


def evidence_of(document: Mapping[str, Any]) -> ShownEvidence | None:
    """What is kept of the evidence; None where a person proposed it."""
    if not document:
        return None
    found = Evidence.read(document)
    return ShownEvidence(
        effect=points(found.effect),
        interval=f"{points(found.low)} to {points(found.high)}",
        n=found.n,
        grade=found.grade.words,
        data_version=found.data_version,
        verdict=found.verdict,
        deals=found.deals,
        said=found.said,
        mark=whisker(found.effect, found.low, found.high, around([(found.low, found.high)])),
    )


@dataclass(frozen=True)
class May:
    """What someone may do with a proposal now."""

    support: bool
    answer: bool
    adopt: bool
    change: bool
    bring_up: bool


def may_of(user: User, proposal: Proposal, since: Behind | None) -> May:
    """What someone may do: `adopt` only where its edit is of the newest process, and it is theirs to change."""
    waits = proposal.state == Proposal.State.OPEN
    own = proposal.author_id == user.pk
    answers = waits and may(user, Right.OWN_TRIALS)
    fits = since is None
    return May(
        support=not own and proposal.state in (Proposal.State.OPEN, Proposal.State.TRIED),
        answer=answers,
        adopt=answers and fits and (not proposal.text or may(user, Right.CHANGE_PROCESS)),
        change=waits and own,
        bring_up=waits and (own or answers) and since is not None and not since.conflicts,
    )


def page_of(user: User, proposal: Proposal, *, now: datetime) -> dict[str, Any]:
    """Everything that the page of a proposal shows."""
    supports = list(proposal.supports.select_related("person").order_by("at", "pk"))
    since = behind(proposal) if proposal.state == Proposal.State.OPEN else None
    events = list(proposal.events.select_related("by"))
    return {
        "proposal": proposal,
        "changes": _changes(proposal, [list(each.changes) for each in events]),
        "evidence": evidence_of(proposal.evidence),
        "supporters": [each.person for each in supports],
        "supported": any(each.person_id == user.pk for each in supports),
        "comments": list(proposal.comments.select_related("person")),
        "events": events,
        "since": since,
        "may": may_of(user, proposal, since),
        "overdue": proposal.state == Proposal.State.OPEN and proposal.answer_by < now,
    }


def _changes(proposal: Proposal, told: list[list[str]]) -> list[str]:
    """What it changes about the version it was made on; once that is gone, what was told when it was made."""
    if not proposal.text:
        return []
    if proposal.base is not None and (found := changes_of(proposal.base.text, proposal.text)):
        return list(found)
    return next((each for each in reversed(told) if each), [])
