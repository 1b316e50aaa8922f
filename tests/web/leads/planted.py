"""What addresses of leads name, in the first organisation, with the secret word in every text of theirs."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from tests.cast import Cast
from tests.web.leads.made import agreed, lead, stands

from afteraction.web.leads import agreement_services as agreements
from afteraction.web.leads import feedback, services
from afteraction.web.leads.figures import keep_figures
from afteraction.web.leads.index import refresh_leads
from afteraction.web.leads.life import S
from afteraction.web.leads.models import Agreement, Lead, LeadResult, MarketingAnswer
from afteraction.web.leads.terms import Terms


@dataclass(frozen=True)
class LeadsWorld:
    """A lead of the rep that waits for its first call, one of marketing's, an answer, and an agreement to sign."""

    lead: Lead
    back: Lead
    answer: MarketingAnswer
    proposed: Agreement


def plant_leads(cast: Cast, secret: str) -> LeadsWorld:
    """The leads of the record, some made here, and figures over them."""
    now = timezone.now()
    agreed(cast, now - timedelta(days=30))
    refresh_leads(organisation=cast.organisation, now=now)
    Lead.objects.filter(organisation=cast.organisation).update(person_name=f"{secret} person", account_name=secret)
    words = {"person_name": f"{secret} person", "account_name": secret, "source": secret, "campaign": secret}
    times = {"handed_at": now - timedelta(minutes=9), "due_at": now + timedelta(minutes=51), "next_at": now}
    waiting = lead(cast, f"{secret}-1", cast.rep, **words, **times)
    gone = lead(cast, f"{secret}-2", cast.rep, **words, **times)
    services.give_back(by=cast.rep, lead=gone, reason="no need", note=f"{secret} says no", now=now)
    answer = feedback.answer(
        by=cast.marketer, reason="no need", source=secret, campaign=secret, text=f"{secret} was changed", now=now
    )
    back = lead(cast, f"{secret}-3", state=S.NURTURING, **words)
    proposed = agreements.propose(
        by=cast.operations, terms=Terms(attempts=3), stands=stands(cast), reason=f"{secret} calls", now=now
    )
    keep_figures(organisation=cast.organisation, now=now)
    LeadResult.objects.update_or_create(
        organisation=cast.organisation,
        kind=LeadResult.Kind.ATTRIBUTION,
        defaults={"data_version": 1, "figures": {"channel": {"refused": _refused(secret)}}, "made_at": now},
    )
    return LeadsWorld(waiting, back, answer, proposed)


def _refused(secret: str) -> dict[str, str]:
    return {"reason": f"{secret} has no touches", "needed": "touches"}
