"""Reviews of the demo: what simulated reps and managers say of the last deals, and what they had expected.

Everything that they write says that it is simulated. Reviews are dated as if the record ended today.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import numpy as np
from django.db import transaction
from django.utils import timezone
from ibis import _

from afteraction.lake.engine import open_record
from afteraction.lake.store import Lake
from afteraction.web.deals.models import Deal
from afteraction.web.deals.selectors import as_of
from afteraction.web.people.models import Organisation, Role, Team, User
from afteraction.web.reviews import services
from afteraction.web.reviews.expectations import expect
from afteraction.web.reviews.models import Answer, Driver, Expectation, Review, ReviewRules
from afteraction.web.reviews.rules import rules_of
from afteraction.web.reviews.taxonomy import drivers_of

_SEED: Final = 20
_REVIEWED: Final = timedelta(days=90)
_EXPECTED_OF_OPEN: Final = 6
"""Open deals of the rep who signs in of which an expectation is on record; the others are there to be tried."""
_MOST_PAST: Final = 60
_LEFT: Final = 4
"""Reviews that the rep who signs in still has to do."""
_NO_DRIVER: Final = 0.12
_SAID: Final = {
    "happened": "Simulated: {account} {course} after {days} days.",
    "keep": "Simulated: the first meeting with everybody at the table.",
    "change": "Simulated: ask earlier who signs, and what happens if they do nothing.",
    "lesson": "Simulated: when {driver}, say so in the first month and write down what was answered.",
    "learned": "Simulated: the buyer had decided before the proposal was sent.",
    "serves": "Simulated: ask in the next deal what would stop them, before a price is named.",
}
_COURSE: Final = {"won": "signed", "lost": "chose otherwise", "no_decision": "let it rest"}


@transaction.atomic
def make_reviews(organisation: Organisation, rep: User, manager: User) -> None:
    """Open the reviews of the last weeks of the record, answer some, and note expectations. Does nothing when done."""
    now, until = timezone.now(), as_of(organisation)
    if until is None or Answer.objects.filter(review__organisation=organisation).exists():
        return
    rng = np.random.default_rng(_SEED)
    _people_of_the_record(organisation)
    rules = rules_of(organisation, now=now)
    ReviewRules.objects.filter(pk=rules.pk).update(since=until - _REVIEWED)
    services.follow_deals(organisation=organisation, now=now)
    opened = _date(organisation, now - until, rules.due_days)
    left = [review for review in opened if review.person_id == rep.pk][-_LEFT:]
    _ask_lately(left, now, rules.due_days)
    _expect_of_past(organisation, rep, rng)
    _expect_of_open(rep, now, rng)
    drivers = list(drivers_of(organisation, now=now))
    _answer([review for review in opened if review not in left], now, rng=rng, drivers=drivers)
    _say_as_manager(organisation, manager, drivers, now, rng)


def _people_of_the_record(organisation: Organisation) -> None:
    """Accounts of everyone who owns deals; without a password nobody comes in by them."""
    record = open_record(organisation.home, Lake(organisation.home).snapshot())
    try:
        people = record.tables["people"].select("person_id", "name", "email", "team").order_by("person_id")
        rows = people.filter(_.team.notnull() & _.email.notnull()).to_pyarrow().to_pylist()
    finally:
        record.con.disconnect()
    owners = set(Deal.objects.filter(organisation=organisation).values_list("owner", flat=True).distinct())
    known = set(User.objects.values_list("email", flat=True))
    taken = set(User.objects.filter(organisation=organisation).values_list("owner_name", flat=True))
    teams = {team.name: team for team in Team.objects.filter(organisation=organisation)}
    new = []
    for row in rows:
        email = row["email"].lower()
        if row["person_id"] not in owners - taken or email in known:
            continue
        team = teams.get(row["team"]) or Team.objects.create(organisation=organisation, name=row["team"])
        teams[team.name] = team
        user = User(email=email, name=row["name"], organisation=organisation, role=Role.REP, team=team)
        user.owner_name = row["person_id"]
        user.set_unusable_password()
        new.append(user)
    User.objects.bulk_create(new)


def _date(organisation: Organisation, later: timedelta, due_days: int) -> list[Review]:
    """Dates each review as opened the morning after its deal ended, counted as if the record ended today."""
    reviews = list(Review.objects.filter(organisation=organisation, state=Review.State.DUE).order_by("closed_at", "pk"))
    for review in reviews:
        review.opened_at = review.closed_at + later
        review.due_on = (review.opened_at + timedelta(days=due_days)).date()
    Review.objects.bulk_update(reviews, ["opened_at", "due_on"], batch_size=500)
    return reviews


def _expect_of_past(organisation: Organisation, rep: User, rng: np.random.Generator) -> None:
    """What the rep had said of deals that have ended: surer than the chances that the analysis gives them."""
    deals = Deal.objects.filter(organisation=organisation, owner=rep.owner_name, closed_at__isnull=False)
    made = []
    for deal in deals.exclude(outcome="open").order_by("-closed_at", "pk")[:_MOST_PAST]:
        if deal.created_at is None or deal.closed_at is None:
            continue
        share = 0.35 + 0.5 * float(rng.random())
        at = deal.created_at + share * (deal.closed_at - deal.created_at)
        chance = _stated(deal.chance_start, 1.1 if deal.outcome == "won" else 0.9, rng)
        made.append(
            Expectation(
                organisation=organisation, deal_id=deal.deal_id, person=rep, stage=deal.stage, chance=chance,
                close_on=deal.closed_at.date(), next_step="Simulated: agree on the date of the decision",
                risk="Simulated: someone we have not met yet", made_at=at, changed_at=at, locked_at=deal.closed_at,
            )
        )  # fmt: skip
    Expectation.objects.bulk_create(made)


def _expect_of_open(rep: User, now: datetime, rng: np.random.Generator) -> None:
    deals = Deal.objects.filter(organisation=rep.organisation, owner=rep.owner_name, outcome="open")
    for deal in deals.order_by("-chance", "pk")[:_EXPECTED_OF_OPEN]:
        expect(
            by=rep,
            deal=deal,
            chance=_stated(deal.chance, 0.6, rng),
            now=now - timedelta(days=int(rng.integers(1, 9))),
            close_on=(now + timedelta(days=int(rng.integers(10, 80)))).date(),
            next_step="Simulated: send the plan that both sides agreed on",
            risk="Simulated: the budget of next year",
        )


def _stated(chance: float | None, push: float, rng: np.random.Generator) -> int:
    """A chance as a hopeful person states it: pushed up, with noise, in steps of five."""
    known = min(max(0.35 if chance is None else chance, 0.03), 0.97)
    logit = np.log(known / (1 - known)) + push + rng.normal(0, 0.7)
    return int(min(max(5 * round(20 / (1 + np.exp(-logit))), 5), 95))


def _ask_lately(reviews: list[Review], now: datetime, due_days: int) -> None:
    """Leaves the rep who signs in some that were opened in the last days, the first one overdue."""
    for place, review in enumerate(reviews):
        review.opened_at = now - timedelta(days=due_days + 2 - 3 * place if place < 3 else 1)
        review.due_on = (review.opened_at + timedelta(days=due_days)).date()
    Review.objects.bulk_update(reviews, ["opened_at", "due_on"])


def _answer(reviews: Iterable[Review], now: datetime, *, drivers: list[Driver], rng: np.random.Generator) -> None:
    """Most who have been asked for some days have answered."""
    for review in reviews:
        person, asked = review.person, now - review.opened_at
        if person is None or rng.random() > min(0.8, asked / timedelta(days=12)):
            continue
        begun = review.opened_at + asked * float(rng.uniform(0.05, 0.8))
        fields, named = _words(review, drivers, rng)
        lasted = timedelta(seconds=int(rng.integers(45, 150)))
        inputs = 1 + sum(bool(fields[name]) for name in ("happened", "keep", "change", "lesson"))
        _save(person, review, begun, lasted, {"fields": fields, "named": named, "inputs": inputs})


def _save(by: User, review: Review, begun: datetime, lasted: timedelta, said: dict[str, Any]) -> None:
    """As the page does it: saved while it is typed, then finished."""
    steps = int(lasted / timedelta(seconds=50)) + 1
    for step in range(steps):
        services.save_answer(by=by, review=review, now=begun + lasted * step / steps)
    services.save_answer(by=by, review=review, now=begun + lasted, **said)
    services.finish(by=by, review=review, now=begun + lasted)


def _words(
    review: Review, drivers: list[Driver], rng: np.random.Generator
) -> tuple[dict[str, Any], tuple[services.Named, ...]]:
    """What a simulated rep says: mostly the reason of the CRM, sometimes another one, sometimes none."""
    fitting = [driver for driver in drivers if review.outcome in driver.outcomes]
    reasons = [d for d in fitting if review.lost_reason.casefold() in [each.casefold() for each in d.crm_reasons]]
    chosen = list(_few(reasons, fitting, rng))
    name = chosen[0].name.lower() if chosen else "nobody knows why"
    texts = {
        "account": review.account_name or "The buyer",
        "course": _COURSE[review.outcome],
        "days": int(rng.integers(30, 160)),
        "driver": f"it is about “{name}”" if chosen else name,
    }
    given = {name: _SAID[name].format_map(texts) for name in ("happened", "keep", "change", "lesson")}
    fields: dict[str, Any] = {name: text if rng.random() < 0.75 else "" for name, text in given.items()}
    expected = ("win", "open", "loss", "unknown")
    fields |= {"expected": str(rng.choice(expected, p=(0.45, 0.3, 0.15, 0.1))), "unknown": not chosen}
    return fields, tuple(services.Named(driver.pk, suggested=driver in reasons) for driver in chosen)


def _few(reasons: list[Driver], fitting: list[Driver], rng: np.random.Generator) -> Iterator[Driver]:
    """None, one or two drivers."""
    if rng.random() < _NO_DRIVER or not fitting:
        return
    first = reasons[0] if reasons and rng.random() < 0.7 else fitting[int(rng.integers(len(fitting)))]
    yield first
    second = fitting[int(rng.integers(len(fitting)))]
    if rng.random() < 0.4 and second != first:
        yield second


def _say_as_manager(
    organisation: Organisation, manager: User, drivers: list[Driver], now: datetime, rng: np.random.Generator
) -> None:
    """The manager who signs in has answered some of what the team has finished, and skipped one review."""
    team = manager.team.name if manager.team else ""
    done = Review.objects.filter(organisation=organisation, team=team, state=Review.State.DONE).order_by("pk")
    for review in done:
        if rng.random() > 0.6 or review.done_at is None:
            continue
        stance = str(rng.choice(Answer.Stance.values, p=(0.5, 0.25, 0.25)))
        fitting = [driver for driver in drivers if review.outcome in driver.outcomes]
        named = () if stance == Answer.Stance.AGREES else tuple(
            services.Named(driver.pk) for driver in [fitting[int(rng.integers(len(fitting)))]]
        )  # fmt: skip
        fields = {"stance": stance, "learned": _SAID["learned"], "serves": _SAID["serves"]}
        at = min(review.done_at + timedelta(hours=int(rng.integers(4, 60))), now - timedelta(minutes=5))
        said = {"fields": fields, "named": named, "inputs": 3 + bool(named)}
        _save(manager, review, at, timedelta(seconds=int(rng.integers(30, 90))), said)
    oldest = Review.objects.filter(organisation=organisation, team=team, state=Review.State.DUE)
    for review in oldest.filter(due_on__lt=datetime.now(UTC).date() - timedelta(days=30)).order_by("due_on", "pk")[:1]:
        services.skip(by=manager, review=review, reason="Simulated: the account was sold while the deal was open")
