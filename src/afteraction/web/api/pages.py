"""The page of one's own tokens: make one (its secret is shown once), see which there are, revoke."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from afteraction.errors import Refused
from afteraction.web.api import tokens as services
from afteraction.web.api.forms import TokenForm
from afteraction.web.people.access import signed_in


@require_http_methods(["GET", "POST"])
@never_cache
def tokens(request: HttpRequest) -> HttpResponse:
    """One's own tokens. The answer to making one is the only page that ever has its secret."""
    user, now = signed_in(request), timezone.now()
    form = TokenForm(request.POST if request.method == "POST" else None, user=user)
    made, secret = None, ""
    if form.is_valid():
        try:
            made, secret = services.make_token(user=user, now=now, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, f"Found {refused.found}, expected {refused.expected}: {refused.next_step}.")
        else:
            form = TokenForm(user=user)
    rows = [(each, each.state(now)) for each in services.tokens_of(user)]
    status = 201 if made else 422 if form.is_bound else 200
    about = {"form": form, "rows": rows, "made": made, "secret": secret, "address": settings.ADDRESS}
    return render(request, "api/tokens.html", about, status=status)


@require_POST
def revoke(request: HttpRequest, key: int) -> HttpResponse:
    """Ends a token at once."""
    token = services.revoke(user=signed_in(request), key=key, now=timezone.now())
    if token is None:
        raise Http404
    messages.success(request, f"{token.name} is revoked; it opens nothing any more.")
    return redirect("tokens")
