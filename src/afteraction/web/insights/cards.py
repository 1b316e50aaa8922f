"""What the home page says about results: to executives, managers and sales operations, each what they answer for."""

from dataclasses import dataclass
from typing import Any

from afteraction.web.insights.adherence_rows import missed_steps
from afteraction.web.insights.results import Saved
from afteraction.web.insights.selectors import newest_results, results_so_far
from afteraction.web.people.home import Card
from afteraction.web.people.models import Role, User

_SHOWN = 5


@dataclass(frozen=True)
class Question:
    """A health question, its answer now, and the answers of the analyses before, oldest first."""

    question: str
    answer: str
    sentence: str
    before: tuple[tuple[int, str], ...]


def cards(user: User) -> list[Card]:
    """The cards of someone's role; none before there are results."""
    make = {Role.EXECUTIVE: _health, Role.ADMIN: _health, Role.MANAGER: _skipped, Role.OPERATIONS: _untold}.get(
        Role(user.role)
    )
    return make(user) if make else []


def _health(user: User) -> list[Card]:
    results = results_so_far(user.organisation)
    if not results:
        return []
    questions = health_questions(results)
    return [_card("Five questions about the process", "health", results[-1], {"questions": questions}, wide=True)]


def health_questions(results: list[Saved]) -> list[Question]:
    """The five questions, by the newest of these results, with the answers of the others."""
    newest = results[-1].figures["health"]
    before = [
        {one["question"]: one["answer"] for one in each.figures["health"]} | {"": each.analysis.data_version}
        for each in results[:-1]
    ]
    return [
        Question(
            one["question"],
            one["answer"],
            one["sentence"],
            tuple((past[""], past[one["question"]]) for past in before if one["question"] in past),
        )
        for one in newest
    ]


def _skipped(user: User) -> list[Card]:
    shown = newest_results(user.organisation)
    conformance = shown.figures["conformance"] if shown else None
    if shown is None or not conformance or user.team is None:
        return []
    team = next((group for group in conformance["by_team"] if group["group"] == user.team.name), None)
    missed = missed_steps(team, conformance["steps"])[:_SHOWN] if team else []
    return [_card("Steps your team misses most", "skipped", shown, {"missed": missed, "team": user.team.name})]


def _untold(user: User) -> list[Card]:
    shown = newest_results(user.organisation)
    if shown is None:
        return []
    figures = shown.figures
    missing = figures["quality"]["missing"][:_SHOWN]
    untold = [one for one in figures["steps"] if one["verdict"] == "cant_tell"]
    content = {
        "refused": [one | {"part": one["part"].replace("_", " ")} for one in figures["refused"][:_SHOWN]],
        "missing": missing,
        "untold": len(untold),
    }
    content["steps"] = len(figures["steps"])
    return [_card("What could not be told, and why", "untold", shown, content)]


def _card(title: str, name: str, shown: Saved, content: dict[str, Any], wide: bool = False) -> Card:
    note = f"Data version {shown.analysis.data_version}"
    return Card(title, f"insights/cards/{name}.html", content, order=20, note=note, wide=wide)
