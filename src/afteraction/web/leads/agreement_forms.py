"""The agreement as a form: rows of criteria, promises, hours, holidays, reasons, and who stands for it."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from django import forms

from afteraction.errors import Refused
from afteraction.web.leads.agreeing import people_here
from afteraction.web.leads.agreement_services import Stands
from afteraction.web.leads.comparing import NAMES
from afteraction.web.leads.criteria import ANYTHING, COMPARISONS, Criterion
from afteraction.web.leads.models import Agreement
from afteraction.web.leads.terms import LIMITS, REASONS, WEEKDAYS, Terms, hours_text, read_hours
from afteraction.web.people.models import Organisation
from afteraction.web.reviews.digest import known_time_zones

ROWS: Final = 6
_PEOPLE: Final = {
    "marketing_owner": ("Marketing's owner", "Signs for marketing, and answers what comes back."),
    "sales_owner": ("Sales' owner", "Signs for sales, and answers for its promises."),
    "referee": ("Referee", "Decides where both sides differ; broken promises go there in the end."),
    "sponsor": ("Sponsor", "Backs it, and gets its weekly figures."),
}


class AgreementForm(forms.Form):
    """A version to propose. It begins with the terms of the one in force, or the defaults."""

    reason = forms.CharField(label="Why", max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    zone = forms.ChoiceField(label="Time zone")
    holidays = forms.CharField(
        label="Holidays and half days",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="One a line: 2026-12-25 for a day off, 2026-12-24 9:00-12:00 for a day with other hours.",
    )
    reasons = forms.MultipleChoiceField(
        label="Reasons to return a lead",
        choices=[(each.code, each.words) for each in REASONS.values()],
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(
        self, organisation: Organisation, start: Terms, before: Agreement | None, fields: list[str], data: Any = None
    ) -> None:
        super().__init__(data, initial=_initial(start, before))
        self.known_fields = fields
        zones = [(each, each.replace("_", " ")) for each in ("UTC", *known_time_zones())]
        self.fields["zone"] = forms.ChoiceField(label="Time zone", choices=zones)
        for name, (low, high, _words) in LIMITS.items():
            what, unit = NAMES[name]
            self.fields[name] = forms.IntegerField(label=what, min_value=low, max_value=high, help_text=unit)
        for day in WEEKDAYS:
            hint = "9:00-17:00, or 9:00-12:00, 13:00-17:00; empty: closed" if day == WEEKDAYS[0] else ""
            self.fields[day] = forms.CharField(label=day, required=False, max_length=80, help_text=hint)
        people = people_here(organisation).order_by("name", "pk")
        for name, (label, hint) in _PEOPLE.items():
            self.fields[name] = forms.ModelChoiceField(people, label=label, help_text=hint, empty_label="Choose")
        for n in range(ROWS):
            self._add_row(n)

    def _add_row(self, n: int) -> None:
        known = [("", "–"), *((each, each) for each in self.known_fields)]
        asked = str(self.data.get(f"field-{n}") or self.initial.get(f"field-{n}") or "")
        if asked and asked not in dict(known):
            known.append((asked, asked))
        compare = list(COMPARISONS.items())
        row = f", row {n + 1}" if n else ""
        self.fields[f"field-{n}"] = forms.ChoiceField(label=f"Field{row}", choices=known, required=False)
        self.fields[f"comparison-{n}"] = forms.ChoiceField(label=f"Comparison{row}", choices=compare, required=False)
        self.fields[f"value-{n}"] = forms.CharField(label=f"Value{row}", required=False, max_length=200)
        self.fields[f"days-{n}"] = forms.IntegerField(label=f"Within days{row}", required=False, min_value=0)

    @property
    def rows(self) -> Iterator[tuple[Any, ...]]:
        """The fields of each row."""
        for n in range(ROWS):
            yield tuple(self[f"{name}-{n}"] for name in ("field", "comparison", "value", "days"))

    @property
    def promises(self) -> list[Any]:
        """The fields of what each side owes."""
        return [self[name] for name in LIMITS]

    @property
    def week(self) -> list[Any]:
        """The fields of the hours."""
        return [self[day] for day in WEEKDAYS]

    @property
    def people(self) -> list[Any]:
        """The fields of who stands for it."""
        return [self[name] for name in _PEOPLE]

    def terms(self) -> Terms:
        """What was written, as terms. Raises `Refused` with every problem; needs no reason and no people."""
        self.is_valid()
        found = self.cleaned_data
        problems = [f"{self.fields[name].label}: {' '.join(map(str, errors))}" for name, errors in self.errors.items()
                    if name not in ("reason", *_PEOPLE)]  # fmt: skip
        week, exceptions = [], {}
        for day in WEEKDAYS:
            try:
                week.append(read_hours(found.get(day) or ""))
            except ValueError:
                problems.append(f"{day}: “{found.get(day)}” are no hours")
        for line in filter(None, (each.strip() for each in (found.get("holidays") or "").splitlines())):
            first, _, rest = line.partition(" ")
            try:
                exceptions[date.fromisoformat(first)] = read_hours(rest)
            except ValueError:
                problems.append(f"“{line}” is no holiday")
        if problems:
            raise Refused("; ".join(problems), "terms as the form asks for them", "correct what is named")
        return Terms(
            criteria=tuple(self._criteria(found)),
            zone=found["zone"],
            week=tuple(week),
            exceptions=exceptions,
            reasons=tuple(each for each in REASONS if each in found["reasons"]),
            **{name: found[name] for name in LIMITS},
        ).checked()

    def _criteria(self, found: Mapping[str, Any]) -> Iterator[Criterion]:
        for n in range(ROWS):
            if field := found.get(f"field-{n}"):
                value, days = found.get(f"value-{n}") or "", found.get(f"days-{n}") or 0
                yield Criterion(field, found.get(f"comparison-{n}") or "is", value, days)

    def stands(self) -> Stands:
        """Who stands for it. Raises `Refused` where somebody is missing."""
        found = {name: self.cleaned_data.get(name) for name in _PEOPLE}
        missing = [_PEOPLE[name][0] for name, person in found.items() if person is None]
        if missing:
            raise Refused(f"nobody as {', '.join(missing)}", "somebody for each", "choose them")
        return Stands(**found)  # type: ignore[arg-type]


def _initial(start: Terms, before: Agreement | None) -> dict[str, Any]:
    """What the form begins with."""
    holidays = [f"{day.isoformat()} {hours_text(spans)}".strip() for day, spans in sorted(start.exceptions.items())]
    found: dict[str, Any] = {
        **{name: getattr(start, name) for name in LIMITS},
        **{day: hours_text(spans) for day, spans in zip(WEEKDAYS, start.week, strict=True)},
        "zone": start.zone,
        "holidays": "\n".join(holidays),
        "reasons": list(start.reasons),
    }
    for n, each in enumerate(start.criteria[:ROWS]):
        found |= {f"field-{n}": each.field, f"comparison-{n}": each.comparison, f"value-{n}": each.value}
        found[f"days-{n}"] = each.days or None
    if before is not None:
        found |= {name: getattr(before, f"{name}_id") for name in _PEOPLE}
    return found


def behaviour_fields(kinds: list[str]) -> list[str]:
    """The fields that count what leads did."""
    return [ANYTHING, *(f"did: {each}" for each in kinds)]
