"""What someone expects of an open deal, taken from its page."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from afteraction.errors import Refused
from afteraction.web.deals.selectors import deal_for
from afteraction.web.people.access import needs, signed_in
from afteraction.web.people.roles import Right
from afteraction.web.reviews.expectations import expect
from afteraction.web.reviews.forms import ExpectationForm
from afteraction.web.reviews.templatetags.review_words import expectation_context


@require_POST
@needs(Right.SEE_REVIEWS)
def expectation(request: HttpRequest) -> HttpResponse:
    """Notes what was sent; answers with the piece of the deal's page that shows it."""
    user, now = signed_in(request), timezone.now()
    deal = deal_for(user, request.POST.get("deal", ""))
    if deal is None:
        raise Http404
    form, refused, noted = ExpectationForm(request.POST), None, None
    if form.is_valid():
        try:
            noted = expect(by=user, deal=deal, now=now, **form.cleaned_data)
        except Refused as problem:
            refused = problem
    context = expectation_context(user, deal, form=None if noted else form)
    status = 200 if noted else 422
    return render(request, "reviews/expectation.html", context | {"saved": noted, "refused": refused}, status=status)
