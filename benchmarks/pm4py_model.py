"""Our rules in the words of pm4py's `conformance_declare`."""

from collections.abc import Sequence

from afteraction.process.model import Constraint, Template

DEPARTS = {Template.NOT_SUCCESSION, Template.NOT_CHAIN_SUCCESSION}
"""Templates that pm4py understands differently: as broken by what keeps their opposite (docs/conformance.md)."""


def name_in_pm4py(template: Template) -> str:
    """pm4py runs the words of most names together and shortens `alternate` and `not`."""
    if template in (Template.EXACTLY_ONE, Template.RESPONDED_EXISTENCE):
        return template.value
    return template.value.replace("alternate", "alt").replace("not_", "non_").replace("_", "")


def key_in_pm4py(constraint: Constraint) -> str | tuple[str, ...]:
    """The operands, which must be single activities."""
    names = tuple(name for each in constraint.operands for name in each.activities)
    return names[0] if constraint.template.unary else names


def model_in_pm4py(model: Sequence[Constraint]) -> dict[str, dict[str | tuple[str, ...], dict[str, int]]]:
    """A model without bounds in time, which pm4py does not know."""
    found: dict[str, dict[str | tuple[str, ...], dict[str, int]]] = {}
    for each in model:
        found.setdefault(name_in_pm4py(each.template), {})[key_in_pm4py(each)] = {"support": 1, "confidence": 1}
    return found


def numbers_of(deviations: Sequence[Sequence[object]], model: Sequence[Constraint]) -> set[int]:
    """The numbers of the constraints in pm4py's list of those that a case breaks."""
    broken = {(template, tuple(key) if isinstance(key, (list, tuple)) else key) for template, key in deviations}
    return {n for n, each in enumerate(model) if (name_in_pm4py(each.template), key_in_pm4py(each)) in broken}
