"""What is done with a lead: from the inbox with one tap, which shows the next one, or on its page."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from afteraction.errors import Refused
from afteraction.web.leads import feedback, services
from afteraction.web.leads.agreeing import terms_of
from afteraction.web.leads.forms import ConvertForm, GiveForm, SnoozeForm
from afteraction.web.leads.models import Lead
from afteraction.web.leads.pages import done, lead_or_404, sentence
from afteraction.web.leads.views import inbox_context
from afteraction.web.leads.visibility import leads_for
from afteraction.web.people.access import needs, signed_in
from afteraction.web.people.roles import Right


@require_POST
@needs(Right.WORK_LEADS)
def accept(request: HttpRequest, key: int) -> HttpResponse:
    """Takes a lead on."""
    lead, user = lead_or_404(request, key), signed_in(request)
    return _next(request, lead, lambda: services.accept(by=user, lead=lead, now=timezone.now()), f"{lead} is yours.")


@require_POST
@needs(Right.WORK_LEADS)
def tried(request: HttpRequest, key: int) -> HttpResponse:
    """Tells of a call or a mail."""
    lead, user, sent = lead_or_404(request, key), signed_in(request), request.POST
    way, reached = sent.get("way", "call"), bool(sent.get("reached"))

    def log() -> None:
        services.log_attempt(by=user, lead=lead, now=timezone.now(), way=way, reached=reached)

    return _next(request, lead, log, f"Logged: {way}{', reached' if reached else ', nobody there'} – {lead}.")


@require_POST
@needs(Right.WORK_LEADS)
def give_back(request: HttpRequest, key: int) -> HttpResponse:
    """Returns a lead with a reason."""
    lead, user, sent = lead_or_404(request, key), signed_in(request), request.POST

    def back() -> None:
        reason, note = sent.get("reason", ""), sent.get("note", "")
        services.give_back(by=user, lead=lead, reason=reason, note=note, now=timezone.now())

    return _next(request, lead, back, f"Returned: {lead}. Marketing will answer, and you will be told.")


def _next(request: HttpRequest, lead: Lead, what: Callable[[], Any], said: str) -> HttpResponse:
    """Do it, and show the next lead; from the page of a lead, that page."""
    if request.headers.get("HX-Request") != "true":
        return done(request, what, said, "lead", lead.pk) if request.POST.get("stay") else done(
            request, what, said, "leads"
        )  # fmt: skip
    refused = ""
    try:
        what()
    except Refused as found:
        refused, said = sentence(found), ""
    context = inbox_context(request) | {"said": said, "refused": refused}
    return render(request, "leads/inbox_part.html", context, status=422 if refused else 200)


@require_POST
@needs(Right.WORK_LEADS)
def convert(request: HttpRequest, key: int) -> HttpResponse:
    """Makes a lead a deal."""
    lead, user, form = lead_or_404(request, key), signed_in(request), ConvertForm(request.POST)
    if not form.is_valid():
        raise Http404("No deal has such an id")
    deal = form.cleaned_data["deal"].strip()
    what = lambda: services.convert(by=user, lead=lead, deal_id=deal, now=timezone.now())  # noqa: E731
    return done(request, what, f"{lead} is a deal now.", "lead", lead.pk)


@require_POST
@needs(Right.WORK_LEADS, Right.OWN_LEADS)
def snooze(request: HttpRequest, key: int) -> HttpResponse:
    """Puts a lead off."""
    lead, user, form = lead_or_404(request, key), signed_in(request), SnoozeForm(request.POST)

    def put_off() -> None:
        until = form.moment(terms_of(user.organisation).zone)
        services.snooze(by=user, lead=lead, until=until, why=form.cleaned_data["why"], now=timezone.now())

    return done(request, put_off, f"{lead} comes back on that day.", "lead", lead.pk)


@require_POST
@needs(Right.WORK_LEADS, Right.OWN_LEADS)
def reassign(request: HttpRequest, key: int) -> HttpResponse:
    """Gives a lead to another."""
    lead, user, form = lead_or_404(request, key), signed_in(request), GiveForm(signed_in(request), request.POST)

    def give() -> None:
        owner, queue = form.place(user)
        why = form.cleaned_data["why"]
        services.reassign(by=user, lead=lead, owner=owner, queue=queue, why=why, now=timezone.now())

    answer = done(request, give, f"{lead} was given on.", "lead", lead.pk)
    # Whoever gave a lead away may not see it any more.
    return answer if leads_for(user).filter(pk=lead.pk).exists() else redirect("leads")


@require_POST
@needs(Right.OWN_LEADS)
def hand_over(request: HttpRequest, key: int) -> HttpResponse:
    """Hands a lead over to sales."""
    lead, user, form = lead_or_404(request, key), signed_in(request), GiveForm(signed_in(request), request.POST)

    def give() -> None:
        owner, queue = form.place(user)
        services.hand_over(by=user, lead=lead, owner=owner, queue=queue, now=timezone.now())

    return done(request, give, f"{lead} was handed over. The clock runs.", "lead", lead.pk)


@require_POST
@needs(Right.OWN_LEADS)
def nurture(request: HttpRequest, key: int) -> HttpResponse:
    """Keeps a lead with marketing until a day."""
    lead, user, form = lead_or_404(request, key), signed_in(request), SnoozeForm(request.POST)

    def keep() -> None:
        until = form.moment(terms_of(user.organisation).zone)
        services.nurture(by=user, lead=lead, until=until, why=form.cleaned_data["why"], now=timezone.now())

    return done(request, keep, f"Marketing keeps {lead}.", "lead", lead.pk)


@require_POST
@needs(Right.OWN_LEADS)
def bury(request: HttpRequest, key: int) -> HttpResponse:
    """Gives a lead up."""
    lead, user = lead_or_404(request, key), signed_in(request)
    reason = request.POST.get("reason", "")
    what = lambda: services.bury(by=user, lead=lead, reason=reason, now=timezone.now())  # noqa: E731
    return done(request, what, f"{lead} is given up.", "lead", lead.pk)


@require_POST
@needs(Right.OWN_LEADS)
def merge(request: HttpRequest, key: int) -> HttpResponse:
    """Says that a lead is the same as another."""
    lead, user = lead_or_404(request, key), signed_in(request)
    into = leads_for(user).filter(lead_id=request.POST.get("into", "")).first()

    def same() -> None:
        if into is None:
            raise Refused("no such lead to merge it into", "the id of another lead", "copy it from its page")
        services.merge(by=user, lead=lead, into=into, now=timezone.now())

    return done(request, same, f"{lead} is part of {into} now.", "lead", lead.pk)


@require_POST
@needs(Right.SEE_LEADS)
def see_answer(request: HttpRequest, key: int) -> HttpResponse:
    """They have read what marketing answered."""
    if key >= 2**63 or not feedback.see(by=signed_in(request), answer=key, now=timezone.now()):
        raise Http404
    return HttpResponse("") if request.headers.get("HX-Request") == "true" else redirect("leads")
