import pytest

from afteraction.analysis.unwritten import MOST, has_no_power, unwritten_steps
from afteraction.process.model import Process, Step


@pytest.mark.parametrize(
    ("verdict", "low", "high", "no_power"),
    [
        ("no_effect", -0.02, 0.04, True),
        ("no_effect", -0.02, 0.06, False),
        ("cant_tell", -0.02, 0.04, False),
        ("cant_tell", -0.2, 0.2, False),
        ("cant_tell", None, None, False),
        ("hurts", -0.04, -0.01, False),
        ("leak", None, None, False),
    ],
)
def test_not_enough_data_is_never_taken_for_no_power(
    verdict: str, low: float | None, high: float | None, no_power: bool
) -> None:
    assert has_no_power(verdict, low, high) is no_power


def test_unwritten_is_what_no_step_counts_in_a_stage_on_paper() -> None:
    paper = Process("Sale", 1, ("A", "B"), (Step("call", "A", ("Call", "Phone")),))
    followed = (
        Step("phone", "A", ("Phone",), frequency=0.9),
        Step("mail", "A", ("Mail",), frequency=0.2),
        Step("lunch", "B", ("Lunch",), frequency=0.5),
        Step("party", "C", ("Party",), frequency=0.9),
    )
    found = unwritten_steps(Process("Followed", 1, ("A", "B", "C"), followed), paper)
    assert [step.id for step in found] == ["lunch", "mail"]


def test_only_the_most_common_are_looked_at() -> None:
    many = tuple(Step(f"s{n}", "A", (f"S{n}",), frequency=n / 100) for n in range(30))
    found = unwritten_steps(Process("Followed", 1, ("A",), many), Process("Sale", 1, ("A",), ()))
    assert [step.id for step in found] == [f"s{n}" for n in range(29, 29 - MOST, -1)]
