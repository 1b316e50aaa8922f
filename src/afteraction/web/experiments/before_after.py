"""Changes that could not be drawn by lot: stated by someone, measured by a job, read by everyone."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Min, QuerySet

from afteraction.errors import Refused
from afteraction.report.text import clean
from afteraction.web.deals.models import IndexState
from afteraction.web.deals.selectors import as_of
from afteraction.web.experiments.before_after_models import BeforeAfter
from afteraction.web.experiments.document import TrialMeasure
from afteraction.web.insights.editions import in_time
from afteraction.web.insights.models import ProcessVersion
from afteraction.web.jobs.services import enqueue
from afteraction.web.people.models import Organisation, User
from afteraction.web.people.roles import Right, may

MOST: Final = 200
"""Statements of an organisation: each is measured anew with every data version."""
_COLUMNS: Final = {BeforeAfter.Unit.REP: "owner", BeforeAfter.Unit.TEAM: "team"}


@transaction.atomic
def state_change(
    *,
    by: User,
    title: str,
    what: str,
    kind: str,
    unit: str,
    changed: Mapping[str, date],
    changed_on: date,
    measure: TrialMeasure,
    process_version: ProcessVersion | None = None,
    now: datetime,
) -> BeforeAfter:
    """Writes a change down and has it measured; the same that is sent twice is one.

    Raises `Refused` for whom nobody knows, and for a day that is to come or before the record begins. It is marked
    where outcomes of deals after the change could have been read already.
    """
    from afteraction.web.experiments import before_after_tasks  # which names this module

    organisation = Organisation.objects.select_for_update().get(pk=by.organisation_id)  # so that two at once are one
    first = min(changed.values(), default=changed_on)
    known = units_of(organisation, unit)
    strange = sorted(set(changed) - set(known))
    wrong = []
    if strange:
        wrong.append(f"nobody called {', '.join(strange)}")
    if unit == BeforeAfter.Unit.ALL and changed:
        wrong.append("everyone at once, and some by name")
    if unit != BeforeAfter.Unit.ALL and not changed:
        wrong.append("nobody who changed")
    if unit != BeforeAfter.Unit.ALL and len(changed) == len(known):
        wrong.append("nobody who did not: everyone changed")
    if max([*changed.values(), changed_on]) > now.date():
        wrong.append("a day that is to come")
    begins = _begins(organisation)
    if begins is not None and min(first, changed_on) <= begins:
        wrong.append(f"a day before there is anything to compare with: the record begins on {begins:%-d %B %Y}")
    if organisation.before_after.count() >= MOST:
        wrong.append(f"{MOST} changes already")
    if wrong:
        raise Refused("; ".join(wrong), "who changed, of those on record, and a day that has passed", "correct it")
    facts = {
        "organisation": organisation,
        "title": clean(title).strip(),
        "what": clean(what).strip(),
        "kind": kind,
        "process_version": process_version,
        "unit": unit,
        "changed": {name: day.isoformat() for name, day in sorted(changed.items())},
        "changed_on": first,
        "measure": measure.model_dump(mode="json"),
        "stated_by": by,
    }
    there = BeforeAfter.objects.filter(**facts).first()
    if there is not None:  # the same form sent twice: as a second it would tell of another that came before it
        return there
    stated = BeforeAfter.objects.create(
        **facts,
        stated_at=now,
        after_looking=_could_be_read(organisation, first, measure.horizon),
        others_before=organisation.before_after.filter(changed_on=first).count(),
    )
    enqueue(before_after_tasks.measure, stated_id=stated.pk)
    return stated


def _begins(organisation: Organisation) -> date | None:
    """The day of the first deal on record; None before the first import."""
    first: datetime | None = organisation.deals.aggregate(first=Min("created_at"))["first"]
    return first.date() if first else None


def _could_be_read(organisation: Organisation, first: date, horizon: int) -> bool:
    """Whether the record goes on until a deal that began after the change has had its time."""
    end = as_of(organisation)
    return end is not None and datetime.combine(first, time(), UTC) + timedelta(days=horizon) <= end


def units_of(organisation: Organisation, unit: str) -> dict[str, str]:
    """The reps or teams on record, by their names there, and how people call them."""
    column = _COLUMNS.get(BeforeAfter.Unit(unit))
    state = IndexState.objects.filter(organisation=organisation).first()
    listed = state.choices.get(column, []) if state and column else []
    return {str(value): str(label) for value, label, _deals in listed if value}


def changes_for(user: User) -> "QuerySet[BeforeAfter]":
    """The stated changes of someone's organisation."""
    if not may(user, Right.PROPOSE):
        return BeforeAfter.objects.none()
    return BeforeAfter.objects.filter(organisation=user.organisation).select_related("stated_by", "process_version")


def change_for(user: User, key: int) -> BeforeAfter | None:
    """One that someone may read."""
    return changes_for(user).filter(pk=key).first()


def dated_processes(organisation: Organisation) -> list[tuple[ProcessVersion, datetime]]:
    """The versions of the process that came into force on a day, newest first."""
    return [(version, since) for version, since in reversed(in_time(organisation)) if since is not None]
