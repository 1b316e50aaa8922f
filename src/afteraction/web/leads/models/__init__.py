"""What is kept of leads: the agreement, each lead with where it stands, and what comes back to the other side."""

from afteraction.web.leads.models.agreement import Agreement, Signature
from afteraction.web.leads.models.feedback import MarketingAnswer, Notice, Returned
from afteraction.web.leads.models.lead import Lead, LeadAttempt, LeadEvent, LeadIndex, LeadQueue
from afteraction.web.leads.models.result import LeadMail, LeadResult

__all__ = [
    "Agreement",
    "Lead",
    "LeadAttempt",
    "LeadEvent",
    "LeadIndex",
    "LeadMail",
    "LeadQueue",
    "LeadResult",
    "MarketingAnswer",
    "Notice",
    "Returned",
    "Signature",
]
