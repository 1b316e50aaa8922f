"""What a device asks for: the page that works without a connection, its worker, cards, and to take answers."""

import hashlib
import json
from dataclasses import asdict
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET, require_POST

from afteraction.errors import Refused
from afteraction.web.people.access import needs, signed_in
from afteraction.web.people.roles import Right
from afteraction.web.practice.services import Sent, take_answers
from afteraction.web.practice.session import session_of

ASSETS: Final = (
    "vendor/tabler.min.css", "tokens.css", "app.css", "practice.css", "theme.js", "practice-device.js", "practice.js",
    "vendor/icons.svg", "vendor/inter-latin.woff2", "mark.svg",
)  # fmt: skip
"""What the page of a session is made of; a test holds it against what the page asks for."""
_MOST_BYTES: Final = 500_000


@needs(Right.PRACTISE)
@require_GET
@ensure_csrf_cookie
@never_cache
def session(request: HttpRequest) -> HttpResponse:
    """The page of a session. It holds no cards and no names: the device keeps it."""
    return render(request, "practice/session.html", {"person": signed_in(request).pk})


@needs(Right.PRACTISE)
@require_GET
@never_cache
def worker(request: HttpRequest) -> HttpResponse:
    """The worker that answers for the server while there is none; a change of what it keeps makes another worker."""
    content = {"version": _version(), "assets": [static(name) for name in ASSETS]}
    return render(request, "practice/worker.js", content, content_type="text/javascript; charset=utf-8")


@lru_cache(maxsize=1)
def _version() -> str:
    """Of the content of the assets, as long as this server lives."""
    content = hashlib.sha256()
    for name in ASSETS:
        content.update(Path(str(finders.find(name))).read_bytes())
    return content.hexdigest()[:16]


@needs(Right.PRACTISE)
@require_GET
@never_cache
def cards(request: HttpRequest) -> JsonResponse:
    """The cards to practise now."""
    user, now = signed_in(request), timezone.now()
    found = session_of(user, now=now)
    return JsonResponse(
        {
            "person": user.pk,
            "given_at": now.isoformat(),
            "next_due": found.next_due.isoformat() if found.next_due else None,
            "cards": [asdict(each) for each in found.cards],
        }
    )


@needs(Right.PRACTISE)
@require_POST
def answers(request: HttpRequest) -> JsonResponse:
    """Takes answers; says which the device may forget. 400 with what is wrong when it cannot be read at all."""
    try:
        sent_at, sent = _read(request.body)
        taken = take_answers(by=signed_in(request), answers=sent, sent_at=sent_at, now=timezone.now())
    except Refused as refused:
        problem = {"found": refused.found, "expected": refused.expected, "next": refused.next_step}
        return JsonResponse(problem, status=400)
    refused_keys = {str(key): why for key, why in taken.refused.items()}
    return JsonResponse({"kept": [str(key) for key in taken.kept], "refused": refused_keys})


def _read(body: bytes) -> tuple[datetime, list[Sent]]:
    """What a device sent. Raises `Refused` with the first thing that cannot be read."""
    if len(body) > _MOST_BYTES:
        raise Refused(f"{len(body)} bytes", f"at most {_MOST_BYTES}", "send the answers in several parts")
    try:
        content = json.loads(body)
        return _time(content["sent_at"]), [_sent(each) for each in content["answers"]]
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        expected = "sent_at and answers with key, card, edition, at, seconds and rating, chosen or picked"
        raise Refused(f"something else: {error}", expected, "load the page again") from error


def _sent(content: dict[str, Any]) -> Sent:
    seconds, rating = float(content["seconds"]), content.get("rating")
    if seconds != seconds:  # NaN, which no limit holds
        raise ValueError("seconds that are no number")
    return Sent(
        key=UUID(content["key"]),
        card=_whole(content["card"]),
        edition=_whole(content["edition"]),
        at=_time(content["at"]),
        seconds=seconds,
        rating=None if rating is None else _whole(rating),
        chosen=tuple(_whole(each) for each in content.get("chosen") or ()),
        picked=_text(content.get("picked") or ""),
    )


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r:.40} for a text")
    return value


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**31:
        raise ValueError(f"{value!r:.40} for a whole number")
    return value


def _time(text: str) -> datetime:
    found = parse_datetime(text)
    if found is None or found.tzinfo is None:
        raise ValueError(f"{text!r:.40} for a time with its zone")
    return found
