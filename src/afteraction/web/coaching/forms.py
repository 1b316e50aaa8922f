"""What people fill in about coaching."""

from typing import ClassVar, Final
from zoneinfo import available_timezones

from django import forms
from django.conf import settings

from afteraction.web.coaching.models import Cadence
from afteraction.web.coaching.services import reps_to_coach
from afteraction.web.people.models import User

_ZONES: Final = sorted(each for each in available_timezones() if "/" in each and not each.startswith("Etc/"))
_TIME: Final = {"type": "time"}


def zones() -> list[tuple[str, str]]:
    """The time zones to choose from, that of the installation first."""
    own = settings.TIME_ZONE
    return [(own, own), *((each, each) for each in _ZONES if each != own)]


class CadenceForm(forms.ModelForm[Cadence]):
    """When a row of meetings is; a new one also with whom."""

    rep = forms.ModelChoiceField(
        User.objects.none(), label="With", required=False, empty_label="Choose a rep; a huddle is of all"
    )
    time_zone = forms.ChoiceField(label="Time zone", choices=zones)

    class Meta:
        model = Cadence
        fields: ClassVar = ["kind", "rep", "weekday", "week", "at", "minutes", "time_zone", "starts_on"]
        widgets: ClassVar = {
            "at": forms.TimeInput(attrs=_TIME, format="%H:%M"),
            "starts_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }
        labels: ClassVar = {"at": "At", "minutes": "Minutes"}
        help_texts: ClassVar = {
            "weekday": "A huddle is every day from Monday to Friday.",
            "week": "For monthly meetings.",
        }

    def __init__(self, user: User, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        if self.instance.pk:
            for name in ("kind", "rep", "starts_on"):
                del self.fields[name]
            return
        keys = [each.pk for each in reps_to_coach(user)]
        chosen = self.fields["rep"]
        if isinstance(chosen, forms.ModelChoiceField):
            chosen.queryset = User.objects.filter(pk__in=keys).order_by("name", "pk")
