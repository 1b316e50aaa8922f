"""The section that shows the process on paper beside the process as followed."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from afteraction.analysis.directly_follows import DirectlyFollows
from afteraction.analysis.study import ProcessFindings
from afteraction.errors import NotEnoughData
from afteraction.process.model import Process
from afteraction.report.document import Cell, DrawnMap, Maps, Section, Table
from afteraction.report.followed_map import RARE, followed_map
from afteraction.report.map_key import map_key
from afteraction.report.paper_map import paper_map
from afteraction.report.process_map import ProcessMap, Standing, draw
from afteraction.report.sections.cells import duration, number, refusal
from afteraction.report.wording import are, listed, many, percent

_MOVES: Final = 40
_READING: Final = (
    "Each box is a step, with the share of the deals that entered its stage in which it was done. An arrow says how "
    "often a step was the next one of the process, and after how many days (median); rarer moves are left out. "
    "Deals that were lost or faded away are counted in the stage in which that happened."
)


def process_section(
    findings: ProcessFindings | NotEnoughData, graph: DirectlyFollows, flow: DirectlyFollows, period: str
) -> Section:
    """Both maps; of a process that was found in the record itself only how it is followed.

    `graph` is over all activities, `flow` over those of the process alone. Raises `Refused` when the layout engine is
    missing or fails.
    """
    if isinstance(findings, NotEnoughData):
        return Section("process", "The process as followed", blocks=(refusal("the map of the process", findings),))
    process = findings.process
    title = "The process on paper and as followed" if findings.on_paper else "The process as followed"
    entered = {step.step: (step.entered, step.done) for step in findings.adherence.steps}
    followed = followed_map(graph, flow, process, entered)
    # Without a process on paper, nothing on the map can be on paper or missing there.
    maps = [paper_map(process, entered), followed.map] if findings.on_paper else [without_paper(followed.map)]
    drawn = tuple(
        DrawnMap(f"map-{'-'.join(one.name.lower().split())}", _heading(one, process), picture, one.in_words)
        for one, picture in zip(maps, draw(maps), strict=True)
        if one.places
    )
    block = Maps(
        id="process-maps",
        title=_title(followed.map) if findings.on_paper else "What deals do, and in which order",
        basis=f"{many(graph.deals, 'deal')} with events, {period} · the arrows stand for {percent(followed.covered)} "
        "of all moves between stages and steps",
        maps=drawn,
        reading=_READING,
        tables=(_move_table(graph),) if graph.edges else (),
        key=map_key(on_paper=findings.on_paper),
    )
    return Section("process", title, _finding(followed.map, process, on_paper=findings.on_paper), (block,))


def _heading(drawn: ProcessMap, process: Process) -> str:
    return f"On paper: {process.name}, version {process.version}" if drawn.name == "On paper" else drawn.name


def without_paper(drawn: ProcessMap) -> ProcessMap:
    """A map of what deals do, where there is no process on paper to hold it against."""
    places = {key: replace(place, standing=Standing.SHARED, optional=False) for key, place in drawn.places.items()}
    return replace(drawn, places=places)


def _of(drawn: ProcessMap, standing: Standing) -> list[str]:
    return [place.name for place in drawn.places.values() if place.standing == standing]


def _finding(followed: ProcessMap, process: Process, *, on_paper: bool) -> str:
    if not on_paper:
        return "No process file was given. The map shows what deals do; there is nothing to hold it against."
    rare, extra = _of(followed, Standing.RARE), _of(followed, Standing.EXTRA)
    never = [step.name or step.id for step in process.steps if f"step:{step.id}" not in followed.places]
    few = f"{len(rare)} of {many(len(process.steps), 'step')} on paper {are(len(rare))} done in fewer than"
    said = [f"{few} {percent(RARE)} of the deals they apply to."]
    if not rare:
        said = [f"Every step on paper is done in at least {percent(RARE)} of the deals that it applies to."]
    if never:
        said.append(f"Never recorded: {listed(never)}.")
    if extra:
        said.append(f"{many(len(extra), 'thing')} that deals commonly have {are(len(extra))} not on paper.")
    return " ".join(said)


def _title(followed: ProcessMap) -> str:
    rare, extra = _of(followed, Standing.RARE), _of(followed, Standing.EXTRA)
    said = [f"rarely done: {listed(rare)}"] if rare else []
    said += [f"not on paper: {listed(extra)}"] if extra else []
    return f"Where paper and practice differ: {'; '.join(said)}" if said else "Paper and practice agree on what is done"


def _move_table(graph: DirectlyFollows) -> Table:
    """The most frequent moves from one activity to the next, of everything that was logged."""
    edges = [edge for edge in graph.edges if edge.before is not None and edge.after is not None][:_MOVES]

    def outcomes(counts: Mapping[str, int]) -> tuple[Cell, ...]:
        return tuple(number(counts.get(outcome, 0)) for outcome in ("won", "lost", "no_decision", "open"))

    rows = tuple(
        (
            Cell(f"{edge.before} → {edge.after}"),
            number(edge.count),
            number(edge.deals),
            *outcomes(edge.outcomes),
            duration(edge.median_days),
        )
        for edge in edges
    )
    columns = ("move", "times", "deals", "of these won", "lost", "no decision", "open", "median time")
    return Table(f"The {len(rows)} most frequent moves", columns, rows, (False, *(True,) * 7))
