"""A process in words, for people who do not read YAML."""

from collections.abc import Iterator

from afteraction.process.declare import describe
from afteraction.process.model import Process, Step, duration_text


def process_in_words(process: Process) -> str:
    """The process as plain text: each stage with its steps and what they ask for, then every further rule."""
    title = f"{process.name or 'Rules'}, version {process.version}"
    blocks = [[title, "=" * len(title)]]
    if process.notes:
        blocks.append([process.notes.strip()])
    for number, stage in enumerate(process.stages, start=1):
        steps = [line for step in process.steps_of(stage) for line in _step_lines(process, step)]
        blocks.append([f"{number}. {stage}", *steps])
    if process.constraints:
        blocks.append(["Further rules", *(f"   - {describe(rule, process)}" for rule in process.constraints)])
    return "\n\n".join("\n".join(lines) for lines in blocks) + "\n"


def _step_lines(process: Process, step: Step) -> Iterator[str]:
    by = f", by {step.role}" if step.role else ""
    yield f"   {step.name or step.id} ({'required' if step.required else 'optional'}{by})"
    if step.buyer:
        yield f"      The buyer {step.buyer}."
    yield f"      Counts as done: {', '.join(step.activities)}."
    if step.within is not None:
        yield f"      Within {duration_text(step.within)} of entering {step.stage}."
    if step.before:
        later = [process.step(each).name or each for each in step.before]
        yield f"      Before {' and '.join(later)}."
    if step.exit:
        yield f"      {step.stage} may not be left without it."
    if step.frequency is not None:
        yield f"      Found in {step.frequency:.0%} of the deals."
