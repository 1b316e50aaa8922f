"""A write that is sent twice with the same Idempotency-Key is done once, also when both come at the same moment.

1. One transaction holds all: the row of the key, what the request writes, and the answer that is kept.
2. The row comes first. Of two requests with the same key the second one waits there (PostgreSQL at the unique index,
   SQLite at the beginning of the transaction) until the first one has ended.
3. When the first one was done, the second finds its answer and gives it again. When it was refused or died, nothing of
   it is left, the row included, and the second one is done as if it were the first.
4. What cannot be taken back, such as mail, is done by a job, which is queued in the same transaction.
"""

import hashlib
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from afteraction.web.api.models import KeptAnswer
from afteraction.web.api.problems import Problem, invalid
from afteraction.web.api.requests import ApiRequest

HEADER: Final = "Idempotency-Key"
REPLAYED: Final = "Idempotent-Replay"
KEPT_FOR: Final = timedelta(hours=48)
"""Twice what is promised: a clock that is a day ahead for a while does not have a write done twice."""
_KEY: Final = re.compile(r"[\x21-\x7e]{1,200}")


def once(request: ApiRequest, do: Callable[[], HttpResponse]) -> HttpResponse:
    """Does a write, or gives the answer that it had before. Without a key it is simply done."""
    key = request.headers.get(HEADER)
    if key is None:
        return do()
    if not _KEY.fullmatch(key):
        raise invalid((f"header.{HEADER}", "has to be 1 to 200 visible characters of ASCII, such as a UUID"))
    return _keyed(request, key, do)


def _keyed(request: ApiRequest, key: str, do: Callable[[], HttpResponse]) -> HttpResponse:
    fingerprint = _fingerprint(request)
    now = timezone.now()
    with transaction.atomic():
        KeptAnswer.objects.filter(token=request.token, key=key, made_at__lte=now - KEPT_FOR).delete()
        kept, made = KeptAnswer.objects.get_or_create(
            token=request.token, key=key, defaults={"fingerprint": fingerprint, "made_at": now}
        )
        if not made:
            return _again(kept, fingerprint)
        response = do()
        kept.status, kept.body = response.status_code, response.content.decode()
        kept.location = response.get("Location", "")
        kept.save()
        return response


def _again(kept: KeptAnswer, fingerprint: str) -> HttpResponse:
    if kept.fingerprint != fingerprint:
        raise Problem(
            409,
            "This Idempotency-Key was used for another request.",
            found=f"the key {kept.key!r} with another address or body",
            expected="the same request, or a new key",
            next_step="make a new key for every new write",
        )
    response = HttpResponse(kept.body, status=kept.status, content_type="application/json; charset=utf-8")
    response[REPLAYED] = "true"
    if kept.location:
        response["Location"] = kept.location
    return response


def _fingerprint(request: HttpRequest) -> str:
    parts = (request.method or "", request.get_full_path(), hashlib.sha256(request.body).hexdigest())
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
