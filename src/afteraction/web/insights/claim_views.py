"""Claims: the folklore's verdicts, one's own claims, and stating one."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from afteraction.errors import Refused
from afteraction.web.insights import claiming
from afteraction.web.insights.claim_rows import claim_row
from afteraction.web.insights.forms import ClaimForm
from afteraction.web.insights.selectors import claims_of, standing
from afteraction.web.insights.views import frame
from afteraction.web.people.access import needs, signed_in
from afteraction.web.people.roles import Right


@needs(Right.STATE_CLAIMS)
@require_http_methods(["GET", "POST"])
def claims(request: HttpRequest) -> HttpResponse:
    """Every claim with its verdict; a new one is stated here."""
    user = signed_in(request)
    now = standing(user.organisation)
    if now.shown is None:
        return render(request, "insights/no_claims.html", frame(user, now))
    form = ClaimForm(request.POST or None, now.shown.figures)
    status = 200
    if request.method == "POST" and form.is_valid():
        subject = form.chosen
        try:
            claiming.state_claim(
                by=user,
                sentence=form.cleaned_data["sentence"],
                kind=subject.kind,
                name=subject.name,
                level=subject.level,
                direction=form.cleaned_data["direction"],
                segment=form.cleaned_data["segment"],
            )
        except Refused as refused:
            form.add_error(None, f"Not stated: there is {refused.found}. Expected: {refused.expected}.")
        else:
            messages.success(request, "The claim is being judged on the newest data.")
            return redirect("claims")
    if form.errors:
        status = 422
    stated = [claim_row(claim, user, now.shown.analysis) for claim in claims_of(user.organisation)]
    content = frame(user, now) | {
        "form": form,
        "stated": stated,
        "waiting": any(row.waiting for row in stated),
        "folklore": now.shown.section("claims"),
    }
    template = "insights/claim_list.html" if request.htmx and request.method == "GET" else "insights/claims.html"  # type: ignore[attr-defined]
    return render(request, template, content, status=status)


@needs(Right.STATE_CLAIMS)
@require_POST
def withdraw(request: HttpRequest, key: int) -> HttpResponse:
    """Takes a claim off the list."""
    user = signed_in(request)
    claim = get_object_or_404(claims_of(user.organisation), pk=key)
    try:
        claiming.withdraw_claim(by=user, claim=claim)
    except Refused as refused:
        messages.error(request, f"Not withdrawn: it is {refused.found}. Next: {refused.next_step}.")
    else:
        messages.success(request, f"“{claim.sentence}” is off the list.")
    return redirect("claims")
