"""What came back, and what marketing answers to it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from afteraction.errors import Refused
from afteraction.web.leads import feedback
from afteraction.web.leads.agreeing import terms_of
from afteraction.web.leads.models import LeadResult
from afteraction.web.leads.pages import sentence, tabs_for
from afteraction.web.leads.selectors import lead_index, result_of
from afteraction.web.leads.terms import REASONS
from afteraction.web.people.access import needs, signed_in
from afteraction.web.people.roles import Right, may

_ANSWERS = 30
_GROUPS = 30
"""Of very many the ones that are due first are shown: answering them makes room for the next."""


@needs(Right.SEE_LEADS)
@require_GET
def returned(request: HttpRequest) -> HttpResponse:
    """What waits for an answer, alike leads together, and what was answered."""
    user, now = signed_in(request), timezone.now()
    kept = result_of(user.organisation, LeadResult.Kind.LOOP)
    asked = request.GET.get("reason", "")
    waiting = feedback.groups(user, now)
    groups = [each for each in waiting if not asked or each.reason == asked]
    context = {
        "tabs": tabs_for(user),
        "groups": groups[:_GROUPS],
        "further": groups[_GROUPS:],
        "further_leads": sum(each.leads for each in groups[_GROUPS:]),
        "asked": asked if groups else "",
        "waiting_reasons": dict.fromkeys(each.reason for each in waiting) if len(waiting) > _GROUPS else {},
        "reasons": REASONS,
        "answers": list(feedback.answers(user, now)[:_ANSWERS]),
        "loop": kept.figures if kept else {},
        "terms": terms_of(user.organisation),
        "may_answer": may(user, Right.OWN_LEADS),
        "any": lead_index(user) is not None,
        "now": now,
    }
    return render(request, "leads/returned.html", context)


@require_POST
@needs(Right.OWN_LEADS)
def answer(request: HttpRequest) -> HttpResponse:
    """Answers leads alike."""
    user, sent = signed_in(request), request.POST
    try:
        made = feedback.answer(
            by=user,
            reason=sent.get("reason", ""),
            source=sent.get("source", ""),
            campaign=sent.get("campaign", ""),
            text=sent.get("text", ""),
            changed=sent.get("changed") != "no",
            then=sent.get("then", feedback.NURTURE),
            now=timezone.now(),
        )
    except Refused as refused:
        messages.error(request, sentence(refused))
    else:
        told = made.notices.count()
        messages.success(request, f"Answered. {told} {'person is' if told == 1 else 'people are'} told.")
    return redirect("leads-returned")
