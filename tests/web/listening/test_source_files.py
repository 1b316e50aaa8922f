"""Alert mails, tables and lists of feeds: what is in them, and what of it cannot be read."""

import json
import time
from datetime import UTC, datetime

import pytest

from afteraction.errors import Refused
from afteraction.web.listening.mail import read_mail
from afteraction.web.listening.opml import Outline, as_opml, read_opml
from afteraction.web.listening.tables import read_table

HEAD = "From: Alerts <alerts@x.example>\r\nSubject: {subject}\r\nDate: {date}\r\nMessage-ID: <1@x.example>\r\n"
WHEN = "Mon, 02 Mar 2026 10:00:00 +0100"


def mail(
    body: bytes, subject: str = "Initech hires", date: str = WHEN, kind: str = "text/plain; charset=utf-8"
) -> bytes:
    head = HEAD.format(subject=subject, date=date) + f"Content-Type: {kind}\r\nMIME-Version: 1.0\r\n\r\n"
    return head.encode() + body


def test_a_mail_is_an_item_with_its_date_and_words() -> None:
    reading = read_mail(
        mail("Müller wird CFO.".encode("latin-1"), "=?utf-8?q?M=C3=BCller?=", kind="text/plain; charset=latin-1")
    )
    (item,) = reading.items
    assert (item.title, item.text) == ("Müller", "Müller wird CFO.")
    assert item.published_at == datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_a_mail_in_two_forms_is_read_without_its_scripts_and_attachments() -> None:
    body = (
        b"--b\r\nContent-Type: text/plain\r\n\r\nplain\r\n"
        b"--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>rich<script>alert(1)</script></p>\r\n"
        b"--b\r\nContent-Type: text/html\r\nContent-Disposition: attachment\r\n\r\nsecret\r\n--b--\r\n"
    )
    (item,) = read_mail(mail(body, "Fwd: WG: Initech", kind='multipart/mixed; boundary="b"')).items
    assert (item.title, item.text) == ("Initech", "rich")


def test_the_articles_that_google_alerts_list_are_items_each() -> None:
    wrapped = "https://www.google.com/url?rct=j&url=https://news.example/{}&ct=ga"
    widgets = [
        {"type": "LINK", "title": f"Initech <b>{n}</b>", "description": "…", "url": wrapped.format(n)} for n in (1, 2)
    ]
    cards = json.dumps({"cards": [{"title": "Google Alert - Initech", "widgets": [*widgets, {"type": "TEXT"}, 7]}, 7]})
    page = f'<html><script data-scope="inboxmarkup" type="application/json">{cards}</script><p>…</p></html>'
    items = read_mail(mail(page.encode(), kind="text/html; charset=utf-8")).items
    assert [(each.title, each.url) for each in items] == [
        ("Initech 1", "https://news.example/1"),
        ("Initech 2", "https://news.example/2"),
    ]


@pytest.mark.parametrize("date", ["someday", "Mon, 99 Mar 2026 10:00:00 +0100", f"Mon, 1 Jan {'9' * 20} 10:00:00 +0000",
                                  f"Mon, 1 Jan 2026 10:00:00 +{'9' * 20}"])  # fmt: skip
def test_a_mail_with_a_date_that_cannot_be_read_says_so(date: str) -> None:
    (item,) = read_mail(mail(b"x", date=date)).items
    assert (item.published_at, item.trouble) == (None, f"a date that cannot be read: {date}")


@pytest.mark.parametrize(
    "content",
    [
        mail(b"x", kind="text/plain; charset=klingon"),
        mail(b"\xff\xfe\x00", kind="text/html; charset=utf-8"),
        mail(b"--b", kind='multipart/mixed; boundary="b'),
        mail(b"=?", kind="text/plain; charset*=x''%"),
        b"From: =?utf-8?b?broken\r\nSubject: =?x?y?z\r\n\r\nx",
        b"Subject: x\r\n" + b"To: " + b"a," * 5_000 + b"\r\n\r\nx",
    ],
    ids=["unknown charset", "noise", "no parts", "broken parameter", "broken words", "long head"],
)
def test_a_faulty_mail_is_read_as_far_as_it_goes(content: bytes) -> None:
    assert len(read_mail(content).items) == 1


def test_what_is_no_mail_is_refused_and_an_empty_one_told() -> None:
    with pytest.raises(Refused, match="head of a mail"):
        read_mail(b"\x00\x01\x02 not a mail")
    reading = read_mail(b"From: a@x.example\r\n\r\n")
    assert (reading.items, reading.unreadable[0].trouble) == ((), "a mail of a@x.example without a subject and a text")


@pytest.mark.parametrize(
    "content",
    [
        "Headline,Link,Published,Language\nMüller geht,https://x.example/1,2026-03-02,de\n".encode(),
        "Titel;Adresse;Datum;Sprache\nMüller geht;https://x.example/1;2026-03-02;de\n".encode("windows-1252"),
        "TITLE\tURL\tDATE\tLANG\nMüller geht\thttps://x.example/1\t2026-03-02T00:00:00Z\tde\n".encode("utf-16"),
    ],
    ids=["commas", "semicolons of Windows", "tabs in UTF-16"],
)
def test_a_table_is_read_in_its_dialect_and_encoding(content: bytes) -> None:
    (item,) = read_table(content, "alerts.csv").items
    assert (item.title, item.url, item.language) == ("Müller geht", "https://x.example/1", "de")
    assert item.published_at == datetime(2026, 3, 2, tzinfo=UTC)


def test_rows_of_a_table_that_cannot_be_read_are_told_by_their_number() -> None:
    content = (
        b"title,url,date\none,https://x.example/1,03/04/2026\n,javascript:x,\n<b>two</b>,javascript:x,2026-03-02\n"
    )
    reading = read_table(content, "x.csv")
    assert [(each.title, each.url, each.trouble) for each in reading.items] == [
        ("one", "https://x.example/1", "row 1: a date that cannot be read: 03/04/2026"),
        ("two", "", ""),
    ]
    assert [each.trouble for each in reading.unreadable] == ["row 2: neither a title nor a text"]


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"\x00\x01" * 50], ids=["nothing", "other columns", "noise"])
def test_a_table_without_what_is_needed_is_refused(content: bytes) -> None:
    with pytest.raises(Refused):
        read_table(content, "x.csv")


def test_a_list_of_feeds_is_read_from_all_its_folders_and_written_so_that_it_is_read_again() -> None:
    content = b"""<?xml version="1.0" encoding="UTF-8"?><opml version="1.0"><body>
      <outline text="Trade"><outline text="A &amp; B" xmlUrl="https://a.example/f" type="rss"/>
      <outline title="B" XMLURL="http://b.example/f"/><outline text="twice" xmlUrl="https://a.example/f"/></outline>
      <outline text="a page" htmlUrl="https://c.example"/></body></opml>"""
    feeds = read_opml(content)
    assert feeds == (Outline("A & B", "https://a.example/f"), Outline("B", "http://b.example/f"))
    assert read_opml(as_opml(feeds, "Ours")) == feeds


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "well-formed"),
        (b"<opml><body/></opml>", "without a feed"),
        (b"<opml><body><outline", "well-formed"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><opml>&a;</opml>', "entities"),
        (b"x" * (6 << 20), "bytes"),
    ],
)
def test_what_is_no_list_of_feeds_is_refused(content: bytes, found: str) -> None:
    with pytest.raises(Refused, match=found):
        read_opml(content)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (mail(b"x", subject="a " * 2_000_000), "x"),  # which a parser of heads takes minutes for
        (mail(b"x").replace(b"From: Alerts", b"From: " + b"(" * 5000), "x"),
        (mail(b"x", kind="text/plain; charset=idna"), "x"),
        (mail(b"x", kind='text/plain; charset="utf-7\x00"'), "x"),
        (mail(b"\\ud800x", kind="text/plain; charset=unicode_escape"), "x"),
    ],
    ids=["a line without end", "comments in comments", "no character set of text", "NUL", "half a character"],
)
def test_a_mail_that_is_made_to_do_harm_is_read_as_far_as_it_goes(content: bytes, text: str) -> None:
    began = time.thread_time()
    assert [each.text for each in read_mail(content).items] == [text]
    assert time.thread_time() - began < 5


def test_a_mail_of_thousands_of_parts_is_refused() -> None:
    parts = b"--b\r\nContent-Type: text/plain\r\n\r\nx\r\n" * 5000
    with pytest.raises(Refused, match="parts"):
        read_mail(mail(parts, kind='multipart/mixed; boundary="b"'))
