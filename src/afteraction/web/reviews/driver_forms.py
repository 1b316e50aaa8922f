"""What is filled in about drivers."""

from collections.abc import Sequence
from typing import Any

from django import forms

from afteraction.web.reviews.defaults import proposed
from afteraction.web.reviews.models import Driver
from afteraction.web.reviews.taxonomy import OUTCOMES

_WORDS = {"won": "Wins", "lost": "Losses", "no_decision": "Deals without a decision"}


class Lines(forms.CharField):
    """A list, one entry a line."""

    widget = forms.Textarea(attrs={"rows": 4})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        text = super().clean(value)
        return [line.strip() for line in text.splitlines() if line.strip()]


class DriverForm(forms.Form):
    """A driver: how it is called, what it means, which ends it explains."""

    name = forms.CharField(label="Name", max_length=80)
    description = forms.CharField(
        label="What it means", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    outcomes = forms.MultipleChoiceField(
        label="It explains",
        choices=[(outcome, _WORDS[outcome]) for outcome in OUTCOMES],
        widget=forms.CheckboxSelectMultiple,
    )
    examples = Lines(label="What people say who mean it", required=False, help_text="One sentence a line.")
    crm_reasons = Lines(
        label="Lost reasons of the CRM that mean it",
        required=False,
        help_text="One a line, as the CRM writes them. A reason means one driver.",
    )
    note = forms.CharField(
        label="Why", required=False, max_length=500, help_text="What the change is for; it stands in the history."
    )


class MergeForm(forms.Form):
    """Which driver another one is counted for from now on."""

    into = forms.ChoiceField(label="Count it for")
    note = forms.CharField(label="Why", required=False, max_length=500)

    def __init__(self, data: Any, others: Sequence[Driver]) -> None:
        super().__init__(data)
        choices = [(driver.key, driver.name) for driver in others]
        self.fields["into"] = forms.ChoiceField(label="Count it for", choices=choices)


class ReasonsForm(forms.Form):
    """For each lost reason of the record the driver that it means."""

    def __init__(self, data: Any, reasons: Sequence[tuple[str, int]], known: dict[str, Driver], drivers: Any) -> None:
        super().__init__(data)
        choices = [("", "No driver"), *((driver.key, driver.name) for driver in drivers)]
        self.reasons = reasons
        self.proposals = set[str]()
        keys = {driver.key for driver in drivers}
        for place, (reason, _deals) in enumerate(reasons):
            driver = known.get(reason.casefold())
            initial = driver.key if driver else proposed(reason)
            if driver is None and initial in keys:
                self.proposals.add(f"reason-{place}")
            self.fields[f"reason-{place}"] = forms.ChoiceField(
                label=reason, required=False, choices=choices, initial=initial if initial in keys else ""
            )

    @property
    def mapping(self) -> dict[str, str]:
        """Of a valid form: by reason the key of its driver; empty for none."""
        return {reason: self.cleaned_data[f"reason-{place}"] for place, (reason, _deals) in enumerate(self.reasons)}

    def rows(self) -> list[tuple[str, int, Any, bool]]:
        """The reasons with their deals and their fields, and whether what is chosen there is only proposed."""
        names = [f"reason-{place}" for place in range(len(self.reasons))]
        return [
            (reason, deals, self[name], name in self.proposals)
            for name, (reason, deals) in zip(names, self.reasons, strict=True)
        ]
