"""What a token may be made for. A token does only what its scopes and the role of its user both allow."""

from enum import StrEnum
from typing import Final

from afteraction.web.people.models import User
from afteraction.web.people.roles import Right, may


class Scope(StrEnum):
    """Something that a token may do, as `part:read` or `part:write`."""

    DEALS_READ = "deals:read"
    VIEWS_WRITE = "views:write"
    PROCESS_READ = "process:read"
    PROCESS_WRITE = "process:write"
    INSIGHTS_READ = "insights:read"
    CLAIMS_WRITE = "claims:write"
    REVIEWS_READ = "reviews:read"
    REVIEWS_WRITE = "reviews:write"
    LESSONS_READ = "lessons:read"
    LESSONS_WRITE = "lessons:write"
    PROPOSALS_READ = "proposals:read"
    PROPOSALS_WRITE = "proposals:write"
    CONTENT_READ = "content:read"
    CONTENT_WRITE = "content:write"
    LEADS_READ = "leads:read"
    LEADS_WRITE = "leads:write"
    LISTENING_READ = "listening:read"
    LISTENING_WRITE = "listening:write"
    TRIALS_READ = "trials:read"
    DATA_READ = "data:read"
    DATA_WRITE = "data:write"
    PEOPLE_READ = "people:read"
    PEOPLE_WRITE = "people:write"


MEANINGS: Final = {
    Scope.DEALS_READ: "Read deals, their courses and saved views",
    Scope.VIEWS_WRITE: "Save and delete your own views of the list of deals",
    Scope.PROCESS_READ: "Read the process, its versions, and check a text",
    Scope.PROCESS_WRITE: "Save a new version of the process",
    Scope.INSIGHTS_READ: "Read results, the deals behind them, and claims",
    Scope.CLAIMS_WRITE: "State and withdraw claims",
    Scope.REVIEWS_READ: "Read reviews, expectations and drivers, as far as you may",
    Scope.REVIEWS_WRITE: "Answer, finish and skip reviews; note expectations",
    Scope.LESSONS_READ: "Read lessons, and see those that fit an open deal",
    Scope.LESSONS_WRITE: "Write, change and move lessons; say what they were worth",
    Scope.PROPOSALS_READ: "Read proposed changes, and what became of them",
    Scope.PROPOSALS_WRITE: "Propose changes, support them, say something to them",
    Scope.CONTENT_READ: "Read content, its uses and what it does",
    Scope.CONTENT_WRITE: "Say that you used a piece of content",
    Scope.LEADS_READ: "Read leads that you may see, and the agreement",
    Scope.LEADS_WRITE: "Accept and return leads, and say that you called",
    Scope.LISTENING_READ: "Read accounts to call, trigger events and your watches",
    Scope.LISTENING_WRITE: "Say what becomes of trigger events, correct them, and change your watches",
    Scope.TRIALS_READ: "Read trials, their protocols and ledgers",
    Scope.DATA_READ: "Read data versions, data quality, imports and connectors",
    Scope.DATA_WRITE: "Import data, connect CRMs, compact data, and ask for an analysis",
    Scope.PEOPLE_READ: "Read people, teams, the organisation and the audit trail",
    Scope.PEOPLE_WRITE: "Invite, change and deactivate people; rename the organisation",
}
RIGHTS: Final = {
    Scope.DEALS_READ: frozenset({Right.SEE_DEALS}),
    Scope.VIEWS_WRITE: frozenset({Right.SEE_DEALS}),
    Scope.PROCESS_READ: frozenset({Right.SEE_PROCESS}),
    Scope.PROCESS_WRITE: frozenset({Right.CHANGE_PROCESS}),
    Scope.INSIGHTS_READ: frozenset({Right.SEE_INSIGHTS}),
    Scope.CLAIMS_WRITE: frozenset({Right.STATE_CLAIMS}),
    Scope.REVIEWS_READ: frozenset({Right.SEE_REVIEWS}),
    Scope.REVIEWS_WRITE: frozenset({Right.SEE_REVIEWS}),
    Scope.LESSONS_READ: frozenset({Right.SEE_LESSONS}),
    Scope.LESSONS_WRITE: frozenset({Right.SEE_LESSONS}),
    Scope.PROPOSALS_READ: frozenset({Right.PROPOSE}),
    Scope.PROPOSALS_WRITE: frozenset({Right.PROPOSE}),
    Scope.TRIALS_READ: frozenset({Right.PROPOSE}),
    Scope.LEADS_READ: frozenset({Right.SEE_LEADS}),
    Scope.LEADS_WRITE: frozenset({Right.WORK_LEADS}),
    Scope.CONTENT_READ: frozenset({Right.SEE_LEADS}),
    Scope.CONTENT_WRITE: frozenset({Right.SEE_LEADS}),
    Scope.LISTENING_READ: frozenset({Right.LISTEN}),
    Scope.LISTENING_WRITE: frozenset({Right.LISTEN}),
    Scope.DATA_READ: frozenset({Right.SEE_DATA, Right.IMPORT_DATA}),
    Scope.DATA_WRITE: frozenset({Right.IMPORT_DATA}),
    Scope.PEOPLE_READ: frozenset({Right.MANAGE_PEOPLE}),
    Scope.PEOPLE_WRITE: frozenset({Right.MANAGE_PEOPLE}),
}
"""The rights any of which a role needs for a scope to be of use."""


def scopes_for(user: User) -> list[Scope]:
    """The scopes that are of use to someone."""
    return [scope for scope in Scope if any(may(user, right) for right in RIGHTS[scope])]
