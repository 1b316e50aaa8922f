"""What is filled in to state a change that was made without a trial."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django import forms

from afteraction.web.experiments.before_after import dated_processes, units_of
from afteraction.web.experiments.before_after_models import BeforeAfter
from afteraction.web.experiments.document import TrialMeasure
from afteraction.web.experiments.planning_forms import measures, shown_measures
from afteraction.web.insights.models import ProcessVersion
from afteraction.web.insights.selectors import process_in
from afteraction.web.people.models import Organisation

DEFAULT_HORIZON: Final = 90
_MOST_DAYS: Final = 730


class ChangeForm(forms.Form):
    """What changed, when, for whom, and what it is judged by. Reps and teams are those on record."""

    title = forms.CharField(
        label="What changed", max_length=160, help_text="In a few words: “Quotes are sent with a short video”."
    )
    what = forms.CharField(
        label="What you expect of it, and why", max_length=1000, required=False, widget=forms.Textarea({"rows": 2})
    )
    kind = forms.ChoiceField(label="It is", choices=BeforeAfter.Kind.choices)
    version = forms.ChoiceField(label="Which version", required=False)
    changed_on = forms.DateField(label="Since", widget=forms.DateInput({"type": "date"}))
    unit = forms.ChoiceField(label="For whom", choices=BeforeAfter.Unit.choices)
    reps = forms.MultipleChoiceField(label="Reps who changed", required=False, widget=forms.CheckboxSelectMultiple)
    teams = forms.MultipleChoiceField(label="Teams that changed", required=False, widget=forms.CheckboxSelectMultiple)
    later = forms.CharField(
        label="On another day", required=False, widget=forms.Textarea({"rows": 2}),
        help_text="One a line: the name, a comma, the day. “Anna Berg, 2026-05-01”",
    )  # fmt: skip
    measure = forms.ChoiceField(label="Judged by")
    horizon = forms.IntegerField(
        label="Within days of the deal's beginning", min_value=1, max_value=_MOST_DAYS, initial=DEFAULT_HORIZON,
        help_text="A deal counts once so many days have passed, whenever it ended.",
    )  # fmt: skip

    def __init__(self, data: Mapping[str, Any] | None, organisation: Organisation) -> None:
        super().__init__(data)
        self.organisation = organisation
        newest = organisation.process_versions.first()
        every = measures(process_in(newest.text) if newest else None, None)
        self.names = {key: words for key, words in every.items() if not key.startswith("days")}
        self.known = {unit: units_of(organisation, unit) for unit in ("rep", "team")}
        self.versions = {str(version.number): (version, since) for version, since in dated_processes(organisation)}
        self._offer("measure", shown_measures(self.names))
        self._offer("reps", list(self.known["rep"].items()))
        self._offer("teams", list(self.known["team"].items()))
        said = [(key, f"Version {key}, since {since:%-d %B %Y}") for key, (_version, since) in self.versions.items()]
        self._offer("version", [("", "None of them"), *said])

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    def clean_later(self) -> dict[str, date]:
        """The other days by name; whether someone is known is told with everything else."""
        found = {}
        for line in self.cleaned_data["later"].splitlines():
            name, _comma, day = line.rpartition(",")
            if not line.strip():
                continue
            try:
                on = date.fromisoformat(day.strip())
            except ValueError as error:
                raise forms.ValidationError(f"“{line.strip()}”: a name, a comma, and a day as 2026-05-01") from error
            if name.strip() in found:
                raise forms.ValidationError(f"{name.strip()} stands there twice: leave one of the two lines")
            found[name.strip()] = on
        return found

    def clean(self) -> dict[str, Any]:
        """Who is chosen must fit what is said of whom: nothing that was filled in is silently left out."""
        given = super().clean() or {}
        unit, later = given.get("unit"), given.get("later") or {}
        for box, its in (("reps", BeforeAfter.Unit.REP), ("teams", BeforeAfter.Unit.TEAM)):
            picked = given.get(box) or []
            if picked and unit and unit != its:
                words = BeforeAfter.Unit(unit).label
                self.add_error(box, f"“{words}” is chosen above: choose “{its.label}” there, or nobody here.")
            elif twice := [name for name in picked if {name, self.known[its].get(name)} & set(later)]:
                called = ", ".join(self.known[its].get(name, name) for name in twice)
                self.add_error("later", f"{called}: chosen above, and on a line of its own. Leave one of the two.")
        if later and unit == BeforeAfter.Unit.ALL:
            self.add_error("later", "“Everyone at once” is chosen above: choose some reps or teams there, or no line.")
        return given

    @property
    def version_chosen(self) -> ProcessVersion | None:
        """The version of the process that is meant."""
        chosen = self.versions.get(self.cleaned_data["version"])
        return chosen[0] if chosen else None

    def changed(self) -> dict[str, date]:
        """The day on which each rep or team changed, by its name in the record; none where everyone did."""
        unit = self.cleaned_data["unit"]
        if unit == BeforeAfter.Unit.ALL:
            return {}
        picked = self.cleaned_data["reps" if unit == BeforeAfter.Unit.REP else "teams"]
        called = {label: name for name, label in self.known[unit].items()}
        later = {called.get(name, name): day for name, day in self.cleaned_data["later"].items()}
        return dict.fromkeys(picked, self.cleaned_data["changed_on"]) | later

    def chosen(self) -> TrialMeasure:
        """The measure of a valid form."""
        key, horizon = self.cleaned_data["measure"], self.cleaned_data["horizon"]
        kind, _bar, what = key.partition("|")
        name = f"{self.names[key]} within {horizon} days"
        return TrialMeasure(kind=kind, horizon=horizon, what=what, name=name[:120])
