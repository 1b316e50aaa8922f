"""What is typed in on the walls."""

from typing import Any, Final, cast

from django import forms

from afteraction.web.deals.models import Deal
from afteraction.web.people.models import User
from afteraction.web.walls.models import Entry
from afteraction.web.walls.selectors import SINCE, WallQuery

_DEALS: Final = 30
_ENDED: Final = {"won": "won", "lost": "lost", "no_decision": "no decision"}


class WallFilter(forms.Form):
    """What the walls are narrowed by."""

    segment = forms.ChoiceField(required=False)
    team = forms.ChoiceField(required=False)
    since = forms.ChoiceField(label="When", choices=list(SINCE.items()), required=False)
    risks = forms.ChoiceField(label="Risk", choices=[("", "All deals"), ("on", "Good risks")], required=False)

    def __init__(self, user: User, asked: WallQuery) -> None:
        shown = {
            "segment": asked.segment,
            "team": asked.team,
            "since": asked.since,
            "risks": "on" if asked.risks else "",
        }
        super().__init__(initial=shown)
        state = getattr(user.organisation, "index_state", None)
        for name, every in (("segment", "All segments"), ("team", "All teams")):
            known = state.choices.get(name, []) if state else []
            choices = [(str(value), str(label)) for value, label, _deals in known if value]
            cast("forms.ChoiceField", self.fields[name]).choices = [("", every), *choices]


class WriteForm(forms.Form):
    """Something that a deal taught, written on its own."""

    wall = forms.ChoiceField(label="On which wall", choices=Entry.Wall.choices)
    text = forms.CharField(
        label="What did it teach?", max_length=1000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="One or two sentences that help a colleague in the next deal.",
    )  # fmt: skip
    deal_id = forms.ChoiceField(label="Deal", required=False, help_text="One of your last deals that have ended.")
    anonymous = forms.BooleanField(label="Without my name", required=False)

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = Deal.objects.filter(organisation=user.organisation, owner=user.owner_name).exclude(outcome="open")
        ended = own.exclude(owner="").order_by("-last_event_at", "-id")[:_DEALS]
        choices = [(deal.deal_id, f"{deal} ({_ENDED.get(deal.outcome, deal.outcome)})") for deal in ended]
        cast("forms.ChoiceField", self.fields["deal_id"]).choices = [("", "None in particular"), *choices]


class RecogniseForm(forms.Form):
    """A note to a colleague."""

    to = forms.ModelChoiceField(label="To", queryset=User.objects.none(), empty_label="Choose a colleague")
    useful = forms.CharField(
        label="What was useful to the customer?", max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    repeatable = forms.CharField(
        label="What of it can be repeated?", max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="So that a colleague can do it in another deal.",
    )  # fmt: skip
    deal_id = forms.CharField(label="Deal", max_length=300, required=False, help_text="The id of the deal it was in.")

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(organisation=user.organisation, is_active=True).exclude(pk=user.pk)
        cast("forms.ModelChoiceField[User]", self.fields["to"]).queryset = people.order_by("name", "pk")
