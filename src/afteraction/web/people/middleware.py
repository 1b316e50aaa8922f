"""Everything needs a sign-in, unless a view says otherwise."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse

OPEN = ("/healthz", "/metrics", "/static/", "/accounts/", "/api/", "/b/", "/c/", "/w/", "/listening/hook/")
"""Paths that decide themselves: the API, /metrics and the hook have tokens, accounts are for signing in, /b/ and /c/
are for buyers, /w/ is for screens."""


class SignInRequired:
    """Sends those who are not signed in to the sign-in page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: Callable[..., Any], _args: tuple[Any, ...], _kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Runs before every view; None lets it through."""
        if request.user.is_authenticated or request.path.startswith(OPEN):
            return None
        return redirect_to_login(request.get_full_path())
