"""Three deals worth both sides' time and why: one at risk, one lost without content, one won against the odds."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from afteraction.report.wording import many, percent
from afteraction.web.content.models import Piece, PieceUse
from afteraction.web.deals.models import Deal
from afteraction.web.leads.models import Lead
from afteraction.web.people.models import Organisation

FELL: Final = 0.03
"""A chance that fell by less is not worth a conversation."""
SURPRISE: Final = 0.35
"""A win is a surprise where its chance was below this when it began."""
_WEEKS: Final = timedelta(days=28)
"""Ended deals are looked for this far back where the last meeting was shorter ago."""
_SILENT: Final = 7
"""Days without an event from which on that is said."""


@dataclass(frozen=True)
class ToDiscuss:
    """A deal with the reason in words; `why` is risk, lost or won."""

    deal: Deal
    why: str
    title: str
    reason: str
    details: dict[str, Any]


def to_discuss(
    organisation: Organisation, *, since: datetime, until: datetime, without: Collection[str] = ()
) -> list[ToDiscuss]:
    """At most one of each kind. Deals that came from leads come first; where none did, those of all sources."""
    since = min(since, until - _WEEKS)
    found = [
        _at_risk(organisation, without, until),
        _lost(organisation, since, without),
        _won(organisation, since, without),
    ]
    return [each for each in found if each is not None]


def _at_risk(organisation: Organisation, without: Collection[str], until: datetime) -> ToDiscuss | None:
    lower = Q(chance__isnull=False, chance_start__isnull=False, chance__lte=F("chance_start") - FELL)
    deals = Deal.objects.filter(organisation=organisation, outcome="open").filter(lower)
    deal = _first(deals, without, F("amount").desc(nulls_last=True))
    if deal is None or deal.chance is None or deal.chance_start is None:
        return None
    fell = f"{percent(deal.chance)} today, {percent(deal.chance_start)} when it began"
    said = [f"The largest open deal whose chance fell: {fell} ({deal.stage or 'no stage on record'})"]
    if deal.last_event_at is not None and (days := (until - deal.last_event_at).days) >= _SILENT:
        said.append(f"nothing has happened in it for {many(days, 'day')}")
    return _told(deal, "risk", "At risk", said)


def _lost(organisation: Organisation, since: datetime, without: Collection[str]) -> ToDiscuss | None:
    lost = Deal.objects.filter(organisation=organisation, outcome__in=["lost", "no_decision"], closed_at__gt=since)
    used = PieceUse.objects.filter(organisation=organisation, deal_id=OuterRef("deal_id"))
    bare = lost.filter(~Exists(used))
    deal = _first(bare, without, F("amount").desc(nulls_last=True))
    if deal is None:
        return None
    fitting = Piece.objects.filter(
        organisation=organisation, state=Piece.State.IN_USE, segment__in=["", deal.segment]
    ).exclude(stage="", segment="", buyer_role="")
    stage_or_any = list(fitting.order_by("-deals", "title").values_list("title", flat=True)[:3])
    said = [f"The largest deal that was lost without one piece of content on record{_reason(deal)}"]
    if stage_or_any:
        said.append(f"the library has some for it, such as “{stage_or_any[0]}”: why was nothing used?")
    else:
        where = deal.segment or "deals like it"
        said.append(f"the library has nothing made for {where}: is that the gap?")
    return _told(deal, "lost", "Lost, and no content was used", said)


def _won(organisation: Organisation, since: datetime, without: Collection[str]) -> ToDiscuss | None:
    won = Deal.objects.filter(organisation=organisation, outcome="won", closed_at__gt=since, chance_start__lt=SURPRISE)
    deal = _first(won, without, F("chance_start").asc())
    if deal is None or deal.chance_start is None:
        return None
    used = PieceUse.objects.filter(organisation=organisation, deal_id=deal.deal_id).values_list(
        "piece__title", flat=True
    )
    pieces = list(dict.fromkeys(used.order_by("at")[:20]))
    said = [f"Won though its chance was {percent(deal.chance_start)} when it began: what turned it?"]
    if pieces:
        said.append(f"content on record: {', '.join(f'“{title}”' for title in pieces[:3])}")
    return _told(deal, "won", "Won against the odds", said)


def _first(deals: "QuerySet[Deal]", without: Collection[str], order: Any) -> Deal | None:
    """The first of these deals: one that came from a lead, if there is one."""
    deals = deals.exclude(deal_id__in=list(without)).order_by(order, "pk")
    of_lead = Lead.objects.filter(organisation=OuterRef("organisation"), deal_id=OuterRef("deal_id"))
    return deals.filter(Exists(of_lead)).first() or deals.first()


def _told(deal: Deal, why: str, title: str, said: list[str]) -> ToDiscuss:
    lead = (
        Lead.objects.filter(organisation=deal.organisation_id, deal_id=deal.deal_id).order_by("came_at", "pk").first()
    )
    said = [*said, *_came_from(deal, lead)]
    sentences = " ".join(f"{part[:1].upper()}{part[1:]}{'' if part.endswith('?') else '.'}" for part in said)
    details = {
        "deal": deal.deal_id, "name": str(deal), "why": why, "amount": deal.amount, "currency": deal.currency,
        "outcome": deal.outcome, "owner": deal.owner_name or deal.owner,
    }  # fmt: skip
    return ToDiscuss(deal, why, f"{title}: {deal}", sentences, details)


def _came_from(deal: Deal, lead: Lead | None) -> Iterator[str]:
    if lead is not None and lead.source:
        yield f"it came from {lead.source}{f', campaign {lead.campaign}' if lead.campaign else ''}"
    elif deal.source:
        yield f"its source is {deal.source}"


def _reason(deal: Deal) -> str:
    return f"; the CRM says “{deal.lost_reason}”" if deal.lost_reason else ""
