import re

from hypothesis import given
from hypothesis import strategies as st

from afteraction.analysis.work import Work, identifiers, pieces_of_work


def test_moments_of_one_piece_of_work_are_one_and_its_completion_counts():
    activities = ["Check", "Check (start)", "Check (schedule)", "Call+START", "Call+COMPLETE", "Sign (start)", "Demo"]
    assert pieces_of_work(activities) == [
        Work("Call", "Call+COMPLETE", ("Call+START",)),
        Work("Check", "Check", ("Check (schedule)", "Check (start)")),
        Work("Demo", "Demo"),
        Work("Sign (start)", "Sign (start)"),
    ]


def test_work_that_is_never_completed_counts_from_its_start():
    assert pieces_of_work(["Check (start)", "Check (schedule)"]) == [
        Work("Check", "Check (start)", ("Check (schedule)",))
    ]


def test_what_cannot_be_a_step_is_left_out():
    assert pieces_of_work(["", "  ", "stage: Won", "x" * 201, "Call"]) == [Work("Call", "Call")]


def test_two_spellings_of_one_moment_stay_apart():
    pieces = pieces_of_work(["Check (start)", "Check+start", "Check"])
    assert sorted(name for piece in pieces for name in (piece.activity, *piece.further)) == [
        "Check",
        "Check (start)",
        "Check+start",
    ]


def test_ids_are_plain_and_unique():
    assert identifiers(["Call!", "call", "2", "—", "Ärzte: Büro", "call_2"]) == [
        "call",
        "call_2",
        "step_2",
        "step",
        "ärzte_büro",
        "call_2_2",
    ]


@given(st.lists(st.text(), max_size=12))
def test_any_names_give_ids_that_a_process_file_accepts(names):
    found = identifiers(names)
    assert len(set(found)) == len(names)
    assert all(re.fullmatch(r"\w[\w-]*", each) and not each.isdigit() for each in found)
