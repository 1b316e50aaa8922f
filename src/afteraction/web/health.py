"""Whether the server can do its work, for whatever watches it."""

from django.db import Error, connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from afteraction import __version__
from afteraction.web.jobs.selectors import work_state


@require_GET
@never_cache
def healthz(_request: HttpRequest) -> JsonResponse:
    """200 when the database answers, else 503; and for how many seconds the job worker has given no sign of life.

    Pages are served without a worker, so its absence (null) is told and does not make the server unhealthy. Tells
    nothing about the data.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        work = work_state(now=timezone.now())
    except Error:
        return JsonResponse({"status": "no database", "version": __version__}, status=503)
    jobs = {"heartbeat_age": work.heartbeat_age, "waiting": work.waiting, "running": work.running}
    return JsonResponse({"status": "ok", "version": __version__, "jobs": jobs})
