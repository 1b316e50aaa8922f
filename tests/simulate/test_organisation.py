"""The parameters of an organisation."""

from dataclasses import replace

import pytest

from afteraction.errors import Refused
from afteraction.simulate import Traps, default_organisation


def test_all_impossible_parameters_are_reported_at_once() -> None:
    organisation = default_organisation()
    steps = (replace(organisation.steps[0], stage="Dream", done=1.5), *organisation.steps[:2])
    with pytest.raises(Refused) as refused:
        replace(organisation, steps=steps, years=0.0, people=replace(organisation.people, teams=99))
    for problem in ("unknown stage Dream", "done=1.5", "two steps called qualification_call", "years=0.0", "99 teams"):
        assert problem in refused.value.found


def test_shares_and_campaigns_must_fit_together() -> None:
    organisation = default_organisation()
    with pytest.raises(Refused, match="campaign Search ads of source Website"):
        replace(organisation, sources=organisation.sources[:1])
    with pytest.raises(Refused, match="sources without a positive share"):
        replace(organisation, sources=())
    with pytest.raises(Refused, match="4 shares for 3 sizes"):
        replace(organisation, sizes=organisation.sizes[:3])


def test_effects_can_be_set_by_step() -> None:
    changed = default_organisation().with_effects({"demo": 0.8, "buying_committee": 0.1})
    effects = {step.id: (step.effect, dict(step.segment_effect)) for step in changed.steps}
    assert effects["demo"] == (0.8, {})
    assert effects["buying_committee"] == (0.1, {})
    assert effects["discovery_call"] == (0.5, {})
    with pytest.raises(Refused, match="fax"):
        changed.with_effects({"fax": 1.0})


def test_traps_can_be_switched_off_one_by_one() -> None:
    assert not any(step.leak for step in default_organisation(Traps(leak=False)).steps)
    assert default_organisation(Traps(clustering=False)).people.discipline_spread == 0
    fair = default_organisation(Traps(confounding=False))
    assert not any(step.quality or step.habit for step in fair.steps)
    assert fair.people.skill_with_discipline == 0
    patient = default_organisation(Traps(immortal_time=False))
    assert [stage.leave for stage in patient.stages] == [0, 0, 0, 1]
    assert default_organisation(Traps(small=True)).people.reps < 10
    assert default_organisation().hidden == 0 < default_organisation(Traps(hidden_cause=True)).hidden
