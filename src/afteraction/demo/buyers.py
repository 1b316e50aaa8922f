"""The buyer's voice of the demo: simulated buyers who are asked, of whom the unhappy answer less often.

Everything that they write says that it is simulated. Who answers is planted: of lost deals fewer than of won
ones, so that plain shares are too kind, and weighted ones nearer to the truth.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np
from django.db import transaction
from django.utils import timezone

from afteraction.web.buyers.anonymity import hold, release_held
from afteraction.web.buyers.asking import follow_reviews
from afteraction.web.buyers.figures import make_figures
from afteraction.web.buyers.interviewing import save_interview
from afteraction.web.buyers.models import Asking, BuyerAnswer, HeldAnswer, Interview, Invitation, Programme
from afteraction.web.buyers.programme import programme_of
from afteraction.web.buyers.questions import Given
from afteraction.web.deals.selectors import as_of
from afteraction.web.people.models import Organisation, User
from afteraction.web.reviews.models import Driver, Review
from afteraction.web.reviews.taxonomy import drivers_of

_SEED: Final = 21
_ANSWERS: Final = {"won": 0.55, "lost": 0.32, "no_decision": 0.22}
"""The chance that a person of the buyer answers."""
_SMALL: Final = 1.35
"""People of small businesses answer more often, by this factor."""
_ANONYMOUS: Final = 0.18
_WITHHELD: Final = {"won": 0.01, "lost": 0.07, "no_decision": 0.04}
_PRICE: Final = {"won": 0.1, "lost": 0.22, "no_decision": 0.15}
"""How often buyers say that the price decided it: far less often than reps do."""
_HEARD: Final = {"won": 0.75, "lost": 0.4, "no_decision": 0.45}
_SCORE: Final = {"won": 3.5, "lost": -3.0, "no_decision": 0.0}
_IN_PREVIEW: Final = 6
_BETTER: Final = (
    "Simulated: tell us sooner who will run the project after the contract.",
    "Simulated: fewer slides, and one example from a company of our size.",
    "Simulated: the proposal came two weeks after we had agreed on the dates.",
    "Simulated: our finance people were never asked what they need.",
    "Simulated: answer security questions in writing, once, for everybody.",
)
_APART: Final = (
    "Simulated: the trial on our own data. Nobody else offered that.",
    "Simulated: your engineer said plainly what the product cannot do.",
    "Simulated: we knew at any time what would happen next.",
)
_CHANGED: Final = (
    "Simulated: a smaller first step.",
    "Simulated: if someone had made the case to our managing director.",
    "Simulated: nothing, the budget was gone in spring.",
    "Simulated: a customer in our country whom we could call.",
)
_TRANSCRIPT: Final = """Interviewer: This interview is simulated. What made you look for something new?
Buyer: Our reports took three days every month, and nobody trusted the numbers.
Interviewer: And what decided it in the end?
Buyer: Honestly, the price was fine. It was within the budget that we had.
Buyer: What worried us was the effort to get it running. Our last project took a year longer than planned.
Interviewer: Did we talk with the right people?
Buyer: Our finance director heard of it two days before the decision. She should have been there from the start.
Buyer: The other vendor brought two customers whom we could call. You had none in our industry.
Interviewer: What did you like?
Buyer: Your people were open about what the product cannot do. We trusted them more than the others.
Interviewer: What would have changed the decision?
Buyer: A plan for the first ninety days, with names. And references, as I said.
"""
State = Invitation.State


@dataclass(frozen=True)
class _Clock:
    """The record ends today: everything of it is `later` by so much."""

    now: datetime
    later: timedelta

    def asked(self, review: Review) -> datetime:
        return review.closed_at + self.later + timedelta(days=5)


@transaction.atomic
def make_buyers(organisation: Organisation, operations: User, manager: User) -> None:
    """Ask the buyers of the reviewed deals, and let some of them answer. Does nothing when that has been done."""
    now, until = timezone.now(), as_of(organisation)
    if until is None or Asking.objects.filter(organisation=organisation).exists():
        return
    clock, rng = _Clock(now, now - until), np.random.default_rng(_SEED)
    programme = programme_of(organisation)
    Programme.objects.filter(pk=programme.pk).update(
        is_on=True, since=until - timedelta(days=365), sender="Dana Fields, customer research",
        reply_to="research@example.com", languages=["en", "de", "fr", "es"], most_people=1,
    )  # fmt: skip
    follow_reviews(organisation=organisation, now=now)
    askings = list(
        Asking.objects.filter(organisation=organisation, state=Asking.State.PREVIEW)
        .select_related("review", "organisation")
        .prefetch_related("invitations")
        .order_by("-review__closed_at", "pk")
    )
    drivers = list(drivers_of(organisation, now=now))
    for place, asking in enumerate(askings[:_IN_PREVIEW]):
        asking.send_after = now + timedelta(hours=30 + 3 * place)
    _withhold(askings[_IN_PREVIEW:], manager, clock, rng)
    asked = [asking for asking in askings[_IN_PREVIEW:] if asking.state != Asking.State.WITHHELD]
    _ask(asked, drivers, clock, rng)
    Asking.objects.bulk_update(askings, ["state", "send_after", "reason", "withheld_by", "withheld_at"], batch_size=500)
    HeldAnswer.objects.filter(organisation=organisation).update(not_before=(now - timedelta(days=20)).date())
    release_held(organisation=organisation, now=now)
    _interview(asked, operations, now)
    make_figures(organisation=organisation, now=now)


def _withhold(askings: list[Asking], manager: User, clock: _Clock, rng: np.random.Generator) -> None:
    """Managers withhold deals that were lost more often."""
    for asking in askings:
        if rng.random() < _WITHHELD[asking.review.outcome]:
            asking.state, asking.withheld_by = Asking.State.WITHHELD, manager
            asking.withheld_at = clock.asked(asking.review) - timedelta(hours=20)
            asking.reason = str(rng.choice(["negotiating", "dispute", "asked_already"]))
    kept = [asking for asking in askings if asking.state == Asking.State.WITHHELD]
    Invitation.objects.filter(asking__in=kept).update(state=State.WITHHELD)


def _ask(askings: list[Asking], drivers: list[Driver], clock: _Clock, rng: np.random.Generator) -> None:
    invitations, answers = [], []
    for asking in askings:
        asking.state = Asking.State.ASKED
        review = asking.review
        for person in asking.invitations.all():
            person.sent_at = clock.asked(review)
            person.expires_at = person.sent_at + timedelta(days=30)
            chance = min(_ANSWERS[review.outcome] * (_SMALL if review.segment == "Small business" else 1.0), 0.95)
            at = person.sent_at + timedelta(hours=float(rng.exponential(50)))
            if rng.random() < chance and at < clock.now:
                given = _given(review, drivers, rng)
                if rng.random() < _ANONYMOUS:
                    person.state = State.ANONYMOUS
                    hold(asking=asking, given=given, language="en", now=at)
                else:
                    person.state = State.ANSWERED
                    answers.append(_answer(person, asking, given, at))
            elif clock.now >= person.expires_at:
                person.state, person.reminded_at = State.EXPIRED, person.sent_at + timedelta(days=7)
            else:
                person.state = State.SENT
            invitations.append(person)
    Invitation.objects.bulk_update(invitations, ["state", "sent_at", "expires_at", "reminded_at"], batch_size=500)
    BuyerAnswer.objects.bulk_create(answers)


def _answer(person: Invitation, asking: Asking, given: Given, at: datetime) -> BuyerAnswer:
    return BuyerAnswer(
        organisation=asking.organisation,
        review=asking.review,
        invitation=person,
        name=person.name,
        may_quote=given.may_quote,
        answered_at=at,
        **given.said(),
    )


def _given(review: Review, drivers: list[Driver], rng: np.random.Generator) -> Given:
    """What a simulated buyer says, by how the deal ended."""
    outcome = review.outcome
    fitting = [driver.pk for driver in drivers if outcome in driver.outcomes and driver.key != "price"]
    named = rng.choice(fitting, size=min(int(rng.integers(1, 4)), len(fitting)), replace=False)
    price = rng.random() < _PRICE[outcome]
    return Given(
        cause="price" if price else str(rng.choice(["product", "story", "none"], p=(0.45, 0.35, 0.2))),
        drivers=tuple(int(each) for each in named),
        score=int(np.clip(round(rng.normal(_SCORE[outcome], 3)), -10, 10)) if rng.random() < 0.9 else None,
        engaged=str(rng.choice(["yes", "partly", "no"], p=_spread(_HEARD[outcome]))),
        better=_some(_BETTER, 0.7, rng),
        apart=_some(_APART, 0.5, rng),
        changed=_some(_CHANGED, 0.45, rng),
        may_quote=str(rng.choice(BuyerAnswer.Quote.values, p=(0.6, 0.28, 0.12))),
    )


def _spread(yes: float) -> tuple[float, float, float]:
    return yes, (1 - yes) * 0.6, (1 - yes) * 0.4


def _some(texts: tuple[str, ...], share: float, rng: np.random.Generator) -> str:
    return str(rng.choice(texts)) if rng.random() < share else ""


def _interview(askings: list[Asking], by: User, now: datetime) -> None:
    """One interview about a lost deal, to be coded."""
    lost = next((asking.review for asking in askings if asking.review.outcome == "lost"), None)
    if lost is None:
        return
    about: dict[str, Any] = {"interviewer": "Dana Fields", "interviewee": "Simulated buyer"}
    save_interview(
        by=by, review=lost, now=now, held_on=(now - timedelta(days=2)).date(), consent=Interview.Consent.QUOTE,
        transcript=_TRANSCRIPT, **about,
    )  # fmt: skip
