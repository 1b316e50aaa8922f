"""What people fill in to make a token."""

from typing import Any

from django import forms

from afteraction.web.api.scopes import MEANINGS, scopes_for
from afteraction.web.api.tokens import DAYS
from afteraction.web.people.models import User


class TokenForm(forms.Form):
    """What the token is for, how long, and what it may do: at most what its user may."""

    name = forms.CharField(max_length=80, help_text="The program that will use it: “Nightly import”.")
    days = forms.TypedChoiceField(
        label="Valid for",
        coerce=int,
        choices=[(7, "7 days"), (30, "30 days"), (DAYS, "90 days"), (365, "1 year")],
        initial=DAYS,
    )
    scopes = forms.MultipleChoiceField(
        label="It may",
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
        error_messages={"required": "Choose what the token may do."},
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(scope), MEANINGS[scope]) for scope in scopes_for(user)]
        self.fields["scopes"].choices = choices  # type: ignore[attr-defined]
