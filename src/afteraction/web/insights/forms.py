"""What people fill in on the pages of insights, claims and the process."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms

from afteraction.report.wording import capital
from afteraction.web.insights.models import Claim


class SegmentFilter(forms.Form):
    """Which segment's effects are shown."""

    segment = forms.ChoiceField(label="Segment", required=False)

    def __init__(self, data: Mapping[str, Any], segments: list[str]) -> None:
        super().__init__(data)
        choices = [("", "All deals"), *((name, name) for name in segments)]
        self.fields["segment"] = forms.ChoiceField(label="Segment", required=False, choices=choices)

    @property
    def chosen(self) -> str:
        """The segment; empty for all deals, and for one that is not there."""
        return str(self.cleaned_data.get("segment", "")) if self.is_valid() else ""


@dataclass(frozen=True)
class Subject:
    """What a claim may speak of: its kind, name and level, and how people call it."""

    kind: str
    name: str
    level: str
    label: str


class ClaimForm(forms.Form):
    """A sentence, what in the record it speaks of, and what it says that this does."""

    sentence = forms.CharField(
        label="What is said", max_length=300, help_text="In the words in which people say it: “Demos win deals”."
    )
    subject = forms.ChoiceField(label="It speaks of", help_text="What the record would have to show.")
    direction = forms.ChoiceField(label="And says that it", choices=Claim.Direction.choices)
    segment = forms.ChoiceField(label="Among", required=False)

    def __init__(self, data: Mapping[str, Any] | None, figures: Mapping[str, Any]) -> None:
        super().__init__(data)
        self.subjects = list(subjects(figures))
        self.fields["subject"] = forms.ChoiceField(
            label="It speaks of", help_text="What the record would have to show.", choices=self._choices()
        )
        choices = [("", "All deals"), *((name, name) for name in claim_segments(figures))]
        self.fields["segment"] = forms.ChoiceField(label="Among", required=False, choices=choices)

    def _choices(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """The subjects by kind; a choice's value is its place among them, so that any name can be chosen."""
        numbered = list(enumerate(self.subjects))
        return [
            (label, [(str(place), one.label) for place, one in numbered if one.kind == kind])
            for kind, label in Claim.Subject.choices
            if any(one.kind == kind for one in self.subjects)
        ]

    @property
    def chosen(self) -> Subject:
        """The subject of a valid form."""
        return self.subjects[int(self.cleaned_data["subject"])]


def subjects(figures: Mapping[str, Any]) -> Iterator[Subject]:
    """Everything in saved figures that a claim may speak of."""
    for step in (figures.get("conformance") or {}).get("steps", ()):
        yield Subject("step", step["step"], "", step["name"] or step["step"])
    for one in figures["behaviours"]:
        yield Subject("behaviour", one["behaviour"], "", capital(one["means"]))
    for one in figures["attributes"]:
        yield Subject("attribute", one["attribute"], one["level"], f"{capital(one['attribute'])}: {one['level']}")
    for one in figures["themes"]:
        yield Subject("lost_reason", one["theme"], "", one["theme"])


def claim_segments(figures: Mapping[str, Any]) -> list[str]:
    """The segments that a claim may be about."""
    by_segment = ((figures.get("win_rates") or {}).get("by") or {}).get("segment") or {"groups": ()}
    return [str(group["group"]) for group in by_segment["groups"]]


class ProcessForm(forms.Form):
    """The text of a process, why it changed, and since when deals are held against it."""

    text = forms.CharField(label="Process", widget=forms.Textarea, strip=False, max_length=1_000_000)
    note = forms.CharField(
        label="Why", required=False, max_length=500, help_text="What the change is for; it stands in the history."
    )
    in_force_from = forms.DateTimeField(
        label="In force from",
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        help_text="Deals that began from then on are held against it. Empty: from now on.",
    )
