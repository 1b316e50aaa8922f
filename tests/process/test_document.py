import time

import pytest

from afteraction.process.document import MAX_BYTES
from afteraction.process.parse import parse
from afteraction.process.problem import Problem


def found(text: str) -> list[tuple[int, int, str]]:
    return [(problem.line, problem.column, problem.found) for problem in parse(text).problems]


def test_anchors_aliases_and_tags_are_refused_with_their_places() -> None:
    text = "process: &name Sale\nconstraints:\n  - *name\n  - !!str init(a)\n  - !python/object:os.system init(a)\n"
    places = {(line, column) for line, column, _ in found(text)}
    assert {(1, 10), (3, 5), (4, 5), (5, 5)} <= places
    messages = " ".join(message for *_, message in found(text))
    assert all(each in messages for each in ("anchor &name", "alias *name", "tag "))


def test_a_billion_laughs_is_refused_at_once() -> None:
    lines = ["process: &a0 ha"] + [f"k{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    start = time.thread_time()
    assert found("\n".join(lines))
    assert time.thread_time() - start < 5


@pytest.mark.parametrize("text", ["[" * 60_000, "- " * 60_000, "a: " + "{a: " * 30_000])
def test_endless_nesting_is_refused_without_exhausting_the_stack(text: str) -> None:
    assert len(found(text)) == 1


def test_a_file_that_is_too_large_is_refused() -> None:
    assert "bytes" in found("# " + "x" * MAX_BYTES)[0][2]


def test_a_repeated_key_and_an_unknown_key_are_told_with_their_places() -> None:
    text = "process: Sale\nprocess: Other\nstage: [A]\nconstraints: [init(a)]\n"
    problems = parse(text).problems
    assert [(p.line, p.column) for p in problems] == [(2, 1), (3, 1)]
    assert "a second time" in problems[0].found
    assert "did you mean stages?" in problems[1].expected


def test_a_second_document_in_the_file_is_refused() -> None:
    assert found("constraints: [init(a)]\n---\nconstraints: [init(b)]\n")[0][:2] == (2, 1)


def test_control_characters_are_told_with_their_place() -> None:
    assert found("process: Sale\nnotes: a\x00b\n") == [(2, 9, "the character U+0000")]


@pytest.mark.parametrize("rule", ["response(stage: A, b)", "response(stage: A, stage: B)"])
def test_a_rule_with_a_colon_and_no_quotes_is_told_what_to_write(rule: str) -> None:
    problems = parse(f"constraints:\n  - {rule}\n").problems
    assert [(p.line, p.found, p.expected) for p in problems] == [
        (2, "a rule with a colon and no quotes", f"quotes around it: - '{rule}'")
    ]


def test_other_invalid_yaml_is_told_with_its_place() -> None:
    assert found("process: Sale\nstages: [A\nsteps: x: y\n")[0][0] == 3


@pytest.mark.parametrize("text", ["", "\n# nothing but a comment\n", "{}", "process: Sale\n", "null"])
def test_a_file_that_says_nothing_is_refused(text: str) -> None:
    assert found(text) == [(1, 1, "nothing that a deal could follow")]


@pytest.mark.parametrize("text", ["Sale", "- a\n- b\n", "42"])
def test_a_file_that_is_no_mapping_is_refused(text: str) -> None:
    assert len(found(text)) == 1


def test_a_problem_reads_as_a_sentence_with_its_place() -> None:
    assert str(Problem(3, 7, "'x'", "a number")) == "line 3, column 7: found 'x'; expected a number"


GOOD = "process: Sale\nversion: 1\nstages: [A, B]\nsteps:\n  - id: call\n    stage: A\n    activity: [Call]\n"
PARSERS_WORDS = ("<", "node", "token", "scalar", "mapping", "YAML", "stream", "flow", "block")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (GOOD.replace("A, B]", "A, B"), "brackets that is not closed"),
        ("process: [", "the end of the text in an open bracket"),
        (GOOD.replace("Sale", '"Sale'), "quotes that are not closed"),
        (GOOD.replace("Sale", "Sale: two"), "a second colon"),
        (GOOD.replace("    stage", "\tstage"), "a tab"),
        (GOOD + "  - id: x\n   stage: A\n", "belongs to nothing above it"),
        (GOOD + "hello\nthere: 1\n", "neither a key with its value"),
        (GOOD.replace("Sale", "@Sale"), "a sign that no value can begin with"),
        (GOOD + "---\nprocess: x\n", "a second document"),
        (GOOD.replace("Sale", '"a\\q"'), "a backslash in double quotes"),
    ],
)
def test_what_cannot_be_read_is_told_in_words_of_those_who_edit_a_process(text: str, said: str) -> None:
    [problem] = parse(text).problems
    assert said in problem.found
    assert not [word for word in PARSERS_WORDS if word in problem.found + problem.expected]
