"""What a list of deals is narrowed and sorted by: one query, which pages, exports, saved views and the API share."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django import forms
from django.db.models import F, QuerySet, Value
from django.http import QueryDict

from afteraction.analysis.boxes import Box
from afteraction.web.chips import CHIPS
from afteraction.web.deals.models import Deal, IndexState
from afteraction.web.deals.search import find
from afteraction.web.full_text import Found
from afteraction.web.people.models import Organisation

SORTS: Final = {
    "activity": "last_event_at",
    "created": "created_at",
    "closed": "closed_at",
    "amount": "amount",
    "chance": "chance",
    "name": "name",
}
NEWEST: Final = "-activity"
CHOICES: Final = ("outcome", "stage", "owner", "team", "segment", "source", "competitor", "box")
DATES: Final = {"activity": "last_event_at", "created": "created_at", "closed": "closed_at"}
_MOST_LISTED: Final = 300
"""Beyond this many owners a box to choose from helps nobody: it becomes one to type in."""
_NAMES: Final = {"outcome": "Outcome", "box": "Box"}


class FilterForm(forms.Form):
    """The filters as fields. What cannot be read is told and has no effect on the list."""

    q = forms.CharField(label="Search", required=False, max_length=200)
    outcome = forms.CharField(required=False, max_length=200)
    stage = forms.CharField(required=False, max_length=200)
    owner = forms.CharField(required=False, max_length=200)
    team = forms.CharField(required=False, max_length=200)
    segment = forms.CharField(required=False, max_length=200)
    source = forms.CharField(required=False, max_length=200)
    competitor = forms.CharField(required=False, max_length=200)
    box = forms.CharField(required=False, max_length=200)
    account = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput)
    low = forms.FloatField(label="Amount from", required=False)
    high = forms.FloatField(label="Amount to", required=False)
    date = forms.ChoiceField(
        label="Period of",
        required=False,
        choices=[("", "Last activity"), ("created", "Creation"), ("closed", "Closing")],
    )
    since = forms.DateField(label="From", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label="To", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    sort = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any] | None, state: IndexState | None) -> None:
        super().__init__(data)
        for name in CHOICES:
            listed = _listed(name, state)
            if len(listed) <= _MOST_LISTED:
                known = {value for value, _word in listed}
                asked = self.data.get(name, "")
                extra = [(asked, asked)] if asked and asked not in known else []
                self.fields[name].widget = forms.Select(choices=[("", "Any"), *listed, *extra])
            self.fields[name].label = _NAMES.get(name, name.capitalize())


def _listed(name: str, state: IndexState | None) -> list[tuple[str, str]]:
    if name == "box":
        return [(box.label, CHIPS[box.label].word) for box in Box if box is not Box.OPEN]
    found = state.choices.get(name, []) if state else []
    if name == "outcome":
        return [(value, CHIPS[value].word) for value in ("open", "won", "lost", "no_decision")]
    listed = [(str(value), str(label)) for value, label, _deals in found]
    return sorted(listed, key=lambda each: each[1].casefold())


@dataclass(frozen=True)
class DealFilters:
    """What is asked for: exact values by column, words, an amount, days of a period (both included), the order."""

    search: str = ""
    values: tuple[tuple[str, str], ...] = ()
    account: str = ""
    low: float | None = None
    high: float | None = None
    dated: str = "activity"
    since: date | None = None
    until: date | None = None
    sort: str = NEWEST

    @classmethod
    def read(
        cls, query: QueryDict | Mapping[str, Any], state: IndexState | None = None
    ) -> "tuple[DealFilters, FilterForm]":
        """The filters of a query, and the form that shows them. Values that cannot be read are left out."""
        form = FilterForm(query, state)
        form.is_valid()
        found = form.cleaned_data
        sort = found.get("sort", "")
        return (
            cls(
                search=found.get("q", ""),
                values=tuple((name, found[name]) for name in CHOICES if found.get(name)),
                account=found.get("account", ""),
                low=found.get("low"),
                high=found.get("high"),
                dated=found.get("date") or "activity",
                since=found.get("since"),
                until=found.get("until"),
                sort=sort if sort.removeprefix("-") in SORTS else NEWEST,
            ),
            form,
        )

    @property
    def narrowed(self) -> bool:
        """Whether the list is narrowed at all."""
        return bool(self.query(sort=False))

    def without(self, name: str) -> "DealFilters":
        """The same without one of the filters, by its name in the query."""
        return DealFilters.read({key: value for key, value in self._pairs(True) if key != name})[0]

    @property
    def column(self) -> str:
        """The column that the list is sorted by."""
        return SORTS[self.sort.removeprefix("-")]

    @property
    def falling(self) -> bool:
        """Whether high values come first."""
        return self.sort.startswith("-")

    def look(self, organisation: Organisation) -> Found | None:
        """What the search finds; None where nothing is searched for."""
        return find(organisation, self.search) if self.search else None

    def narrow(self, organisation: Organisation, found: Found | None) -> "QuerySet[Deal]":
        """The deals of an organisation that are asked for, in no order; `found` is what `look` gave."""
        deals = Deal.objects.filter(organisation=organisation, **dict(self.values))
        if self.account:
            deals = deals.filter(account_id=self.account)
        # Not the amount itself, lest its index be taken, which has nothing else: rows would be fetched one by one.
        deals = deals.alias(size=F("amount") + Value(0.0))
        if self.low is not None:
            deals = deals.filter(size__gte=self.low)
        if self.high is not None:
            deals = deals.filter(size__lte=self.high)
        column = DATES[self.dated]
        if self.since:
            deals = deals.filter(**{f"{column}__gte": begin_of(self.since)})
        if self.until and self.until < date.max:  # after the last day that there is comes none
            deals = deals.filter(**{f"{column}__lt": begin_of(self.until) + timedelta(days=1)})
        return found.narrow(deals) if found else deals

    def query(self, sort: bool = True) -> str:
        """The filters as the query of an address; empty where nothing is asked for."""
        return urlencode(list(self._pairs(sort)))

    def _pairs(self, sort: bool) -> Iterable[tuple[str, str]]:
        named = {
            "q": self.search,
            **dict(self.values),
            "account": self.account,
            "low": "" if self.low is None else f"{self.low:.15g}",
            "high": "" if self.high is None else f"{self.high:.15g}",
            "date": self.dated if self.dated != "activity" and (self.since or self.until) else "",
            "since": self.since.isoformat() if self.since else "",
            "until": self.until.isoformat() if self.until else "",
            "sort": self.sort if sort and self.sort != NEWEST else "",
        }
        return ((name, value) for name, value in named.items() if value)


def begin_of(day: date) -> datetime:
    """The first moment of a day, in UTC."""
    return datetime.combine(day, time(), UTC)
