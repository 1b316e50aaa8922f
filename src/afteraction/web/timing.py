"""How long the server took for an answer, told with the answer."""

import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class ServerTiming:
    """Adds `Server-Timing: app;dur=MILLISECONDS, cpu;dur=MILLISECONDS`, which browsers show (W3C Server Timing).

    The second is what its thread computed meanwhile: much less where it waited for a database or a busy machine.

    It stands first, so that everything counts but waiting for a free thread; of an answer that is streamed, until its
    first piece is asked for.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began, worked = time.perf_counter(), time.thread_time()
        response = self.get_response(request)
        took, worked = (time.perf_counter() - began) * 1000, (time.thread_time() - worked) * 1000
        response["Server-Timing"] = f"app;dur={took:.1f}, cpu;dur={worked:.1f}"
        return response
