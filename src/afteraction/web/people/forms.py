"""The forms on people. What they accept is checked again by the services."""

from typing import Any

from allauth.account.forms import ResetPasswordForm
from django import forms
from django.contrib.auth.password_validation import validate_password

from afteraction.web.people.models import Organisation, Role, User


class Names(forms.TextInput):
    """A text field that suggests what is known, and takes anything else too. The part `field` draws the suggestions."""

    def __init__(self, known: list[str]) -> None:
        super().__init__()
        self.known = known


class PersonForm(forms.Form):
    """Who someone is here."""

    name = forms.CharField(max_length=200)
    role = forms.ChoiceField(choices=Role.choices, initial=Role.REP)
    team = forms.CharField(
        max_length=200,
        required=False,
        help_text="As the record names it. Managers see their team's figures.",
    )
    owner_name = forms.CharField(
        max_length=200,
        required=False,
        label="Name in the record",
        help_text="How the imported deals name them as owner. Their deals and figures are found by it.",
    )

    def __init__(self, *args: Any, teams: list[str], owners: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].widget = Names(teams)
        self.fields["owner_name"].widget = Names(owners)


class InviteForm(PersonForm):
    """Whom to invite as what."""

    email = forms.EmailField(max_length=254, label="E-mail address")
    field_order = ("email", "name", "role", "team", "owner_name")


class PeopleFilter(forms.Form):
    """What the list of people is narrowed by."""

    search = forms.CharField(required=False, max_length=200)
    role = forms.ChoiceField(required=False, choices=[("", "All roles"), *Role.choices])


class TrailFilter(forms.Form):
    """What the audit trail is narrowed by."""

    who = forms.CharField(required=False, max_length=200, label="Name, address or team")
    kind = forms.TypedChoiceField(required=False, coerce=int, empty_value=None, label="What")
    before = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, kinds: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", "Everything"), *kinds]  # type: ignore[attr-defined]


class OrganisationForm(forms.ModelForm):  # type: ignore[type-arg]  # it takes none at run time
    """What the organisation is called."""

    class Meta:
        model = Organisation
        fields = ("name",)


class JoinForm(forms.Form):
    """The first password of someone who was invited."""

    password = forms.CharField(
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="At least 12 characters. A few words in a row are easier to remember than signs, and safer.",
    )
    again = forms.CharField(label="The same again", widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, self.user)
        return password

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("password") and given.get("again") and given["password"] != given["again"]:
            self.add_error("again", "The two passwords differ.")
        return given


class ResetForm(ResetPasswordForm):  # type: ignore[misc]
    """A forgotten password can only be one that was there: an invitation that has ended is not renewed by this."""

    def clean_email(self) -> str:
        email: str = super().clean_email()
        self.users: list[User] = [user for user in self.users if user.has_usable_password()]
        return email
