"""What tests of the API may use: calls with a token, as anyone of the cast."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponseBase
from django.test import Client
from django.utils import timezone
from tests.cast import Cast
from tests.recorded import Record, give_data, give_results

from afteraction.web.api.tokens import make_token
from afteraction.web.deals.chances import show_evidence
from afteraction.web.deals.index import refresh_index
from afteraction.web.people.models import User


@dataclass(frozen=True)
class Caller:
    """Someone with a token."""

    secret: str
    client: Client

    def __call__(self, method: str, path: str, content: Any = None, **headers: str) -> Any:
        """The answer. `content` is sent as JSON, bytes as they are; `Idempotency_Key="k"` is a header."""
        body = content if isinstance(content, bytes) else b"" if content is None else json.dumps(content).encode()
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.generic(
            method,
            f"/api/v1{path}",
            body,
            "application/json",
            headers={"Authorization": f"Bearer {self.secret}"} | told,
        )


As = Callable[..., Caller]


@pytest.fixture(autouse=True)
def _home(settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path


@pytest.fixture
def as_(db: None) -> As:
    """`as_(cast.rep)("GET", "/me")`; `scopes` are all that are of use without them."""

    def caller(user: User, *scopes: str) -> Caller:
        _token, secret = make_token(user=user, name="Tests", now=timezone.now(), scopes=scopes or None)
        return Caller(secret, Client(raise_request_exception=False))

    return caller


@pytest.fixture
def recorded(cast: Cast, record: Record) -> Cast:
    """The cast with a record, its index and its results."""
    give_data(cast, record)
    analysis = give_results(cast, record).analysis
    refresh_index(organisation=cast.organisation)
    show_evidence(organisation=cast.organisation, folder=f"results/{analysis.pk}", version=1)
    return cast


def problem(answer: HttpResponseBase, status: int) -> dict[str, Any]:
    """The content of an answer that is a problem with this status."""
    assert answer.status_code == status, answer
    assert answer["Content-Type"] == "application/problem+json"
    content: dict[str, Any] = json.loads(answer.content)  # type: ignore[attr-defined]
    assert {"type", "title", "status", "detail"} <= content.keys()
    assert content["status"] == status
    return content
