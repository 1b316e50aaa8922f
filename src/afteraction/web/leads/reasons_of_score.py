"""Why a lead has the chance it has: kept by the job that scored it, read for one page."""

from typing import Any

from afteraction.web.deals.record import rows_of
from afteraction.web.leads.models import Lead, LeadResult

NAME = "lead_scores.parquet"


def reasons_of(lead: Lead) -> dict[str, Any] | None:
    """The chance of a lead with its reasons, points, and the log of its changes; None where it was not scored."""
    kept = LeadResult.objects.filter(organisation=lead.organisation_id, kind=LeadResult.Kind.SCORE).first()
    folder = kept.figures.get("folder", "") if kept else ""
    if not folder or lead.chance is None:
        return None
    home = lead.organisation.home.folder
    [rows] = rows_of([home / folder / NAME], lead.lead_id, "lead_id")
    return rows[0] if rows else None
