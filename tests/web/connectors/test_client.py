"""Requests to a CRM: where they may go, how long, how much, and what is tried again."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.web.connectors.fakes import Answer, Asked

from afteraction.errors import Refused
from afteraction.web import outside
from afteraction.web.connectors import client
from afteraction.web.connectors.address import clean_address
from afteraction.web.connectors.client import AskedToWait, Client, Declined, Unanswered
from afteraction.web.outside import place_of


@pytest.mark.parametrize(
    "wrong",
    [
        "http://x.example",
        "ftp://x.example",
        "https://u:p@x.example",
        "https://x.example/path",
        "https://",
        "https://x.example:99999",
    ],
)
def test_only_https_to_a_host_alone_is_an_address(wrong: str) -> None:
    with pytest.raises(Refused):
        clean_address(wrong)


def test_an_address_is_kept_in_one_form() -> None:
    assert clean_address(" X.example/ ") == "https://x.example"
    assert clean_address("https://x.example:443") == "https://x.example"


@pytest.mark.parametrize(
    "inside",
    ["127.0.0.1", "10.0.0.8", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "::1", "fe80::1", "fc00::1",
     "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::", "224.0.0.1"],
)  # fmt: skip
def test_no_machine_of_the_inner_network_is_asked(inside: str, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.ALLOW_PRIVATE = False
    monkeypatch.setattr(outside.socket, "getaddrinfo", lambda *_a, **_k: [(2, 1, 6, "", (inside, 443))])
    with pytest.raises(Refused, match="inner network"):
        place_of("https://crm.example")


def test_one_inner_answer_among_outer_ones_is_refused(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.ALLOW_PRIVATE = False
    answers = [(2, 1, 6, "", (ip, 443)) for ip in ("93.184.216.34", "10.1.1.1")]
    monkeypatch.setattr(outside.socket, "getaddrinfo", lambda *_a, **_k: answers)
    with pytest.raises(Refused, match="inner network"):
        place_of("https://crm.example")


def test_a_name_server_that_changes_its_mind_leads_nowhere_else(
    serve: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve(lambda _: Answer({"ok": True}))
    settings.ALLOW_PRIVATE = False
    with pytest.raises(Refused, match="inner network"):
        Client(server.address).ask("GET", "/")
    assert server.asked == []


def test_a_redirect_within_the_host_is_followed(serve: Any) -> None:
    server = serve(
        lambda a: Answer({"there": True}) if a.path == "/b" else Answer(status=307, headers={"Location": "/b"})
    )
    assert Client(server.address).ask("GET", "/a") == {"there": True}


@pytest.mark.parametrize("tls", [True, False])
def test_a_redirect_to_another_host_is_refused_and_hands_over_no_secret(serve: Any, tls: bool) -> None:
    other = serve(lambda _: Answer({"stolen": True}), tls=tls)
    server = serve(lambda _: Answer(status=302, headers={"Location": f"{other.address}/x"}))
    asking = Client(server.address)
    asking.headers["Authorization"] = "Bearer secret"
    with pytest.raises(Refused):
        asking.ask("GET", "/a")
    assert other.asked == []


def test_a_ring_of_redirects_ends(serve: Any) -> None:
    with pytest.raises(Refused, match="redirects"):
        Client(serve(lambda _: Answer(status=302, headers={"Location": "/a"})).address).ask("GET", "/a")


def test_a_certificate_that_nobody_trusts_is_refused(
    serve: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    server = serve(lambda _: Answer())
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(Refused, match="certificate"):
        Client(server.address).ask("GET", "/")


def test_half_an_answer_is_asked_for_again(serve: Any) -> None:
    cuts = iter([7, 0, None])
    server = serve(lambda _: Answer({"rows": [1, 2, 3]}, cut=next(cuts)))
    assert Client(server.address).ask("GET", "/") == {"rows": [1, 2, 3]}
    assert len(server.asked) == 3


def test_json_that_breaks_off_is_asked_for_again(serve: Any) -> None:
    raws = iter([b'{"rows": [1', None])
    assert Client(serve(lambda _: Answer({"a": 1}, raw=next(raws))).address).ask("GET", "/") == {"a": 1}


def test_a_page_that_is_no_api_is_refused_at_once(serve: Any) -> None:
    server = serve(lambda _: Answer(raw=b"<html>", headers={"Content-Type": "text/html"}))
    with pytest.raises(Refused, match="no JSON"):
        Client(server.address).ask("GET", "/")
    assert len(server.asked) == 1


def test_faults_of_the_server_are_tried_three_times_and_then_told(serve: Any) -> None:
    server = serve(lambda _: Answer(status=500))
    with pytest.raises(Unanswered, match="status 500"):
        Client(server.address).ask("GET", "/x")
    assert len(server.asked) == 3


def test_a_short_wait_is_waited_for_and_a_long_one_goes_to_whoever_asked(serve: Any) -> None:
    waits = iter(["0.05", None])

    def script(_asked: Asked) -> Answer:
        wait = next(waits)
        return Answer(status=429, headers={"Retry-After": wait}) if wait else Answer({"ok": 1})

    assert Client(serve(script).address).ask("GET", "/") == {"ok": 1}
    with pytest.raises(AskedToWait) as asked:
        Client(serve(lambda _: Answer(status=429, headers={"Retry-After": "30"})).address).ask("GET", "/")
    assert asked.value.wait == timedelta(seconds=30)
    with pytest.raises(AskedToWait) as asked:
        Client(serve(lambda _: Answer({"policyName": "DAILY"}, 429)).address).ask("GET", "/")
    assert asked.value.wait == timedelta(hours=1)


def test_an_answer_without_end_is_cut_off(serve: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "LARGEST", 1000)
    with pytest.raises(Refused, match="above 1,000 bytes"):
        Client(serve(lambda _: Answer({"x": "y" * 5000})).address).ask("GET", "/")


def test_what_the_server_declines_is_told_in_its_words(serve: Any) -> None:
    server = serve(lambda _: Answer([{"errorCode": "INVALID_TYPE", "message": "no Lead here"}], 400))
    with pytest.raises(Declined) as declined:
        Client(server.address).ask("GET", "/")
    assert (declined.value.status, declined.value.code, declined.value.said) == (400, "INVALID_TYPE", "no Lead here")
