"""The link of a mail under attack: guessed, reused, forwarded, hammered, overfilled, scripted."""

import secrets
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from tests.cast import Cast
from tests.web.buyers.made import ask_buyers, asked, link_in

from afteraction.web.buyers import limits
from afteraction.web.buyers.models import BuyerAnswer, Draft, Invitation, Link
from afteraction.web.logs import JsonFormatter

SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>"


@pytest.fixture(autouse=True)
def _forget_attempts() -> None:
    limits.WRONG.clear()
    limits.ALL.clear()


def plain(response: object) -> tuple[int, bytes, dict[str, str]]:
    """Everything of an answer."""
    headers = {name: value for name, value in response.items() if name not in ("Content-Length", "Server-Timing")}  # type: ignore[attr-defined]
    return response.status_code, response.content, headers  # type: ignore[attr-defined]


def test_a_token_has_256_bits_and_only_its_hash_is_kept(cast: Cast) -> None:
    _invitation, path = asked(cast)
    token = path.split("/")[2]
    assert len(token) == 43
    assert not Link.objects.filter(token_hash__contains=token).exists()
    assert len(Link.objects.get().token_hash) == 64


def test_guessing_leads_to_the_page_of_every_closed_link(cast: Cast, client: Client) -> None:
    _invitation, path = asked(cast)
    token = path.split("/")[2]
    other = token[:-1] + ("A" if token[-1] != "A" else "B")
    answers = [plain(client.get(f"/b/{guess}/")) for guess in (secrets.token_urlsafe(32), other, "x", token[:40])]
    assert {status for status, _body, _headers in answers} == {404}
    assert all(answer == answers[0] for answer in answers)


def test_unknown_expired_used_and_declined_links_cannot_be_told_apart(cast: Cast, client: Client) -> None:
    unknown = plain(client.get(f"/b/{secrets.token_urlsafe(32)}/"))
    expired, expired_path = asked(cast, 1)
    Invitation.objects.filter(pk=expired.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert plain(client.get(expired_path)) == unknown
    assert plain(client.post(expired_path, {"better": "late"}))[:2] == unknown[:2]
    _used, used_path = asked(cast, 2)
    assert client.post(used_path, {"better": "More"}).status_code == 302
    assert plain(Client().get(used_path)) == unknown
    assert plain(Client().post(used_path, {"better": "Again"}))[:2] == unknown[:2]
    _declined, declined_path = asked(cast, 3)
    assert client.post(f"{declined_path}decline/").status_code == 200
    assert plain(client.get(declined_path)) == unknown
    assert BuyerAnswer.objects.get().better == "More"


def test_a_forwarded_link_shows_two_names_and_takes_one_answer(cast: Cast, client: Client) -> None:
    _invitation, path = asked(cast)
    page = client.get(path).content.decode()
    assert "Northwind" in page
    assert "Contoso Mills" in page
    told = ("Secret deal", "987", "Noor", "Haddad", "Enterprise North", "Fabrikam", "Robin", "robin1", "Mid-market")
    assert not [word for word in told if word in page]
    assert not [word for word in ("lost", "Lost", "won", "Won", "no decision") if f">{word}<" in page]
    colleague = Client()
    assert colleague.post(path, {"better": "Listen"}).status_code == 302
    assert client.post(path, {"better": "Me too"}).status_code == 404
    assert BuyerAnswer.objects.count() == 1


def test_a_token_answers_for_its_own_deal_alone(cast: Cast, client: Client) -> None:
    first, _path = asked(cast, 1)
    second, path = asked(cast, 2)
    client.post(path, {"better": "Second", "invitation": first.pk, "review": first.asking.review_id})
    answer = BuyerAnswer.objects.get()
    assert answer.review_id == second.asking.review_id
    first.refresh_from_db()
    assert first.state == "sent"


def test_the_cookie_of_one_answer_changes_no_other(cast: Cast, client: Client) -> None:
    _first, one = asked(cast, 1)
    _second, two = asked(cast, 2)
    client.post(one, {"better": "One"})
    thief = Client()
    thief.post(two, {"better": "Two"})
    key = client.cookies["mine"].value
    assert client.cookies["mine"]["path"] == one
    stranger = Client()
    stranger.cookies["mine"] = key
    assert stranger.get(two).status_code == 404
    assert stranger.post(two, {"better": "Changed"}).status_code == 404
    assert not BuyerAnswer.objects.filter(better="Changed").exists()


def test_the_browser_that_answered_may_change_it_for_an_hour(cast: Cast, client: Client) -> None:
    _invitation, path = asked(cast)
    client.post(path, {"better": "One"})
    assert "Thank you" in client.get(path).content.decode()
    assert "One" in client.get(f"{path}?change").content.decode()
    assert client.post(path, {"better": "Two"}).status_code == 302
    assert BuyerAnswer.objects.get().better == "Two"
    BuyerAnswer.objects.update(answered_at=timezone.now() - timedelta(minutes=61))
    assert client.get(path).status_code == 404
    assert client.post(path, {"better": "Three"}).status_code == 404
    assert BuyerAnswer.objects.get().better == "Two"


@pytest.fixture
def one_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """All of a test lies within one minute of those that attempts are counted in."""
    monkeypatch.setattr(limits, "time", SimpleNamespace(monotonic=lambda: 90.0))


@pytest.mark.usefixtures("one_minute")
def test_hundreds_of_attempts_a_minute_are_stopped_and_others_are_not(cast: Cast, client: Client) -> None:
    _invitation, path = asked(cast)
    statuses = [
        client.get(f"/b/{secrets.token_urlsafe(32)}/", REMOTE_ADDR="203.0.113.9").status_code for _ in range(300)
    ]
    assert statuses[:20] == [404] * 20
    assert set(statuses[20:]) == {429}
    assert client.get(path, REMOTE_ADDR="203.0.113.9").status_code == 429  # else it would tell right from wrong
    assert client.get(path, REMOTE_ADDR="198.51.100.7").status_code == 200


@pytest.mark.usefixtures("one_minute")
def test_refused_attempts_ask_the_database_nothing(cast: Cast, client: Client, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    for _ in range(20):
        client.get(f"/b/{secrets.token_urlsafe(32)}/", REMOTE_ADDR="203.0.113.9")
    with django_assert_num_queries(0):
        answer = client.get(f"/b/{secrets.token_urlsafe(32)}/", REMOTE_ADDR="203.0.113.9")
    assert answer.status_code == 429
    assert answer["Retry-After"] == "60"


@pytest.mark.parametrize("where", ["", "draft/"])
def test_an_answer_of_5_mb_is_refused_with_a_page_that_says_so(cast: Cast, client: Client, where: str) -> None:
    _invitation, path = asked(cast)
    answer = client.post(f"{path}{where}", {"better": "x" * 5_000_000})
    assert answer.status_code == 413
    assert "up to 4,000 characters" in answer.content.decode()
    assert not BuyerAnswer.objects.exists()
    assert not Draft.objects.exists()
    assert client.post(path, {"better": "x" * 4_001}).status_code == 413
    assert client.post(path, {"better": "x" * 4_000}).status_code == 302


def test_scripts_in_every_field_are_text_on_every_page(cast: Cast, client: Client) -> None:
    invitation, path = asked(cast)
    sent = dict.fromkeys(("cause", "drivers", "score", "engaged", "better", "apart", "changed", "may_quote"), SCRIPT)
    assert client.post(f"{path}draft/", sent).status_code == 204
    pages = [client.get(path).content.decode()]
    assert client.post(path, sent | {"may_quote": "named"}).status_code == 302
    pages += [client.get(path).content.decode(), client.get(f"{path}?change").content.decode()]
    answer = BuyerAnswer.objects.get()
    assert (answer.cause, answer.drivers, answer.score, answer.engaged, answer.better) == ("", [], None, "", SCRIPT)
    client.force_login(cast.operations, backend="allauth.account.auth_backends.AuthenticationBackend")
    inside = [
        "/reviews/buyers/", "/reviews/buyers/answers/", f"/reviews/buyers/answers/{answer.pk}/",
        f"/reviews/buyers/asked/{invitation.asking_id}/",
    ]  # fmt: skip
    pages += [client.get(address).content.decode() for address in inside]
    assert all("<script>alert" not in page and "<img src=x" not in page for page in pages)
    assert "&lt;script&gt;alert(1)" in pages[0]
    assert "&lt;script&gt;alert(1)" in pages[-1]


def test_links_of_another_organisation_open_nothing_of_this_one(cast: Cast, client: Client) -> None:
    _invitation, path = asked(cast)
    client.force_login(cast.outsider, backend="allauth.account.auth_backends.AuthenticationBackend")
    ask_buyers(cast.outsider)
    assert client.get("/reviews/buyers/answers/").status_code == 200
    assert client.get(f"/reviews/buyers/asked/{Invitation.objects.get().asking_id}/").status_code == 404
    assert client.get(path).status_code == 200  # whoever has the link is a buyer, whoever else they are


def test_pages_for_buyers_are_not_indexed_kept_or_told_to_others(cast: Cast, client: Client) -> None:
    _invitation, path = asked(cast)
    for answer in (client.get(path), client.get("/b/nothing/")):
        assert answer["Referrer-Policy"] == "no-referrer"
        assert answer["Cache-Control"] == "no-store"
        assert "noindex" in answer["X-Robots-Tag"]
        assert not answer.cookies


def test_opening_pages_changes_nothing(cast: Cast, client: Client) -> None:
    invitation, path = asked(cast)
    for page in (path, f"{path}decline/", f"{path}unsubscribe/"):
        client.get(page)
        client.head(page)
    invitation.refresh_from_db()
    assert invitation.state == "sent"


def test_unsubscribing_holds_for_ever_with_one_post(cast: Cast, client: Client) -> None:
    invitation, path = asked(cast, email="Robin@contoso.example")
    message = mail.outbox[-1]
    assert message.extra_headers["List-Unsubscribe"].endswith(f"{path}unsubscribe/>")
    assert client.post(f"{path}unsubscribe/", {"List-Unsubscribe": "One-Click"}).status_code == 200
    invitation.refresh_from_db()
    assert invitation.state == "unsubscribed"
    assert client.get(path).status_code == 404
    assert link_in(message) == path


def test_no_log_holds_a_token(cast: Cast, client: Client, caplog: pytest.LogCaptureFixture) -> None:
    _invitation, path = asked(cast)
    client.post(path, {})
    client.get(path.replace("/b/", "/b/x"))
    lines = [JsonFormatter().format(record) for record in caplog.records]
    assert any("/b/…" in line for line in lines)
    assert not [line for line in lines if path.split("/")[2] in line]
