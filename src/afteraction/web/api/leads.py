"""Leads: the list, one, what is done with it in one tap; and the agreement in force."""

from datetime import datetime
from typing import Any, Literal

from django.http import Http404
from django.utils import timezone
from ninja import Field, Query, Schema

from afteraction.web.api.paging import PageEnds, PageQuery, rows_of
from afteraction.web.api.requests import ApiRequest, Body
from afteraction.web.api.routes import Made, Part
from afteraction.web.api.scopes import Scope
from afteraction.web.leads import services
from afteraction.web.leads.agreeing import in_force
from afteraction.web.leads.attempts import attempts_of
from afteraction.web.leads.filters import LeadFilters
from afteraction.web.leads.models import Lead
from afteraction.web.leads.selectors import lead_for
from afteraction.web.leads.visibility import leads_for

part = Part("leads")
State = Literal["new", "assigned", "accepted", "returned", "nurturing", "converted", "won", "lost", "dead", "open"]


class LeadsQuery(PageQuery):
    """Which leads."""

    state: State | None = None
    source: str = Field("", max_length=80)
    campaign: str = Field("", max_length=80)
    mine: bool = Field(False, description="Those that you have.")
    search: str = Field("", max_length=200, description="Words that begin those of name, account, campaign or id.")


class AttemptIn(Body):
    """How it was tried, and whether somebody was there."""

    way: Literal["call", "mail", "message"] = "call"
    reached: bool = False


class ReturnIn(Body):
    """Why a lead is returned: a reason of the agreement."""

    reason: str = Field(min_length=1, max_length=80)
    note: str = Field("", max_length=500)


class LeadOut(Schema):
    """A lead, where it stands, and its clock."""

    id: int
    lead_id: str = Field(description="Its id in the record.")
    name: str
    account: str
    source: str
    campaign: str
    state: str
    owner: str | None = Field(description="Who has it; null while it lies in a queue.")
    queue: str | None
    next_at: datetime
    came_at: datetime
    handed_at: datetime | None
    due_at: datetime | None = Field(description="By when it is to be called, in business hours.")
    answered_at: datetime | None
    answer_minutes: float | None = Field(description="Minutes of business hours until the first call.")
    accepted_at: datetime | None
    reason: str
    deal_id: str
    chance: float | None


class LeadDetail(LeadOut):
    """A lead, and how often it was tried since it was handed over."""

    attempts: int


class LeadPage(PageEnds):
    """A page of leads, the newest rows first."""

    items: list[LeadOut]


class AgreementOut(Schema):
    """The agreement that both sides signed last."""

    version: int
    in_force_at: datetime | None
    terms: dict[str, Any]
    marketing_owner: str
    sales_owner: str
    referee: str
    sponsor: str


@part.get("/leads", scope=Scope.LEADS_READ, answer=LeadPage)
def list_leads(request: ApiRequest, asked: Query[LeadsQuery]) -> LeadPage:
    """List the leads that you may see."""
    values = {"state": asked.state or "", "source": asked.source, "campaign": asked.campaign, "q": asked.search.strip()}
    filters, _form = LeadFilters.read(values | {"whose": "mine" if asked.mine else ""})
    found = filters.narrow(leads_for(request.user), request.user, timezone.now())
    page = rows_of(found.select_related("owner", "queue"), asked)
    return LeadPage(items=[LeadOut(**_fields(each)) for each in page.rows], **page.ends)


@part.get("/leads/agreement", scope=Scope.LEADS_READ, answer=AgreementOut, problems=(404,))
def get_lead_agreement(request: ApiRequest) -> AgreementOut:
    """Get the agreement in force."""
    found = in_force(request.user.organisation)
    if found is None:
        raise Http404
    people = {name: str(getattr(found, name)) for name in ("marketing_owner", "sales_owner", "referee", "sponsor")}
    return AgreementOut(version=found.version, in_force_at=found.in_force_at, terms=found.terms, **people)


@part.get("/leads/{int:key}", scope=Scope.LEADS_READ, answer=LeadDetail)
def get_lead(request: ApiRequest, key: int) -> LeadDetail:
    """Get a lead."""
    return _detail(_lead(request, key))


@part.put("/leads/{int:key}/acceptance", scope=Scope.LEADS_WRITE, answer=LeadDetail, refused=409)
def accept_lead(request: ApiRequest, key: int) -> LeadDetail:
    """Accept a lead: one that you have, or that nobody has yet."""
    lead = _lead(request, key)
    services.accept(by=request.user, lead=lead, now=timezone.now())
    return _detail(_lead(request, key))


@part.post("/leads/{int:key}/attempts", scope=Scope.LEADS_WRITE, answer=LeadDetail, status=201, refused=409)
def log_lead_attempt(request: ApiRequest, key: int, asked: AttemptIn) -> Made:
    """Say that you called or wrote."""
    lead = _lead(request, key)
    services.log_attempt(by=request.user, lead=lead, now=timezone.now(), way=asked.way, reached=asked.reached)
    return Made(_detail(_lead(request, key)), 201, f"/api/v1/leads/{key}")


@part.post("/leads/{int:key}/returns", scope=Scope.LEADS_WRITE, answer=LeadOut, status=201, refused=409)
def return_lead(request: ApiRequest, key: int, asked: ReturnIn) -> Made:
    """Return a lead to marketing with a reason; *unreachable* needs the agreed attempts."""
    lead = _lead(request, key)
    made = services.give_back(by=request.user, lead=lead, reason=asked.reason, note=asked.note, now=timezone.now())
    back = Lead.objects.select_related("owner", "queue").get(pk=made.lead_id)  # which they may not see any more
    return Made(LeadOut(**_fields(back)), 201, f"/api/v1/leads/{key}")


def _lead(request: ApiRequest, key: int) -> Lead:
    found = lead_for(request.user, key)
    if found is None:
        raise Http404
    return found


def _fields(lead: Lead) -> dict[str, Any]:
    same = set(LeadOut.model_fields) - {"id", "name", "account", "owner", "queue"}
    told = {name: getattr(lead, name) for name in same}
    owner, queue = (str(each) if each else None for each in (lead.owner, lead.queue))
    return told | {"id": lead.pk, "name": str(lead), "account": lead.account_name, "owner": owner, "queue": queue}


def _detail(lead: Lead) -> LeadDetail:
    return LeadDetail(**_fields(lead), attempts=len(attempts_of(lead)))
