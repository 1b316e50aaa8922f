"""What each role may do: one table, which pages, the API, the navigation and the tests all read."""

from enum import StrEnum
from typing import Final

from afteraction.web.people.models import Role, User


class Right(StrEnum):
    """Something that may be done."""

    SEE_DEALS = "see deals"
    SEE_PROCESS = "see the process"
    CHANGE_PROCESS = "change the process"
    SEE_INSIGHTS = "see what wins and loses"
    SEE_OWN_SKILL = "see their own skill"
    SEE_TEAM_SKILL = "see the skill of their team"
    SEE_ALL_SKILL = "see the skill of everyone"
    STATE_CLAIMS = "state a claim"
    SEE_REVIEWS = "see reviews"
    CHANGE_DRIVERS = "change the drivers and the rules of reviews"
    SEE_BUYERS = "see what buyers say"
    ASK_BUYERS = "set up how buyers are asked"
    CODE_INTERVIEWS = "type in and code interviews with buyers"
    SEE_LESSONS = "see lessons, plays and walls, and share what they learned"
    OWN_LESSONS = "decide about lessons and plays"
    COACH = "coach the reps of their team"
    PRACTISE = "practise and be recognised"
    PROPOSE = "propose changes of the process and see what became of them"
    OWN_TRIALS = "answer proposals, and lock, sponsor and decide trials"
    SEE_LEADS = "see leads, content and what became of them"
    WORK_LEADS = "accept, return and convert leads"
    OWN_LEADS = "answer for the agreement, and for what marketing hands over"
    LISTEN = "see trigger events, watch for them, and say what they are worth"
    OWN_SOURCES = "say where is listened, and how names are read"
    SEE_DATA = "see the data and its quality"
    IMPORT_DATA = "import data"
    MANAGE_PEOPLE = "manage people and settings"


_EVERYONE: Final = frozenset(
    {Right.SEE_DEALS, Right.SEE_PROCESS, Right.SEE_INSIGHTS, Right.STATE_CLAIMS, Right.SEE_REVIEWS, Right.SEE_BUYERS}
    | {Right.SEE_LESSONS, Right.PRACTISE, Right.PROPOSE, Right.SEE_LEADS, Right.LISTEN}
)
RIGHTS: Final[dict[str, frozenset[Right]]] = {
    Role.REP: _EVERYONE | {Right.SEE_OWN_SKILL, Right.WORK_LEADS},
    Role.MANAGER: _EVERYONE
    | {
        Right.SEE_OWN_SKILL,
        Right.SEE_TEAM_SKILL,
        Right.SEE_DATA,
        Right.CODE_INTERVIEWS,
        Right.OWN_LESSONS,
        Right.COACH,
        Right.OWN_TRIALS,
        Right.WORK_LEADS,
        Right.OWN_LEADS,
    },
    Role.MARKETING: _EVERYONE | {Right.OWN_SOURCES, Right.SEE_DATA, Right.CODE_INTERVIEWS, Right.OWN_LEADS},
    Role.OPERATIONS: _EVERYONE
    | {Right.SEE_ALL_SKILL, Right.CHANGE_PROCESS, Right.CHANGE_DRIVERS, Right.ASK_BUYERS, Right.CODE_INTERVIEWS}
    | {Right.SEE_DATA, Right.IMPORT_DATA, Right.OWN_LESSONS, Right.OWN_TRIALS, Right.OWN_LEADS}
    | {Right.OWN_SOURCES},
    Role.EXECUTIVE: _EVERYONE | {Right.SEE_ALL_SKILL, Right.SEE_DATA, Right.OWN_TRIALS},
    Role.ADMIN: frozenset(Right) - {Right.SEE_OWN_SKILL, Right.SEE_TEAM_SKILL},
}


def may(user: User, right: Right) -> bool:
    """Whether someone may do something."""
    return user.is_active and right in RIGHTS.get(user.role, frozenset())
