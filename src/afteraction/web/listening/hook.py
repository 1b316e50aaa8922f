"""The webhook: other programs post items here, as JSON, with the token of their source.

It knows no session and no cookie, so a forged request of a browser has nothing to ride on.
"""

import json
from typing import Final

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from afteraction.errors import Refused
from afteraction.web.isolation.scope import bind
from afteraction.web.listening import sources

LARGEST: Final = 2 * 2**20


@csrf_exempt
@require_POST
@never_cache
def hook(request: HttpRequest, key: int) -> JsonResponse:
    """Takes in a JSON Feed, a list of items or one item; answers how many were new. The same again is nothing new."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    source = sources.webhook_of(key, token.strip()) if kind.lower() == "bearer" else None
    if source is None:
        answer = _problem(401, "no token of this webhook", 'the header "Authorization: Bearer TOKEN"')
        answer["WWW-Authenticate"] = "Bearer"
        return answer
    bind(source.organisation_id)
    length = request.headers.get("Content-Length", "")
    if not length.isdecimal() or int(length) > LARGEST:
        return _problem(413, f"{length or 'an unknown number of'} bytes", f"at most {LARGEST:,}, announced")
    try:
        content = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        return _problem(400, f"no JSON: {error}"[:200], "a JSON document in UTF-8")
    try:
        came = sources.take_in(source=source, content=content, now=timezone.now())
    except Refused as refused:
        return _problem(422, refused.found, refused.expected)
    return JsonResponse({"new": came.new, "known": came.known, "unreadable": list(came.unreadable)[:100]}, status=202)


def _problem(status: int, found: str, expected: str) -> JsonResponse:
    return JsonResponse({"found": found, "expected": expected}, status=status)
