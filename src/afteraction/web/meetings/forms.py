"""What people fill in about the joint meeting."""

from typing import Any, ClassVar

from django import forms

from afteraction.web.coaching.forms import zones
from afteraction.web.meetings.models import MeetingRule
from afteraction.web.meetings.selectors import people_of
from afteraction.web.people.models import User


class RuleForm(forms.ModelForm[MeetingRule]):
    """When both sides meet each week."""

    time_zone = forms.ChoiceField(label="Time zone", choices=zones)

    class Meta:
        model = MeetingRule
        fields: ClassVar = [
            *("weekday", "at", "minutes", "time_zone", "starts_on", "referee", "sponsor", "is_on", "mail_minutes"),
        ]
        widgets: ClassVar = {
            "at": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "starts_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }
        labels: ClassVar = {"at": "At", "minutes": "Minutes", "is_on": "Meet every week"}
        help_texts: ClassVar = {
            "referee": "Sees to it that promises are kept; empty: who is named in the agreement.",
            "sponsor": "Who made it matter; empty: who is named in the agreement.",
        }

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(pk__in=[each.pk for each in people_of(user)]).order_by("name", "pk")
        for name in ("referee", "sponsor"):
            known = self.fields[name]
            self.fields[name] = forms.ModelChoiceField(
                people, required=False, empty_label="As in the agreement", help_text=known.help_text
            )
