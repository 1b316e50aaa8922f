"""Skills, tied to the steps that need them: assessed by both, each alone, beside what the record shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from afteraction.errors import Refused
from afteraction.web.coaching.models import Assessment, Skill, SkillRating
from afteraction.web.coaching.services import reps_to_coach
from afteraction.web.coaching.steps import StepOfRep, names_of_steps, steps_of
from afteraction.web.coaching.visibility import both_given, ratings_shown
from afteraction.web.deals.models import IndexState
from afteraction.web.insights.results import Saved
from afteraction.web.insights.selectors import newest_results
from afteraction.web.people.models import Organisation, Role, User
from afteraction.web.people.roles import Right, may

LEVELS: Final = ("To be learned", "With help", "On my own", "Reliably", "Could teach it")


@dataclass(frozen=True)
class SkillRow:
    """A skill of a rep: what both say, as far as the reader may read it, and the steps that need it in the record."""

    skill: Skill
    steps: tuple[StepOfRep, ...]
    rep_level: SkillRating | None
    manager_level: SkillRating | None

    @property
    def apart(self) -> bool:
        """Whether both see it differently by two levels or more."""
        if self.rep_level is None or self.manager_level is None:
            return False
        return abs(self.rep_level.level - self.manager_level.level) > 1


def skills_of(organisation: Organisation) -> list[Skill]:
    """The skills in use, in their order."""
    return list(Skill.objects.filter(organisation=organisation, retired_at=None))


@transaction.atomic
def skills_from_process(*, by: User) -> list[Skill]:
    """A skill for each step of the process that no skill is tied to yet: a list to begin with, to be reworded.

    What only follows the decision, such as a kick-off, takes none.
    """
    _owns(by)
    shown = newest_results(by.organisation)
    leaks = {each["step"] for each in shown.figures["steps"] if each["verdict"] == "leak"} if shown else set()
    there = Skill.objects.filter(organisation=by.organisation)
    tied, names = {step for each in there for step in each.steps}, {each.name for each in there}
    new = [
        Skill(organisation=by.organisation, name=name[:80], steps=[step], place=place)
        for place, (step, name) in enumerate(names_of_steps(shown).items())
        if step not in tied | leaks and name[:80] not in names
    ]
    for skill in new:
        skill.save()
    return new


def save_skill(
    *, by: User, name: str, description: str, steps: Sequence[str], skill: Skill | None = None, retired: bool = False,
    now: datetime,
) -> Skill:  # fmt: skip
    """Adds a skill, or words it anew."""
    _owns(by)
    name = name.strip()[:80]
    if not name:
        raise Refused("no name", "what people call the skill", "give it one")
    same = Skill.objects.filter(organisation=by.organisation, name=name)
    if (same.exclude(pk=skill.pk) if skill else same).exists():
        raise Refused(f"another skill called “{name}”", "a name of its own", "choose another")
    known = names_of_steps(newest_results(by.organisation))
    unknown = [each for each in steps if each not in known]
    if unknown:
        raise Refused(f"the step “{unknown[0]}”", "a step of the process", "choose one of the list")
    skill = skill or Skill(
        organisation=by.organisation, place=Skill.objects.filter(organisation=by.organisation).count()
    )
    skill.name, skill.description, skill.steps = name, description.strip()[:300], list(steps)
    skill.retired_at = now if retired else None
    skill.save()
    return skill


def reps_seen(user: User) -> list[User]:
    """Whose skills someone sees: a rep their own, a manager those of their team. Nobody else sees a person's."""
    if user.role == Role.REP:
        return [user]
    return reps_to_coach(user) if user.role == Role.MANAGER else []


def current(user: User, rep: User) -> Assessment | None:
    """The newest assessment of a rep that someone is one of the two of."""
    mine = Assessment.objects.filter(rep=rep, organisation=user.organisation).select_related("rep", "manager")
    return (mine if user.pk == rep.pk else mine.filter(manager=user)).first()


def managers_of(rep: User) -> list[User]:
    """Who may assess a rep beside themselves: the managers of their team, those without a team where it has none."""
    managers = User.objects.filter(organisation=rep.organisation, role=Role.MANAGER, is_active=True)
    own = managers.filter(team_id=rep.team_id) if rep.team_id else managers.none()
    return list((own if own.exists() else managers.filter(team=None)).order_by("name", "pk"))


@transaction.atomic
def begin_assessment(*, by: User, rep: User, now: datetime) -> Assessment:
    """Begins an assessment of a rep, by the rep or by who leads them; an unfinished one goes on."""
    managers = managers_of(rep)
    own = by.pk == rep.pk
    able = managers if own else [by for each in reps_to_coach(by) if each.pk == rep.pk]
    manager = able[0] if able else None
    if manager is None:
        raise Refused("nobody who leads this rep", "a rep and their manager", "ask an admin to give the team a manager")
    going = Assessment.objects.filter(rep=rep, manager=manager).first()
    if going is not None and not both_given(going):
        return going
    return Assessment.objects.create(organisation=rep.organisation, rep=rep, manager=manager, begun_at=now)


@transaction.atomic
def give_assessment(
    *, by: User, assessment: Assessment, now: datetime, levels: Mapping[int, int], notes: Mapping[int, str]
) -> Assessment:
    """Gives one's levels by the keys of skills. They may be changed until the other has given theirs too."""
    if by.pk not in (assessment.rep_id, assessment.manager_id):
        raise Refused("someone else", "the rep or their manager", "open your own")
    assessment = Assessment.objects.select_for_update().get(pk=assessment.pk)
    if both_given(assessment):
        raise Refused("an assessment that both have given", "one that waits for yours", "begin the next one")
    skills = {each.pk: each for each in skills_of(by.organisation)}
    chosen = {key: level for key, level in levels.items() if key in skills and 1 <= level <= len(LEVELS)}
    if not chosen:
        raise Refused("no level", "at least one skill with a level", "choose one; skip what you cannot tell")
    assessment.ratings.filter(author=by).delete()
    SkillRating.objects.bulk_create(
        SkillRating(
            assessment=assessment, skill=skills[key], author=by, level=level, note=notes.get(key, "").strip()[:500]
        )
        for key, level in chosen.items()
    )
    field = "rep_done_at" if by.pk == assessment.rep_id else "manager_done_at"
    setattr(assessment, field, now)
    assessment.save(update_fields=[field])
    return assessment


def skill_rows(user: User, rep: User, assessment: Assessment | None, shown: Saved | None) -> list[SkillRow]:
    """The skills of a rep as someone sees them."""
    said = ratings_shown(user, assessment) if assessment else []
    by = {(each.skill_id, each.author_id == rep.pk): each for each in said}
    state = IndexState.objects.filter(organisation=rep.organisation).first()
    found = {each.step: each for each in steps_of(shown, rep, state)}
    return [
        SkillRow(
            skill,
            tuple(found[step] for step in skill.steps if step in found),
            by.get((skill.pk, True)),
            by.get((skill.pk, False)),
        )
        for skill in skills_of(rep.organisation)
    ]


def _owns(by: User) -> None:
    if not may(by, Right.OWN_LESSONS):
        raise Refused("someone who does not decide about skills", "a manager or sales operations", "ask them")
