"""What a row of the tables of addresses is, and the sets and objects that rows name."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

SIGN_IN: Final = "account_login"
EVERYONE: Final = frozenset({"admin", "rep", "team_mate", "manager", "marketer", "executive", "operations"})
ADMIN: Final = frozenset({"admin"})
CHANGERS: Final = frozenset({"admin", "operations"})
"""Who imports data and changes the process."""
ALL_SKILL: Final = CHANGERS | {"executive"}
"""Who may see the figures of every rep."""
SOME_SKILL: Final = EVERYONE - {"marketer"}
READERS: Final = EVERYONE - {"rep", "team_mate"}
"""Who may see the data and its quality."""
SECURED: Final = frozenset({"team_mate"})
"""Who has a second factor."""
UNSECURED: Final = EVERYONE - SECURED
Answer: TypeAlias = int | str
"""A status, or the name of the URL that one is led to."""


@dataclass(frozen=True)
class Address:
    """An address with a method, and what comes of visiting it."""

    name: str
    may: frozenset[str]
    method: str = "GET"
    fill: Mapping[str, str] = field(default_factory=dict)
    query: str = ""
    send: Mapping[str, str] | bytes = field(default_factory=dict)
    answer: Answer = 200
    refused: Answer | None = None
    stranger: Answer = SIGN_IN
    outsider: Answer | None = None

    def __str__(self) -> str:
        return f"{self.method} {self.name}{self.query}"


def post(name: str, may: frozenset[str], answer: Answer, **others: Any) -> Address:
    """A form that is sent."""
    return Address(name, may, "POST", answer=answer, **others)


PERSON: Final = {"key": "rep.pk"}
REVIEW: Final = {"key": "review.pk"}
WAITING: Final = {"key": "buyers.waiting.pk"}
INTERVIEW: Final = {"key": "buyers.interview.pk"}
LINK: Final = {"token": "buyers.token"}
GERMAN: Final = {"language": "buyers.german"}
QUESTIONS: Final = "buyer-questions"
WITHHOLDING: Final = frozenset({"manager", "operations", "admin"})
ASKING: Final = WITHHOLDING | {"rep"}
HEARING: Final = ASKING | {"marketer", "executive"}
"""Who reads what the buyer of the rep's deal says; the others of the organisation are told that there is nothing."""
CODING: Final = WITHHOLDING | {"marketer"}
ANSWERING: Final = frozenset({"rep", "manager"})
"""Whose part in the planted review it is: others may open it, and are told whose it is."""
PAIR: Final = {"key": "coaching.cadence.pk"}
MEETING: Final = {"key": "coaching.meeting.pk"}
COACHES: Final = frozenset({"manager", "admin"})
OWNERS: Final = COACHES | {"operations"}
"""Who decides about lessons, plays and skills."""
LESSON: Final = {"key": "lesson.pk"}
"""The draft that the rep's review made."""
ANSWERERS: Final = OWNERS | {"executive"}
"""Who answers proposals."""
PROPOSAL: Final = {"key": "proposal.pk"}
"""That of the rep, which waits."""
TRIAL: Final = {"key": "protocol.experiment_id"}
"""One that runs, of the manager and the executive."""
PLANNED: Final = {"key": "planned_trial.pk"}
"""One of theirs that could be signed."""
CHANGE: Final = {"key": "change.pk"}
PLANNERS: Final = frozenset({"manager", "executive", "admin"})
"""Who answers for it."""
PLAY: Final = {"key": "play.pk"}
"""A draft of the rep."""
PIECE: Final = {"key": "content.piece.pk"}
ASKED: Final = {"key": "content.request.pk"}
INSIGHT: Final = {"key": "content.insight.pk"}
JOINT: Final = {"key": "content.meeting.pk"}
LOOP: Final = OWNERS | {"marketer"}
"""Who answers for leads, content and the joint meeting."""
LEAD: Final = {"key": "leads.lead.pk"}
"""One of the rep that waits for its first call."""
NURTURED: Final = {"key": "leads.back.pk"}
AGREEMENT: Final = {"number": "leads.proposed.version"}
"""One that was proposed by sales operations, and waits for both owners."""
SEES_LEAD: Final = EVERYONE - {"team_mate"}
WORKERS: Final = frozenset({"rep", "manager", "admin"})
EVENT: Final = {"key": "listening.event.pk"}
"""A trigger event at an account, which waits."""
WATCH: Final = {"key": "listening.watch.pk"}
"""One of the rep's, which nobody else sees."""
BY_LINK: Final = {"token": "content.token"}
WALL_ENTRY: Final = {"key": "walls.entry.pk"}
INVITED: Final = {"key": "invited.pk"}
IMPORT: Final = {"key": "ready.pk"}
NEW: Final = {"key": "adding.pk"}
DONE: Final = {"key": "done.pk"}
DRIVER: Final = {"key": "driver"}
CONNECTOR: Final = {"kind": "connector.kind"}
A_PERSON: Final = {"name": "Ida Berg", "role": "rep"}
