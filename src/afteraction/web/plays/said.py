"""What was said about the deals of a play, as far as its reader may read it.

Nothing of it is kept in the play: it is looked up anew for each reader, by the tables of reviews and buyers.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from afteraction.web.buyers.visibility import Part, parts, visible_answers
from afteraction.web.buyers.visibility import shown as shown_of_buyer
from afteraction.web.people.models import User
from afteraction.web.people.roles import Right, may
from afteraction.web.reviews.models import Answer
from afteraction.web.reviews.visibility import shown

MOST: Final = 6
_OF_REVIEW: Final = {"lesson": "The lesson", "keep": "What to keep", "serves": "How it serves the next deal"}
_OF_BUYER: Final = {"apart": "What sets us apart"}
_QUESTION: Final = re.compile(r"[^.!?\n]{8,200}\?")


@dataclass(frozen=True)
class Quote:
    """What somebody said: the words, who (rep, manager or buyer), on what, and the review that it stands in."""

    text: str
    voice: str
    on: str
    review_id: int


def quotes(user: User, deal_ids: Collection[str], most: int = MOST) -> list[Quote]:
    """What reps, managers and buyers said of these deals, as far as someone may read who said what of which deal."""
    found = [*_of_buyers(user, deal_ids), *_of_reviews(user, deal_ids)]
    unlike = {each.text.casefold(): each for each in reversed(found)}
    return list(reversed(unlike.values()))[:most]


def questions(user: User, deal_ids: Collection[str], most: int = MOST) -> list[str]:
    """Questions that stand in what was said."""
    texts = [each.text for each in quotes(user, deal_ids, most=200)]
    asked = (match.strip(" “”\"'") for text in texts for match in _QUESTION.findall(text))
    return list(dict.fromkeys(asked))[:most]


def _of_reviews(user: User, deal_ids: Collection[str]) -> Iterator[Quote]:
    answers = Answer.objects.filter(
        review__organisation=user.organisation, review__deal_id__in=deal_ids, review__ended_at=None
    ).exclude(done_at=None)
    for answer in answers.select_related("review", "person").order_by("-done_at", "pk")[:200]:
        fields = shown(user, answer)
        for name, on in _OF_REVIEW.items():
            if text := (fields.get(name) or "").strip():
                yield Quote(text, answer.voice, on, answer.review_id)


def _of_buyers(user: User, deal_ids: Collection[str]) -> Iterator[Quote]:
    """Only of readers who may know of which deal a buyer speaks: that it is one of these tells it."""
    if not may(user, Right.SEE_BUYERS):
        return
    for answer in visible_answers(user).filter(review__deal_id__in=deal_ids)[:200]:
        if not parts(user, answer) >= {Part.WORDS, Part.DEAL} or answer.review_id is None:
            continue
        fields = shown_of_buyer(user, answer)
        for name, on in _OF_BUYER.items():
            if text := (fields.get(name) or "").strip():
                yield Quote(text, "buyer", on, answer.review_id)
