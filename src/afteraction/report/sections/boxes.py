"""The section on the four boxes: was the process followed, and did the deal end well?"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from afteraction.analysis.arrays import Places
from afteraction.analysis.boxes import FOLLOWED, Box, Boxes, BoxEvidence, BoxSummary
from afteraction.analysis.intervals import rate, rate_if_any
from afteraction.errors import NotEnoughData
from afteraction.report.charts.boxes import Tile, box_tiles
from afteraction.report.document import (
    Answer,
    Answers,
    Block,
    Cell,
    Definitions,
    Figure,
    Notice,
    Prose,
    Section,
    Table,
    Tone,
)
from afteraction.report.sections.cells import NOTHING, number, range_of, refusal, sentence, share, with_interval
from afteraction.report.wording import interval, many, percent

_EXAMPLES: Final = 2
_MORE: Final = 12
_COLUMNS: Final = ("process followed", "process not followed")
_TONES: Final = {
    Box.DESERVED_WIN: Tone.GOOD,
    Box.LUCKY_WIN: Tone.FAIR,
    Box.UNLUCKY_LOSS: Tone.FAIR,
    Box.DESERVED_LOSS: Tone.POOR,
    Box.UNDECIDED: Tone.UNKNOWN,
}
_COUNTS: Final = "Counts"
_UNKNOWN: Final = "not shown to be of no use"
_FOUR: Final = tuple(_TONES)[:4]
_WARNING: Final = Notice(
    "The boxes judge how a deal was worked, not whether the process works",
    "A deal that is lost early had few steps due and could miss few of them, so losses look well worked. Whether a "
    "step wins deals is told by comparing deals that were alike when it was due, under “What each step does”. The "
    "boxes say which wins not to copy and which losses not to regret.",
)
_READING: Final = (
    f"The process counts as followed when a deal did at least {FOLLOWED.numerator} in {FOLLOWED.denominator} of the "
    "steps that count and that it had its chance to do, and every one of them that has been shown to help. The bar is "
    "the share of all ended deals, the thin line its 95% interval. The chance when a deal began comes from a model of "
    "other deals that knows neither the rep nor what was done."
)


def box_section(boxes: Boxes | NotEnoughData, period: str, *, on_paper: bool = True) -> Section:
    """The boxes of all ended deals, which steps they rest on, and examples of each.

    `period` says when the deals began and ended, `on_paper` whether the process was given or found in the record.
    """
    title, what = "Deserved or lucky", "which wins were deserved and which losses unlucky"
    if isinstance(boxes, NotEnoughData):
        return Section("boxes", title, blocks=(refusal(what, boxes),))
    summary = {one.box: one for one in boxes.summary()}
    if not any(summary[box].deals for box in _FOUR):
        missing = NotEnoughData(
            "no deal that was won or lost had a step due that counts",
            "required steps in the process, in stages that deals enter",
        )
        return Section("boxes", title, blocks=(refusal(what, missing),))
    blocks: list[Block] = [_WARNING]
    if not on_paper:
        blocks.append(Prose("There is no process on paper: deals are held against the one found in this same record."))
    blocks += [_figure(boxes, summary, period), *_steps(boxes), *_examples(boxes)]
    return Section("boxes", title, _finding(summary), tuple(blocks))


def _label(box: Box) -> str:
    return box.label.replace("_", " ").capitalize()


def _finding(summary: dict[Box, BoxSummary]) -> str:
    deserved_win, lucky_win, unlucky_loss, deserved_loss, undecided = (summary[box].deals for box in _TONES)
    return (
        f"Of {many(deserved_win + lucky_win, 'win')}, {deserved_win:,} were deserved and {lucky_win:,} lucky; of "
        f"{many(unlucky_loss + deserved_loss, 'loss', 'losses')}, {unlucky_loss:,} were unlucky and {deserved_loss:,} "
        f"deserved. {many(undecided, 'ended deal')} could not be put into a box."
    )


def _figure(boxes: Boxes, summary: dict[Box, BoxSummary], period: str) -> Figure:
    ended = sum(one.deals for one in summary.values())
    title = _title(summary)
    tiles = [_tile(summary, box, ended) for box in _FOUR]
    rest = Tile(
        _label(Box.UNDECIDED),
        rate(summary[Box.UNDECIDED].deals, ended),
        (_no_box(boxes), *_chance(summary[Box.UNDECIDED])),
        None,
    )
    return Figure(
        id="four-boxes",
        title=title,
        basis=f"{many(ended, 'deal')} that ended, {period} · shares with 95% intervals",
        picture=box_tiles(tiles, rest, _COLUMNS),
        in_words=f"Four boxes: won or lost, process followed or not. {title}. "
        + " ".join(f"{tile.name}: {tile.share.count:,} deals, {with_interval(tile.share)}." for tile in (*tiles, rest)),
        reading=_READING,
        table=_table(summary, ended),
    )


def _title(summary: dict[Box, BoxSummary]) -> str:
    said = [
        f"in {with_interval(found)} of the {name}"
        for name, followed, not_ in (
            ("wins", Box.DESERVED_WIN, Box.LUCKY_WIN),
            ("losses", Box.UNLUCKY_LOSS, Box.DESERVED_LOSS),
        )
        if (found := rate_if_any(summary[followed].deals, summary[followed].deals + summary[not_].deals))
    ]
    return f"The process was followed {' and '.join(said)}"


def _tile(summary: dict[Box, BoxSummary], box: Box, ended: int) -> Tile:
    """A box as a share of all that ended, and of those that ended the same way."""
    won = box in (Box.DESERVED_WIN, Box.LUCKY_WIN)
    same = _FOUR[:2] if won else _FOUR[2:]
    of_same = rate_if_any(summary[box].deals, sum(summary[each].deals for each in same))
    words = [f"{with_interval(of_same)} of {'wins' if won else 'losses'}"] if of_same else []
    deserved = box in (Box.DESERVED_WIN, Box.DESERVED_LOSS)
    return Tile(_label(box), rate(summary[box].deals, ended), (*words, *_chance(summary[box])), won, deserved)


def _chance(one: BoxSummary) -> tuple[str, ...]:
    if one.probability is None:
        return ()
    around = "" if one.low is None or one.high is None else f" ({interval(one.low, one.high)})"
    return (f"mean chance at the start: {percent(one.probability)}{around}",)


def _no_box(boxes: Boxes) -> str:
    """Why deals are in no box."""
    rows = boxes.box == Box.UNDECIDED
    no_step = int(np.sum(rows & (boxes.frame.won | boxes.frame.lost)))
    undecided = int(np.sum(rows)) - no_step
    return f"{undecided:,} without a decision by the buyer; {no_step:,} that ended before a step that counts was due"


def _table(summary: dict[Box, BoxSummary], ended: int) -> Table:
    def row(one: BoxSummary) -> tuple[Cell, ...]:
        of_ended = rate(one.deals, ended)
        return (
            Cell(_label(one.box)),
            number(one.deals),
            share(of_ended),
            range_of(of_ended),
            NOTHING if one.probability is None else Cell(percent(one.probability), one.probability),
            NOTHING if one.low is None or one.high is None else Cell(interval(one.low, one.high), one.low),
            number(one.known),
        )

    columns = ("box", "deals", "of ended", "95% interval", "mean chance at the start", "95% interval of it",
               "from deals")  # fmt: skip
    return Table("The boxes", columns, tuple(map(row, summary.values())), (False, *(True,) * 6))


def _steps(boxes: Boxes) -> list[Block]:
    """Which steps count, which do not, and why; folded how often each was done by ended deals that had their chance."""
    kinds: dict[str, list[str]] = {}
    for place, step in enumerate(boxes.process.steps):
        kinds.setdefault(_standing(boxes, place), []).append(step.name or step.id)
    ordered = sorted(kinds.items(), key=lambda kind: not kind[0].startswith(_COUNTS))
    return [
        Prose("Which steps the boxes rest on:"),
        Definitions(tuple((standing, ", ".join(steps)) for standing, steps in ordered)),
        _steps_table(boxes),
    ]


def _standing(boxes: Boxes, place: int) -> str:
    """Whether a step counts, and why."""
    step, helps = boxes.process.steps[place], boxes.gain[place] > 0
    if boxes.counts[place]:
        return f"{_COUNTS}: required, and {'shown to help, so it may never be missed' if helps else _UNKNOWN}"
    if step.required:
        return f"Does not count: required, but {boxes.not_counted[step.id]}"
    return f"Does not count: not required{'; shown to help, so it is named where it was not done' if helps else ''}"


def _steps_table(boxes: Boxes) -> Table:
    ended = boxes.box != Box.OPEN
    rows = []
    for place, step in enumerate(boxes.process.steps):
        done, missed = (int(np.sum(flags[ended, place])) for flags in (boxes.done, boxes.missed))
        found = rate_if_any(done, done + missed)
        rows.append(
            (
                Cell(step.name or step.id),
                Cell(step.stage),
                Cell(_standing(boxes, place)),
                number(done + missed),
                share(found),
                range_of(found),
            )
        )
    columns = ("step", "stage", "standing", "due in ended deals", "done in", "95% interval")
    caption = "Which steps count, why, and how often they were done"
    return Table(caption, columns, tuple(rows), (False, False, False, True, True, True), folded=True)


def _examples(boxes: Boxes) -> list[Block]:
    """The clearest deals of each box with their evidence."""
    found = {box: [boxes.evidence(int(row)) for row in _clearest(boxes, box)] for box in _TONES}
    told = [
        Answer(one.deal_id, _label(box), _TONES[box], sentence(one.words))
        for box, evidence in found.items()
        for one in evidence[:_EXAMPLES]
    ]
    every = [one for evidence in found.values() for one in evidence]
    return [
        Prose(
            "Examples, each with its evidence: wins and losses that were likeliest after the work that was done, wins "
            "that were least likely, losses in which most was left undone."
        ),
        Answers(tuple(told), _evidence_table(every, {step.id: step.name or step.id for step in boxes.process.steps})),
    ]


def _clearest(boxes: Boxes, box: Box) -> Places:
    """The deals of a box that show best what it is about."""
    rows = np.flatnonzero(boxes.box == box)
    chance = np.nan_to_num(boxes.as_worked(rows), nan=0.5)
    left_out = boxes.missed[rows].astype(float)
    undone = left_out @ boxes.gain + 1e-6 * (left_out @ boxes.counts)
    if box is Box.LUCKY_WIN:
        order = np.lexsort((-undone, chance))
    elif box is Box.DESERVED_LOSS:
        order = np.lexsort((-chance, -undone))
    else:
        order = np.lexsort((-undone, -chance))
    return rows[order[:_MORE]]


def _evidence_table(found: Sequence[BoxEvidence], names: dict[str, str]) -> Table:
    def steps(ids: Sequence[str]) -> Cell:
        return Cell(", ".join(names[step] for step in ids) or "–")

    def chance(value: float | None) -> Cell:
        return NOTHING if value is None else Cell(percent(value), round(value, 6))

    rows = tuple(
        (
            Cell(one.deal_id),
            Cell(_label(one.box)),
            steps(one.done),
            steps(one.missed),
            steps(one.enough),
            chance(one.probability),
            chance(one.as_worked),
            chance(one.would_be),
        )
        for one in found
    )
    columns = ("deal", "box", "done", "missed", "enough to have followed", "chance when it began",
               "as it was worked", "with every step that helps")  # fmt: skip
    return Table(
        f"The evidence of up to {_MORE} deals of each box", columns, rows, (False,) * 5 + (True,) * 3,
        "Done and missed: steps that count. As it was worked: the chance after what was done and missed of the steps "
        "shown to help.",
    )  # fmt: skip
