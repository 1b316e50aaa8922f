"""An organisation that has reviewed for two years: what `benchmarks.review_load` looks at."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from afteraction.web.people.models import Organisation, User

_SEED: Final = 3
_REPS: Final = 1_000
_TEAMS: Final = 100
_DAYS: Final = 730
_AT_ONCE: Final = 5_000
_OUTCOMES: Final = ("won", "lost", "no_decision")
_REASONS: Final = ("Price", "Timing", "Competitor", "Product fit", "Budget", "")


@dataclass(frozen=True)
class Made:
    """What pages are asked about: reviews by their keys, teams, months, and a person of each role."""

    organisation: "Organisation"
    people: "dict[str, User]"
    reviews: list[int]
    teams: list[str]
    months: list[str]


def make(reviews: int, answers: int) -> Made:
    """The organisation with so many reviews and buyer answers, unless it is there already."""
    from afteraction.web.people.bootstrap import prepare_database
    from afteraction.web.people.models import Organisation
    from afteraction.web.reviews.models import Review

    prepare_database()
    organisation, new = Organisation.objects.get_or_create(name="Load", folder="load")
    if new:
        _fill(organisation, reviews, answers)
    people = {}
    for user in organisation.users.filter(email__startswith="one-"):
        people[user.role] = user
    some = list(Review.objects.filter(organisation=organisation).order_by("?").values_list("pk", flat=True)[:500])
    newest = Review.objects.filter(organisation=organisation).order_by("-closed_at")[0].closed_at
    months = [f"{newest - timedelta(days=30 * back):%Y-%m}" for back in range(12)]
    return Made(organisation, people, some, [f"Team {each}" for each in range(_TEAMS)], months)


def _fill(organisation: "Organisation", reviews: int, answers: int) -> None:
    from django.utils import timezone

    from afteraction.web.deals.models import Deal, IndexState
    from afteraction.web.people.models import Role, Team, User
    from afteraction.web.reviews.models import ReviewRules
    from afteraction.web.reviews.taxonomy import drivers_of

    rng, now = np.random.default_rng(_SEED), timezone.now()
    teams = Team.objects.bulk_create([Team(organisation=organisation, name=f"Team {n}") for n in range(_TEAMS)])
    drivers = list(drivers_of(organisation, now=now))

    def person(email: str, role: str, team: Team | None, owner: str = "") -> User:
        user = User(
            email=f"{email}@load.example", name=email, role=role, organisation=organisation, team=team, owner_name=owner
        )
        user.set_unusable_password()
        return user

    reps = User.objects.bulk_create(
        [person("one-rep" if n == 0 else f"rep-{n}", Role.REP, teams[n % _TEAMS], f"rep-{n}") for n in range(_REPS)]
    )
    managers = User.objects.bulk_create(
        [person("one-manager" if n == 0 else f"manager-{n}", Role.MANAGER, teams[n]) for n in range(_TEAMS)]
    )
    User.objects.bulk_create([person(f"one-{role}", role, None) for role in ("operations", "executive", "admin")])
    ReviewRules.objects.create(organisation=organisation, since=now - timedelta(days=_DAYS + 1), seed="load")
    IndexState.objects.create(
        organisation=organisation, version=0, deals=reviews,
        choices={"team": [[team.name, team.name, 1] for team in teams]},
    )  # fmt: skip
    for first in range(0, reviews, _AT_ONCE):
        rows = list(_deals(range(first, min(first + _AT_ONCE, reviews)), rng, now))
        Deal.objects.bulk_create([Deal(organisation=organisation, **row) for row in rows])
        _review(organisation, rows, reps, managers, drivers, rng, now, answers / reviews)


def _deals(numbers: range, rng: np.random.Generator, now: Any) -> Iterator[dict[str, Any]]:
    for number in numbers:
        rep = int(rng.integers(_REPS))
        closed_at = now - timedelta(days=float(rng.uniform(0, _DAYS)))
        outcome = _OUTCOMES[int(rng.choice(3, p=(0.4, 0.4, 0.2)))]
        yield {
            "deal_id": f"deal-{number}", "name": f"Deal {number}", "account_name": f"Account {number // 3}",
            "owner": f"rep-{rep}", "owner_name": f"Rep {rep}", "team": f"Team {rep % _TEAMS}", "outcome": outcome,
            "segment": ("Small", "Large")[number % 2], "amount": float(rng.lognormal(9, 1)), "currency": "EUR",
            "lost_reason": "" if outcome == "won" else _REASONS[int(rng.integers(len(_REASONS)))],
            "closed_at": closed_at, "last_event_at": closed_at, "created_at": closed_at - timedelta(days=90),
        }  # fmt: skip


def _review(
    organisation: Any, rows: list[dict[str, Any]], reps: Any, managers: Any, drivers: Any, rng: np.random.Generator,
    now: Any, asked: float,
) -> None:  # fmt: skip
    """Of each deal its review; most are done, a few of the last weeks are due, some are overdue or were skipped."""
    from afteraction.web.buyers.models import BuyerAnswer
    from afteraction.web.reviews.models import Answer, NamedDriver, Review

    made = []
    for row in rows:
        copied = {name: value for name, value in row.items() if name not in ("last_event_at", "created_at")}
        recent = now - row["closed_at"] < timedelta(days=7)
        state = (
            "due"
            if recent or rng.random() < 0.02
            else str(rng.choice(["done", "skipped", "left_out"], p=(0.93, 0.03, 0.04)))
        )
        due_on = (row["closed_at"] + timedelta(days=7)).date()
        done_at = row["closed_at"] + timedelta(days=3) if state == "done" else None
        person = reps[int(row["owner"].removeprefix("rep-"))]
        made.append(
            Review(
                organisation=organisation, person=person, state=state, opened_at=row["closed_at"], due_on=due_on,
                done_at=done_at, weight=1.0, **copied,
            )
        )  # fmt: skip
    made = Review.objects.bulk_create(made)
    given, buyers = [], []
    for review in made:
        if rng.random() < asked and review.state != "left_out":
            named = [drivers[int(k)].pk for k in rng.choice(len(drivers), 2, replace=False)]
            buyers.append(
                BuyerAnswer(
                    organisation=organisation, review=review, drivers=named, score=int(rng.integers(-10, 11)),
                    name="Buyer", better="Simulated words.", answered_at=review.closed_at + timedelta(days=5),
                )
            )  # fmt: skip
        if review.state != "done":
            continue
        times = {"begun_at": review.done_at, "saved_at": review.done_at, "done_at": review.done_at}
        texts = {"happened": "Simulated words of a rep. " * 4, "keep": "Simulated.", "lesson": "Simulated lesson."}
        given.append(
            Answer(
                review=review, voice="rep", person_id=review.person_id, seconds=int(rng.integers(40, 200)),
                inputs=int(rng.integers(2, 7)), **times, **texts,
            )
        )  # fmt: skip
        if rng.random() < 0.4:
            manager = managers[int(review.team.removeprefix("Team "))]
            stance = ("agrees", "differs")[int(rng.integers(2))]
            about = {"person": manager, "stance": stance, "seconds": 30}
            given.append(Answer(review=review, voice="manager", **about, **times))
    given = Answer.objects.bulk_create(given)
    NamedDriver.objects.bulk_create(
        NamedDriver(answer=answer, driver=drivers[int(k)], rank=rank)
        for answer in given
        if answer.stance != "agrees"
        for rank, k in enumerate(rng.choice(len(drivers), int(rng.integers(1, 3)), replace=False), 1)
    )
    BuyerAnswer.objects.bulk_create(buyers)
