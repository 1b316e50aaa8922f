import random
from dataclasses import replace

import pytest

from afteraction.analysis.adherence import adherence, judge
from afteraction.analysis.discovery import discover
from afteraction.analysis.health import Evidence, Reply, health
from afteraction.analysis.health_of_leaders import do_leaders_live_by_it, late_steps
from afteraction.analysis.health_of_power import do_we_know_the_power
from afteraction.analysis.health_of_process import do_we_have_a_process
from afteraction.analysis.health_of_skills import do_we_support_the_skills
from afteraction.analysis.health_of_use import do_we_use_it
from afteraction.analysis.step_effects import StepEffect
from afteraction.analysis.summary import summarise
from afteraction.analysis.variants import variants
from afteraction.analysis.verdict import Verdict
from afteraction.errors import NotEnoughData
from afteraction.process.model import Process, Step

PROCESS = Process(
    "Ours",
    3,
    ("A", "B", "C"),
    (
        Step("call", "A", ("call",), required=True, name="First call"),
        Step("demo", "B", ("demo",), required=True, name="Demo"),
        Step("terms", "C", ("terms",), required=True, name="Terms agreed"),
    ),
)


def sales(day, keeps, jumps=0.0, managed=0.0, deals=600, seed=1):
    """Deals of ten reps of four managers that go through three stages of ten days.

    `keeps(rep, step, big, nth)` is the chance that a rep does a step in the nth deal; `jumps` the share of deals that
    skip stage B; `managed` the share in which the manager has a touch. Reps 5 to 9 begin after 300 days.
    """
    rng = random.Random(seed)
    rows = {"deals": [], "touches": [], "stage_changes": [], "people": []}
    rows["people"] = [{"person_id": f"rep {n}", "team": f"team {n % 2}", "manager": f"boss {n % 4}"} for n in range(10)]
    rows["people"] += [{"person_id": f"boss {n}"} for n in range(4)]
    for number in range(deals):
        deal, rep, nth = f"d{number:04}", number % 10, number // 10
        big = rng.random() < 0.1
        begin = nth * 5 + rng.random() + (300 if rep >= 5 else 0)
        stages = ["A", "C"] if rng.random() < jumps else ["A", "B", "C"]
        for place, stage in enumerate(stages):
            at = begin + 10 * place
            step = {"A": "call", "B": "demo", "C": "terms"}[stage]
            rows["stage_changes"].append({"deal_id": deal, "stage": stage, "at": day(at)})
            if rng.random() < keeps(rep, step, big, nth):
                rows["touches"].append({"deal_id": deal, "activity": step, "at": day(at + 3), "actor": f"rep {rep}"})
        if rng.random() < managed:
            rows["touches"].append(
                {"deal_id": deal, "activity": "visit", "at": day(begin + 4), "actor": f"boss {rep % 4}"}
            )
        rows["deals"].append(
            {
                "deal_id": deal,
                "owner": f"rep {rep}",
                "amount": rng.uniform(90, 100) if big else rng.uniform(1, 50),
                "outcome": rng.choice(["won", "lost", "no_decision"]),
                "created_at": day(begin),
                "closed_at": day(begin + 10 * len(stages)),
            }
        )
    return rows


@pytest.fixture(scope="module")
def evidence_of(record, keep_beside):
    """Makes the evidence of a record from its rows, held against PROCESS or, not on paper, what is found in it."""

    def make(rows, process=PROCESS, on_paper=True):
        return evidence(*record(**rows), keep_beside, process, on_paper)

    return make


def evidence(tables, log, keep_beside, process, on_paper):
    discovered = discover(tables, log, "Found")
    held = process if on_paper or isinstance(discovered, NotEnoughData) else discovered.process
    found = Evidence(tables, log, summarise(tables, log, 1), discovered, variants(tables, log))
    if held is None:
        return found
    judgement = judge(held, tables, log, keep_beside(tables))
    return replace(
        found, process=held, on_paper=on_paper, adherence=adherence(judgement, tables), states=judgement.states
    )


@pytest.fixture(scope="module")
def good(evidence_of, day):
    """Everybody keeps nearly everything, managers are there, nobody jumps."""
    return evidence_of(sales(day, lambda *_who: 0.95, managed=0.5))


@pytest.fixture(scope="module")
def bad(evidence_of, day):
    """Half of the reps keep little, big deals skip the terms, most deals jump, managers are never seen."""

    def keeps(rep, step, big, nth):
        if step == "terms" and big:
            return 0.1
        return 0.9 if rep % 2 else 0.2

    return evidence_of(sales(day, keeps, jumps=0.7, managed=0.02))


@pytest.fixture(scope="module")
def unwritten(evidence_of, day):
    """The good organisation without a process file."""
    return evidence_of(sales(day, lambda *_who: 0.95), on_paper=False)


def test_a_process_on_paper_that_deals_follow_is_one(good):
    answer = do_we_have_a_process(good)
    assert answer.answer == Reply.YES
    assert answer.figures["deals_in_stage_order"].value == 1.0
    assert answer.figures["touches_in_steps"].value == pytest.approx(0.85, abs=0.05)


def test_a_process_whose_stages_most_deals_skip_is_none(bad):
    answer = do_we_have_a_process(bad)
    assert answer.answer == Reply.NO
    assert answer.figures["deals_in_stage_order"].value == pytest.approx(0.3, abs=0.05)


def test_a_way_that_nobody_has_written_down_is_half_a_process(unwritten):
    answer = do_we_have_a_process(unwritten)
    assert answer.answer == Reply.PARTLY
    assert "discover" in answer.would_change


def test_going_back_or_beginning_late_breaks_the_order_of_stages(evidence_of, day):
    paths = ["ABC", "AB", "AAB", "BC", "ABA", "AC", ""] * 3 + ["AB"]
    rows = {
        "deals": [{"deal_id": f"d{n:02}", "outcome": "open" if n == 21 else "lost"} for n, _path in enumerate(paths)],
        "stage_changes": [
            {"deal_id": f"d{n:02}", "stage": stage, "at": day(place)}
            for n, path in enumerate(paths)
            for place, stage in enumerate(path)
        ],
    }
    figure = do_we_have_a_process(evidence_of(rows)).figures["deals_in_stage_order"]
    assert (figure.value, figure.n) == (0.5, 18)


def test_a_process_that_everybody_keeps_is_used(good):
    answer = do_we_use_it(good)
    assert answer.answer == Reply.YES
    assert answer.figures["kept_per_deal"].value == pytest.approx(0.95, abs=0.02)
    assert answer.figures["spread_between_reps"].low < 0.02


def test_a_process_that_half_of_the_reps_keep_is_not_used_consistently(bad):
    answer = do_we_use_it(bad)
    assert answer.answer in (Reply.NO, Reply.PARTLY)
    assert answer.figures["spread_between_reps"].low > 0.1


def test_the_use_of_a_process_that_was_found_in_the_record_is_never_praised(unwritten):
    assert do_we_use_it(unwritten).answer in (Reply.PARTLY, Reply.CANNOT_TELL)


def test_a_change_in_use_is_seen(evidence_of, day):
    rows = sales(day, lambda rep, step, big, nth: 0.4 if nth < 27 + 33 * (rep < 5) else 0.9)
    change = do_we_use_it(evidence_of(rows)).figures["change_in_half_a_year"]
    assert change.low > 0.2


def effect(step, verdict, needed=None, refused=None):
    return StepEffect(
        step, "A", verdict, 10.0, 400, 200, 0.1, 0.0, 0.2, rate_not=0.3, deals_needed=needed, refused=refused
    )


@pytest.mark.parametrize(
    ("verdicts", "answer"),
    [
        ([Verdict.HELPS, Verdict.LEAK, Verdict.NO_EFFECT], Reply.YES),
        ([Verdict.HELPS, Verdict.CANT_TELL, Verdict.CANT_TELL], Reply.PARTLY),
        ([Verdict.CANT_TELL] * 3, Reply.NO),
        ([], Reply.CANNOT_TELL),
    ],
)
def test_the_power_of_steps_is_known_by_their_verdicts(good, verdicts, answer):
    effects = [effect(step, v, 70) for step, v in zip(("call", "demo", "terms"), verdicts, strict=False)]
    found = do_we_know_the_power(replace(good, effects=effects))
    assert found.answer == answer
    if Verdict.CANT_TELL in verdicts:
        assert "70 more deals" in found.would_change
        assert found.figures["detectable_demo"].value == pytest.approx(0.136, abs=0.002)


def test_steps_that_could_not_be_compared_leave_their_power_unknown(good):
    refused = NotEnoughData("12 deals", "50 deals with and without the step")
    found = do_we_know_the_power(replace(good, effects=[effect("call", Verdict.CANT_TELL, refused=refused)]))
    assert found.answer == Reply.CANNOT_TELL
    assert "50 deals" in found.would_change


def test_skills_are_there_when_no_step_is_beyond_many_reps(good):
    answer = do_we_support_the_skills(good)
    assert answer.answer == Reply.YES
    assert answer.figures["steps_many_fail"].value == 0


def test_a_step_that_many_reps_fail_at_is_named(bad):
    answer = do_we_support_the_skills(bad)
    assert answer.answer == Reply.NO
    assert (answer.figures["reps_failing_call"].value, answer.figures["reps_failing_call"].n) == (5, 10)
    assert "First call" in answer.sentence


def test_new_reps_who_learn_are_seen(evidence_of, day):
    rows = sales(day, lambda rep, step, big, nth: 0.3 if rep >= 5 and nth < 10 else 0.9)
    learned = do_we_support_the_skills(evidence_of(rows)).figures["learned_by_new_reps"]
    assert learned.n == 5
    assert learned.low > 0.4


def test_leaders_who_are_there_and_waive_nothing_live_by_it(good):
    answer = do_leaders_live_by_it(good)
    assert answer.answer == Reply.YES
    assert answer.figures["managers_in_big_deals"].value == pytest.approx(0.5, abs=0.15)


def test_leaders_who_waive_the_process_for_big_deals_are_seen(bad):
    answer = do_leaders_live_by_it(bad)
    assert answer.answer == Reply.NO
    assert answer.sentence.startswith("The process is waived for big deals.")
    assert answer.figures["big_deals_late_steps"].high < 0
    assert answer.figures["spread_between_managers"].value > 0.2
    assert late_steps(PROCESS) == [1, 2]


def test_amounts_that_depend_on_the_outcome_say_nothing_about_big_deals(evidence_of, day):
    rows = sales(day, lambda *_who: 0.9, deals=300)
    for deal in rows["deals"]:
        deal["amount"] = deal["amount"] if deal["outcome"] == "won" else 0.0
    assert "big_deals" not in do_leaders_live_by_it(evidence_of(rows)).figures


@pytest.mark.parametrize("deals", [[], [{"deal_id": "a", "outcome": "won", "owner": "ann", "amount": 5.0}]])
@pytest.mark.parametrize("process", [None, PROCESS])
def test_a_record_without_events_answers_nothing_and_says_what_is_missing(evidence_of, deals, process):
    found = evidence_of({"deals": deals}, process=process, on_paper=process is not None)
    answers = health(found)
    assert [answer.answer for answer in answers] == [Reply.CANNOT_TELL] * 5
    assert all(answer.missing and answer.would_change for answer in answers)


def test_the_five_questions_are_asked_in_their_order(good):
    assert [answer.question for answer in health(good)] == [
        "Do we have a process?",
        "Do we use it, consistently?",
        "Do we know the power of each step?",
        "Do we support the skills behind it?",
        "Do managers and leaders live by it?",
    ]
