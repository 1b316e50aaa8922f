"""How long the server took for an answer, told with the answer."""

import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class ServerTiming:
    """Adds `Server-Timing: app;dur=MILLISECONDS`, which browsers show beside each request (W3C Server Timing).

    It stands first, so that everything counts but waiting for a free thread; of an answer that is streamed, until its
    first piece is asked for.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = self.get_response(request)
        response["Server-Timing"] = f"app;dur={(time.perf_counter() - began) * 1000:.1f}"
        return response
