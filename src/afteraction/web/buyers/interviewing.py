"""Interviews with buyers: typed in while talking or pasted as a transcript, with the consent that was given."""

from datetime import date, datetime

from django.db import transaction

from afteraction.errors import Refused
from afteraction.web.buyers.models import BuyerAnswer, Interview
from afteraction.web.buyers.models.interviews import LONGEST_TRANSCRIPT
from afteraction.web.buyers.models.programme import Language
from afteraction.web.buyers.questions import Given
from afteraction.web.people.models import Role, User
from afteraction.web.people.roles import Right, may
from afteraction.web.reviews.models import Review
from afteraction.web.reviews.visibility import leads

_QUOTE = {
    Interview.Consent.QUOTE: BuyerAnswer.Quote.UNNAMED,
    Interview.Consent.NAMED: BuyerAnswer.Quote.NAMED,
}
"""What the interviewee agreed to, as an answer has it; nothing else is a yes."""


def may_interview(user: User, review: Review) -> bool:
    """Whoever may type in interviews, managers for the deals that they lead; never the rep of the deal."""
    if not may(user, Right.CODE_INTERVIEWS) or user.organisation_id != review.organisation_id:
        return False
    return review.person_id != user.pk and (user.role != Role.MANAGER or leads(user, review))


@transaction.atomic
def save_interview(
    *,
    by: User,
    review: Review,
    now: datetime,
    interviewer: str,
    held_on: date,
    consent: str,
    interviewee: str = "",
    language: str = "en",
    transcript: str = "",
    given: Given | None = None,
) -> Interview:
    """Keeps an interview. `given` are the answers to the questions, as far as they were asked.

    Raises `Refused` for who may not, without anything that was said, and for a transcript that is too long.
    """
    if not may_interview(by, review):
        raise Refused("a deal that you may not interview about", "one of the team that you lead", "ask its manager")
    text = transcript.replace("\x00", "").replace("\r\n", "\n").strip()
    problems = []
    if not text and (given is None or given.is_empty):
        problems.append("nothing that was said")
    if len(text) > LONGEST_TRANSCRIPT:
        problems.append(f"a transcript of {len(text):,} characters, at most {LONGEST_TRANSCRIPT:,}")
    if consent not in Interview.Consent.values:
        problems.append("no consent that is one of the list")
    if language not in Language.values:
        problems.append("no language that is one of the list")
    if held_on > now.date():
        problems.append("a day that has not come")
    if problems:
        raise Refused("; ".join(problems), "an interview that was held", "correct it")
    interview = Interview.objects.create(
        organisation=by.organisation,
        review=review,
        interviewee=interviewee.strip()[:200],
        interviewer=interviewer.strip()[:200] or str(by),
        held_on=held_on,
        language=language,
        consent=consent,
        transcript=text,
        made_by=by,
        made_at=now,
    )
    if given is not None and not given.is_empty:
        interview.answer = _answer(interview, now)
        for name, value in given.said().items():
            setattr(interview.answer, name, value)
        interview.answer.save()
        interview.save(update_fields=["answer"])
    return interview


@transaction.atomic
def change_consent(*, by: User, interview: Interview, consent: str) -> None:
    """Writes down what the interviewee agrees to now; what they may be quoted with follows."""
    if not may_interview(by, interview.review) or consent not in Interview.Consent.values:
        raise Refused("a consent that you cannot change", "one of the list, of an interview that you may hold")
    interview.consent = consent
    interview.save(update_fields=["consent"])
    if interview.answer is not None:
        interview.answer.may_quote = quotable(consent)
        interview.answer.save(update_fields=["may_quote"])


def name_drivers(*, interview: Interview, drivers: list[int], now: datetime) -> None:
    """What coders found becomes what the buyer said, the driver of most passages first."""
    answer = interview.answer or _answer(interview, now)
    answer.drivers = drivers
    answer.save()
    if interview.answer_id is None:
        interview.answer = answer
        interview.save(update_fields=["answer"])


def quotable(consent: str) -> "BuyerAnswer.Quote":
    """Whether someone who consented so may be quoted."""
    return _QUOTE.get(Interview.Consent(consent), BuyerAnswer.Quote.NO)


def _answer(interview: Interview, now: datetime) -> BuyerAnswer:
    return BuyerAnswer(
        organisation=interview.organisation,
        review=interview.review,
        source=BuyerAnswer.Source.INTERVIEW,
        name=interview.interviewee,
        language=interview.language,
        may_quote=quotable(interview.consent),
        answered_at=now,
    )
