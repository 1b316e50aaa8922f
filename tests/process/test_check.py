from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from afteraction.errors import Refused
from afteraction.process.check import check_text, parse_file
from afteraction.process.document import MAX_BYTES
from afteraction.process.parse import KEYS, STEP_KEYS

HEAD = "process: Sale\nstages: [Qualify, Discover, Propose]\nsteps:\n"


def step(step_id: str, stage: str = "Discover", **values: str) -> str:
    """A step on one line; required unless said otherwise."""
    values = {"activity": step_id.title(), "required": "true"} | values
    said = "".join(f", {key}: {value}" for key, value in values.items())
    return f"  - {{id: {step_id}, stage: {stage}{said}}}\n"


PIECES = (
    *("process", "stages", "steps", "constraints", "id", "stage", "activity", "before", "required", "within", "exit"),
    *(
        "response",
        "existence",
        "not_co_existence",
        "no later than",
        "14 days",
        "0",
        "null",
        "A",
        "B",
        "a",
        "b",
        "stage: A",
    ),
    *(
        ": ",
        ":",
        "\n",
        "\n  ",
        "\n  - ",
        "\n    ",
        "- ",
        "? ",
        "[",
        "]",
        "{",
        "}",
        "(",
        ")",
        ", ",
        "|",
        "&x ",
        "*x",
        "!!str ",
    ),
    *('"', "'", "# ", "\t", "\x00", "\ud800", "\ufeff", "é", "%", "@", "---\n", "...\n"),
)
"""What process files are made of, and what breaks them."""

EACH_STAGE = step("lead", "Qualify") + step("demo") + step("offer", "Propose")


def problems(text: str) -> list[str]:
    checked = check_text(text)
    assert checked.process is None
    return [str(problem) for problem in checked.problems]


def warnings(text: str) -> list[str]:
    checked = check_text(text)
    assert checked.process is not None, checked.problems
    return [str(warning) for warning in checked.warnings]


def test_a_sound_process_has_neither_problems_nor_warnings() -> None:
    assert warnings(HEAD + EACH_STAGE + "constraints:\n  - response(demo, offer) within 14 days\n") == []


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (HEAD + EACH_STAGE + step("demo"), 7, "the step id 'demo' a second time"),
        (HEAD + step("demo", "Discovr"), 4, "did you mean Discover?"),
        (HEAD + EACH_STAGE + step("call", before="[ofer]"), 7, "did you mean offer?"),
        (HEAD + EACH_STAGE + step("call", before="[call]"), 7, "before itself"),
        (HEAD + EACH_STAGE + step("call", activity="[stage: Propos]"), 7, "did you mean Propose?"),
        (HEAD.replace("Qualify", "Propose") + EACH_STAGE, 2, "the stage 'Propose' a second time"),
        ("stages: [Discover]\nsteps:\n" + step("demo"), 3, "a process without a name"),
        ("process: Sale\nsteps:\n" + step("demo"), 3, "the stage 'Discover'"),
        (HEAD + step("demo", within="0 days"), 4, "longer than none"),
        (HEAD + step("demo", within="-2 days"), 4, "longer than none"),
        (
            HEAD + EACH_STAGE + "constraints: [absence(demo)]\n",
            7,
            "'demo' is required (line 5), absence(demo) (line 7)",
        ),
        (
            HEAD + EACH_STAGE + "constraints:\n - precedence(offer, demo)\n - precedence(demo, offer)\n",
            9,
            "leave no way",
        ),
        ("constraints:\n  - existence(a)\n  - absence(a)\n", 3, "no deal can keep: existence(a) (line 2), absence(a)"),
        ("constraints:\n  - init(a)\n  - init(b)\n", 3, "no deal can keep: init(a) (line 2), init(b) (line 3)"),
    ],
)
def test_what_makes_a_process_unusable_is_a_problem(text: str, line: int, words: str) -> None:
    assert any(problem.startswith(f"line {line},") and words in problem for problem in problems(text)), problems(text)


def test_steps_that_wait_for_each_other_are_shown_as_a_circle() -> None:
    text = HEAD + EACH_STAGE + step("a", before="[b]") + step("b", before="[c]") + step("c", before="[a, offer]")
    (problem,) = problems(text)
    assert problem.startswith("line 7,")
    assert "a → b → c → a" in problem


def test_two_circles_are_both_shown() -> None:
    steps = [step("a", before="[b]"), step("b", before="[a]"), step("c", before="[d]"), step("d", before="[c]")]
    shown = " ".join(problems(HEAD + EACH_STAGE + "".join(steps)))
    assert "a → b → a" in shown
    assert "c → d → c" in shown


def test_all_problems_are_told_at_once_in_the_order_of_their_lines() -> None:
    text = HEAD + step("a", "Nowhere", within="0 days") + step("a", requird="true") + "constraints:\n - init(a, b)\n"
    lines = [int(problem.split(",")[0].removeprefix("line ")) for problem in problems(text)]
    assert lines == sorted(lines)
    assert set(lines) == {4, 5, 7}
    assert len(lines) == 5


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (HEAD + step("demo"), 2, "the stage 'Qualify' without a step"),
        (HEAD + EACH_STAGE + step("call", activity="[Demo]"), 7, "the activity 'Demo' in 'call' and in 'demo'"),
        (HEAD + EACH_STAGE + step("call", exit="true", required="false"), 7, "exit in 'call', which is not required"),
        (HEAD + EACH_STAGE + step("call", "Propose", exit="true"), 7, "exit in the last stage"),
        (HEAD + EACH_STAGE + step("call", before="[offer]", required="false"), 7, "which is not required"),
        (HEAD + EACH_STAGE + step("call", before="[lead]"), 7, "belongs to an earlier stage"),
        (HEAD + EACH_STAGE + step("call", before="[offer, offer]"), 7, "a second time"),
        (HEAD + EACH_STAGE + "constraints: [init(lead), init(lead)]\n", 7, "init(lead) a second time"),
        (HEAD + EACH_STAGE + "constraints: [init(laed)]\n", 7, "'laed', which is no step"),
        (
            HEAD + EACH_STAGE + "constraints:\n - not_succession(lead, lead | demo)\n",
            8,
            "the activity 'Lead' on both sides",
        ),
        (HEAD + EACH_STAGE + "constraints:\n - not_co_existence(demo, offer)\n", 8, "enters both Discover and Propose"),
    ],
)
def test_what_is_probably_not_meant_is_a_warning(text: str, line: int, words: str) -> None:
    assert any(warning.startswith(f"line {line},") and words in warning for warning in warnings(text)), warnings(text)


def test_an_activity_in_quotes_is_no_slip_of_the_hand() -> None:
    assert warnings(HEAD + EACH_STAGE + "constraints: ['init(\"demmo\")']\n") == []


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
@settings(max_examples=150, deadline=None)
def test_no_text_breaks_the_check(text: str) -> None:
    """Either there is a process or there are problems, whatever the text."""
    for each in (text, "process: Sale\nstages: [A, B]\nsteps:\n  - " + text, "constraints:\n  - " + text):
        checked = check_text(each)
        assert (checked.process is None) == bool(checked.problems)


WORDS = st.sampled_from(
    ["a", "b", "A", "stage: A", "response(a, b)", "existence(a, 2)", "init(a", "14 days", "", "2", "x | a"]
)
VALUES = st.recursive(
    WORDS | st.none() | st.booleans() | st.integers(-1, 3),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*KEYS, *STEP_KEYS, "response", "x"]), inner)
    ),
    max_leaves=12,
)


@given(
    st.fixed_dictionaries(
        {"process": WORDS, "stages": st.lists(WORDS, max_size=3)},
        optional={
            "steps": st.lists(st.dictionaries(st.sampled_from(STEP_KEYS), VALUES, max_size=9) | VALUES, max_size=4),
            "constraints": st.lists(VALUES, max_size=4),
        },
    )
    | VALUES
)
@settings(max_examples=150, deadline=None)
def test_no_values_break_the_check(values: object) -> None:
    checked = check_text(yaml.safe_dump(values))
    assert (checked.process is None) == bool(checked.problems)


def test_a_file_is_read_and_refused_with_every_problem(tmp_path: Path) -> None:
    file = tmp_path / "sale.yaml"
    file.write_text("\ufeff" + HEAD + EACH_STAGE, encoding="utf-8")
    assert parse_file(file).name == "Sale"
    file.write_text(HEAD + step("a", "Nowhere") + step("b", "Nowhere"), encoding="utf-8")
    with pytest.raises(Refused) as refusal:
        parse_file(file)
    assert "2 problems in" in refusal.value.found
    assert "line 4" in refusal.value.found
    assert "line 5" in refusal.value.found


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"process: Sale\nnotes: caf\xe9\n", "line 2"),
        ("process: Sale".encode("utf-16"), "not UTF-8"),
        (b"#" * (MAX_BYTES + 1), "more than"),
    ],
)
def test_a_file_that_is_no_small_utf_8_text_is_refused(tmp_path: Path, content: bytes, words: str) -> None:
    file = tmp_path / "sale.yaml"
    file.write_bytes(content)
    with pytest.raises(Refused, match=words):
        parse_file(file)


def test_a_file_that_is_not_there_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.yaml", tmp_path):
        with pytest.raises(Refused):
            parse_file(path)
