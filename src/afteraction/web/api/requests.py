"""A request of the API, with what its token says."""

from typing import cast

from django.http import HttpRequest
from ninja import Schema
from pydantic import ConfigDict

from afteraction.web.api.limits import Rate
from afteraction.web.api.models import Token
from afteraction.web.people.models import User


class Body(Schema):
    """What is sent. A field that is misspelt is told, rather than passed over."""

    model_config = ConfigDict(extra="forbid")


class ApiRequest(HttpRequest):
    """What `auth.Bearer` lets through."""

    user: User
    token: Token
    rate: Rate


def rate_of(request: HttpRequest) -> Rate | None:
    """How often the token of a request was used; None where none was read."""
    return cast("Rate | None", getattr(request, "rate", None))
