"""Mix, skill and luck, where it is known who is good."""

from types import SimpleNamespace

import numpy as np
import pytest
from scipy.special import expit
from tests.frames import frame_of
from threadpoolctl import threadpool_limits

from afteraction.analysis.deal_frame import DealFrame
from afteraction.analysis.rep_skill import RepSkill, SkillVerdict, rep_skill
from afteraction.analysis.win_probability import win_probability
from afteraction.errors import NotEnoughData
from afteraction.process.model import Process

SALE = Process("Sale", 1, ("Qualify",), ())
APART = (SkillVerdict.ABOVE, SkillVerdict.BELOW)
YEARS = 900.0


def organisation(
    seed: int, reps: int = 12, deals: int = 200, apart: float = 0.0, spread: float = 0.0, favoured: float = 0.0
) -> DealFrame:
    """Reps with 200 deals each in three segments.

    `apart` is by how much more of the same deals rep 00 wins, `spread` how far the others lie apart in logits, and
    `favoured` how many of rep 01's deals are drawn from the easiest segment on purpose.
    """
    rng = np.random.default_rng(seed)
    rep = np.repeat(np.arange(reps), deals)
    segment = rng.integers(0, 3, len(rep))
    segment[(rep == 1) & (rng.random(len(rep)) < favoured)] = 2
    base = -1.0 + np.array([-0.9, 0.0, 0.9])[segment]
    chance = expit(base + rng.normal(0, spread, reps)[rep])
    chance[rep == 0] = np.clip(expit(base[rep == 0]) + apart, 0.01, 0.99)
    won = rng.random(len(rep)) < chance
    created = rng.uniform(0, YEARS, len(rep))
    return frame_of(
        ["won" if each else "lost" for each in won],
        created,
        created + rng.uniform(10, 60, len(rep)),
        YEARS + 200,
        owner=[f"rep {each:02}" for each in rep],
        team=[f"team {each % 3}" for each in rep],
        facts={"segment": [f"segment {each}" for each in segment]},
    )


def found(frame: DealFrame) -> RepSkill:
    with threadpool_limits(1):
        skill = rep_skill(frame, SALE, win_probability(frame, SALE))
    assert isinstance(skill, RepSkill)
    return skill


def with_chances(frame: DealFrame, chance: float = 0.4) -> RepSkill | NotEnoughData:
    """The skills where every deal has the same chance of winning at its start."""
    return rep_skill(frame, SALE, SimpleNamespace(expected=np.full(len(frame), chance), left_out=frozenset()))


def test_where_only_chance_parts_reps_nobody_is_named():
    named = [any(rep.verdict in APART for rep in found(organisation(seed)).reps) for seed in range(20)]
    assert sum(named) <= 2


def test_a_difference_of_ten_points_over_two_hundred_deals_is_mostly_found():
    right = []
    for seed in range(20):
        apart = 0.1 if seed % 2 else -0.1
        verdict = found(organisation(seed, apart=apart, spread=0.4)).reps[0].verdict
        right.append(verdict == (SkillVerdict.ABOVE if apart > 0 else SkillVerdict.BELOW))
        assert verdict != (SkillVerdict.BELOW if apart > 0 else SkillVerdict.ABOVE)
    assert sum(right) >= 14


def test_a_rep_with_easier_deals_is_no_better():
    skill = found(organisation(4, favoured=0.9))
    favoured = skill.reps[1]
    overall = sum(rep.won for rep in skill.reps) / skill.deals
    assert favoured.won / favoured.deals - overall > 0.1
    assert favoured.expected / favoured.deals - overall > 0.1
    assert abs(favoured.skill) < 0.03
    assert favoured.verdict not in APART


def test_a_rep_with_hard_deals_is_no_worse_for_it():
    frame = organisation(4, deals=600, apart=0.1, spread=0.3)
    hard = np.flatnonzero((frame.owner.codes != 0) | (frame.categories["segment"].codes == 0))
    skill = found(frame.only(hard.astype(np.int32)))
    best, overall = skill.reps[0], sum(rep.won for rep in skill.reps) / skill.deals
    assert best.won / best.deals < overall
    assert best.skill > 0.03
    assert best.verdict is SkillVerdict.ABOVE


def test_skills_of_all_deals_cancel_and_parts_add_up():
    skill = found(organisation(5, spread=0.4))
    assert sum(rep.deals * rep.skill for rep in skill.reps) == pytest.approx(0, abs=1e-6)
    assert sum(team.deals * team.skill for team in skill.teams) == pytest.approx(0, abs=1e-6)
    for rep in skill.reps:
        assert rep.expected + rep.deals * rep.skill + rep.luck == pytest.approx(rep.won)
        assert rep.low <= rep.skill <= rep.high


def test_reps_and_teams_come_by_name_and_every_rep_has_a_team():
    skill = found(organisation(6, reps=5))
    assert [rep.name for rep in skill.reps] == [f"rep 0{number}" for number in range(5)]
    assert [team.name for team in skill.teams] == ["team 0", "team 1", "team 2"]
    assert {rep.team for rep in skill.reps} == {"team 0", "team 1", "team 2"}


def test_equal_reps_with_many_deals_are_called_as_expected():
    verdicts = {rep.verdict for rep in found(organisation(7, reps=4, deals=1_500)).reps}
    assert verdicts == {SkillVerdict.AS_EXPECTED}


def test_young_and_ownerless_deals_are_left_out_and_that_is_said():
    frame = organisation(8, reps=4)
    owner = frame.owner
    owner.codes[:30] = -1
    frame.created[-40:] = frame.end - 1
    skill = with_chances(frame)
    assert isinstance(skill, RepSkill)
    assert skill.deals == len(frame) - 70
    assert skill.ended == len(frame)
    assert any(note.startswith("30 deals have no owner") for note in skill.notes)
    assert any(note.startswith("40 deals that began in the last") for note in skill.notes)


def test_one_rep_alone_is_refused():
    refused = with_chances(organisation(1, reps=1))
    assert isinstance(refused, NotEnoughData)
    assert "1 reps with ended deals" in refused.reason


@pytest.mark.parametrize("deals", [5, 40])
def test_too_few_deals_are_refused_and_what_is_needed_is_said(deals):
    refused = with_chances(organisation(2, reps=2, deals=deals))
    assert isinstance(refused, NotEnoughData)
    assert refused.needed == "at least 25 of each"


@pytest.mark.parametrize("outcome", ["won", "lost"])
def test_one_outcome_only_is_refused(outcome):
    created = np.arange(400, dtype=float)
    frame = frame_of([outcome] * 400, created, created + 10, 900.0, owner=["a"] * 200 + ["b"] * 200)
    assert isinstance(with_chances(frame), NotEnoughData)


def test_only_open_deals_are_refused():
    created = np.arange(400, dtype=float)
    frame = frame_of(["open"] * 400, created, np.full(400, np.nan), 900.0, owner=["a"] * 200 + ["b"] * 200)
    assert isinstance(with_chances(frame), NotEnoughData)
