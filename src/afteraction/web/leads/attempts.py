"""How often a lead was tried: what the record has and what people told here, each attempt counted once."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from afteraction.analysis.lead_statuses import LeadStatus, status_kinds
from afteraction.web.leads.facts import LeadChange, changes_of
from afteraction.web.leads.models import Lead, LeadIndex

SAME: Final = timedelta(minutes=10)
"""A call that was logged here and in the CRM has two times, a little apart."""


def attempts_of(lead: Lead) -> list[datetime]:
    """When a lead was tried since it was handed over, in order."""
    state = LeadIndex.objects.filter(organisation=lead.organisation_id).first()
    changes = changes_of(lead.organisation.home, state.version, lead.lead_id) if state and state.version else ()
    told = lead.attempts_told.values_list("at", flat=True)
    return since_hand_over(distinct([*recorded(changes), *told]), lead.handed_at)


def recorded(changes: Iterable[LeadChange]) -> list[datetime]:
    """When the record says that somebody tried: a status that means so, or a touch of ours."""
    changes = list(changes)
    kinds = status_kinds(each.what for each in changes if each.is_status)
    return [
        each.at
        for each in changes
        if (kinds.get(each.what) is LeadStatus.WORKED if each.is_status else each.side == "us" and each.actor)
    ]


def distinct(times: Iterable[datetime]) -> list[datetime]:
    """The times in order, those within `SAME` of one that was counted left out."""
    found: list[datetime] = []
    for at in sorted(times):
        if not found or at - found[-1] > SAME:
            found.append(at)
    return found


def since_hand_over(times: Iterable[datetime], handed: datetime | None) -> list[datetime]:
    """Those of this hand-over: what was tried before a lead came back says nothing about the next time."""
    return [at for at in times if handed is None or at >= handed - SAME]
