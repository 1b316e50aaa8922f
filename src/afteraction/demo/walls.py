"""The walls of the demo: good risks of the record, and what some reps shared, thanked for and recognised."""

from datetime import datetime, timedelta
from typing import Final

import numpy as np
from django.db import transaction
from django.utils import timezone

from afteraction.web.people.models import Organisation, User
from afteraction.web.reviews.models import Answer, Review
from afteraction.web.walls.models import Entry
from afteraction.web.walls.risks import keep_risks
from afteraction.web.walls.sharing import share_review, write_anonymously
from afteraction.web.walls.thanking import recognise, thank

_SEED: Final = 22
_PER_WALL: Final = 9
_TAUGHT: Final = {
    "wins": (
        "Simulated: we showed them their own numbers before any slide. Ask for last month's report first.",
        "Simulated: the buyer wrote half of the proposal: we sent a draft with gaps, and filled them together.",
        "Simulated: name who runs the project after the contract. It was what they had been afraid to ask.",
        "Simulated: a call with a customer of the same size did more than three demos.",
        "Simulated: we said what the product cannot do in the first meeting. They told us later that it decided it.",
        "Simulated: agree on the date of the decision, then plan back from it, with names on both sides.",
    ),
    "failures": (
        "Simulated: I met the finance director two days before the decision. Next time I ask in week one who signs.",
        "Simulated: we lost to nothing. Ask early what happens if they leave everything as it is.",
        "Simulated: I sent the price before I knew what it was worth to them, and could not get the talk back.",
        "Simulated: only one person in the account ever spoke with us. When she left, so did the deal.",
        "Simulated: the security questions came late and sat with us for three weeks. We now send answers unasked.",
        "Simulated: a new country, and we had no customer there who would take a call. Find one before the next try.",
    ),
}
_NOTES: Final = (
    "",
    "",
    "",
    "Used it this week, it works.",
    "I have made the same mistake.",
    "Going into my checklist.",
)
_PRAISE: Final = (
    (
        "Simulated: you gave their engineers a written answer to every security question within a day.",
        "Simulated: the list of answers. It is in the shared folder, take it into the next deal.",
    ),
    (
        "Simulated: you told them in the first call that they did not need the larger package.",
        "Simulated: ask what they will use in the first ninety days, and offer that.",
    ),
)


@transaction.atomic
def make_walls(organisation: Organisation, manager: User) -> None:
    """Recognise the good risks and fill both walls. Does nothing when that has been done."""
    now = timezone.now()
    keep_risks(organisation=organisation, now=now)
    if Entry.objects.filter(organisation=organisation).exists():
        return
    rng = np.random.default_rng(_SEED)
    colleagues = list(User.objects.filter(organisation=organisation, is_active=True).order_by("pk")[:40])
    for wall, taught in _TAUGHT.items():
        for number, answer in enumerate(_answers(organisation, wall)):
            Answer.objects.filter(pk=answer.pk).update(lesson=taught[number % len(taught)])
            at = now - timedelta(days=2 + 4 * number + int(rng.integers(0, 3)))
            entry = share_review(by=answer.person, review=answer.review, now=at)
            _thank(entry, colleagues, at, rng)
    for wall, text in (
        (
            "failures",
            "Simulated: I knew for a month that it was lost and kept it in the forecast. Say it when you know it.",
        ),
        ("wins", "Simulated: we were lucky, they had no time to compare. We should not copy what we did."),
    ):
        write_anonymously(by=manager, wall=wall, text=text, now=now - timedelta(days=9))
    reps = [each for each in colleagues if each.owner_name and each != manager]
    for number, (useful, repeatable) in enumerate(_PRAISE[: len(reps)]):
        at = now - timedelta(days=3 + number)
        recognise(by=manager, to=reps[number], useful=useful, repeatable=repeatable, now=at)


def _answers(organisation: Organisation, wall: str) -> list[Answer]:
    """The newest finished answers of reps, one a person, of deals that belong on a wall."""
    found = Answer.objects.filter(
        review__organisation=organisation, voice=Answer.Voice.REP, done_at__isnull=False, review__ended_at=None
    ).select_related("review", "person", "person__organisation")
    found = found.filter(review__outcome="won") if wall == "wins" else found.exclude(review__outcome="won")
    one_each: dict[int, Answer] = {}
    for answer in found.exclude(review__state=Review.State.WITHDRAWN).order_by("-review__closed_at", "pk")[:200]:
        one_each.setdefault(answer.person_id, answer)
    return list(one_each.values())[:_PER_WALL]


def _thank(entry: Entry, colleagues: list[User], at: datetime, rng: np.random.Generator) -> None:
    others = [each for each in colleagues if each.pk != entry.sharer_id]
    chosen = rng.choice(len(others), size=min(int(rng.integers(0, 6)), len(others)), replace=False)
    for place in chosen:
        thank(by=others[int(place)], entry=entry, now=at, note=str(rng.choice(_NOTES)))
