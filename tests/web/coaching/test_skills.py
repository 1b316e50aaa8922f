"""Skills are tied to steps, and assessed by both, each alone."""

import pytest
from tests.cast import Cast
from tests.web.coaching.made import NOW

from afteraction.errors import Refused
from afteraction.web.coaching import skills
from afteraction.web.coaching.models import Assessment, Skill
from afteraction.web.people.models import User


@pytest.fixture
def skill(cast: Cast) -> Skill:
    return Skill.objects.create(organisation=cast.organisation, name="Listening", steps=["discovery_call"])


def give(by: User, rep: User, skill: Skill, level: int) -> Assessment:
    assessment = skills.begin_assessment(by=by, rep=rep, now=NOW)
    return skills.give_assessment(by=by, assessment=assessment, now=NOW, levels={skill.pk: level}, notes={})


def test_an_assessment_may_be_changed_until_both_have_given_theirs(cast: Cast, skill: Skill) -> None:
    give(cast.rep, cast.rep, skill, 2)
    given = give(cast.rep, cast.rep, skill, 3)
    give(cast.manager, cast.rep, skill, 5)
    [row] = skills.skill_rows(cast.rep, cast.rep, Assessment.objects.get(), None)
    assert (row.rep_level.level, row.manager_level.level) == (3, 5)  # type: ignore[union-attr]
    assert row.apart
    with pytest.raises(Refused, match="both have given"):
        skills.give_assessment(by=cast.rep, assessment=given, now=NOW, levels={skill.pk: 1}, notes={})
    assert give(cast.rep, cast.rep, skill, 4).pk != given.pk


def test_nobody_assesses_a_rep_but_the_rep_and_who_leads_them(cast: Cast, skill: Skill) -> None:
    for other in (cast.team_mate, cast.operations, cast.executive, cast.outsider):
        with pytest.raises(Refused):
            skills.begin_assessment(by=other, rep=cast.rep, now=NOW)
    assert skills.reps_seen(cast.admin) == []
    assert skills.reps_seen(cast.rep) == [cast.rep]


def test_a_level_is_asked_of_at_least_one_skill(cast: Cast, skill: Skill) -> None:
    assessment = skills.begin_assessment(by=cast.rep, rep=cast.rep, now=NOW)
    for levels in ({}, {skill.pk: 6}, {skill.pk + 1: 3}):
        with pytest.raises(Refused, match="no level"):
            skills.give_assessment(by=cast.rep, assessment=assessment, now=NOW, levels=levels, notes={})


def test_who_decides_about_lessons_words_the_skills(cast: Cast, skill: Skill) -> None:
    content = {"description": "", "steps": [], "now": NOW}
    with pytest.raises(Refused, match="does not decide"):
        skills.save_skill(by=cast.rep, name="Talking", **content)  # type: ignore[arg-type]
    with pytest.raises(Refused, match="another skill"):
        skills.save_skill(by=cast.manager, name="Listening", **content)  # type: ignore[arg-type]
    with pytest.raises(Refused, match="the step"):
        skills.save_skill(by=cast.manager, name="Talking", description="", steps=["nothing"], now=NOW)
    made = skills.save_skill(by=cast.manager, name="Talking", **content)  # type: ignore[arg-type]
    skills.save_skill(by=cast.manager, name="Talking", skill=made, retired=True, **content)  # type: ignore[arg-type]
    assert skills.skills_of(cast.organisation) == [skill]
