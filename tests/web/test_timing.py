"""Every answer says how long the server took."""

import re

from django.test import Client


def test_an_answer_says_how_long_the_server_took(client: Client, db: None) -> None:
    for path in ("/healthz", "/accounts/login/", "/"):
        assert re.fullmatch(r"app;dur=\d+\.\d, cpu;dur=\d+\.\d", client.get(path)["Server-Timing"])
