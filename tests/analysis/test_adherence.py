"""Every state that a step can be in, on deals made by hand, and what follows for groups, fitness and deviations."""

from dataclasses import replace
from datetime import timedelta

import pytest

from afteraction.analysis.adherence import adherence, fitness, judge
from afteraction.analysis.deviations import COLUMNS, deviations
from afteraction.process.model import Constraint, Operand, Process, Step, Template

STAGES = ("Lead", "Discover", "Propose")  # no record here ever says that a deal entered Lead
QUALIFY = Step("qualify", "Lead", ("call", "Qualifying call"), required=True)
DEMO = Step("demo", "Discover", ("demo",), required=True, before=("offer",), within=timedelta(days=10), name="A demo")
OFFER = Step("offer", "Propose", ("offer",), required=True, exit=True)
LUNCH = Step("lunch", "Discover", ("lunch",))
PROCESS = Process("Sale", 1, STAGES, (QUALIFY, DEMO, OFFER, LUNCH))


class Case:
    """Everything that is made of one record and process."""

    def __init__(self, record, process=PROCESS, **rows):
        self.process = process
        self.tables, self.log = record(**rows)
        con = self.log.events.get_backend()
        judgement = judge(process, self.tables, self.log, lambda name, table: con.create_table(name, table))
        [held] = judgement.held
        self.judgement, self.conformance = judgement, held.conformance
        self.states, self.judged = judgement.states, held.violations

    def state(self, step):
        """Per deal the names of everything that is true of it and the step, for the deals that entered its stage."""
        number = [each.id for each in self.process.steps].index(step)
        found = self.states.filter(self.states.step == number).join(self.log.cases, "deal_no").to_pyarrow().to_pylist()
        flags = ("done", "pending", "excused", "skipped", "late", "out_of_order")
        return {row["deal_id"]: " ".join(flag for flag in flags if row[flag]) for row in found}

    def deviations(self):
        return [
            tuple(row[column] for column in COLUMNS) for row in deviations(self.judgement.held).to_pyarrow().to_pylist()
        ]

    def adherence(self):
        return adherence(self.judgement, self.tables)


@pytest.fixture(scope="module")
def rows(day):
    """Rows of a record from `deal: (outcome, day closed, [(event, day), ...])`; `>Propose` enters a stage."""

    def make(**deals):
        touches = [
            {"deal_id": deal, "activity": event, "at": day(number)}
            for deal, (_outcome, _closed, events) in deals.items()
            for event, number in events
            if not event.startswith(">")
        ]
        moves = [
            {"deal_id": deal, "stage": event[1:], "at": day(number)}
            for deal, (_outcome, _closed, events) in deals.items()
            for event, number in events
            if event.startswith(">")
        ]
        found = [
            {"deal_id": deal, "outcome": outcome, "closed_at": None if closed is None else day(closed)}
            for deal, (outcome, closed, _events) in deals.items()
        ]
        return {"deals": found, "touches": touches, "stage_changes": moves}

    return make


@pytest.fixture(scope="module")
def case(record, rows):
    return Case(
        record,
        **rows(
            kept=("won", 40, [("call", 0), (">Discover", 1), ("demo", 5), (">Propose", 9), ("offer", 12)]),
            skipped=("won", 40, [("call", 0), (">Discover", 1), (">Propose", 9), ("offer", 12)]),
            late=("won", 40, [("call", 0), (">Discover", 1), ("demo", 12), (">Propose", 13), ("offer", 14)]),
            disordered=("won", 40, [("call", 0), (">Discover", 1), ("offer", 2), ("demo", 5), (">Propose", 9)]),
            pending=("open", None, [("call", 0), (">Discover", 1)]),
            moved_on=("open", None, [("call", 0), (">Discover", 1), (">Propose", 2), ("offer", 3)]),
            gone_back=("open", None, [("call", 0), (">Propose", 1), (">Discover", 2), ("offer", 3)]),
            given_up=("lost", 9, [("call", 0), (">Discover", 1)]),
            undecided=("no_decision", 10.9, [("call", 0), (">Discover", 1)]),
            too_slow=("lost", 11, [("call", 0), (">Discover", 1)]),
            won_early=("won", 3, [("call", 0), (">Discover", 1)]),
            before_entry=("won", 40, [("demo", 0), (">Discover", 20), ("offer", 21)]),
            silent=("lost", 5, []),
        ),
    )


def test_a_step_is_judged_in_the_deals_that_entered_its_stage(case):
    assert case.state("demo") == {
        "kept": "done",
        "skipped": "skipped",
        "late": "done late",
        "disordered": "done out_of_order",
        "pending": "pending",
        "moved_on": "skipped",
        "gone_back": "skipped",
        "given_up": "excused",
        "undecided": "excused",
        "too_slow": "skipped",
        "won_early": "skipped",
        "before_entry": "done",
    }


def test_a_stage_that_the_record_never_mentions_is_entered_with_the_first_event(case):
    found = case.state("qualify")
    assert "silent" not in found  # nothing is known to have happened in it
    assert found.pop("before_entry") == "skipped"
    assert set(found.values()) == {"done"}
    assert set(case.state("offer")) == {"kept", "skipped", "late", "disordered", "moved_on", "gone_back"}


def test_a_later_stage_that_no_deal_has_reached_is_due_in_none(record, rows):
    found = Case(
        record, **rows(d=("lost", 30, [("call", 0), (">Discover", 1), ("demo", 2)]), e=("won", 9, [("call", 0)]))
    )
    assert found.state("qualify") == {"d": "done", "e": "done"}
    assert found.state("offer") == {}
    assert found.deviations() == []


def test_in_a_record_without_stages_every_step_is_due_from_the_first_event(record, rows):
    found = Case(record, **rows(d=("lost", 30, [("call", 0), ("demo", 11)]), e=("won", 9, [("offer", 0)])))
    assert found.state("qualify") == {"d": "done", "e": "skipped"}
    assert found.state("demo") == {"d": "done late", "e": "skipped"}
    assert found.state("offer") == {"d": "skipped", "e": "done"}


def test_an_optional_step_is_never_skipped(case):
    assert set(case.state("lunch").values()) == {"", "pending", "excused"} - {"excused"}


def test_an_activity_counts_under_any_of_its_names(record, rows):
    deals = {
        "one": ("won", 9, [("Qualifying call", 0)]),
        "other": ("won", 9, [("call", 3)]),
        "none": ("won", 9, [("fax", 0)]),
    }
    assert Case(record, **rows(**deals)).state("qualify") == {"one": "done", "other": "done", "none": "skipped"}


def test_an_exit_step_done_too_late_is_out_of_order_and_one_never_done_is_skipped(record, rows):
    process = replace(PROCESS, steps=(replace(DEMO, within=None, before=(), exit=True),))
    deals = {
        "kept": ("won", 9, [(">Discover", 0), ("demo", 1), (">Propose", 2)]),
        "left": ("won", 9, [(">Discover", 0), (">Propose", 2), ("demo", 3)]),
        "jumped over": ("won", 9, [(">Propose", 2)]),
    }
    found = Case(record, process, **rows(**deals))
    assert found.state("demo") == {"kept": "done", "left": "done out_of_order", "jumped over": "skipped"}
    assert [(deal, kind) for deal, _rule, _step, kind, _at, _activity in found.deviations()] == [
        ("jumped over", "skipped"),
        ("left", "out_of_order"),
    ]


def test_a_deadline_shorter_than_a_second_excuses_only_what_was_given_up_before_it(record, rows):
    process = replace(PROCESS, steps=(replace(DEMO, before=(), within=timedelta(microseconds=500_000)),))
    half_a_second = 0.5 / 86_400
    deals = {
        "before": ("lost", half_a_second * 0.9, [(">Discover", 0)]),
        "after": ("lost", half_a_second * 1.1, [(">Discover", 0)]),
    }
    assert Case(record, process, **rows(**deals)).state("demo") == {"before": "excused", "after": "skipped"}


def test_a_step_without_a_deadline_is_excused_by_nothing(record, rows):
    process = replace(PROCESS, steps=(replace(DEMO, before=(), within=None),))
    found = Case(
        record, process, **rows(lost=("lost", 2, [(">Discover", 1)]), undated=("lost", None, [(">Discover", 1)]))
    )
    assert found.state("demo") == {"lost": "skipped", "undated": "skipped"}


def test_adherence_counts_what_became_of_each_step(case):
    steps = {step.step: step for step in case.adherence().steps}
    demo = steps["demo"]
    assert (demo.name, demo.stage, demo.required) == ("A demo", "Discover", True)
    assert (demo.entered, demo.done, demo.skipped, demo.pending, demo.excused) == (12, 4, 5, 1, 2)
    assert (demo.late, demo.out_of_order, demo.kept, demo.due) == (1, 1, 2, 9)
    lunch = steps["lunch"]
    assert (lunch.name, lunch.entered, lunch.done, lunch.skipped, lunch.due) == ("lunch", 12, 0, 0, 0)


def test_steps_that_no_deal_came_to_count_nothing(record, rows):
    for found in Case(record, **rows(silent=("lost", 5, []))).adherence().steps:
        assert (found.entered, found.done, found.skipped, found.due, found.kept) == (0, 0, 0, 0, 0)


def test_groups_hold_the_required_steps_that_were_due(record, rows, day):
    made = rows(
        d1=("won", 40, [("call", 0), (">Discover", 40), ("demo", 45)]),
        d2=("won", 40, [("fax", 0), (">Discover", 1), ("demo", 30)]),
        d3=("open", None, [("call", 31), (">Discover", 32)]),
        d4=("won", 40, [("call", 0)]),
    )
    facts = {"d1": ("ann", "S"), "d2": ("ann", "L"), "d3": ("bob", None), "d4": (None, "L")}
    deals = [deal | dict(zip(("owner", "segment"), facts[deal["deal_id"]], strict=True)) for deal in made["deals"]]
    people = [{"person_id": "ann", "team": "North"}, {"person_id": "bob"}, {"person_id": "eve", "team": "South"}]
    process = replace(PROCESS, steps=(QUALIFY, replace(DEMO, before=()), LUNCH))
    found = Case(record, process, **made | {"deals": deals, "people": people}).adherence()

    def plain(groups):
        return {group.group: (group.deals, group.due, group.kept, dict(group.steps)) for group in groups}

    assert plain(found.by_owner) == {
        "ann": (2, 4, 2, {"qualify": (2, 1), "demo": (2, 1)}),
        "bob": (1, 1, 1, {"qualify": (1, 1)}),  # the demo is pending
    }
    assert plain(found.by_team) == {"North": (2, 4, 2, {"qualify": (2, 1), "demo": (2, 1)})}
    assert plain(found.by_segment) == {
        "L": (2, 3, 1, {"qualify": (2, 1), "demo": (1, 0)}),
        "S": (1, 2, 2, {"qualify": (1, 1), "demo": (1, 1)}),
    }
    assert plain(found.by_month) == {
        "2026-01": (3, 4, 2, {"qualify": (3, 2), "demo": (1, 0)}),
        "2026-02": (2, 2, 2, {"qualify": (1, 1), "demo": (1, 1)}),
    }
    assert [group.group for group in found.by_month] == ["2026-01", "2026-02"]


def test_every_deviation_names_its_deal_rule_step_kind_and_event(case, day):
    found = {}
    for deal, *rest in case.deviations():
        found.setdefault(deal, []).append(tuple(rest))
    demo_first = ("precedence(demo, offer)", "demo", "out_of_order")
    assert found["late"] == [
        ("responded_existence(stage: Discover, demo) no later than 10 days", "demo", "late", day(12), "demo")
    ]
    assert found["disordered"] == [(*demo_first, day(2), "offer")]
    assert found["skipped"] == [("responded_existence(stage: Discover, demo)", "demo", "skipped", None, None)]
    assert found["before_entry"] == [("responded_existence(stage: Lead, qualify)", "qualify", "skipped", None, None)]
    assert not found.keys() & {"kept", "pending", "given_up", "undecided", "silent"}


def test_deviations_are_sorted_and_each_is_given_once(case):
    found = case.deviations()
    assert len(set(found)) == len(found)
    assert [row[:2] for row in found] == sorted(row[:2] for row in found)


def test_rules_written_directly_are_judged_on_every_deal(record, rows, day):
    rules = (
        Constraint(Template.EXISTENCE, Operand("lunch", ("lunch",))),
        Constraint(Template.ABSENCE, Operand("fax", ("fax",)), count=2),
    )
    process = Process("Rules", 1, ("Discover",), (), rules)
    deals = {
        "a": ("open", None, [("fax", 0), ("fax", 1), ("fax", 2)]),
        "b": ("lost", 1, []),
        "c": ("won", 1, [("lunch", 0)]),
    }
    found = Case(record, process, **rows(**deals))
    assert found.deviations() == [
        ("a", "absence(fax, 2)", None, "broken_rule", day(1), "fax"),
        ("a", "absence(fax, 2)", None, "broken_rule", day(2), "fax"),
        ("a", "existence(lunch)", None, "broken_rule", None, None),
        ("b", "existence(lunch)", None, "broken_rule", None, None),
    ]
    assert fitnesses(found) == {"a": 0.0, "b": 0.5, "c": 1.0}


def fitnesses(found):
    rows = fitness(found.conformance, found.judged).join(found.log.cases, "deal_no").to_pyarrow().to_pylist()
    return {row["deal_id"]: row["fitness"] for row in rows}


def test_fitness_is_the_share_of_rules_kept_and_forgives_what_is_pending_or_excused(case):
    rules = len(case.conformance.constraints)
    assert rules == 5  # qualify; demo required, in time, before the offer; the offer
    found = fitnesses(case)
    assert len(found) == 13
    assert {deal: round(rules * (1 - value)) for deal, value in found.items() if value < 1} == {
        "skipped": 1,
        "late": 1,
        "disordered": 1,
        "moved_on": 1,
        "gone_back": 1,
        "too_slow": 1,
        "won_early": 1,
        "before_entry": 1,
    }


def test_without_rules_every_deal_is_fit(record, rows):
    process = Process("Empty", 1, ("Discover",), ())
    found = Case(record, process, **rows(d=("won", 1, [("call", 0)]), e=("lost", 2, [])))
    assert fitnesses(found) == {"d": 1.0, "e": 1.0}
    assert found.deviations() == []
    assert found.adherence().steps == found.adherence().by_owner == ()
