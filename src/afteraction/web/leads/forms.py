"""What is typed in about leads."""

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django import forms

from afteraction.errors import Refused
from afteraction.web.leads.agreeing import people_here
from afteraction.web.leads.models import LeadQueue
from afteraction.web.leads.selectors import sales_queues, workers
from afteraction.web.people.models import Team, User

_DATE: Final = {"type": "date"}


class GiveForm(forms.Form):
    """Who gets a lead: a person, or a queue."""

    to = forms.ChoiceField(label="To")
    why = forms.CharField(label="Why", max_length=500, required=False)

    def __init__(self, user: User, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        people = [(f"p{each.pk}", str(each)) for each in workers(user)]
        queues = [(f"q{each.pk}", f"Queue: {each}") for each in sales_queues(user)]
        self.fields["to"] = forms.ChoiceField(label="To", choices=[*people, *queues])

    def place(self, user: User) -> tuple[User | None, LeadQueue | None]:
        """The person, or the queue. Raises `Refused` where nobody was chosen."""
        if not self.is_valid():
            raise Refused("nobody to give it to", "a colleague or a queue", "choose one")
        kind, key = self.cleaned_data["to"][0], int(self.cleaned_data["to"][1:])
        if kind == "p":
            return workers(user).get(pk=key), None
        return None, sales_queues(user).get(pk=key)


class SnoozeForm(forms.Form):
    """Until when something is put off."""

    until = forms.DateField(label="Until", widget=forms.DateInput(attrs=_DATE))
    why = forms.CharField(label="Why", max_length=500, required=False)

    def moment(self, zone: str) -> datetime:
        """Eight in the morning of that day, where the organisation is. Raises `Refused` without a day."""
        if not self.is_valid():
            raise Refused("no day", "the day on which it comes back", "choose one")
        return datetime.combine(self.cleaned_data["until"], datetime.min.time(), ZoneInfo(zone)) + timedelta(hours=8)


class QueueForm(forms.Form):
    """A queue of sales: for which team, and who answers for what lies in it."""

    name = forms.CharField(label="Queue", max_length=100)
    team = forms.ModelChoiceField(Team.objects.none(), label="Team", required=False, empty_label="Any team")
    answerable = forms.ModelChoiceField(User.objects.none(), label="Who answers for it", empty_label="Choose")

    def __init__(self, user: User, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        teams = Team.objects.filter(organisation=user.organisation).order_by("name")
        people = people_here(user.organisation).order_by("name", "pk")
        self.fields["team"] = forms.ModelChoiceField(teams, label="Team", required=False, empty_label="Any team")
        self.fields["answerable"] = forms.ModelChoiceField(people, label="Who answers for it", empty_label="Choose")


class ConvertForm(forms.Form):
    """Which deal a lead became."""

    deal = forms.CharField(
        label="Deal",
        max_length=300,
        required=False,
        help_text="Its id, as its page and the CRM have it. Leave it empty where the CRM makes the deal later.",
    )
