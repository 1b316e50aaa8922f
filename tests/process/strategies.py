"""Random processes and rules for property tests: any text that a name may have."""

from datetime import timedelta

from hypothesis import strategies as st

from afteraction.process.duration import LONGEST
from afteraction.process.model import Constraint, Operand, Process, Step, Template
from afteraction.process.rule import Name, Vocabulary, resolve

texts = st.text(max_size=20).filter(str.strip)
names = st.one_of(
    st.sampled_from(
        ["Demo", "demo", "stage: Propose", "activity: x", "stage after: y", "null", "1", "a | b", "it's", "N,o"]
    ),
    texts,
)
durations = st.one_of(
    st.integers(1, 400).map(lambda days: timedelta(days=days)),
    st.timedeltas(timedelta(microseconds=1), LONGEST),
)
step_ids = st.sampled_from(["demo", "Demo", "proposal_sent", "x-1", "2nd", "größe"])


@st.composite
def vocabularies(draw: st.DrawFn) -> Vocabulary:
    """Stages and steps, some of them with a single activity that is called like them."""
    stages = tuple(draw(st.lists(names, unique=True, max_size=4)))
    steps = {
        step_id: Operand(step_id, tuple(draw(st.lists(st.one_of(st.just(step_id), names), min_size=1, unique=True))))
        for step_id in draw(st.lists(step_ids, unique=True, max_size=3))
    }
    return Vocabulary(stages, steps)


@st.composite
def rules(draw: st.DrawFn, vocabulary: Vocabulary) -> Constraint:
    """Any rule that can be written with a vocabulary."""
    template = draw(st.sampled_from(Template))
    count = draw(st.integers(1, 5)) if template in (Template.EXISTENCE, Template.ABSENCE) else 1
    within = None if template is Template.INIT else draw(st.none() | durations)
    deadline = within is not None and template is Template.RESPONDED_EXISTENCE and draw(st.booleans())
    first = draw(operands(vocabulary))
    second = None if template.unary else draw(operands(vocabulary))
    return Constraint(template, first, second, within, count, deadline=deadline)


@st.composite
def operands(draw: st.DrawFn, vocabulary: Vocabulary) -> Operand:
    """One name or several; activities of any name, and of stages only those there are."""
    kinds = [names.filter(lambda text: not text.startswith("stage: ")).map(lambda text: Name(text, "activity"))]
    if vocabulary.steps:
        kinds.append(st.sampled_from(list(vocabulary.steps)).map(Name))
    if vocabulary.stages:
        kinds.append(st.sampled_from(vocabulary.stages).map(lambda stage: Name(stage, "stage")))
    if len(vocabulary.stages) > 1:
        kinds.append(st.sampled_from(vocabulary.stages[:-1]).map(lambda stage: Name(stage, "stage after")))
    return resolve(draw(st.lists(st.one_of(kinds), min_size=1, max_size=3)), vocabulary)


@st.composite
def processes(draw: st.DrawFn) -> Process:
    """A process that says anything that a process file can say; it need not make sense."""
    stages = tuple(draw(st.lists(names, unique=True, min_size=1, max_size=4)))
    ids = draw(st.lists(step_ids, unique=True, max_size=4))
    steps = tuple(draw(_steps(step_id, ids, stages)) for step_id in ids)
    vocabulary = Vocabulary(stages, {step.id: step.operand for step in steps})
    return Process(
        name=draw(names),
        version=draw(st.integers(1, 1000)),
        stages=stages,
        steps=steps,
        constraints=tuple(draw(st.lists(rules(vocabulary), max_size=3))),
        notes=draw(_optional),
    )


_optional = st.just("") | st.text(max_size=60).filter(str.strip)


def _steps(step_id: str, ids: list[str], stages: tuple[str, ...]) -> st.SearchStrategy[Step]:
    others = [each for each in ids if each != step_id]
    return st.builds(
        Step,
        id=st.just(step_id),
        stage=st.sampled_from(stages),
        activities=st.lists(names, min_size=1, max_size=3, unique=True).map(tuple),
        buyer=_optional,
        required=st.booleans(),
        before=st.lists(st.sampled_from(others), unique=True, max_size=2).map(tuple) if others else st.just(()),
        within=st.none() | durations,
        role=_optional,
        exit=st.booleans(),
        name=_optional,
        frequency=st.none() | st.floats(0, 1),
    )
