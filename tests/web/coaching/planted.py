"""What addresses of coaching name, in the first organisation, with the secret word in every text of theirs."""

from dataclasses import dataclass
from datetime import time, timedelta

from django.utils import timezone
from tests.cast import Cast
from tests.web.coaching.made import item

from afteraction.web.coaching import services
from afteraction.web.coaching.measuring import keep_figures
from afteraction.web.coaching.models import AgendaItem, Cadence, Commitment, Meeting, Question, Skill
from afteraction.web.coaching.questions import add_question, gather_questions
from afteraction.web.coaching.skills import begin_assessment, give_assessment


@dataclass(frozen=True)
class CoachingWorld:
    """All of it is between the manager and the rep, but the question, which the rep added for everyone."""

    cadence: Cadence
    meeting: Meeting
    item: AgendaItem
    commitment: Commitment
    question: Question


def plant_coaching(cast: Cast, secret: str) -> CoachingWorld:
    """A meeting that has begun, with something in every field."""
    now = timezone.now()
    cadence = services.begin_cadence(
        by=cast.manager, now=now, kind="weekly", at=time(10), time_zone="UTC", starts_on=now.date(), rep=cast.rep
    )
    meeting = services.prepare(cadence=cadence, now=now)
    assert meeting is not None
    planted = item(meeting, key="planted", title=f"{secret} step", reason=f"{secret} was missed.")
    for by in (cast.manager, cast.rep):
        services.save_private_note(by=by, meeting=meeting, now=now, text=f"{secret} for myself")
    fields = dict.fromkeys(("shared_note", "learned", "serves"), f"{secret} said")
    services.save_notes(by=cast.rep, meeting=meeting, now=now, fields=fields)
    commitment = services.commit(
        by=cast.manager, meeting=meeting, now=now, person=cast.rep, text=f"{secret} call",
        due_on=now.date() + timedelta(days=7), step="demo",
    )  # fmt: skip
    question = add_question(by=cast.rep, text=f"What would {secret} change?", stage="", now=now)
    skill = Skill.objects.create(organisation=cast.organisation, name=f"{secret} skill", steps=["demo"])
    assessment = begin_assessment(by=cast.rep, rep=cast.rep, now=now)
    give_assessment(
        by=cast.rep, assessment=assessment, now=now, levels={skill.pk: 3}, notes={skill.pk: f"{secret} example"}
    )
    gather_questions(organisation=cast.organisation, now=now)
    keep_figures(organisation=cast.organisation, now=now)
    return CoachingWorld(cadence, meeting, planted, commitment, question)
