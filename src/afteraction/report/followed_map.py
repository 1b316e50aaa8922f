"""The process as deals follow it, as a map: what is done, what comes next, and where deals end."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from afteraction.analysis.directly_follows import DirectlyFollows
from afteraction.process.model import STAGE_ACTIVITY, Process, Step
from afteraction.report.process_map import ASIDE, Move, Place, ProcessMap, Standing
from afteraction.report.wording import days, listed, many, percent

RARE: Final = 0.25
"""A step that is done in fewer than this share of the deals that entered its stage is rarely done."""
_STEPS: Final = 25  # places of the process on a map, the most frequent ones
_ASIDE: Final = 8  # places that are not on paper, the most frequent ones
_FREQUENT: Final = 0.05  # share of deals below which something that is not on paper is not shown
_LIKELY: Final = 0.18  # share of what follows a place above which a move is shown
_WON: Final = "end:won"


@dataclass(frozen=True)
class Followed:
    """The map, and the share of all moves between stages and steps that its arrows stand for."""

    map: ProcessMap
    covered: float


def followed_map(
    graph: DirectlyFollows, flow: DirectlyFollows, process: Process, entered: Mapping[str, tuple[int, int]]
) -> Followed:
    """The map of what deals do: the stages and steps of `process` that happen, and beside them what else is done.

    `graph` is over all activities, `flow` over those of the process alone (`step_flow`). `entered` has for each step by
    its id the deals that entered its stage and those that did it. An arrow says what share of what follows a place is
    the next one; the likely ones are shown, and for each place the most frequent way in and out.
    """
    keys = _keys(process)
    counts, times = _moves(flow, keys)
    ends = _ends(flow, keys, process)
    places = _places(graph, flow, process, keys, ends, entered)
    moves = _drawn_moves(counts, times, places)
    inside = sum(count for (_start, end), count in counts.items() if end != _WON)
    shown = sum(counts[move.start, move.end] for move in moves if move.end != _WON)
    drawn = ProcessMap("As followed", process.stages, places, moves, _in_words(graph, places, moves))
    return Followed(drawn, shown / max(inside, 1))


def _in_words(graph: DirectlyFollows, places: Mapping[str, Place], moves: tuple[Move, ...]) -> str:
    done = sorted((place for place in places.values() if not place.is_stage), key=lambda place: -(place.share or 0))
    return (
        f"Map of the process as {many(graph.deals, 'deal')} follow it, with {len(places)} places and {len(moves)} "
        f"arrows. Done most: {listed([f'{place.name}, {place.note}' for place in done], most=6)}."
    )


def _keys(process: Process) -> dict[str, str]:
    """The place that stands for each activity of the process: its step, or the stage that it enters."""
    stages = {STAGE_ACTIVITY + stage: f"stage:{stage}" for stage in process.stages}
    return stages | {activity: f"step:{step.id}" for step in process.steps for activity in step.activities}


def _moves(
    flow: DirectlyFollows, keys: Mapping[str, str]
) -> tuple[Counter[tuple[str, str]], dict[tuple[str, str], float]]:
    """How often each place follows each, and after how many days: those of the most frequent pair of activities."""
    counts: Counter[tuple[str, str]] = Counter()
    times: dict[tuple[str, str], float] = {}
    for edge in flow.edges:  # the most frequent first
        start, end = keys.get(edge.before or ""), keys.get(edge.after or "")
        if start is None:
            continue
        if edge.after is None:
            counts[start, _WON] += edge.outcomes.get("won", 0)
        elif end is not None and end != start:
            counts[start, end] += edge.count
            if edge.median_days is not None:
                times.setdefault((start, end), edge.median_days)
    return +counts, times


def _ends(flow: DirectlyFollows, keys: Mapping[str, str], process: Process) -> dict[str, Counter[str]]:
    """How many deals ended in each stage, by outcome: the stage of the last of its stages and steps."""
    stage_of = {f"step:{step.id}": step.stage for step in process.steps}
    stage_of |= {f"stage:{stage}": stage for stage in process.stages}
    ends: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for edge in flow.edges:
        if edge.after is None and (key := keys.get(edge.before or "")):
            ends[stage_of[key]].update(edge.outcomes)
    return ends


def _places(
    graph: DirectlyFollows, flow: DirectlyFollows, process: Process, keys: Mapping[str, str],
    ends: Mapping[str, Counter[str]], entered: Mapping[str, tuple[int, int]],
) -> dict[str, Place]:  # fmt: skip
    """The places in the order of the process, then the end, then what is done beside the process."""
    flowing = {keys[activity.name] for activity in flow.activities if activity.name in keys}
    deals: Counter[str] = Counter()
    for activity in graph.activities:
        if key := keys.get(activity.name):
            deals[key] = max(deals[key], activity.deals)
    shown = {key for key, _deals in deals.most_common(_STEPS)}
    places: dict[str, Place] = {}
    aside: dict[str, Place] = {}
    for stage in process.stages:
        key = f"stage:{stage}"
        if key in shown:
            note = _of_deals(deals[key], graph.deals)
            places[key] = Place(stage, stage, note, is_stage=True, under=_lost(ends.get(stage, {})))
        for step in process.steps_of(stage):
            key = f"step:{step.id}"
            if key in shown:
                place = _step_place(step, *entered.get(step.id, (graph.deals, deals[key])))
                (places if key in flowing else aside)[key] = place if key in flowing else replace(place, stage=ASIDE)
    won = sum(found["won"] for found in ends.values())
    if won:
        places[_WON] = Place("Won", None, _of_deals(won, graph.deals), is_stage=True)
    return places | aside | _not_on_paper(graph, keys)


def _step_place(step: Step, due: int, done: int) -> Place:
    part = min(done / due, 1.0) if due else 0.0
    return Place(
        name=step.name or step.id,
        stage=step.stage,
        note=f"{many(done, 'deal')} · {percent(part)}",
        share=part,
        standing=Standing.RARE if part < RARE else Standing.SHARED,
        optional=not step.required,
    )


def _not_on_paper(graph: DirectlyFollows, keys: Mapping[str, str]) -> dict[str, Place]:
    """What many deals have that is not on paper, the most frequent first."""
    beside = [each for each in graph.activities if each.name not in keys and each.deals >= _FREQUENT * graph.deals]
    beside.sort(key=lambda each: -each.deals)
    return {
        f"aside:{each.name}": Place(
            name=_without_prefix(each.name),
            stage=ASIDE,
            note=_of_deals(each.deals, graph.deals),
            share=min(each.deals / max(graph.deals, 1), 1.0),
            standing=Standing.EXTRA,
        )
        for each in beside[:_ASIDE]
    }


def _without_prefix(activity: str) -> str:
    stage = activity.removeprefix(STAGE_ACTIVITY)
    return activity if stage == activity else f"enters {stage}"


def _of_deals(deals: int, total: int) -> str:
    return f"{many(deals, 'deal')} · {percent(deals / total if total else 0)}"


def _lost(ended: Mapping[str, int]) -> str:
    """What a stage says of the deals that ended in it without being won."""
    said = [
        f"{ended[key]:,} {words}" for key, words in (("lost", "lost"), ("no_decision", "no decision")) if ended.get(key)
    ]
    return f"end here: {', '.join(said)}" if said else ""


def _drawn_moves(
    counts: Counter[tuple[str, str]], times: Mapping[tuple[str, str], float], places: Mapping[str, Place]
) -> tuple[Move, ...]:
    leaving: Counter[str] = Counter()
    for (start, _end), count in counts.items():
        leaving[start] += count
    inside = [pair for pair, _count in counts.most_common() if pair[0] in places and pair[1] in places]
    kept = {pair for pair in inside if counts[pair] >= _LIKELY * leaving[pair[0]]}
    kept |= _first_by(inside, 0) | _first_by(inside, 1)
    most = max((counts[pair] for pair in kept), default=1)

    def move(pair: tuple[str, str]) -> Move:
        start, end = pair
        part = percent(counts[pair] / leaving[start])
        took = days(times[pair]) if pair in times else ""
        return Move(
            start,
            end,
            share=counts[pair] / most,
            note=f"{part} · {took}" if took else part,
            tip=f"After {places[start].name}: {part} of the time {places[end].name} is next of what is on paper "
            f"({many(counts[pair], 'time')}{f', after a median of {took}' if took else ''})",
        )

    return tuple(move(pair) for pair in inside if pair in kept)


def _first_by(pairs: Iterable[tuple[str, str]], side: int) -> set[tuple[str, str]]:
    """The first of `pairs` for each value of its one side."""
    first: dict[str, tuple[str, str]] = {}
    for pair in pairs:
        first.setdefault(pair[side], pair)
    return set(first.values())
