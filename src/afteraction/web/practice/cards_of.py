"""Cards out of what is known here: lessons, steps of the process, what the record says of them, claims.

Wrong options come from the same organisation: other lessons, steps of other stages. Where it has too few of them, no
choice is made of it, since a choice that gives itself away teaches nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

from afteraction.process.model import Process, Step, duration_text
from afteraction.report.wording import capital, many, points
from afteraction.web.insights.models import Claim
from afteraction.web.lessons.models import Lesson
from afteraction.web.practice.content import MOST_ITEMS, Text, folded, options
from afteraction.web.practice.models import PracticeCard

_FEWEST_OTHERS: Final = 2
_FEWEST_IN_ORDER: Final = 3
_VERDICTS: Final = {"fact": "Fact", "fiction": "Fiction", "cant_tell": "Can’t tell"}
_EFFECTS: Final = {
    "helps": "It helps to win",
    "hurts": "It costs wins",
    "no_effect": "It makes no difference",
}
_UNTOLD: Final = "The record can’t tell yet"
"""Never the answer of a card: what is open today may be told tomorrow, and is nothing to remember."""
Source: Final = PracticeCard.Source
Kind: Final = PracticeCard.Kind


def of_lessons(lessons: Sequence[Lesson]) -> Iterator[Text]:
    """Of each lesson: what to do; why it works, or what to do where it holds, as a choice."""
    for lesson in lessons:
        topic, link = "A lesson of ours", f"/lessons/{lesson.pk}/"
        where = scope(lesson)
        # A title that is the lesson itself would give the answer away.
        told = folded(lesson.text).startswith(folded(lesson.title)) or folded(lesson.title).startswith(
            folded(lesson.text)
        )
        asked = f"{where}{'. ' if told else ': '}" if where else ""
        asked += "What did our deals teach us here?" if told else f"“{lesson.title}”. What do you do?"
        common: dict[str, Any] = {"source": Source.LESSON, "link": link, "topic": topic, "about": str(lesson.pk)}
        if where or not told:
            yield Text(
                key=f"{lesson.pk} what",
                kind=Kind.RECALL,
                question=asked,
                answer=lesson.text,
                why=lesson.reason,
                **common,
            )
        reasons = [each.reason for each in lessons if each.pk != lesson.pk and each.reason]
        if lesson.reason and len(set(reasons)) >= _FEWEST_OTHERS:
            key = f"{lesson.pk} why"
            yield Text(
                key=key, kind=Kind.CHOOSE, question=f"“{lesson.title}”. Why does it work?", answer=lesson.reason,
                options=options(lesson.reason, reasons, key), why=lesson.text, **common,
            )  # fmt: skip
        # Only lessons that hold elsewhere are wrong answers: one that holds anywhere would be right as well.
        titles = [each.title for each in lessons if scope(each) and scope(each) != where and not _overlap(lesson, each)]
        if where and len(set(titles)) >= _FEWEST_OTHERS:
            key = f"{lesson.pk} where"
            yield Text(
                key=key, kind=Kind.CHOOSE, question=f"{where}. Which lesson of ours holds?", answer=lesson.title,
                options=options(lesson.title, titles, key), why=lesson.text, **common,
            )  # fmt: skip


def scope(lesson: Lesson) -> str:
    """Where a lesson holds, in words; empty where it holds anywhere."""
    parts = []
    if lesson.stage:
        parts.append(f"in the stage {lesson.stage}")
    if lesson.segment:
        parts.append(f"with {lesson.segment}")
    if lesson.competitor:
        parts.append(f"against {lesson.competitor}")
    if lesson.source:
        parts.append(f"from {lesson.source}")
    return capital(", ".join(parts))


def _overlap(one: Lesson, other: Lesson) -> bool:
    """Whether a deal could be in the scope of both: no field says that it cannot."""
    names = ("stage", "segment", "competitor", "source")
    pairs = [(getattr(one, name), getattr(other, name)) for name in names]
    return not any(mine and theirs and mine != theirs for mine, theirs in pairs)


def of_process(process: Process, questions: Mapping[str, Sequence[str]]) -> Iterator[Text]:
    """Of the process on paper: the order of its stages and steps; of each step what the buyer does, and its place.

    `questions` are those that colleagues added for everyone, by stage.
    """
    common: dict[str, Any] = {"source": Source.PROCESS, "link": "/process/", "topic": "Our process"}
    if _FEWEST_IN_ORDER <= len(process.stages) <= MOST_ITEMS:
        yield Text(
            key="stages", kind=Kind.ORDER, question="Put the stages of our process in order.", items=process.stages,
            **common,
        )  # fmt: skip
    chain = _chain(process)
    if len(chain) >= _FEWEST_IN_ORDER:
        yield Text(
            key="chain", kind=Kind.ORDER, question="Each of these has to come before the next. Put them in order.",
            items=tuple(name_of(step) for step in chain), **common,
        )  # fmt: skip
    through = _one_of_each_stage(process)
    if len(through) >= _FEWEST_IN_ORDER:
        yield Text(
            key="through", kind=Kind.ORDER, question="One step of each stage. In which order does a deal come to them?",
            items=tuple(name_of(step) for step in through), **common,
        )  # fmt: skip
    for step in process.steps:
        yield from _of_step(process, step, questions.get(step.stage, ()))


def _chain(process: Process) -> list[Step]:
    """The longest row of steps in which the process says that each comes before the next: other orders are free."""
    longest: dict[str, list[Step]] = {}

    def from_here(step: Step) -> list[Step]:
        if step.id not in longest:
            known = {each.id for each in process.steps}
            rest = [from_here(process.step(key)) for key in step.before if key in known]
            longest[step.id] = [step, *max(rest, key=len, default=[])]
        return longest[step.id]

    return max((from_here(step) for step in process.steps), key=len, default=[])[:MOST_ITEMS]


def _one_of_each_stage(process: Process) -> list[Step]:
    """The first required step of each stage, or its first one; names that come twice would have no one order."""
    steps = [process.steps_of(stage) for stage in process.stages]
    chosen = [next((each for each in found if each.required), found[0]) for found in steps if found]
    return chosen[:MOST_ITEMS] if len({name_of(each) for each in chosen}) == len(chosen) else []


def _of_step(process: Process, step: Step, questions: Sequence[str]) -> Iterator[Text]:
    name = name_of(step)
    common: dict[str, Any] = {
        "source": Source.STEP, "link": "/process/", "topic": f"Our process: {step.stage}", "about": step.id,
    }  # fmt: skip
    deadline = f"It is due within {duration_text(step.within)} of entering the stage." if step.within else ""
    if step.buyer:
        # What stands there is not always a verb that "the buyer" could go before.
        reached = f"{capital(step.buyer)}."
        yield Text(
            key=f"{step.id} buyer", kind=Kind.RECALL, question=f"“{name}”: what does the buyer do at that point?",
            answer=reached, why=deadline, **common,
        )  # fmt: skip
        if step.required:
            known = "\n".join(questions)
            yield Text(
                key=f"{step.id} ask", kind=Kind.ASK,
                question=f"“{name}”. The buyer is to get here: {step.buyer}. What would you ask?",
                answer=known or f"A good question is one whose answer tells you how far the buyer is: {step.buyer}.",
                why=f"Colleagues ask this in {step.stage}." if known else "Say it aloud, in your own words.", **common,
            )  # fmt: skip
    elsewhere = [name_of(each) for each in process.steps if each.stage != step.stage]
    if len(elsewhere) >= _FEWEST_OTHERS:
        key = f"{step.id} stage"
        yield Text(
            key=key, kind=Kind.CHOOSE, question=f"The deal is in “{step.stage}”. Which of these belongs there?",
            answer=name, options=options(name, elsewhere, key), why=deadline, **common,
        )  # fmt: skip


def name_of(step: Step) -> str:
    """A step as people call it."""
    return step.name or capital(step.id.replace("_", " "))


def of_effects(figures: Mapping[str, Any], version: int) -> Iterator[Text]:
    """What the record says about each step; a step that follows the decision is no question of skill, and left out."""
    names = {step["step"]: step["name"] or step["step"] for step in (figures.get("conformance") or {}).get("steps", ())}
    for found in figures.get("steps", ()):
        if found["verdict"] not in _EFFECTS or found["effect"] is None:
            continue
        name = names.get(found["step"], found["step"])
        yield Text(
            source=Source.STEP, key=f"{found['step']} effect", kind=Kind.CHOOSE,
            question=f"“{name}” in {found['stage']}: what does our record say that it does?",
            answer=_EFFECTS[found["verdict"]], options=(*_EFFECTS.values(), _UNTOLD),
            why=effect_in_words(found, version),
            link="/insights/steps/", topic="What our record says", about=found["step"],
        )  # fmt: skip


def effect_in_words(found: Mapping[str, Any], version: int) -> str:
    """An effect with its interval, its n and the data version it was found in."""
    interval = f"{points(found['low'])} to {points(found['high'])}"
    return (
        f"{points(found['effect'])} points of win probability ({interval}), from {many(found['n'], 'deal')} that "
        f"were alike and open at the same moment; data version {version}."
    )


def of_claims(figures: Mapping[str, Any], claims: Sequence[Claim]) -> Iterator[Text]:
    """Sales folklore and claims of one's own: fact, fiction, or can't tell."""
    own = [(each.sentence, each.verdict, (each.judgement or {}).get("reason", "")) for each in claims]
    folklore = [(one["claim"]["sentence"], one["verdict"], one["reason"]) for one in figures.get("claims", ())]
    known = set()
    for sentence, verdict, reason in [*folklore, *own]:
        if verdict not in _VERDICTS or sentence in known:
            continue
        known.add(sentence)
        yield Text(
            source=Source.CLAIM, key=quote(sentence)[:280], kind=Kind.CHOOSE,
            question=f"“{sentence}.” Here, in our own deals: fact or fiction?",
            answer=_VERDICTS[verdict], options=tuple(_VERDICTS.values()), why=f"{capital(reason)}." if reason else "",
            link="/claims/", topic="What people say",
        )  # fmt: skip
