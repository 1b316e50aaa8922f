"""The before and after of the demo: a tool that some reps began with. Nothing was planted: it does nothing."""

from datetime import date, timedelta
from typing import Final

from django.utils import timezone

from afteraction.web.deals.selectors import as_of
from afteraction.web.experiments.before_after import state_change, units_of
from afteraction.web.experiments.before_after_measuring import measure_change
from afteraction.web.experiments.document import TrialMeasure
from afteraction.web.people.models import Organisation, User

_AGO: Final = timedelta(days=300)
_WHAT: Final = "A video of two minutes goes out with each quote: buyers show it to those who were not at the demo."


def make_before_after(organisation: Organisation, manager: User) -> None:
    """One change, stated and measured. Does nothing when done, or without a record."""
    until = as_of(organisation)
    if until is None or organisation.before_after.exists():
        return
    day: date = (until - _AGO).date()
    reps = sorted(units_of(organisation, "rep"))
    stated = state_change(
        by=manager,
        title="Quotes go out with a short video",
        what=_WHAT,
        kind="tool",
        unit="rep",
        changed=dict.fromkeys(reps[::3], day),
        changed_on=day,
        measure=TrialMeasure(kind="won", horizon=90, name="Won within 90 days"),
        now=timezone.now(),
    )
    measure_change(stated=stated, now=timezone.now())
