"""Who may open a page: a decorator for views, and the user with their type."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from afteraction.web.people.models import User
from afteraction.web.people.roles import Right, may

P = ParamSpec("P")
R = TypeVar("R", bound=HttpResponseBase)


def signed_in(request: HttpRequest) -> User:
    """The user of a request that `SignInRequired` let through."""
    return cast("User", request.user)


def needs(
    *rights: Right,
) -> Callable[[Callable[Concatenate[HttpRequest, P], R]], Callable[Concatenate[HttpRequest, P], R]]:
    """Lets a view be opened only by those who may do any of these; others get 403."""

    def decorate(view: Callable[Concatenate[HttpRequest, P], R]) -> Callable[Concatenate[HttpRequest, P], R]:
        @wraps(view)
        def checked(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> R:
            if not any(may(signed_in(request), right) for right in rights):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        checked.rights = rights  # type: ignore[attr-defined]
        return cast("Callable[Concatenate[HttpRequest, P], R]", checked)

    return decorate
