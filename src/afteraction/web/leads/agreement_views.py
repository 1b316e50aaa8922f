"""The agreement: what is in force, its versions, and a new one tried, proposed and signed."""

from collections.abc import Sequence
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from afteraction.analysis.business_time import Span
from afteraction.errors import NotEnoughData, Refused
from afteraction.web.leads import agreement_services as services
from afteraction.web.leads.agreeing import in_force, terms_of
from afteraction.web.leads.agreement_forms import AgreementForm, behaviour_fields
from afteraction.web.leads.comparing import compare, promises
from afteraction.web.leads.facts import DID, field_names, path_of
from afteraction.web.leads.forms import QueueForm
from afteraction.web.leads.models import Agreement, LeadQueue
from afteraction.web.leads.pages import done, tabs_for
from afteraction.web.leads.queues import save_queue
from afteraction.web.leads.selectors import lead_index
from afteraction.web.leads.terms import REASONS, WEEKDAYS, Terms, hours_text
from afteraction.web.leads.trying import try_terms
from afteraction.web.people.access import needs, signed_in
from afteraction.web.people.models import User
from afteraction.web.people.roles import Right, may

_KINDS = 40
_PEOPLE = ("marketing_owner", "sales_owner", "referee", "sponsor", "proposed_by")


@needs(Right.SEE_LEADS)
@require_GET
def agreement(request: HttpRequest) -> HttpResponse:
    """What is in force, what waits for signatures, and every version before."""
    user = signed_in(request)
    versions = Agreement.objects.filter(organisation=user.organisation).order_by("-version").select_related(*_PEOPLE)
    context = {
        "tabs": tabs_for(user),
        "current": in_force(user.organisation),
        "versions": list(versions.prefetch_related("signatures__person")),
        "may_propose": may(user, Right.OWN_LEADS),
        "queues": LeadQueue.objects.filter(organisation=user.organisation).select_related("answerable", "team"),
        "queue_form": QueueForm(user),
        **_terms(terms_of(user.organisation)),
    }
    return render(request, "leads/agreement.html", context)


def _terms(terms: Terms) -> dict[str, Any]:
    """Terms as pages show them."""
    return {
        "terms": terms,
        "promises": promises(terms),
        "criteria": [each.words() for each in terms.criteria],
        "week": [(day, _said(spans)) for day, spans in zip(WEEKDAYS, terms.week, strict=True)],
        "exceptions": [(day, _said(spans)) for day, spans in sorted(terms.exceptions.items())],
        "reasons": [REASONS[each] for each in terms.reasons],
    }


def _said(spans: Sequence[Span]) -> str:
    """Hours as pages show them."""
    return hours_text(spans).replace("-", "–") or "closed"


@needs(Right.SEE_LEADS)
@require_GET
def version(request: HttpRequest, number: int) -> HttpResponse:
    """One version: what it says, what it changes, what it would have meant, and who signed."""
    user, found = signed_in(request), _version(request, number)
    before = Agreement.objects.filter(organisation=user.organisation, version__lt=number)
    before = before.exclude(state=Agreement.State.WITHDRAWN).order_by("-version").select_related(*_PEOPLE)
    side = services.side_of(user, found)
    signed = {each.side: each for each in found.signatures.select_related("person")}
    waits = found.state == Agreement.State.PROPOSED
    context = {
        "tabs": tabs_for(user),
        "agreement": found,
        "before": before.first(),
        "changes": compare(before.first(), found),
        "tried": found.history,
        "sides": [
            ("Marketing", found.marketing_owner, signed.get("marketing")),
            ("Sales", found.sales_owner, signed.get("sales")),
        ],
        "may_sign": waits and side is not None and side not in signed,
        "may_withdraw": waits and user.pk in (found.proposed_by_id, found.marketing_owner_id, found.sales_owner_id),
        **_terms(Terms.read(found.terms)),
    }
    return render(request, "leads/agreement_version.html", context)


@require_POST
@needs(Right.OWN_LEADS)
def keep_queue(request: HttpRequest) -> HttpResponse:
    """Makes a queue of sales, or changes who answers for it."""
    user, form = signed_in(request), QueueForm(signed_in(request), request.POST)

    def keep() -> None:
        if not form.is_valid():
            raise Refused("a queue that lacks something", "a name, and somebody who answers for it", "fill both in")
        found = form.cleaned_data
        save_queue(by=user, name=found["name"], answerable=found["answerable"], team=found["team"])

    return done(request, keep, "The queue is kept.", "lead-agreement")


@needs(Right.OWN_LEADS)
@require_http_methods(["GET", "POST"])
def propose(request: HttpRequest) -> HttpResponse:
    """Writes a new version."""
    user = signed_in(request)
    form, refused = _form(request), None
    if request.method == "POST":
        try:
            terms, stands = form.terms(), form.stands()
            reason = form.cleaned_data.get("reason", "")
            made = services.propose(by=user, terms=terms, stands=stands, reason=reason, now=timezone.now())
        except Refused as found:
            refused = found
        else:
            messages.success(request, "Proposed. It is in force once both owners have signed.")
            return redirect("lead-agreement-version", made.version)
    context = {"tabs": tabs_for(user), "form": form, "refused": refused, "current": in_force(user.organisation)}
    return render(request, "leads/agreement_form.html", context, status=422 if refused else 200)


@require_POST
@needs(Right.OWN_LEADS)
def try_it(request: HttpRequest) -> HttpResponse:
    """What the criteria as they are written would have meant, as a piece of the page."""
    user, form = signed_in(request), _form(request)
    try:
        found = try_terms(user.organisation, form.terms())
    except Refused as refused:
        return render(request, "leads/tried.html", {"refused": refused}, status=422)
    if isinstance(found, NotEnoughData):
        return render(request, "leads/tried.html", {"refused": found})
    return render(request, "leads/tried.html", {"tried": found.written()})


@require_POST
@needs(Right.SEE_LEADS)
def sign(request: HttpRequest, number: int) -> HttpResponse:
    """Signs for one's side."""
    found, user = _version(request, number), signed_in(request)
    what = lambda: services.sign(by=user, agreement=found, now=timezone.now())  # noqa: E731
    return done(request, what, "Signed.", "lead-agreement-version", number)


@require_POST
@needs(Right.SEE_LEADS)
def withdraw(request: HttpRequest, number: int) -> HttpResponse:
    """Takes back what was proposed."""
    found, user = _version(request, number), signed_in(request)
    what = lambda: services.withdraw(by=user, agreement=found, now=timezone.now())  # noqa: E731
    return done(request, what, "Withdrawn.", "lead-agreement-version", number)


def _form(request: HttpRequest) -> AgreementForm:
    user = signed_in(request)
    data = request.POST if request.method == "POST" else None
    current = in_force(user.organisation)
    return AgreementForm(user.organisation, terms_of(user.organisation), current, _fields(user), data)


def _fields(user: User) -> list[str]:
    """What criteria may name: what is known of leads, and what they did."""
    state = lead_index(user)
    if state is None:
        return behaviour_fields([])
    home = user.organisation.home
    place = path_of(home, state.version, DID)
    kinds: list[str] = []
    if place.exists():
        known = pc.unique(pq.read_table(place, columns=["kind"])["kind"]).drop_null().to_pylist()
        kinds = sorted(str(each) for each in known)[:_KINDS]
    return [*field_names(home, state.version), *behaviour_fields(kinds)]


def _version(request: HttpRequest, number: int) -> Agreement:
    versions = Agreement.objects.filter(organisation=signed_in(request).organisation, version=number)
    found = versions.select_related("organisation", *_PEOPLE).first()
    if found is None:
        raise Http404
    return found
