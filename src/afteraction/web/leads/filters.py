"""What a list of leads is narrowed by: one query, which the page, the export and the API share."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django import forms
from django.db.models import F, Q, QuerySet
from django.http import QueryDict

from afteraction.web.deals.filters import begin_of
from afteraction.web.leads.life import OPEN, S
from afteraction.web.leads.models import Lead, LeadIndex
from afteraction.web.leads.search import INDEX
from afteraction.web.leads.terms import REASONS
from afteraction.web.people.models import User

CHOICES: Final = ("state", "source", "campaign", "team", "reason")
OPEN_ONES: Final = "open"
PROMISES: Final = {"broken": "Answered late, or not", "kept": "Answered in time", "due": "Due now"}
STEPS: Final = {
    "handed": Q(handed_at__isnull=False),
    "not_handed": Q(handed_at=None),
    "answered": Q(answered_at__isnull=False),
    "accepted": Q(accepted_at__isnull=False),
}


class FilterForm(forms.Form):
    """The filters as fields. What cannot be read has no effect on the list."""

    q = forms.CharField(label="Search", required=False, max_length=200)
    state = forms.CharField(label="State", required=False, max_length=20)
    source = forms.CharField(label="Source", required=False, max_length=80)
    campaign = forms.CharField(label="Campaign", required=False, max_length=80)
    team = forms.CharField(label="Team", required=False, max_length=80)
    reason = forms.CharField(label="Reason", required=False, max_length=80)
    whose = forms.ChoiceField(
        label="Whose", required=False, choices=[("", "Anybody's"), ("mine", "Mine"), ("nobody", "Nobody's yet")]
    )
    promise = forms.ChoiceField(label="Promise", required=False, choices=[("", "Any"), *PROMISES.items()])
    step = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    since = forms.DateField(label="Came from", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label="Came until", required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, data: Mapping[str, Any] | None, state: LeadIndex | None) -> None:
        super().__init__(data)
        known: dict[str, list[tuple[str, str]]] = {
            "state": [(OPEN_ONES, "Open"), *((value, str(word)) for value, word in Lead.State.choices)],
            "reason": [(each.code, each.words) for each in REASONS.values()],
        }
        for name in CHOICES:
            listed = known.get(name) or [(v, v) for v, _n in (state.choices.get(name, []) if state else [])]
            asked = str(self.data.get(name, ""))
            extra = [(asked, asked)] if asked and asked not in dict(listed) else []
            self.fields[name].widget = forms.Select(choices=[("", "Any"), *listed, *extra])


@dataclass(frozen=True)
class LeadFilters:
    """What is asked for: exact values by column, a search, whose, which promise, a step it got to, days (included)."""

    search: str = ""
    values: tuple[tuple[str, str], ...] = ()
    whose: str = ""
    promise: str = ""
    step: str = ""
    since: date | None = None
    until: date | None = None

    @classmethod
    def read(
        cls, query: QueryDict | Mapping[str, Any], state: LeadIndex | None = None
    ) -> "tuple[LeadFilters, FilterForm]":
        """The filters of a query, and the form that shows them. Values that cannot be read are left out."""
        form = FilterForm(query, state)
        form.is_valid()
        found = form.cleaned_data
        step = found.get("step", "")
        return (
            cls(
                search=found.get("q", ""),
                values=tuple((name, found[name]) for name in CHOICES if found.get(name)),
                whose=found.get("whose", ""),
                promise=found.get("promise", ""),
                step=step if step in STEPS else "",
                since=found.get("since"),
                until=found.get("until"),
            ),
            form,
        )

    @property
    def narrowed(self) -> bool:
        """Whether the list is narrowed at all."""
        return self != LeadFilters()

    def without(self, name: str) -> "LeadFilters":
        """The same without one of the filters, by its name in the query."""
        if name in dict(self.values):
            return replace(self, values=tuple(each for each in self.values if each[0] != name))
        return LeadFilters.read({key: value for key, value in self._pairs() if key != name})[0]

    def narrow(self, leads: "QuerySet[Lead]", user: User, now: datetime) -> "QuerySet[Lead]":
        """Those of the leads that are asked for."""
        for name, value in self.values:
            if name == "state" and value == OPEN_ONES:
                leads = leads.filter(state__in=[each.value for each in OPEN])
            else:
                leads = leads.filter(**{name: value})
        if self.search and (found := INDEX.find(user.organisation_id, self.search)) is not None:
            leads = found.narrow(leads)
        if self.whose == "mine":
            leads = leads.filter(owner=user)
        elif self.whose == "nobody":
            leads = leads.filter(owner=None, owned_at=None, state__in=[S.NEW.value, S.ASSIGNED.value])
        if self.promise:
            leads = leads.filter(_promised(self.promise, now))
        if self.step:
            leads = leads.filter(STEPS[self.step])
        if self.since:
            leads = leads.filter(came_at__gte=begin_of(self.since))
        if self.until and self.until < date.max:
            leads = leads.filter(came_at__lt=begin_of(self.until) + timedelta(days=1))
        return leads

    def query(self) -> str:
        """The filters as the query of an address; empty where nothing is asked for."""
        return urlencode(list(self._pairs()))

    def _pairs(self) -> Iterable[tuple[str, str]]:
        named = {
            "q": self.search,
            **dict(self.values),
            "whose": self.whose,
            "promise": self.promise,
            "step": self.step,
            "since": self.since.isoformat() if self.since else "",
            "until": self.until.isoformat() if self.until else "",
        }
        return ((name, value) for name, value in named.items() if value)


def _promised(promise: str, now: datetime) -> Q:
    if promise == "kept":
        return Q(answered_at__isnull=False, due_at__isnull=False, answered_at__lte=F("due_at"))
    if promise == "due":
        return Q(state__in=[each.value for each in OPEN], next_at__lte=now)
    return Q(due_at__lt=now) & (Q(answered_at=None) | Q(answered_at__gt=F("due_at")))
