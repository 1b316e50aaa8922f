"""The pages of sources and the webhook: who adds what, what comes of files and posts, what is shown once."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.cast import Cast

from afteraction.errors import Refused
from afteraction.web.connectors.sealing import unseal
from afteraction.web.listening import health, sources
from afteraction.web.listening.models import Item, Source, Unreadable

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
KIND = Source.Kind


@pytest.fixture
def page(cast: Cast, client: Client) -> Client:
    """Marketing, who owns sources."""
    client.force_login(cast.marketer, backend=BACKEND)
    return client


def send(page: Client, *files: tuple[str, bytes]) -> str:
    made = [SimpleUploadedFile(name, content) for name, content in files]
    return page.post(reverse("listening-source-files"), {"files": made}).content.decode()


def test_a_feed_is_added_once_and_asked_at_once(cast: Cast, page: Client) -> None:
    about = {"what": "feed", "feed-address": "news.example/rss"}
    answer = page.post(reverse("listening-source-add"), about)
    made = Source.objects.get()
    assert answer.headers["Location"] == reverse("listening-source", args=[made.pk])
    assert (made.address, made.name, made.is_on) == ("https://news.example/rss", "news.example", True)
    again = page.post(reverse("listening-source-add"), about)
    assert again.status_code == 422
    assert "listened to already" in again.content.decode()
    assert Source.objects.count() == 1


def test_a_list_of_feeds_is_added_and_what_is_no_address_is_told(cast: Cast, page: Client) -> None:
    sources.add_feed(by=cast.marketer, address="https://a.example/f", now=timezone.now())
    rows = ("https://a.example/f", "https://b.example/f", "javascript:x()//", "ftp://c.example/")
    outlines = "".join(f'<outline text="F{n}" xmlUrl="{url}"/>' for n, url in enumerate(rows))
    said = send(page, ("feeds.opml", f"<opml><body>{outlines}</body></opml>".encode()))
    assert "1 feed added, 1 known before" in said
    assert "F3: ftp://c.example/" in said
    exported = page.get(reverse("listening-sources-export"))
    assert b"https://b.example/f" in exported.content
    assert exported.headers["Content-Disposition"] == 'attachment; filename="feeds.opml"'


def test_mails_and_tables_that_are_dropped_are_items_of_one_source(cast: Cast, page: Client) -> None:
    mail = b"Subject: Initech hires\r\nDate: Mon, 02 Mar 2026 10:00:00 +0100\r\nMessage-ID: <1>\r\n\r\nMore."
    table = b"title,url\nInitech moves,https://x.example/1\n,\n"
    said = send(page, ("a.eml", mail), ("b.csv", table), ("c.exe", b"MZ"), ("d.eml", b""))
    assert sorted(Item.objects.values_list("title", flat=True)) == ["Initech hires", "Initech moves"]
    assert "c.exe" in said
    assert "a file of the kind .exe" in said
    assert "1 new item" in said
    assert "0 new items, 1 known before" in send(page, ("a.eml", mail))
    source = Source.objects.get()
    assert (source.kind, source.name) == (KIND.FILES, sources.HANDED_IN)
    shown = page.get(reverse("listening-source", args=[source.pk])).content.decode()
    assert "row 2" in shown or not Unreadable.objects.exists()
    assert "Initech moves" in shown


def test_a_mailbox_keeps_its_password_sealed_and_never_shows_it(cast: Cast, page: Client) -> None:
    about = {"host": "imap.example", "user": "news@x.example", "password": "hunter2 ", "folder": "", "name": "Alerts"}
    page.post(reverse("listening-source-add"), {"what": "mailbox", **{f"mailbox-{k}": v for k, v in about.items()}})
    made = Source.objects.get()
    assert made.address == "imaps://news%40x.example@imap.example:993/INBOX"
    assert unseal(made.secret) == "hunter2 "
    shown = page.get(reverse("listening-source", args=[made.pk])).content.decode()
    assert "hunter2" not in shown
    assert made.secret not in shown


@pytest.mark.parametrize(
    "wrong", [{"host": "a b"}, {"host": "x:y"}, {"host": "a..b"}, {"host": ""}, {"user": "a\r\nb"}, {"password": ""}]
)
def test_what_cannot_be_a_mailbox_is_refused(cast: Cast, wrong: dict[str, str]) -> None:
    about = {"host": "imap.example", "user": "a", "password": "b", "folder": "", "name": ""} | wrong
    with pytest.raises(Refused):
        sources.add_mailbox(by=cast.marketer, now=timezone.now(), **about)


def webhook(page: Client) -> tuple[Source, str]:
    answer = page.post(reverse("listening-source-add"), {"what": "webhook", "webhook-name": "Monitor"})
    assert answer.status_code == 201
    return Source.objects.get(kind=KIND.WEBHOOK), str(answer.context["token"])


def post(source: Source, token: str, content: Any, **about: Any) -> Any:
    body = content if isinstance(content, bytes) else json.dumps(content)
    return Client(enforce_csrf_checks=True).post(
        reverse("listening-hook", args=[source.pk]),
        body,
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}"} | about,
    )


def test_the_token_of_a_webhook_is_shown_once_and_replaced_by_another(cast: Cast, page: Client) -> None:
    source, token = webhook(page)
    assert token not in source.secret
    assert token not in page.get(reverse("listening-source", args=[source.pk])).content.decode()
    assert post(source, token, []).status_code == 202
    other = page.post(reverse("listening-source-token", args=[source.pk])).context["token"]
    assert post(source, token, []).status_code == 401
    assert post(source, other, []).status_code == 202


def test_what_is_posted_is_kept_once_and_what_is_no_item_told(cast: Cast, page: Client) -> None:
    source, token = webhook(page)
    items = [{"id": 1, "title": "Initech <b>moves</b>", "date_published": "2026-03-02T09:00:00Z"}, {"id": 2}, "x"]
    answer = post(source, token, items)
    assert answer.json() == {
        "new": 1,
        "known": 0,
        "unreadable": ["item 2: neither a title nor a text", "item 3: no object with fields"],
    }
    assert post(source, token, {"items": items}).json()["known"] == 1
    assert Item.objects.get().title == "Initech moves"
    assert Unreadable.objects.count() == 2


@pytest.mark.parametrize(
    ("content", "status"),
    [(b"no json", 400), (b"\xff", 400), (b"[" * 100_000, 400), ({}, 422), ("x", 422), ({"items": 7}, 422),
     (b" " * (3 << 20), 413)],
    ids=["words", "noise", "brackets", "nothing", "a text", "no list", "too much"],
)  # fmt: skip
def test_what_no_webhook_can_take_is_refused_in_words(cast: Cast, page: Client, content: Any, status: int) -> None:
    source, token = webhook(page)
    answer = post(source, token, content)
    assert (answer.status_code, sorted(answer.json())) == (status, ["expected", "found"])


@pytest.mark.parametrize(
    "item",
    [
        {"title": "\ud800 a"},
        {"content_text": "\ud800 a"},
        {"title": "a", "language": "\ud800", "url": "https://x.example/\ud800", "id": "\ud800"},
        {"title": "a", "date_published": f"Mon, 1 Jan {'9' * 20} 00:00:00 +0000"},
    ],
    ids=["title", "text", "all else", "date"],
)
def test_half_characters_and_endless_dates_do_not_stop_a_webhook(cast: Cast, page: Client, item: Any) -> None:
    source, token = webhook(page)
    answer = post(source, token, item)
    assert (answer.status_code, answer.json()["new"]) == (202, 1)
    assert Item.objects.get().title == "a"


def test_a_webhook_that_is_paused_or_asked_with_another_token_takes_nothing(cast: Cast, page: Client) -> None:
    source, token = webhook(page)
    assert post(source, "wrong", []).status_code == 401
    assert Client().post(reverse("listening-hook", args=[source.pk]), b"[]", content_type="a/b").status_code == 401
    page.post(reverse("listening-source-switch", args=[source.pk]), {})
    assert post(source, token, [{"title": "x"}]).status_code == 422
    page.post(reverse("listening-source-switch", args=[source.pk]), {"on": "yes"})
    assert post(source, token, [{"title": "x"}]).status_code == 202


def test_a_list_with_an_address_that_can_be_none_adds_the_others(cast: Cast, page: Client) -> None:
    rows = '<outline xmlUrl="http://a..b/"/><outline xmlUrl="https://c.example/f"/>'
    said = send(page, ("f.opml", f"<opml><body>{rows}</body></opml>".encode()), ("g.csv", b"PK\x00" * 9))
    assert "1 feed added" in said
    assert "http://a..b/" in said
    assert "Parquet" not in said, "only what is taken here is asked for"


def test_a_source_is_paused_listened_to_again_changed_and_removed_with_its_items(cast: Cast, page: Client) -> None:
    made = sources.add_feed(by=cast.marketer, address="https://a.example/", now=timezone.now())
    Source.objects.update(failures=3, trouble="out of order")
    page.post(reverse("listening-source-switch", args=[made.pk]))
    assert not Source.objects.get().is_on
    page.post(reverse("listening-source-switch", args=[made.pk]), {"on": "yes"})
    page.post(reverse("listening-source", args=[made.pk]), {"name": "Press", "every": "360"})
    made.refresh_from_db()
    assert (made.is_on, made.failures, made.trouble, made.name, made.every) == (True, 0, "", "Press", 360)
    Item.objects.create(organisation=cast.organisation, source=made, key="k", title="t", heard_at=timezone.now())
    page.post(reverse("listening-source-remove", args=[made.pk]))
    assert (Source.objects.count(), Item.objects.count()) == (0, 0)


def test_every_state_is_told_and_those_that_want_attention_come_first(cast: Cast, page: Client) -> None:
    now = timezone.now()
    old, new = now - timedelta(days=60), now - timedelta(hours=1)
    states: dict[str, dict[str, Any]] = {
        "source_paused": {"is_on": False},
        "source_well": {"heard_at": new, "new_at": new},
        "source_new": {},
        "source_unread": {"heard_at": new, "new_at": new, "unread": 2},
        "source_quiet": {"heard_at": new, "new_at": old, "made_at": old},
        "source_trouble": {"failures": 1, "trouble": "nobody there", "heard_at": old},
    }
    for state, about in states.items():
        fields = {"made_at": now, "address": f"https://{state}.example/"} | about
        Source.objects.create(organisation=cast.organisation, name=f"Name of {state}", **fields)
    found = health.in_order(health.sources_for(cast.marketer, now=now))
    assert [(each.name, each.state) for each in found] == [(f"Name of {s}", s) for s in health.STATES]
    assert health.health_of(cast.marketer, now=now).states == dict.fromkeys(health.STATES, 1)
    shown = page.get(reverse("listening-sources") + "?state=source_trouble").content.decode()
    assert "nobody there" in shown
    assert "Name of source_well" not in shown


def test_those_who_do_not_own_sources_see_where_is_listened_but_no_address(cast: Cast, client: Client) -> None:
    made = sources.add_feed(by=cast.marketer, address="https://a.example/secret-key", name="Press", now=timezone.now())
    client.force_login(cast.rep, backend=BACKEND)
    shown = client.get(reverse("listening-sources")).content.decode()
    assert "Press" in shown
    assert "a.example" not in shown
    Source.objects.update(failures=1, trouble="a.example, which is 10.0.0.7: a machine of the inner network")
    asked = client.get(reverse("listening-sources"), {"q": "secret-key"}).content.decode()
    assert "Press" not in asked, "an address that may not be seen can be guessed by searching for it"
    assert "10.0.0.7" not in client.get(reverse("listening-sources")).content.decode()
    with pytest.raises(Refused, match="owner of sources"):
        sources.remove(by=cast.rep, source=made)


def test_what_others_write_is_shown_as_words(cast: Cast, page: Client) -> None:
    made = sources.add_feed(by=cast.marketer, address="https://a.example/", now=timezone.now())
    evil = "<script>alert(1)</script>"
    Source.objects.update(name=evil, trouble=evil, failures=1)
    Item.objects.create(
        organisation=cast.organisation,
        source=made,
        key="k",
        title=evil,
        text=evil,
        trouble=evil,
        heard_at=timezone.now(),
    )
    Unreadable.objects.create(source=made, key="k", trouble=evil, heard_at=timezone.now())
    for address in (reverse("listening-source", args=[made.pk]), reverse("listening-sources")):
        assert evil not in page.get(address).content.decode()
