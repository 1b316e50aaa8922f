"""What is filled in to plan a trial. Anything may be left open while it is a draft; what is missing is told."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, Final

from django import forms
from django.core.validators import MaxValueValidator
from django.http import QueryDict

from afteraction.process.model import STAGE_ACTIVITY, Process
from afteraction.web.experiments.answers import GUARDS, PERIODS, named
from afteraction.web.experiments.document import DESIGNS, same_name
from afteraction.web.experiments.history import History
from afteraction.web.people.models import User
from afteraction.web.people.roles import RIGHTS, Right

UNITS: Final = (("deal", "Deal by deal, as they come"), ("rep", "Rep by rep"), ("team", "Team by team"))
KINDS: Final = (
    ("stratified", "Drawn once: half of them the new way"),
    ("pairs", "In pairs that are alike: a coin for each pair"),
    ("switchback", "Back and forth: each takes turns, period by period"),
    ("stepped", "Step by step: everyone ends on the new way"),
)
MOST_LISTED: Final = 400
_LISTS: Final = ("segments", "sources", "teams")
DEFAULTS: Final[dict[str, Any]] = {
    "unit": "deal", "kind": "stratified", "horizon": 90, "weeks": 52, "adjusted": True, "futile": True, "extend": 0,
    "benefit": 0, "old_name": "As today", "by": [],
}  # fmt: skip


def measures(process: Process | None, history: History | None) -> dict[str, str]:
    """What can be measured, by choice, in words that go on with "within 90 days"."""
    seen = history.first if history else {}
    stages = (
        process.stages
        if process
        else tuple(name.removeprefix(STAGE_ACTIVITY) for name in seen if name.startswith(STAGE_ACTIVITY))
    )
    found = {"won": "Won", "days_to_won": "Days until won"}
    found |= {f"stage|{each}": f"{each} reached" for each in stages[1:]}
    found |= {f"step|{each.id}": _sentence(each.name or each.id) for each in (process.steps if process else ())}
    return found | {f"days_to_stage|{each}": f"Days until {each}" for each in stages[1:]}


def _sentence(name: str) -> str:
    words = name.replace("_", " ")
    return words[:1].upper() + words[1:]


def shown_measures(names: Mapping[str, str]) -> list[tuple[str, Any]]:
    """The choices under headings."""
    heads = (
        ("Outcome", ("won", "days_to_won")),
        ("Stage", ("stage",)),
        ("Step", ("step",)),
        ("Time", ("days_to_stage",)),
    )
    return [
        (head, [(key, words) for key, words in names.items() if key.partition("|")[0] in kinds])
        for head, kinds in heads
        if any(key.partition("|")[0] in kinds for key in names)
    ]


class PlanForm(forms.Form):
    """A plan. Choices are those of the record and of the process."""

    title = forms.CharField(label="Title", max_length=160)
    question = forms.CharField(
        label="The question", max_length=1000, required=False, widget=forms.Textarea({"rows": 2}),
        help_text="What you want to know, as you would ask a colleague.",
    )  # fmt: skip
    hypothesis = forms.CharField(
        label="What you expect, and why", max_length=1000, required=False, widget=forms.Textarea({"rows": 2})
    )
    old_name = forms.CharField(label="The way of today", max_length=80, required=False)
    old_instructions = forms.CharField(
        label="What reps are told there", max_length=1000, required=False, widget=forms.Textarea({"rows": 3}),
        help_text="They read it on the deal. Empty: work as always.",
    )  # fmt: skip
    new_name = forms.CharField(label="The new way", max_length=80, required=False)
    new_instructions = forms.CharField(
        label="What reps are asked to do", max_length=1000, required=False, widget=forms.Textarea({"rows": 3}),
        help_text="In words that leave no doubt on a busy day.",
    )  # fmt: skip
    unit = forms.ChoiceField(label="What is drawn", choices=UNITS)
    kind = forms.ChoiceField(label="How they are drawn", choices=KINDS, required=False)
    units = forms.MultipleChoiceField(label="Who takes part", required=False, widget=forms.CheckboxSelectMultiple)
    by_team = forms.BooleanField(label="As many of each team in both arms", required=False)
    by = forms.MultipleChoiceField(
        label="Level both arms within", required=False, widget=forms.CheckboxSelectMultiple,
        choices=(("segment", "Segment"), ("source", "Source"), ("owner", "Rep"), ("team", "Team")),
    )  # fmt: skip
    period = forms.IntegerField(label="Days of a period", required=False, min_value=1, max_value=365)
    steps = forms.IntegerField(label="Steps until all are on it", required=False, min_value=2, max_value=52)
    washout = forms.IntegerField(
        label="Days at the start of a period that do not count", required=False, min_value=0, max_value=90
    )
    segments = forms.MultipleChoiceField(label="Segment", required=False, widget=forms.CheckboxSelectMultiple)
    sources = forms.MultipleChoiceField(label="Source", required=False, widget=forms.CheckboxSelectMultiple)
    teams = forms.MultipleChoiceField(label="Team", required=False, widget=forms.CheckboxSelectMultiple)
    amount_from = forms.FloatField(label="Amount from", required=False, min_value=0)
    amount_to = forms.FloatField(label="Amount to", required=False, min_value=0)
    measure = forms.ChoiceField(label="Measure")
    horizon = forms.IntegerField(label="Days after it was drawn", min_value=1, max_value=1825)
    effect = forms.FloatField(
        label="Smallest effect that matters", required=False, min_value=0.01, max_value=1825,
        help_text="In percentage points, or days: below it you would not change the process.",
    )  # fmt: skip
    weeks = forms.IntegerField(label="Weeks at most", min_value=1, max_value=520)
    starts_on = forms.DateField(
        label="First day",
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
        required=False,
        validators=[MaxValueValidator(date(2199, 12, 31), "Choose a day before the year 2200.")],
    )
    adjusted = forms.BooleanField(label="Allow for the chance of winning that a deal began with", required=False)
    futile = forms.BooleanField(label="Stop early when it can hardly show anything any more", required=False)
    benefit = forms.FloatField(label="Adopt only above, points or days", required=False, min_value=0, max_value=1825)
    extend = forms.IntegerField(label="May be extended by, weeks", required=False, min_value=0, max_value=104)
    sponsor = forms.ModelChoiceField(
        User.objects.none(), label="Sponsor", required=False, empty_label="Choose who signs beside you"
    )

    def __init__(
        self, user: User, names: Mapping[str, str], history: History | None, *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.names = names
        self._offer("measure", shown_measures(names))
        guards = [("", "None"), *shown_measures(names)]
        for number in GUARDS:
            self.fields[f"guard{number}"] = forms.ChoiceField(
                label="Must not get worse", choices=guards, required=False
            )
            self.fields[f"guard{number}_horizon"] = forms.IntegerField(
                label="Days after", required=False, min_value=1, max_value=1825
            )
            self.fields[f"guard{number}_worst"] = forms.FloatField(
                label="Points or days", required=False, min_value=0.01
            )
        for name, column in (("segments", "segment"), ("sources", "source"), ("teams", "team")):
            self._offer(name, self._known(history, name, column))
        self._offer("units", [*self._known(history, "units", "owner"), *self._known(history, "", "team")])
        sponsor = self.fields["sponsor"]
        if isinstance(sponsor, forms.ModelChoiceField):
            roles = [role for role, rights in RIGHTS.items() if Right.OWN_TRIALS in rights]
            people = User.objects.filter(organisation=user.organisation, role__in=roles, is_active=True)
            sponsor.queryset = people.exclude(pk=self.initial.get("owner") or 0).order_by("name", "pk")

    @property
    def guards(self) -> list[list[forms.BoundField]]:
        """The fields of each guardrail."""
        return [[self[f"guard{number}{part}"] for part in ("", "_horizon", "_worst")] for number in GUARDS]

    @property
    def lists(self) -> list[forms.BoundField]:
        """The lists by which deals are narrowed."""
        return [self[name] for name in _LISTS]

    @property
    def narrowed(self) -> bool:
        """Whether only some deals are in."""
        return any(self[name].value() not in (None, "", []) for name in (*_LISTS, "amount_from", "amount_to"))

    def _known(self, history: History | None, name: str, column: str) -> list[tuple[str, str]]:
        """The values of the last year, and those that are chosen already though none came."""
        values = [value for value, _n in history.listed(column)[:MOST_LISTED]] if history else []
        chosen = [str(each) for each in self.initial.get(name) or ()]
        return [(each, each) for each in sorted({*values, *chosen})]

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    def clean(self) -> dict[str, Any]:
        """Design by what is drawn; lists of those units alone; texts without blanks around."""
        given = {**(super().clean() or {})}
        if given.get("unit") == "deal":
            given |= {"kind": "arrival", "units": [], "by_team": False}
        elif given.get("kind") not in DESIGNS or given.get("unit") not in DESIGNS[given["kind"]]:
            given["kind"] = "stratified"
        for name, problem in nonsense(given, self.names):
            self.add_error(name, problem)
        return given

    def missing(self, today: date) -> list[str]:
        """What a protocol needs that is not filled in yet, or not any more, in words."""
        given = self.cleaned_data
        needed = (
            ("hypothesis", "what you expect, and why"),
            ("old_name", "what the way of today is called"),
            ("new_name", "what the new way is called"),
            ("new_instructions", "what reps are asked to do"),
            ("effect", "the smallest effect that matters"),
            ("starts_on", "the first day"),
            ("sponsor", "a sponsor, who signs beside you"),
        )
        found = [words for name, words in needed if not given.get(name)]
        if given.get("starts_on") and given["starts_on"] < today:
            found.append(f"a first day to come: {given['starts_on']:%-d %B %Y} has passed")
        if given["kind"] in PERIODS and not given["period"]:
            found.append("how long a period is")
        if given["kind"] == "stepped" and not given["steps"]:
            found.append("in how many steps everyone comes to the new way")
        for number in GUARDS:
            parts = [given.get(f"guard{number}{part}") for part in ("", "_horizon", "_worst")]
            if parts[0] and not all(parts):
                found.append(f"days and limit of guardrail {number}")
        return found


def nonsense(given: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What is filled in and can never be, by the field where it is told."""
    old, new = given.get("old_name") or "", given.get("new_name") or ""
    if old and same_name(old, new):
        yield "new_name", "Both ways have the same name: nobody could tell them apart."
    low, high = given.get("amount_from"), given.get("amount_to")
    if low is not None and high is not None and low > high:
        yield "amount_to", "No deal has an amount from the larger to the smaller: exchange the two."
    if given.get("kind") in PERIODS and given.get("period") and (given.get("washout") or 0) >= given["period"]:
        yield "washout", "No day of a period would count. Leave out fewer days than a period has."
    limits = [("measure", "horizon", "effect"), ("measure", "horizon", "benefit")]
    limits += [(f"guard{number}", f"guard{number}_horizon", f"guard{number}_worst") for number in GUARDS]
    for choice, days, limit in limits:
        value, horizon = given.get(limit), given.get(days)
        if not (value and horizon and given.get(choice)):
            continue
        measure = named(given[choice], horizon, names)
        most = 100 if measure.share else horizon
        if value > most:
            what = "points: that is all deals there are" if measure.share else "days: that is all the time there is"
            yield limit, f"At most {most} {what}."
    effect, benefit = given.get("effect"), given.get("benefit")
    if effect and benefit and benefit >= effect:
        yield "benefit", "It must lie below the smallest effect that matters, or that effect is never adopted."


def first_day(today: date) -> date:
    """The first day that is offered: the Monday after next, so that people can be told."""
    return today + timedelta(days=14 - today.weekday())


def taken(data: QueryDict) -> QueryDict:
    """What was filled in, with the leading measure that somebody chose instead of the one that cannot be answered."""
    changed = data.copy()
    choice, _, horizon = data.get("take", "").rpartition("@")
    changed["measure"], changed["horizon"] = choice, horizon
    return changed
