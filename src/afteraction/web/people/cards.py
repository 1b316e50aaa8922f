"""What the home page says about people: to an admin, what is left to set up."""

from dataclasses import dataclass

from afteraction.web.people.home import Card
from afteraction.web.people.models import Organisation, User
from afteraction.web.people.roles import Right, may


@dataclass(frozen=True)
class Task:
    """Something to set up: why, what to press and where that leads (the name of a URL), and whether it has been."""

    title: str
    text: str
    action: str
    url: str
    done: bool


def cards(user: User) -> list[Card]:
    """The set-up, until everything in it has been done."""
    if not may(user, Right.MANAGE_PEOPLE):
        return []
    tasks = set_up(user.organisation)
    done = sum(task.done for task in tasks)
    if done == len(tasks):
        return []
    note = f"{done} of {len(tasks)} done"
    return [Card("Set up", "people/cards/set_up.html", {"tasks": tasks}, order=0, note=note, wide=True)]


def set_up(organisation: Organisation) -> list[Task]:
    """What an organisation needs before it can learn from its deals."""
    state = getattr(organisation, "index_state", None)
    return [
        Task(
            "Import data",
            "Deals, stage changes and touches as your CRM exports them. Everything else is computed from them.",
            "Import",
            "data",
            state is not None and state.version > 0,
        ),
        Task(
            "Invite people",
            "Reps, managers, marketing, operations and executives each see what they need, and no more.",
            "Invite",
            "invite",
            organisation.users.count() > 1,
        ),
        Task(
            "Put the process on paper",
            "The steps that a sale should have. The record then shows which are done, skipped, late.",
            "Write it",
            "process",
            organisation.process_versions.exists(),
        ),
    ]
