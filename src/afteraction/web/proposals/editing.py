"""The usual edits of a process as a form, for whoever does not write process files."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django import forms

from afteraction.process.editing import new_id, with_changed_step, with_step, without_step
from afteraction.process.model import Process, Step, duration_text
from afteraction.process.rewriting import rewritten
from afteraction.web.insights.selectors import process_in

_UNITS: Final = {
    "days": timedelta(days=1),
    "hours": timedelta(hours=1),
    "minutes": timedelta(minutes=1),
    "seconds": timedelta(seconds=1),
}
_SLOTS: Final = 3
"""Steps that can be added at once."""
_MOST: Final = 10_000
_CHECKS: Final = {"class": "form-check-input"}


class _Timed(forms.Form):
    """What both forms of a step ask about time."""

    within = forms.IntegerField(
        label="Due within", required=False, min_value=1, max_value=_MOST, help_text="Empty: whenever."
    )
    unit = forms.ChoiceField(label="Of entering its stage", choices=[(unit, unit) for unit in list(_UNITS)[:3]])

    def due(self) -> timedelta | None:
        """The time limit that was filled in."""
        count = self.cleaned_data["within"]
        return None if count is None else int(count) * _UNITS[self.cleaned_data["unit"]]

    def _offer(self, name: str, label: str, steps: Sequence[tuple[str, str]]) -> None:
        widget = forms.CheckboxSelectMultiple(attrs=dict(_CHECKS))
        self.fields[name] = forms.MultipleChoiceField(label=label, required=False, choices=steps, widget=widget)


class StepForm(_Timed):
    """A step that is there: taken out, or called, asked for, due and ordered otherwise."""

    out = forms.BooleanField(label="Take this step out", required=False)
    name = forms.CharField(label="Called", max_length=120)
    required = forms.BooleanField(label="Every deal needs it", required=False)
    field_order = ("name", "within", "unit", "required", "before", "out")

    def __init__(self, step: Step, others: Sequence[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": _initial(step), **kwargs})
        self.step = step
        self._offer("before", "Must come before", [each for each in others if each[0] != step.id])
        unit = str(self.initial["unit"])
        if unit == "seconds":
            self.fields["unit"] = forms.ChoiceField(choices=[(each, each) for each in _UNITS])

    @property
    def touched(self) -> bool:
        """Whether something in it differs from the step as it is."""
        return self.is_bound and self.has_changed()

    def applied(self, process: Process) -> Process:
        """The process with the step as it was filled in; taken out last, by `ProcessEdit`."""
        given = self.cleaned_data
        return with_changed_step(
            process,
            self.step.id,
            name=given["name"].strip() if "name" in self.changed_data else self.step.name,
            required=given["required"],
            within=self.due(),
            before=given["before"],
        )


class NewStepForm(_Timed):
    """A step to be added. Without a name it is none."""

    name = forms.CharField(label="The new step", max_length=120, required=False)
    stage = forms.ChoiceField(label="In stage")
    activity = forms.CharField(
        label="How the CRM logs it", max_length=200, required=False, help_text="Empty: as the step is called."
    )
    required = forms.BooleanField(label="Every deal needs it", required=False, initial=True)

    def __init__(
        self, stages: Sequence[str], steps: Sequence[tuple[str, str]], known: Sequence[str], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stage"] = forms.ChoiceField(label="In stage", choices=[(each, each) for each in stages])
        self._offer("after", "Comes after", steps)
        self._offer("before", "Must come before", steps)
        self.fields["activity"].widget.known = tuple(known)

    @property
    def filled(self) -> bool:
        """Whether there is a step in it."""
        return self.is_bound and bool(str(self.data.get(self.add_prefix("name"), "")).strip())

    def applied(self, process: Process) -> Process:
        """The process with the step as the last of its stage, and behind those that it comes after."""
        given = self.cleaned_data
        name = given["name"].strip()
        activity = given["activity"].strip() or name
        step = Step(
            id=new_id(process, name),
            stage=given["stage"],
            activities=(activity,),
            required=given["required"],
            before=tuple(given["before"]),
            within=self.due(),
            name=name,
        )
        made = with_step(process, step)
        for earlier in given["after"]:
            old = made.step(earlier)
            made = with_changed_step(
                made, old.id, name=old.name, required=old.required, within=old.within, before=(*old.before, step.id)
            )
        return made


@dataclass(frozen=True)
class StageForms:
    """A stage with its steps as forms."""

    stage: str
    steps: list[StepForm]


class ProcessEdit:
    """The forms of all steps of a process, and of those to be added."""

    def __init__(self, base: Process, data: Mapping[str, Any] | None, known: Iterable[str] = ()) -> None:
        self.base = base
        steps = [(step.id, called(step)) for step in base.steps]
        self.steps = [StepForm(step, steps, data, prefix=f"s{n}") for n, step in enumerate(base.steps)]
        logged = sorted({*known, *(activity for step in base.steps for activity in step.activities)})
        self.new = [NewStepForm(base.stages, steps, logged, data, prefix=f"n{n}") for n in range(_SLOTS)]

    @property
    def stages(self) -> list[StageForms]:
        """The stages in their order."""
        return [StageForms(name, [one for one in self.steps if one.step.stage == name]) for name in self.base.stages]

    def is_valid(self) -> bool:
        """Whether everything that was filled in can be read."""
        read = [form.is_valid() for form in (*self.steps, *self._filled)]  # every one tells what is wrong with it
        return all(read)

    def process(self) -> Process:
        """The process as it would be: steps changed, then added, then taken out with all that speaks of them."""
        made = self.base
        for form in self.steps:
            if form.has_changed():
                made = form.applied(made)
        for new in self._filled:
            made = new.applied(made)
        for form in self.steps:
            if form.cleaned_data["out"]:
                made = without_step(made, form.step.id)
        return made

    def text(self, base_text: str) -> str:
        """The text of the process as it would be; the one that it is where nothing was changed."""
        made = self.process()
        return base_text if made == self.base else rewritten(base_text, made)

    @property
    def _filled(self) -> list[NewStepForm]:
        return [form for form in self.new if form.filled]


def called(step: Step) -> str:
    """How a step is called on a page."""
    return step.name or step.id.replace("_", " ").capitalize()


def activities_known(followed: str) -> list[str]:
    """What is logged, as far as the process that people follow tells."""
    process = process_in(followed) if followed else None
    return [activity for step in process.steps for activity in step.activities] if process else []


def _initial(step: Step) -> dict[str, Any]:
    count, unit = duration_text(step.within).split() if step.within is not None else ("", "days")
    return {
        "name": called(step),
        "required": step.required,
        "within": int(float(count)) if count else None,
        "unit": unit if unit.endswith("s") else f"{unit}s",
        "before": list(step.before),
        "out": False,
    }
