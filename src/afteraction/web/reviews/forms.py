"""What people fill in about reviews: the rules, what they expect of a deal, and which reviews they list."""

from datetime import UTC, datetime, time
from typing import ClassVar, Final
from zoneinfo import available_timezones

from django import forms

from afteraction.web.chips import CHIPS
from afteraction.web.people.models import User
from afteraction.web.reviews.listing import OUTCOMES, ReviewList, teams_with_reviews, whose_choices
from afteraction.web.reviews.models import Expectation, ReviewRules
from afteraction.web.reviews.rules import MOST_DAYS

_DATE: Final = {"type": "date"}


class ListForm(forms.Form):
    """Which reviews are listed."""

    whose = forms.ChoiceField(label="Whose", required=False)
    what = forms.CharField(required=False, widget=forms.HiddenInput)
    outcome = forms.ChoiceField(
        required=False, choices=[("", "Any"), *((outcome, CHIPS[outcome].word) for outcome in OUTCOMES)]
    )
    team = forms.ChoiceField(required=False)

    def __init__(self, user: User, asked: ReviewList) -> None:
        super().__init__(vars(asked))
        self.fields["whose"] = forms.ChoiceField(
            label="Whose", required=False, choices=list(whose_choices(user).items())
        )
        teams = teams_with_reviews(user)
        if asked.whose != "all" or not teams:
            del self.fields["team"]
        else:
            chosen = [("", "Any"), *((name, name) for name in teams)]
            self.fields["team"] = forms.ChoiceField(label="Team", required=False, choices=chosen)


class ExpectationForm(forms.ModelForm[Expectation]):
    """What someone expects of an open deal."""

    class Meta:
        model = Expectation
        fields: ClassVar = ["chance", "close_on", "next_step", "risk"]
        widgets: ClassVar = {"close_on": forms.DateInput(attrs=_DATE, format="%Y-%m-%d")}

    chance = forms.IntegerField(
        label="Chance of winning",
        min_value=0,
        max_value=100,
        widget=forms.NumberInput(attrs={"type": "range", "step": 1, "class": "slider"}),
    )


class RulesForm(forms.ModelForm[ReviewRules]):
    """The rules of reviews."""

    since = forms.DateField(
        label="Deals that ended from",
        widget=forms.DateInput(attrs=_DATE, format="%Y-%m-%d"),
        help_text="Deals that ended before this day are not reviewed.",
    )

    class Meta:
        model = ReviewRules
        fields: ClassVar = [
            "since", "above", "share", "due_days", "reminders", "digest_hour", "time_zone", "calibration",
        ]  # fmt: skip
        labels: ClassVar = {
            "above": "Every deal of at least",
            "share": "Of the others, in percent",
            "due_days": "Days until a review is due",
            "reminders": "Remind by mail of what is due",
            "digest_hour": "Hour of the mail",
        }
        help_texts: ClassVar = {
            "above": "An amount, in the currency of the deal. Empty: all deals are drawn from.",
            "share": "From 1 to 100. At 100 every deal that ends is reviewed.",
            "reminders": "At most one mail a day to anyone, with everything that is due. People can turn theirs off.",
        }
        widgets: ClassVar = {
            "share": forms.NumberInput(attrs={"min": 1, "max": 100}),
            "due_days": forms.NumberInput(attrs={"min": 1, "max": MOST_DAYS}),
            "calibration": forms.RadioSelect,
        }

    def clean_share(self) -> int:
        """A share that is none would leave the deals below the amount unseen for good."""
        share: int = self.cleaned_data["share"]
        if not 1 <= share <= 100:
            raise forms.ValidationError("A whole number from 1 to 100.")
        return share

    def clean_due_days(self) -> int:
        """Soon enough that people remember."""
        days: int = self.cleaned_data["due_days"]
        if not 1 <= days <= MOST_DAYS:
            raise forms.ValidationError(f"A whole number from 1 to {MOST_DAYS}.")
        return days

    def clean_time_zone(self) -> str:
        """A zone that is known here."""
        zone: str = self.cleaned_data["time_zone"].strip()
        if zone and zone not in available_timezones():
            raise forms.ValidationError("This zone is not known; write it like Europe/Berlin.")
        return zone

    def clean_since(self) -> datetime:
        """The beginning of that day."""
        return datetime.combine(self.cleaned_data["since"], time(), UTC)
