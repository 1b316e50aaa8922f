"""The process on paper, as a map."""

from collections.abc import Mapping
from itertools import pairwise

from afteraction.process.model import Process, Step, duration_text
from afteraction.report.followed_map import RARE
from afteraction.report.process_map import Move, Place, ProcessMap, Standing
from afteraction.report.wording import listed, many


def paper_map(process: Process, entered: Mapping[str, tuple[int, int]]) -> ProcessMap:
    """The steps of a process in their stages, in the order in which they are written.

    `entered` has for each step by its id the deals that entered its stage and those that did it.
    """
    places: dict[str, Place] = {}
    path: list[str] = []
    for stage in process.stages:
        places[f"stage:{stage}"] = Place(stage, stage, is_stage=True)
        path.append(f"stage:{stage}")
        for step in process.steps_of(stage):
            places[step.id] = _place(process, step, *entered.get(step.id, (0, 0)))
            path.append(step.id)
    moves = tuple(Move(start, end, straight=True) for start, end in pairwise(path))
    required = sum(step.required for step in process.steps)
    in_words = (
        f"Map of the process on paper, {process.name}, version {process.version}: {many(len(process.stages), 'stage')} "
        f"with {many(len(process.steps), 'step')}, {required} of them required. In order: "
        + "; ".join(f"{stage}: {_names(process, stage)}" for stage in process.stages)
        + "."
    )
    return ProcessMap("On paper", process.stages, places, moves, in_words)


def _names(process: Process, stage: str) -> str:
    return ", ".join(step.name or step.id for step in process.steps_of(stage)) or "no steps"


def _place(process: Process, step: Step, entered: int, done: int) -> Place:
    said = ["required" if step.required else "optional"]
    if step.within is not None:
        said.append(f"within {duration_text(step.within)}")
    if step.exit:
        said.append("to leave the stage")
    later = [process.step(other).name or other for other in step.before]
    if later:
        said.append(f"before {listed(later)}")
    rare = bool(entered) and done < RARE * entered
    tip = f"{step.name or step.id}: {', '.join(said)}" + (f". The buyer {step.buyer}" if step.buyer else "")
    return Place(
        name=step.name or step.id,
        stage=step.stage,
        note=" · ".join(said[: 1 + (step.within is not None)]),
        under=f"before {listed(later)}" if later else "",
        standing=Standing.RARE if rare else Standing.SHARED,
        optional=not step.required,
        tip=tip,
    )
