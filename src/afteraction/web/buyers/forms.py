"""The forms of the buyer's voice. What they accept is checked again by the services."""

from typing import Any, Final

from django import forms

from afteraction.web.buyers.models import Asking, MailText, Programme
from afteraction.web.buyers.models.programme import Language

_ENDS: Final = (("won", "Won"), ("lost", "Lost"), ("no_decision", "No decision"))


class ProgrammeForm(forms.ModelForm):  # type: ignore[type-arg]  # it takes none at run time
    """Whom to ask, who asks, when."""

    outcomes = forms.MultipleChoiceField(
        choices=_ENDS, required=False, widget=forms.CheckboxSelectMultiple, label="Deals that are asked about"
    )
    languages = forms.MultipleChoiceField(choices=Language.choices, required=False, widget=forms.CheckboxSelectMultiple)

    class Meta:
        model = Programme
        fields = (
            "is_on", "outcomes", "above", "share", "most_people", "company", "sender", "reply_to", "wait_days",
            "preview_hours", "remind_days", "valid_days", "languages", "anonymous", "asks_quote",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["company"].widget.attrs["placeholder"] = self.instance.organisation.name


class MailForm(forms.ModelForm):  # type: ignore[type-arg]  # it takes none at run time
    """The mail of one language."""

    class Meta:
        model = MailText
        fields = ("subject", "body", "reminder_subject", "reminder_body")
        labels = {"body": "Text"}  # noqa: RUF012
        widgets = {  # noqa: RUF012
            "body": forms.Textarea(attrs={"rows": 14}),
            "reminder_body": forms.Textarea(attrs={"rows": 10}),
        }


class WithholdForm(forms.Form):
    """Why the buyer of a deal is not asked."""

    reason = forms.ChoiceField(choices=[("", "Choose …"), *Asking.Reason.choices])
    text = forms.CharField(label="In a few words", required=False, max_length=500)


class PersonForm(forms.Form):
    """Someone of the buyer who is to be asked."""

    name = forms.CharField(max_length=200, required=False)
    email = forms.EmailField(max_length=254, label="E-mail address")
    language = forms.ChoiceField(choices=Language.choices, required=False)

    def __init__(self, *args: Any, languages: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(code, label) for code, label in Language.choices if code in languages]
        self.fields["language"].choices = known  # type: ignore[attr-defined]
