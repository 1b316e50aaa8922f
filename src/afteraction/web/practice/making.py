"""Making cards: all at once from what is known now, in a job. Done again it changes nothing."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from afteraction.process.model import Process
from afteraction.web.coaching.models import Question
from afteraction.web.insights.results import Saved
from afteraction.web.insights.selectors import claims_of, newest_results, process_in
from afteraction.web.lessons.models import Lesson
from afteraction.web.people.models import Organisation
from afteraction.web.practice import cards_of
from afteraction.web.practice.content import Text
from afteraction.web.practice.models import CardEdition, PathStep, PracticeCard
from afteraction.web.practice.plays import of_plays, plays_of

PRACTISED: Final = (Lesson.State.TESTED, Lesson.State.IN_USE, Lesson.State.KEPT)
"""A draft may be wrong still; a retired lesson has been found to be."""
MOST_LESSONS: Final = 200
QUESTIONS: Final = 3
"""On a card: more is a list to read, not a question to ask."""
PATH_STEPS: Final = 5
PATH_LESSONS: Final = 5
_RANK: Final = {Lesson.State.KEPT: 0, Lesson.State.IN_USE: 1, Lesson.State.TESTED: 2}
_OFF_PATH: Final = 1000


@transaction.atomic
def make_cards(*, organisation: Organisation, now: datetime) -> int:
    """Brings the cards and the path in line with their sources; how many cards there are to learn.

    1. The organisation is locked, so that two jobs do not make the same card.
    2. A question that is new gets a card; one whose answer changed the next edition; one that is back comes back.
    3. Cards whose source is gone retire. Nothing is deleted: answers to them stay with whom they belong to.
    4. The path is made of the sources that matter most, and says which cards are learned first.
    """
    locked = Organisation.objects.select_for_update().get(pk=organisation.pk)
    shown = newest_results(locked)
    process = _process(locked)
    lessons = best_first(Lesson.objects.filter(organisation=locked, state__in=PRACTISED, merged_into=None))
    path = path_of(shown, lessons, process)
    texts = list(_texts(shown, process, lessons, locked))
    cards = _keep(locked, texts, path, now)
    _keep_path(locked, path, texts, cards)
    return len(cards)


def best_first(lessons: Iterable[Lesson]) -> list[Lesson]:
    """Kept ones before those in use, those before tested ones; then the newest. Challenged ones come last."""
    order = sorted(
        lessons, key=lambda each: (each.challenged_at is not None, _RANK[Lesson.State(each.state)], -each.pk)
    )
    return order[:MOST_LESSONS]


def path_of(shown: Saved | None, lessons: list[Lesson], process: Process | None) -> list[PathStep]:
    """The steps that help to win, the surest first, then the best lessons. None of them is kept yet."""
    steps = _helping(shown.figures) if shown else []
    names = {step.id: cards_of.name_of(step) for step in process.steps} if process else {}
    chosen = []
    for found in [each for each in steps if each["step"] in names][:PATH_STEPS]:
        version = shown.analysis.data_version if shown else 0
        evidence = {name: found[name] for name in ("effect", "low", "high", "n", "q", "verdict")}
        evidence |= {"data_version": version, "words": cards_of.effect_in_words(found, version)}
        chosen.append(
            PathStep(
                source=PracticeCard.Source.STEP, source_key=found["step"], title=names[found["step"]],
                evidence=evidence,
            )
        )  # fmt: skip
    # A lesson that later deals contradict is not what a new rep starts with.
    for lesson in [each for each in lessons if each.challenged_at is None][:PATH_LESSONS]:
        words = f"{lesson.get_state_display()}. {cards_of.scope(lesson) or 'In every deal'}."
        chosen.append(
            PathStep(
                source=PracticeCard.Source.LESSON, source_key=str(lesson.pk), title=lesson.title,
                evidence={"words": words, "state": lesson.state, "grade": lesson.grade},
            )
        )  # fmt: skip
    for place, each in enumerate(chosen):
        each.place = place
    return chosen


def _helping(figures: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Steps that help, by the lower end of the interval: a big effect that nobody is sure of does not lead."""
    found = [each for each in figures.get("steps", ()) if each["verdict"] == "helps" and each["low"] is not None]
    return sorted(found, key=lambda each: -each["low"])


def _process(organisation: Organisation) -> Process | None:
    newest = organisation.process_versions.first()
    return process_in(newest.text) if newest else None


def questions_for_everyone(organisation: Organisation) -> dict[str, list[str]]:
    """By stage, the newest questions that colleagues added. Those found in answers are for their readers alone."""
    added = Question.objects.filter(organisation=organisation, hidden_at=None, author__isnull=False).exclude(stage="")
    found: dict[str, list[str]] = {}
    for question in added.order_by("-made_at", "-pk"):
        found.setdefault(question.stage, []).append(question.text)
    return {stage: texts[:QUESTIONS] for stage, texts in found.items()}


def _texts(
    shown: Saved | None, process: Process | None, lessons: list[Lesson], organisation: Organisation
) -> Iterable[Text]:
    yield from cards_of.of_lessons(lessons)
    if process:
        yield from cards_of.of_process(process, questions_for_everyone(organisation))
    figures = shown.figures if shown else {}
    if shown:
        known = {step.id for step in process.steps} if process else set()
        effects = cards_of.of_effects(figures, shown.analysis.data_version)
        yield from (each for each in effects if each.about in known)
    yield from cards_of.of_claims(figures, list(claims_of(organisation).exclude(verdict="")))
    yield from of_plays(plays_of(organisation))


def _keep(
    organisation: Organisation, texts: list[Text], path: list[PathStep], now: datetime
) -> dict[tuple[str, str], PracticeCard]:
    """The cards of these texts, by source and key, kept in the database."""
    known = {(each.source, each.source_key): each for each in organisation.cards.all()}
    editions = {
        (each.card_id, each.number): each for each in CardEdition.objects.filter(card__organisation=organisation)
    }
    first = {(each.source, each.source_key): each.place for each in path}
    cards = {}
    for number, text in enumerate(texts):
        place = first.get((text.source, text.about), _OFF_PATH) * 1000 + number
        card = known.get((text.source, text.key))
        if card is None:
            card = PracticeCard.objects.create(
                organisation=organisation, source=text.source, source_key=text.key, kind=text.kind, place=place,
                made_at=now,
            )  # fmt: skip
            _edition(card, text, now)
        elif editions[card.pk, card.edition].digest != text.digest():
            card.edition += 1
            _edition(card, text, now)
        elif editions[card.pk, card.edition].content != _plain(text):
            CardEdition.objects.filter(card=card, number=card.edition).update(content=_plain(text))
        if (card.place, card.kind, card.retired_at) != (place, text.kind, None) or card.edition > 1:
            card.place, card.kind, card.retired_at = place, text.kind, None
            card.save()
        cards[text.source, text.key] = card
    gone = [card.pk for key, card in known.items() if key not in cards and card.retired_at is None]
    PracticeCard.objects.filter(pk__in=gone).update(retired_at=now)
    return cards


def _edition(card: PracticeCard, text: Text, now: datetime) -> None:
    CardEdition.objects.create(card=card, number=card.edition, content=_plain(text), digest=text.digest(), made_at=now)


def _plain(text: Text) -> dict[str, Any]:
    """As the database gives it back: lists for tuples."""
    return {name: list(value) if isinstance(value, tuple) else value for name, value in text.content().items()}


def _keep_path(
    organisation: Organisation,
    path: list[PathStep],
    texts: list[Text],
    cards: Mapping[tuple[str, str], PracticeCard],
) -> None:
    known = {(each.source, each.source_key): each for each in organisation.path.all()}
    wanted = {(each.source, each.source_key) for each in path}
    PathStep.objects.filter(pk__in=[each.pk for key, each in known.items() if key not in wanted]).delete()
    for each in path:
        kept, _made = PathStep.objects.update_or_create(
            organisation=organisation, source=each.source, source_key=each.source_key,
            defaults={"place": each.place, "title": each.title, "evidence": each.evidence},
        )  # fmt: skip
        about = [cards[text.source, text.key] for text in texts if (text.source, text.about) == known_key(each)]
        kept.cards.set(about)


def known_key(step: PathStep) -> tuple[str, str]:
    """By which the cards of a step of the path are found."""
    return (step.source, step.source_key)
