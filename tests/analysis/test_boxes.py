"""The four boxes: the rule by hand, and the evidence of single deals."""

import ibis
import numpy as np
import pytest
from scipy.special import expit, logit
from tests.analysis.frames import PROCESS, frame
from tests.analysis.worked_deals import Worked, boxes_of, effect

from afteraction.analysis.boxes import Box, boxes
from afteraction.analysis.verdict import Verdict
from afteraction.errors import NotEnoughData
from afteraction.process.model import Process, Step

FIVE = Process("Sale", 1, ("Qualify",), tuple(Step(f"s{n}", "Qualify", (f"S{n}",), required=True) for n in range(5)))
WITH_AN_OPTION = Process(
    "Sale",
    1,
    ("Qualify",),
    (Step("call", "Qualify", ("Call",), required=True), Step("visit", "Qualify", ("Visit",), name="Site visit")),
)


@pytest.mark.parametrize(
    ("deal", "box"),
    [
        (Worked("won", done="call demo offer"), Box.DESERVED_WIN),
        (Worked("won", done="call", missed="demo offer"), Box.LUCKY_WIN),
        (Worked("lost", done="call demo offer"), Box.UNLUCKY_LOSS),
        (Worked("lost", done="call demo", missed="offer"), Box.DESERVED_LOSS),
        (Worked("lost", done="call"), Box.UNLUCKY_LOSS),
        (Worked("no_decision", done="call demo offer"), Box.UNDECIDED),
        (Worked("no_decision"), Box.UNDECIDED),
        (Worked("won"), Box.UNDECIDED),
        (Worked("open", done="call"), Box.OPEN),
    ],
)
def test_a_deal_is_in_the_box_of_its_work_and_its_end(deal, box):
    assert boxes_of([deal]).box[0] == box


def test_four_in_five_is_following_the_process_and_three_in_four_is_not():
    found = boxes_of([Worked("won", "s0 s1 s2 s3", "s4"), Worked("won", "s0 s1 s2", "s3")], process=FIVE)
    assert found.box[:2].tolist() == [Box.DESERVED_WIN, Box.LUCKY_WIN]


def test_a_step_that_has_been_shown_to_help_may_never_be_missed():
    found = boxes_of([Worked("won", "s0 s1 s2 s3", "s4")], [effect("s4", Verdict.HELPS)], process=FIVE)
    assert found.box[0] == Box.LUCKY_WIN


@pytest.mark.parametrize(
    ("verdict", "reason"),
    [
        (Verdict.NO_EFFECT, "it has been shown to do nothing"),
        (Verdict.HURTS, "it has been shown to hurt"),
        (Verdict.LEAK, "it follows the decision"),
    ],
)
def test_a_step_of_no_use_does_not_count_and_the_reason_is_given(verdict, reason):
    found = boxes_of([Worked("won", done="call demo", missed="offer")], [effect("offer", verdict)])
    assert found.box[0] == Box.DESERVED_WIN
    assert found.not_counted == {"offer": reason}


def test_a_step_of_which_nothing_is_known_counts():
    found = boxes_of([Worked("won", done="call demo", missed="offer")], [effect("offer", Verdict.CANT_TELL)])
    assert found.box[0] == Box.LUCKY_WIN
    assert found.not_counted == {}


def test_a_helpful_step_that_is_not_required_changes_no_box_but_is_named():
    helps = [effect("visit", Verdict.HELPS)]
    found = boxes_of([Worked("lost", "call", "visit")], helps, WITH_AN_OPTION)
    evidence = found.evidence(0)
    assert evidence.box is Box.UNLUCKY_LOSS
    assert evidence.helpful == ("visit",)
    assert evidence.missed == evidence.enough == ()
    assert "with Site visit it would have been" in evidence.words


def test_the_chance_as_worked_is_that_of_the_start_moved_by_what_was_done_and_missed():
    helps = [effect("visit", Verdict.HELPS, did=0.5, not_=0.3, share=0.4)]
    deals = [
        Worked("won", "call visit", chance=0.2),
        Worked("lost", "call", "visit", chance=0.2),
        Worked("lost", "call"),
    ]
    found = boxes_of(deals, helps, WITH_AN_OPTION)
    gain = logit(0.5) - logit(0.3)
    assert found.evidence(0).as_worked == pytest.approx(expit(logit(0.2) + 0.6 * gain))
    missed = found.evidence(1)
    assert missed.as_worked == pytest.approx(expit(logit(0.2) - 0.4 * gain))
    assert missed.would_be == pytest.approx(expit(logit(0.2) + 0.6 * gain))
    assert found.evidence(2).as_worked == pytest.approx(0.3)
    assert found.evidence(0).would_be is None


def test_enough_is_the_fewest_missed_steps_with_which_the_process_would_have_been_followed():
    found = boxes_of([Worked("lost", "s0 s1", "s2 s3 s4")], process=FIVE)
    assert found.evidence(0).enough == ("s2", "s3")
    helped = boxes_of([Worked("lost", "s0 s1", "s2 s3 s4")], [effect("s4", Verdict.HELPS)], process=FIVE)
    assert helped.evidence(0).enough == ("s4", "s2")


def test_the_evidence_says_it_in_words():
    found = boxes_of([Worked("won", "call", "demo offer", 0.36), Worked("open"), Worked("no_decision", "call")])
    assert found.evidence(0).words == (
        "1 of 3 steps that count were done; missed, and all needed to follow the process: demo, offer; its chance when "
        "it began was 36%"
    )
    assert found.evidence(1).words == "the deal is still open"
    assert found.evidence(2).words.endswith("the buyer did not decide")


def test_the_summary_counts_ended_deals_and_gives_their_mean_chance_with_its_interval():
    chances = (0.2, 0.3, 0.4)
    deals = [Worked("won", "call", chance=chance) for chance in chances] + [Worked("open", "call"), Worked("lost")]
    summary = {one.box: one for one in boxes_of(deals).summary()}
    assert {box: one.deals for box, one in summary.items()} == {
        Box.DESERVED_WIN: 3, Box.LUCKY_WIN: 0, Box.UNLUCKY_LOSS: 0, Box.DESERVED_LOSS: 0, Box.UNDECIDED: 1,
    }  # fmt: skip
    deserved = summary[Box.DESERVED_WIN]
    assert deserved.known == 3
    assert deserved.probability == pytest.approx(0.3)
    assert deserved.high - deserved.probability == pytest.approx(4.302653 * 0.1 / np.sqrt(3))
    assert summary[Box.LUCKY_WIN].probability is None
    assert summary[Box.UNDECIDED].low is None


def test_without_known_chances_boxes_stay_and_figures_are_missing():
    found = boxes_of([Worked("won", "call", "demo", chance=float("nan"))], [effect("demo", Verdict.HELPS)])
    evidence = found.evidence(0)
    assert evidence.box is Box.LUCKY_WIN
    assert evidence.probability is evidence.as_worked is evidence.would_be is None
    assert "chance" not in evidence.words
    assert found.summary()[1].probability is None


@pytest.mark.parametrize("outcomes", [[], ["won", "open"], ["lost", "no_decision"], ["open"]])
def test_without_wins_and_losses_boxes_are_refused(outcomes):
    held = frame(outcomes, end=100.0)
    schema = {"deal_no": "int32", "step": "int32", **dict.fromkeys(("done", "settled", "required"), "boolean")}
    nothing = ibis.memtable({name: [] for name in schema}, schema=schema)
    found = boxes(held, PROCESS, nothing, (), np.full(len(held), np.nan))
    assert isinstance(found, NotEnoughData)
    assert f"{outcomes.count('won')} won and {outcomes.count('lost')} lost deals" in found.reason
