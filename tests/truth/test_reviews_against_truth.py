"""The command on the reviews runs, and finds what it is made to show."""

import pytest
from benchmarks.truth_reviews import agreements_found, answers_found, paired_found, people_found, table


@pytest.mark.slow
def test_the_table_has_every_figure_and_its_intervals_hold_the_truth():
    found = [each for kind in (agreements_found, paired_found, answers_found, people_found) for each in kind(30)]
    rows = table(found).splitlines()[2:]
    assert len(rows) == len({(each.kind, each.deals) for each in found}) == 34
    honest = [each.holds for each in found if "not weighted" not in each.kind]
    assert 0.93 <= sum(honest) / len(honest) <= 0.98


def test_answers_that_are_not_weighted_show_the_bias_that_was_planted():
    found = [each for each in answers_found(10) if each.deals == 3_000]
    assert not any(each.holds for each in found if each.kind.endswith("not weighted"))
    assert sum(each.holds for each in found if each.kind.endswith(", weighted")) >= 8
