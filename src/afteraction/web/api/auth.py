"""Who asks: a token in the header `Authorization: Bearer …`, and nothing else. Cookies open nothing here."""

from collections.abc import Iterable
from typing import Any, Final, cast

from auditlog.context import auditlog_value
from django.http import HttpRequest
from django.utils import timezone
from ninja.security import HttpBearer

from afteraction.web.api.limits import spend
from afteraction.web.api.models import Token
from afteraction.web.api.problems import Problem
from afteraction.web.api.requests import ApiRequest
from afteraction.web.api.scopes import Scope
from afteraction.web.api.tokens import find_token
from afteraction.web.isolation.scope import bind
from afteraction.web.people.models import User
from afteraction.web.people.roles import Right, may

_REALM: Final = 'Bearer realm="Afteraction"'
_NEXT: Final = "make a token at /settings/tokens/ and send it as the header Authorization: Bearer TOKEN"


class Bearer(HttpBearer):
    """Lets through a valid token with a scope, whose user has any of some rights; `scope` None asks for neither."""

    def __init__(self, scope: Scope | None, rights: Iterable[Right]) -> None:
        super().__init__()
        self.scope = scope
        self.rights = tuple(rights)

    def __call__(self, request: HttpRequest) -> Token:
        """The token; raises `Problem` with 401, 403 or 429."""
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not secret.strip():
            raise _no_token("no token", _REALM)
        return self.authenticate(request, secret.strip())

    def authenticate(self, request: HttpRequest, token: str) -> Token:
        """As above, by the secret."""
        now = timezone.now()
        found = find_token(token, now=now)
        if found is None:
            raise _no_token(
                "a token that is unknown, expired or revoked, or of a deactivated account",
                f'{_REALM}, error="invalid_token"',
            )
        bind(found.user.organisation_id)
        asked = cast("ApiRequest", request)
        asked.rate = spend(token=found, now=now)
        if asked.rate.exceeded:
            raise Problem(
                429,
                f"More than {asked.rate.limit} requests in this minute.",
                next_step=f"try again in {asked.rate.resets_in} seconds",
            )
        self._check(found)
        asked.user, asked.token = found.user, found
        _write_down_as(found.user)
        return found

    def _check(self, token: Token) -> None:
        if self.scope and self.scope not in token.scopes:
            raise Problem(
                403,
                f"This token may not do that: it lacks the scope {self.scope}.",
                found=f"a token for {', '.join(token.scopes)}",
                expected=str(self.scope),
                next_step="make another token with that scope",
                headers={"WWW-Authenticate": f'{_REALM}, error="insufficient_scope", scope="{self.scope}"'},
            )
        if self.rights and not any(may(token.user, right) for right in self.rights):
            raise Problem(
                403,
                f"The role {token.user.get_role_display().lower()} does not allow this.",
                found=f"the role {token.user.get_role_display().lower()}",
                expected=f"a role that may {' or '.join(self.rights)}",
                next_step="ask an admin",
            )


def _no_token(found: str, header: str) -> Problem:
    detail = f"Found {found}."
    return Problem(401, detail, found, "a valid token", _NEXT, headers={"WWW-Authenticate": header})


def _write_down_as(user: User) -> None:
    """Names the user to the audit trail, whose context the middleware opened before the token was read.

    A context of one's own within that one would never be let go: both take themselves off by the same variable.
    """
    context: dict[str, Any] | None = auditlog_value.get(None)
    if context is not None:
        context["actor"] = user
