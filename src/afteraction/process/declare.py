"""Rules in plain sentences: `Every “Demo” is followed by “Proposal” within 14 days.`"""

from afteraction.process.model import STAGE_ACTIVITY, Constraint, Operand, Process, Template, duration_text

_STAGE_AFTER = "stage after: "

_SENTENCES = {
    Template.EXISTENCE: "{a} happens at least {count}{bound}",
    Template.ABSENCE: "{a} {count}{bound}",
    Template.EXACTLY_ONE: "{a} happens exactly once{bound}",
    Template.INIT: "every deal begins with {a}",
    Template.RESPONDED_EXISTENCE: "every deal with {a} has {b} too, before or after",
    Template.RESPONSE: "every {a} is followed by {b}{bound}",
    Template.ALTERNATE_RESPONSE: "every {a} is followed by {b}{bound}, before the next {a}",
    Template.CHAIN_RESPONSE: "every {a} is followed directly by {b}{bound}",
    Template.PRECEDENCE: "every {b} comes after {a}{bound}",
    Template.ALTERNATE_PRECEDENCE: "every {b} comes after {a}{bound}, with no other {b} in between",
    Template.CHAIN_PRECEDENCE: "every {b} comes directly after {a}{bound}",
    Template.SUCCESSION: "every {a} is followed by {b}, and every {b} comes after {a}{bound}",
    Template.ALTERNATE_SUCCESSION: "{a} and {b} take turns, {a} first and {b} last{bound}",
    Template.CHAIN_SUCCESSION: "{a} and {b} come only as a pair, {b} directly after {a}{bound}",
    Template.CO_EXISTENCE: "every deal with {a} has {b} too, and the other way round",
    Template.NOT_CO_EXISTENCE: "{a} and {b} never happen in the same deal",
    Template.NOT_SUCCESSION: "no {a} is followed by {b}{bound}",
    Template.NOT_CHAIN_SUCCESSION: "no {a} is followed directly by {b}{bound}",
}
_TIMED_SENTENCES = {
    Template.RESPONDED_EXISTENCE: "every {a} has {b} within {time} of it, before or after",
    Template.CO_EXISTENCE: "every {a} has {b} within {time} of it, before or after, and the other way round",
    Template.NOT_CO_EXISTENCE: "{a} and {b} never happen within {time} of each other",
}
_DEADLINE = "{b}, where it happens, comes no later than {time} after {a}"

_FROM_START = (Template.EXISTENCE, Template.ABSENCE, Template.EXACTLY_ONE)
_LATER = (Template.PRECEDENCE, Template.ALTERNATE_PRECEDENCE, Template.CHAIN_PRECEDENCE)
_APART = (Template.SUCCESSION, Template.ALTERNATE_SUCCESSION, Template.CHAIN_SUCCESSION)


def describe(constraint: Constraint, process: Process | None = None) -> str:
    """What a rule says, as one sentence; steps by the names that `process` gives them."""
    template = constraint.template
    sentence = _SENTENCES[template]
    if constraint.deadline:
        sentence = _DEADLINE
    elif constraint.within is not None:
        sentence = _TIMED_SENTENCES.get(template, sentence)
    time = duration_text(constraint.within) if constraint.within is not None else ""
    filled = sentence.format(
        a=_noun(constraint.first, process),
        b=_noun(constraint.second, process) if constraint.second else "",
        time=time,
        bound=_bound(template, time) if time else "",
        count=_count(constraint),
    )
    return filled[0].upper() + filled[1:] + "."


def _bound(template: Template, time: str) -> str:
    if template in _FROM_START:
        return f" within {time} of the deal's first event"
    if template in _LATER:
        return f", at most {time} later"
    return f", at most {time} apart" if template in _APART else f" within {time}"


def _noun(operand: Operand, process: Process | None) -> str:
    if operand.name.startswith(_STAGE_AFTER):
        return f"entry into a stage after {operand.name.removeprefix(_STAGE_AFTER)}"
    if all(activity.startswith(STAGE_ACTIVITY) for activity in operand.activities):
        return f"entry into {' or '.join(activity.removeprefix(STAGE_ACTIVITY) for activity in operand.activities)}"
    steps = {step.id: step for step in process.steps} if process else {}
    step = steps.get(operand.name)
    if step and step.activities == operand.activities:
        return f"“{step.name or step.id}”"
    return f"“{operand.name.replace(' | ', '” or “')}”"


def _count(constraint: Constraint) -> str:
    """How often: for absence the most that is allowed, which is one less than its count."""
    if constraint.template is not Template.ABSENCE:
        return _times(constraint.count)
    return f"happens at most {_times(constraint.count - 1)}" if constraint.count > 1 else "never happens"


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")
