"""The craft of questions: which were asked in won and in lost deals, found in what was said, added and rated."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from afteraction.analysis.intervals import Difference, Rate, difference, rate_if_any
from afteraction.analysis.questions import Asked, question_key, questions_in
from afteraction.errors import Refused
from afteraction.report.deal_evidence import CHANCES
from afteraction.report.wording import interval, percent, points
from afteraction.web.buyers.models import Interview
from afteraction.web.buyers.visibility import visible_interviews
from afteraction.web.coaching.models import Question, QuestionHeard, QuestionRating
from afteraction.web.coaching.visibility import readable_reviews
from afteraction.web.deals.models import IndexState
from afteraction.web.deals.record import rows_of
from afteraction.web.people.models import Organisation, User
from afteraction.web.reviews.models import Answer, Review

FIELDS: Final = ("happened", "keep", "change", "lesson", "learned", "serves")
"""The texts of a review in which questions are looked for; never a private note."""
MOST: Final = 200
_PIECE: Final = 500
_PLACED_BY: Final = 10


@dataclass(frozen=True)
class QuestionRow:
    """A question with how often it was heard in won and in lost deals, among those whose texts the reader may read."""

    question: Question
    won: Rate | None
    lost: Rate | None
    apart: Difference | None
    useful: int
    not_useful: int
    mine: bool | None

    @property
    def heard(self) -> int:
        """In how many deals it was heard."""
        return (self.won.count if self.won else 0) + (self.lost.count if self.lost else 0)

    @property
    def figures(self) -> dict[str, str]:
        """As people read them."""
        return {
            "won": _told(self.won),
            "lost": _told(self.lost),
            "apart": f"{points(self.apart.value)} ({points(self.apart.low)} to {points(self.apart.high)})"
            if self.apart and self.heard
            else "",
        }


def _told(found: Rate | None) -> str:
    if found is None:
        return "no deals"
    return f"{percent(found.value)} ({interval(found.low, found.high)}, {found.count} of {found.n})"


def gather_questions(*, organisation: Organisation, now: datetime) -> int:
    """Looks for questions in all finished answers and transcripts anew; returns how many there are. Idempotent."""
    found: dict[str, list[QuestionHeard]] = defaultdict(list)
    words: dict[str, str] = {}
    for asked, heard in _heard(organisation):
        found[asked.key].append(heard)
        words.setdefault(asked.key, asked.text)
    with transaction.atomic():
        known = {each.key: each for each in Question.objects.filter(organisation=organisation)}
        # Questions keep the stage that they had: a few deals are enough to place a new one.
        fresh = [each for key, some in found.items() if key not in known for each in some[:_PLACED_BY]]
        deals = _last_stages(organisation, fresh)
        new = [
            Question(
                organisation=organisation, key=key, text=words[key], made_at=now,
                stage=_commonest(deals.get(each.review.deal_id, "") for each in places[:_PLACED_BY]),
            )
            for key, places in found.items() if key not in known
        ]  # fmt: skip
        known |= {each.key: each for each in Question.objects.bulk_create(new, batch_size=_PIECE)}
        QuestionHeard.objects.filter(question__organisation=organisation).delete()
        for key, places in found.items():
            for each in places:
                each.question = known[key]
        QuestionHeard.objects.bulk_create([each for some in found.values() for each in some], batch_size=_PIECE)
    return len(known)


def _heard(organisation: Organisation) -> Iterator[tuple[Asked, QuestionHeard]]:
    interviews = Interview.objects.filter(organisation=organisation).exclude(transcript="").select_related("review")
    for interview in interviews.order_by("pk").iterator(_PIECE):
        # What the buyer asks is no question of ours: turns of whoever was asked are left out.
        for asked in questions_in(interview.transcript, leave_out=interview.interviewee):
            yield asked, QuestionHeard(review=interview.review, interview=interview)
    answers = Answer.objects.filter(review__organisation=organisation).exclude(done_at=None)
    for answer in answers.select_related("review").order_by("pk").iterator(_PIECE):
        for field in FIELDS:
            for asked in questions_in(getattr(answer, field)):
                yield asked, QuestionHeard(review=answer.review, answer=answer, field=field)


def _last_stages(organisation: Organisation, heard: Iterable[QuestionHeard]) -> dict[str, str]:
    """The last stage that each deal had entered, as the newest analysis keeps it; none before the first one."""
    state = IndexState.objects.filter(organisation=organisation).first()
    if state is None or not state.evidence_folder:
        return {}
    path = organisation.home.folder / state.evidence_folder / CHANCES
    found = {}
    for deal_id in sorted({each.review.deal_id for each in heard}):
        rows = rows_of([path], deal_id)[0]
        if rows:
            found[deal_id] = max(rows, key=lambda row: int(row["place"]))["stage"] or ""
    return found


def _commonest(stages: Iterable[str]) -> str:
    counted = Counter(each for each in stages if each)
    return counted.most_common(1)[0][0] if counted else ""


def question_rows(user: User, stage: str = "") -> list[QuestionRow]:
    """The questions that someone may know, the most useful first, then those heard most.

    One that was found in texts which the reader may not read is not there for them; added ones are for everyone.
    """
    interviews = visible_interviews(user)
    reviews = readable_reviews(user)
    asked = Question.objects.filter(organisation=user.organisation, hidden_at=None)
    if stage:
        asked = asked.filter(stage=stage)
    heard: dict[int, set[tuple[int, str]]] = defaultdict(set)
    for question, review, outcome in _visible(user, interviews, reviews):
        heard[question].add((review, outcome))
    deals = _deals_read(user, interviews)
    ratings = QuestionRating.objects.filter(question__organisation=user.organisation)
    said: dict[int, list[QuestionRating]] = defaultdict(list)
    for rating in ratings:
        said[rating.question_id].append(rating)
    rows = [
        _row(each, heard[each.pk], deals, said[each.pk], user)
        for each in asked
        if each.pk in heard or each.author_id is not None
    ]
    return sorted(rows, key=lambda row: (-row.useful + row.not_useful, -row.heard, row.question.text))[:MOST]


def _visible(
    user: User, interviews: "QuerySet[Interview]", reviews: "QuerySet[Review]"
) -> Iterator[tuple[int, int, str]]:
    found = QuestionHeard.objects.filter(question__organisation=user.organisation)
    parts = (
        found.filter(interview__in=interviews),
        found.filter(answer__isnull=False, field="lesson"),
        found.filter(answer__isnull=False, review__in=reviews),
    )
    for part in parts:
        yield from part.values_list("question", "review", "review__outcome")


def _deals_read(user: User, interviews: "QuerySet[Interview]") -> dict[str, int]:
    """Of how many won and lost deals the reader may read something: what shares are taken of."""
    reviewed = Answer.objects.filter(review__organisation=user.organisation).exclude(done_at=None)
    pairs = set(reviewed.values_list("review", "review__outcome"))
    pairs |= set(interviews.exclude(transcript="").values_list("review", "review__outcome"))
    return Counter(outcome for _review, outcome in pairs)


def _row(
    question: Question, heard: set[tuple[int, str]], deals: dict[str, int], said: list[QuestionRating], user: User
) -> QuestionRow:
    counted = Counter(outcome for _review, outcome in heard)
    lost = counted["lost"] + counted["no_decision"]
    won_rate = rate_if_any(counted["won"], deals.get("won", 0))
    lost_rate = rate_if_any(lost, deals.get("lost", 0) + deals.get("no_decision", 0))
    return QuestionRow(
        question,
        won_rate,
        lost_rate,
        difference(won_rate, lost_rate) if won_rate and lost_rate else None,
        sum(each.useful for each in said),
        sum(not each.useful for each in said),
        next((each.useful for each in said if each.person_id == user.pk), None),
    )


def add_question(*, by: User, text: str, stage: str, now: datetime) -> Question:
    """Adds a question that is worth asking; one that is there already is shown again."""
    words = " ".join(text.split())[:300]
    if not words.endswith("?") or len(words) < 8:
        raise Refused("no question", "a sentence that ends with a question mark", "write it as you would ask it")
    question, made = Question.objects.get_or_create(
        organisation=by.organisation, key=question_key(words),
        defaults={"text": words, "stage": stage[:200], "author": by, "made_at": now},
    )  # fmt: skip
    if not made and (question.author is None or question.hidden_at):
        question.author, question.hidden_at = by, None
        question.save(update_fields=["author", "hidden_at"])
    return question


def rate_question(*, by: User, question: Question, useful: bool, now: datetime) -> QuestionRating:
    """Says whether a question was useful; the newest answer of a person counts."""
    if question.organisation_id != by.organisation_id or all(row.question != question for row in question_rows(by)):
        raise Refused("a question that is not there", "one of the list", "choose one of it")
    rating, _ = QuestionRating.objects.update_or_create(
        question=question, person=by, defaults={"useful": useful, "at": now}
    )
    return rating
