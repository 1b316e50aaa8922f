"""Requests made from the OpenAPI document find no failure, and no answer that the document does not say."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import schemathesis
from benchmarks.api_fuzz import Fuzzed, document, fuzz, operations
from benchmarks.api_fuzz_data import with_objects
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from tests.cast import Cast

from afteraction.web.api import deals
from afteraction.web.api.v1 import ROUTES

EXAMPLES = 8


@pytest.fixture
def fuzzed(recorded: Cast, settings: Any) -> Iterator[tuple[str, Any, Any]]:
    settings.API_LIMIT = 10**9
    token, known = with_objects(recorded.admin)
    with pytest.MonkeyPatch.context() as patched, _connection_kept():
        patched.setattr("django.core.mail.message.EmailMessage.send", lambda *_a, **_k: 1)
        yield token, known, document(get_wsgi_application())


@contextmanager
def _connection_kept() -> Iterator[None]:
    """The server closes a connection in the middle of a transaction after a request, which here is that of the test."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_no_request_is_answered_with_a_failure_or_undocumented(fuzzed: tuple[str, Any, Any]) -> None:
    token, known, schema = fuzzed
    found = Fuzzed()
    for operation in operations(schema):
        fuzz(operation, token, known, EXAMPLES, found)
    assert not found.wrong, "\n\n".join(found.wrong)
    asked = {label for label, _status in found.answers}
    assert asked == {route.name for route in ROUTES}
    succeeded = {label for label, status in found.answers if status < 300}
    # Most are got right too, not only refused: the fuzzing gets past the doors.
    assert len(succeeded) > 0.6 * len(ROUTES), sorted(asked - succeeded)


@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_a_failure_would_be_found(fuzzed: tuple[str, Any, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    token, known, schema = fuzzed
    monkeypatch.setattr(deals.selectors, "count_for", lambda *_args: 1 / 0)
    [operation] = [each for each in operations(schema) if each.path == "/api/v1/deal-count"]
    found = Fuzzed()
    fuzz(operation, token, known, EXAMPLES, found)
    assert "Server error" in found.wrong[0]
    assert schemathesis.GenerationMode.POSITIVE.value in found.wrong[0]
