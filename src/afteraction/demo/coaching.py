"""Coaching of the demo: one-to-ones of some weeks with what was agreed, and an agenda that is ready.

Everything that people write says that it is simulated.
"""

from datetime import datetime, time, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from afteraction.web.coaching import services, skills
from afteraction.web.coaching.measuring import keep_figures
from afteraction.web.coaching.models import AgendaItem, Cadence, ChanceThen, Meeting
from afteraction.web.coaching.questions import add_question, gather_questions, rate_question
from afteraction.web.people.models import Organisation, User
from afteraction.web.reviews.models import Answer

_WEEKS: Final = 4
_AGREED: Final = (
    "Simulated: ask who signs in the first call with every new deal",
    "Simulated: send the plan for the decision to both open enterprise deals",
    "Simulated: call the two buyers who went silent",
    "Simulated: try the discovery questions on the next three calls",
)
_SAID: Final = (
    ("Simulated: the buyer had decided before we sent the proposal.", "Simulated: ask what would stop them, early."),
    ("Simulated: a demo without the user in the room convinces nobody.", "Simulated: no demo without the user."),
    ("Simulated: silence for two weeks was the answer.", "Simulated: agree on the next date before hanging up."),
    ("Simulated: the champion left, and nobody else knew us.", "Simulated: meet a second person in the first month."),
)
_QUESTIONS: Final = (
    ("Who else has to say yes before this is decided?", "Qualify"),
    ("What happens if you do nothing?", "Discover"),
    ("What would have to be true for you to sign this month?", "Propose"),
)


@transaction.atomic
def make_coaching(organisation: Organisation, rep: User, manager: User) -> None:
    """Weekly one-to-ones of the manager with two reps, the huddle of the team, skills. Does nothing when done."""
    if Cadence.objects.filter(organisation=organisation).exists():
        return
    now = timezone.now()
    others = [each for each in services.reps_to_coach(manager) if each.pk != rep.pk]
    _weekly(manager, rep, now, weeks=_WEEKS)
    for place, other in enumerate(others[:2], 1):
        _weekly(manager, other, now, weeks=_WEEKS - place, weekday=place)
    if manager.team is not None:
        huddle = _begin(manager, None, now, kind="huddle", at=time(8, 45), minutes=10)
        services.prepare(cadence=huddle, now=now)
    skills.skills_from_process(by=manager)
    _assess(rep, manager, now)
    for text, stage in _QUESTIONS:
        question = add_question(by=manager, text=text, stage=stage, now=now)
        rate_question(by=rep, question=question, useful=True, now=now)
    _heard(organisation)
    gather_questions(organisation=organisation, now=now)
    keep_figures(organisation=organisation, now=now)


def _begin(
    manager: User, rep: User | None, now: datetime, *, kind: str, at: time, minutes: int, weekday: int = 0
) -> Cadence:
    begun = now - timedelta(weeks=_WEEKS + 1)
    return services.begin_cadence(
        by=manager, now=begun, kind=kind, at=at, minutes=minutes, weekday=weekday, rep=rep,
        time_zone=settings.TIME_ZONE, starts_on=begun.date(),
    )  # fmt: skip


def _weekly(manager: User, rep: User, now: datetime, *, weeks: int, weekday: int = 0) -> None:
    """So many meetings that were held, each with a commitment; the newest one is carried. Then the next agenda."""
    cadence = _begin(manager, rep, now, kind="weekly", at=time(10), minutes=30, weekday=weekday)
    for week in range(weeks):
        meeting = services.prepare(cadence=cadence, now=now - timedelta(weeks=weeks - week))
        if meeting is None or meeting.planned_at > now:
            break
        _hold(meeting, rep, manager, week, last=week == weeks - 1)
    services.prepare(cadence=cadence, now=now)


def _hold(meeting: Meeting, rep: User, manager: User, week: int, *, last: bool) -> None:
    at = meeting.planned_at
    learned, serves = _SAID[week % len(_SAID)]
    services.save_notes(by=rep, meeting=meeting, now=at, fields={"learned": learned, "serves": serves})
    steps = list(meeting.items.filter(kind=AgendaItem.Kind.STEP))
    for item in steps[:1]:
        services.talk_about(by=manager, item=item, now=at)
    for item in meeting.items.filter(kind=AgendaItem.Kind.ENDED):
        services.talk_about(by=manager, item=item, now=at)
    for each in meeting.cadence.commitments.filter(state="open", made_at__lt=at - timedelta(days=8)):
        services.decide(by=rep, commitment=each, now=at, state="kept")
    services.commit(
        by=manager, meeting=meeting, now=at, person=rep, text=_AGREED[week % len(_AGREED)],
        due_on=(at + timedelta(days=6)).date(), step=steps[0].key if steps else "",
    )  # fmt: skip
    services.end(by=manager, meeting=meeting, now=at + timedelta(minutes=30))
    if last:
        # The record stands still, so chances would too: those of the last meeting are as of a better week.
        for chance in ChanceThen.objects.filter(meeting=meeting).order_by("deal_id")[:2]:
            chance.chance = min(chance.chance + 0.09, 0.95)
            chance.factors |= {
                "days since the last call (simulated)": ("4", 0.05),
                "days in the stages before": ("12", 0.04),
            }
            chance.save()


def _assess(rep: User, manager: User, now: datetime) -> None:
    known = skills.skills_of(rep.organisation)
    if not known:
        return
    for by, levels in ((rep, (4, 3, 4, 5)), (manager, (3, 4, 2, 4))):
        assessment = skills.begin_assessment(by=by, rep=rep, now=now)
        skills.give_assessment(
            by=by, assessment=assessment, now=now,
            levels={skill.pk: levels[place % len(levels)] for place, skill in enumerate(known)},
            notes={known[0].pk: "Simulated: the first call with the largest deal of the quarter"},
        )  # fmt: skip


def _heard(organisation: Organisation) -> None:
    """Some reviews say which question was asked, those of won deals more often."""
    asked = "Simulated. We asked: “Who else has to say yes before this is decided?”"
    answers = Answer.objects.filter(review__organisation=organisation, voice=Answer.Voice.REP).exclude(done_at=None)
    for outcome, every in (("won", 3), ("lost", 8)):
        for answer in answers.filter(review__outcome=outcome).order_by("pk")[::every]:
            answer.keep = asked
            answer.save(update_fields=["keep"])
