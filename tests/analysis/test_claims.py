from dataclasses import replace

import numpy as np
import pytest

from afteraction.analysis.attributes import AttributeEffect
from afteraction.analysis.behaviours import BehaviourEffect
from afteraction.analysis.claim import Claim, ClaimVerdict, Direction, Finding, Subject, SubjectKind, matching
from afteraction.analysis.claim_evidence import by_interval
from afteraction.analysis.claims import judge_claims
from afteraction.analysis.folklore import FOLKLORE
from afteraction.analysis.grounds import Grounds
from afteraction.analysis.leaks import Leak
from afteraction.analysis.step_effects import StepEffect
from afteraction.analysis.verdict import Verdict
from afteraction.errors import NotEnoughData
from afteraction.process.model import Process, Step

PROCESS = Process(
    "Sale",
    1,
    ("Discover", "Propose"),
    (
        Step("show", "Discover", ("Product demonstration",), name="Product demo"),
        Step("early_discount", "Propose", ("Discount offered",)),
        Step("kick_off", "Propose", ("Kick-off",)),
    ),
)
HELPS = {"verdict": Verdict.HELPS, "effect": 0.08, "low": 0.03, "high": 0.13, "q": 0.01}
HURTS = {"verdict": Verdict.HURTS, "effect": -0.08, "low": -0.13, "high": -0.03, "q": 0.01}
NOTHING = {"verdict": Verdict.NO_EFFECT, "effect": 0.0, "low": -0.03, "high": 0.03, "q": 0.9}
UNSURE = {"verdict": Verdict.CANT_TELL, "effect": 0.03, "low": -0.04, "high": 0.1, "q": 0.4, "deals_needed": 900}
LEAK = {"verdict": Verdict.LEAK, "leak": Leak("won", 0.97, 0.95, 0.1, 200)}
KNOWN = {"landmark_days": 20.0, "n": 500, "did": 200, "compared": 490, "naive_difference": 0.3}


def step(name, figures):
    return StepEffect(step=name, stage="Propose", **(KNOWN | figures))


@pytest.fixture
def grounds():
    """Judged effects without deals behind them: what claims about effects need to know."""
    return Grounds(
        frame=None,
        process=PROCESS,
        conduct=None,
        activities=("Discount offered", "Free sample"),
        steps=(step("show", HELPS), step("early_discount", HURTS), step("kick_off", LEAK)),
        behaviours=(
            BehaviourEffect(behaviour="two_people_reached", means="two people reached", **(KNOWN | NOTHING)),
            BehaviourEffect(behaviour="three_people_reached", means="three people reached", **(KNOWN | UNSURE)),
        ),
        attributes=(AttributeEffect(attribute="competitor", level="Vertexa", **(KNOWN | HURTS)),),
    )


def judged(grounds, subject, direction=Direction.HELPS, segment=None):
    claim = Claim("It is said", subject, direction, segment)
    (found,) = judge_claims([claim], grounds, np.random.default_rng(1))
    return found


def steps_called(*words):
    return Subject(SubjectKind.STEP, words=words)


@pytest.mark.parametrize(
    ("low", "high", "told", "direction", "finding"),
    [
        (0.02, 0.09, 1, Direction.HELPS, Finding.SUPPORTS),
        (-0.09, -0.02, -1, Direction.HELPS, Finding.CONTRADICTS),
        (-0.03, 0.04, 0, Direction.HELPS, Finding.CONTRADICTS),
        (-0.20, 0.04, 0, Direction.HELPS, Finding.CONTRADICTS),
        (-0.03, 0.12, 0, Direction.HELPS, Finding.OPEN),
        (-0.09, -0.02, -1, Direction.HURTS, Finding.SUPPORTS),
        (-0.04, 0.20, 0, Direction.HURTS, Finding.CONTRADICTS),
        (-0.12, 0.03, 0, Direction.HURTS, Finding.OPEN),
        (-0.03, 0.04, 0, Direction.NONE, Finding.SUPPORTS),
        (0.02, 0.09, 1, Direction.NONE, Finding.CONTRADICTS),
        (-0.03, 0.09, 0, Direction.NONE, Finding.OPEN),
    ],
)
def test_an_interval_supports_contradicts_or_leaves_open(low, high, told, direction, finding):
    assert by_interval(low, high, told, direction) is finding


def test_words_are_found_at_the_start_of_words_in_any_case():
    assert matching(("demo",), "show", "Product Demonstration") == "Demonstration"
    assert matching(("demo",), "democracy_day") == "democracy"
    assert matching(("demo",), "Undemonstrated") is None


def test_a_step_that_helps_makes_it_a_fact(grounds):
    found = judged(grounds, steps_called("demo"))
    assert found.verdict is ClaimVerdict.FACT
    assert found.matched == ("the step Product demo, for its word “demo”",)
    assert found.settled_by == ""
    assert found.evidence[0].naive_difference == 0.3
    assert any("overlap" in check for check in found.evidence[0].checks)


def test_a_step_that_hurts_makes_it_fiction_that_it_helps(grounds):
    assert judged(grounds, steps_called("discount")).verdict is ClaimVerdict.FICTION
    assert judged(grounds, steps_called("discount"), Direction.HURTS).verdict is ClaimVerdict.FACT


def test_what_follows_the_decision_is_no_cause(grounds):
    found = judged(grounds, steps_called("kick"))
    assert found.verdict is ClaimVerdict.FICTION
    assert "follows the decision" in found.reason


def test_a_claim_that_holds_for_one_step_and_not_for_another_cannot_be_told(grounds):
    found = judged(grounds, steps_called("demo", "discount"))
    assert found.verdict is ClaimVerdict.CANT_TELL
    assert "holds for one and not for another" in found.reason


def test_what_is_logged_but_no_step_is_said_to_be_missing_from_the_process(grounds):
    found = judged(grounds, steps_called("sample"))
    assert found.verdict is ClaimVerdict.CANT_TELL
    assert found.matched == ("Free sample",)
    assert "process file" in found.settled_by


def test_what_nothing_on_record_speaks_of_cannot_be_told(grounds):
    assert "touches that say it was done" in judged(grounds, steps_called("lunch")).settled_by


def test_fiction_needs_every_behaviour_named_to_contradict(grounds):
    two, three = "two_people_reached", "three_people_reached"
    assert judged(grounds, Subject(SubjectKind.BEHAVIOUR, (two,))).verdict is ClaimVerdict.FICTION
    both = judged(grounds, Subject(SubjectKind.BEHAVIOUR, (two, three)))
    assert both.verdict is ClaimVerdict.CANT_TELL
    assert both.settled_by == "about 900 further deals like these"


def test_a_claim_about_an_attribute_is_judged_by_its_level(grounds):
    def competitor(level):
        return Subject(SubjectKind.ATTRIBUTE, ("competitor",), level)

    assert judged(grounds, competitor("Vertexa"), Direction.HURTS).verdict is ClaimVerdict.FACT
    assert "Corvane" in judged(grounds, competitor("Corvane"), Direction.HURTS).reason


def test_a_refused_effect_says_what_it_needs(grounds):
    refused = StepEffect("show", "Discover", Verdict.CANT_TELL, refused=NotEnoughData("only 3 did it", "25 of each"))
    found = judged(replace(grounds, steps=(refused, *grounds.steps[1:])), steps_called("demo"))
    assert found.verdict is ClaimVerdict.CANT_TELL
    assert "only 3 did it" in found.reason
    assert found.settled_by == "25 of each"


def test_folklore_names_what_exists():
    assert len({claim.sentence for claim in FOLKLORE}) == len(FOLKLORE) == 6
    assert all(claim.segment is None for claim in FOLKLORE)
