"""Pieces of the page of a deal: what a trial asks for on it, and whether that was done."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from afteraction.errors import Refused
from afteraction.report.text import clean
from afteraction.web.deals.models import Deal
from afteraction.web.deals.selectors import deal_for
from afteraction.web.experiments import exposures
from afteraction.web.experiments.selectors import experiment_for
from afteraction.web.people.access import needs, signed_in
from afteraction.web.people.roles import Right


@require_POST
@needs(Right.SEE_DEALS)
def asked_on_deal(request: HttpRequest) -> HttpResponse:
    """What the running trials ask for on a deal. By POST, because that it was shown is kept."""
    user, deal = signed_in(request), _deal(request)
    asked = exposures.show(user=user, deal=deal, now=timezone.now())
    return render(request, "experiments/on_deal.html", {"asked": asked})


@require_POST
@needs(Right.SEE_DEALS)
def tell(request: HttpRequest, key: int) -> HttpResponse:
    """Done as asked, or the other way: one tap; or the answer taken back, or why it was the other way."""
    user, deal = signed_in(request), _deal(request)
    experiment = experiment_for(user, key)
    if experiment is None:
        raise Http404
    sent = request.POST
    try:
        asked = exposures.tell(
            user=user, experiment=experiment, deal=deal, followed=sent.get("followed", ""), why=sent.get("why", ""),
            now=timezone.now(),
        )  # fmt: skip
    except Refused as refused:
        return render(request, "experiments/on_deal_refused.html", {"refused": refused}, status=422)
    return render(request, "experiments/told.html", {"each": asked, "why_sent": "why" in sent})


def _deal(request: HttpRequest) -> Deal:
    """The deal that was sent, which the person may see."""
    found = deal_for(signed_in(request), clean(request.POST.get("deal", "")))
    if found is None:
        raise Http404
    return found
