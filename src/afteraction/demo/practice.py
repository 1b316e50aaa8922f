"""Practice of the demo: cards from what is known here, and some weeks in which the rep and colleagues practised.

Their memories are simulated, as FSRS has them; nobody sees them but whose they are.
"""

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import numpy as np
from django.db import transaction
from django.utils import timezone

from afteraction.web.people.models import Organisation, Role, User
from afteraction.web.practice.counting import count_retention
from afteraction.web.practice.making import make_cards
from afteraction.web.practice.models import CardAnswer, CardMemory, PracticeCard
from afteraction.web.practice.scheduling import Memory, recall
from afteraction.web.practice.services import Sent, take_answers

_SEED: Final = 26
_WEEKS: Final = 7
_PEOPLE: Final = 7
_CARDS: Final = 14
_MISSED: Final = 0.25
_LEFT: Final = timedelta(days=2)
"""The last days are left open, so that something is due for whoever signs in."""


@transaction.atomic
def make_practice(organisation: Organisation, rep: User) -> None:
    """Make the cards, and a history of practice. Does nothing when there is one."""
    now = timezone.now()
    begun = now - timedelta(weeks=_WEEKS)
    if CardAnswer.objects.filter(person__organisation=organisation).exists():
        return
    make_cards(organisation=organisation, now=begun)
    cards = list(PracticeCard.objects.filter(organisation=organisation, retired_at=None).order_by("place")[:_CARDS])
    reps = User.objects.filter(organisation=organisation, role=Role.REP).exclude(pk=rep.pk).order_by("pk")
    rng = np.random.default_rng(_SEED)
    for person in [rep, *reps[: _PEOPLE - 1]]:
        for place, card in enumerate(cards):
            _practise(person, card, begun + timedelta(days=2 * place + int(rng.integers(0, 3))), now - _LEFT, rng)
    count_retention(organisation=organisation, now=now)


def _practise(person: User, card: PracticeCard, at: datetime, until: datetime, rng: np.random.Generator) -> None:
    """One card: begun, then answered whenever it was due, on most days."""
    chance = 0.75
    while at < until:
        right = bool(rng.random() < chance)
        sent = Sent(
            key=UUID(bytes=rng.bytes(16)), card=card.pk, edition=card.edition, at=at,
            seconds=float(rng.uniform(6, 28)), rating=3 if right else 1, **_said(card, right=right),
        )  # fmt: skip
        take_answers(by=person, answers=[sent], sent_at=at, now=at)
        kept = CardMemory.objects.get(person=person, card=card)
        missed = sum(rng.random() < _MISSED for _day in range(3))
        at = max(kept.due, at + timedelta(days=1)) + timedelta(days=missed, minutes=int(rng.integers(0, 600)))
        memory = Memory(kept.due, kept.state, kept.step, kept.stability, kept.difficulty, kept.last)
        chance = recall(memory, at) or chance


def _said(card: PracticeCard, *, right: bool) -> dict[str, Any]:
    """What is said to the card: the right option or order, or another one."""
    content = card.editions.get(number=card.edition).content
    if card.kind == PracticeCard.Kind.ORDER:
        places = tuple(range(len(content["items"])))
        return {"chosen": places if right else places[::-1]}
    if card.kind == PracticeCard.Kind.CHOOSE:
        return {"picked": next(each for each in content["options"] if (each == content["answer"]) == right)}
    return {}
