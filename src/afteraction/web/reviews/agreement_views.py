"""Who says what across deals, how well causes stand, and stated drivers tested on the record."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from afteraction.errors import Refused
from afteraction.web.people.access import needs, signed_in
from afteraction.web.people.roles import Right, may
from afteraction.web.reviews import agreement_rows as rows
from afteraction.web.reviews.across import PAIRS
from afteraction.web.reviews.driver_claims import have_tested, testable
from afteraction.web.reviews.models import Driver
from afteraction.web.reviews.pages import TABS
from afteraction.web.reviews.taxonomy import drivers_of


@needs(Right.SEE_REVIEWS)
@require_GET
def agreement(request: HttpRequest) -> HttpResponse:
    """Agreement, who says what, grades counted, claims."""
    user = signed_in(request)
    kept = rows.agreement_of(user)
    if kept is None:
        return render(request, "reviews/no_agreement.html", {"tabs": TABS})
    known = rows.named_pairs(PAIRS)
    asked = request.GET.get("pair", "")
    pair = asked if asked in dict(known) else known[0][0]
    one, other = pair.split("-")
    compared, refused = rows.pair_rows(kept.content, one, other)
    graded = rows.grade_rows(kept.content)
    tests = testable(user.organisation, list(drivers_of(user.organisation, now=timezone.now())))
    content = {
        "tabs": TABS,
        "kept": kept,
        "alphas": rows.alpha_rows(kept.content),
        "driver_alphas": rows.driver_alpha_rows(kept.content),
        "pairs": known,
        "pair": pair,
        "one": rows.WORDS[one],
        "other": rows.WORDS[other],
        "compared": compared,
        "refused": refused,
        "pair_note": f"On the {compared[0].n:,} deals of which both have spoken" if compared else "",
        "grades": graded,
        "grade_names": rows.GRADES,
        "grade_note": f"Claims of {graded[0].n:,} single deals, by their evidence, with 95% intervals"
        if graded
        else "",
        "claimed": rows.claimed_rows(kept.content, tests),
        "may_state": may(user, Right.STATE_CLAIMS),
    }
    return render(request, "reviews/agreement.html", content)


@needs(Right.SEE_REVIEWS)
@require_GET
def behind(request: HttpRequest) -> HttpResponse:
    """The reviews in which one voice names a driver and the other does not."""
    user = signed_in(request)
    kept = rows.agreement_of(user)
    pair, key, which = (request.GET.get(name, "") for name in ("pair", "driver", "which"))
    driver = Driver.objects.filter(organisation=user.organisation, key=key).first()
    if kept is None or driver is None or pair not in dict(rows.named_pairs(PAIRS)):
        raise Http404
    one, other = pair.split("-") if which == "only_one" else reversed(pair.split("-"))
    title = f"{rows.WORDS[one]}: “{driver.name}”, {rows.WORDS[other].lower()}: not"
    found = rows.behind(user, kept.content, pair, key, which)
    return render(request, "reviews/agreement_behind.html", {"title": title, "found": found, "tabs": TABS})


@require_POST
@needs(Right.STATE_CLAIMS)
def test(request: HttpRequest, key: str) -> HttpResponse:
    """Has a driver judged by the record, as a claim."""
    user = signed_in(request)
    driver = get_object_or_404(Driver, organisation=user.organisation, key=key)
    try:
        have_tested(by=user, driver=driver)
    except Refused as refused:
        messages.error(request, f"Not tested: there is {refused.found}. Expected: {refused.expected}.")
    else:
        messages.success(request, f"“{driver.name}” is being judged on the newest data.")
    return redirect("review-agreement")
