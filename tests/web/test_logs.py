"""What is written into the log."""

import json
import logging

import pytest
from django.test import Client
from tests.cast import Cast

from afteraction.web.logs import JsonFormatter


@pytest.mark.django_db
def test_a_refused_request_is_one_line_without_where_it_was_refused(
    cast: Cast, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    client.force_login(cast.rep, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get("/leads/agreement/new").status_code == 403
    lines = [JsonFormatter().format(each) for each in caplog.records if each.name == "django.request"]
    assert len(lines) == 1
    assert "traceback" not in json.loads(lines[0])


def test_a_failure_is_told_with_where_it_was() -> None:
    try:
        {}["by nothing"]
    except KeyError as error:
        about = (type(error), error, error.__traceback__)
    record = logging.LogRecord("django.request", logging.ERROR, "", 1, "Internal Server Error: /", None, about)
    record.status_code = 500
    assert "by nothing" in json.loads(JsonFormatter().format(record))["traceback"]
