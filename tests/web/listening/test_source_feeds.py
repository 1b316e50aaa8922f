"""Feeds as they are: the real ones read whole, faults told per item, bombs and scripts without effect."""

import json
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from afteraction.errors import Refused
from afteraction.web.listening.feeds import read_feed
from afteraction.web.listening.markup import as_text, web_address
from afteraction.web.listening.moments import moment
from afteraction.web.listening.reading import Read, Reading

NO_FEEDS = {
    "AmazonWebServicesBlogFirstEntryContent.xml",
    "HREFConsideredHarmfulFirstEntry.xml",
    "PaulDixExplainsNothingFirstEntryContent.xml",
    "TechCrunchFirstEntry.xml",
    "TechCrunchFirstEntryDescription.xml",
    "TenderLovemakingFirstEntry.xml",
    "unrecognized.rss",
}
"""Pieces of pages among the real files, which are no feeds."""

# File, items, which one, words of it that show the encoding, the moment that the file says, language.
SPOTS = [
    ("rss-parser/encoding.rss", 40, 0, "Mãe de utente é a nova presidente", "2018-01-03T13:47:00", "pt-pt"),
    ("rss-parser/uolNoticias.rss", 15, 0, "simulações de 2º turno", "2018-09-24T22:42:40", ""),
    ("rss-parser/heise.atom", 15, 0, "Java-Anwendungsserver: Red Hat gibt Wild", "2016-02-01T16:22:00", ""),
    ("rss-parser/itunes-href.rss", 10, 0, "Transfererlös", "2019-01-07T16:19:19", "de-de"),
    ("rss-parser/itunes-keywords-array.rss", 1, 0, "nächste", "2020-03-10T15:05:00", "de"),
    ("rss-parser/guardian.rss", 55, 0, "The president’s ‘new American moment’ speech", "2018-01-31T07:26:05", "en-gb"),
    ("rss-parser/heraldsun.rss", 2, 0, "This is the first item.", None, "en-gb"),
    ("rss-parser/giantbomb-podcast.rss", 730, 0, "Giant Bombcast 603: Call of Tuesday", "2019-10-01T22:30:00", "en-us"),
    ("rss-parser/rss-1.rss", 69, 0, "Food for fungi", "2017-06-15T17:29:47", ""),
    ("rss-parser/itunes-missing-image.rss", 131, 0, "Taverncast 62", "2015-11-07T17:00:00", "en-us"),
    ("rss-parser/reddit.rss", 24, 0, "The water is too deep, so he improvises", "2015-11-12T21:16:39", ""),
    ("rss-parser/craigslist.rss", 25, 0, "Bright, Spacious Beautiful Victorian", "2017-06-21T17:33:10", "en-us"),
    ("feedjira/google_alerts_atom.xml", 20, 0, "Prediction of Automotive Slack Market", "2019-07-10T11:53:37", ""),
    ("feedjira/atom_with_link_tag_for_url_unmarked.xml", 1, 0, "mehr einfällt", "2009-07-01T22:20:05", ""),
    ("feedjira/TechCrunch.xml", 20, 0, "Angie’s List Sets Price Range IPO", "2011-11-02T17:25:27", "en"),
    ("feedjira/CRE.xml", 30, 0, "CRE207 Planetarien", "2015-02-13T22:38:52", "de-DE"),
    ("feedjira/AmazonWebServicesBlog.xml", 10, 0, "AWS Job: Architect & Designer Position", "2009-01-16T18:21:00", ""),
    ("feedjira/PaulDixExplainsNothing.xml", 5, 0, "Making a Ruby C library even faster", "2009-01-22T15:50:22", ""),
    ("feedjira/SamRuby.xml", 20, 0, "Scott Hanselman: Plex is the media center", "2013-01-30T18:12:03", ""),
    ("feedjira/InvalidDateFormat.xml", 2, 1, "Item 1 with all valid dates", "2017-10-17T12:17:00", "en-US"),
    ("feedjira/Permalinks.xml", 4, 0, "Item 1", None, ""),
    ("feedjira/TypePadNews.xml", 10, 0, "Spotlight: Friday Favorites!", "2013-02-22T17:47:09", ""),
]  # fmt: skip


@pytest.fixture(scope="session")
def feeds(shared_data: Path) -> dict[str, Reading | Refused]:
    """What came of every real file."""
    read: dict[str, Reading | Refused] = {}
    for path in sorted((shared_data / "feeds").glob("*/*")):
        try:
            read[f"{path.parent.name}/{path.name}"] = read_feed(path.read_bytes(), address="https://news.example/feed")
        except Refused as refused:
            read[f"{path.parent.name}/{path.name}"] = refused
    return read


def test_all_real_feeds_are_read_and_what_is_no_feed_is_told(feeds: dict[str, Reading | Refused]) -> None:
    assert len(feeds) == 72
    assert {name.split("/")[1] for name, came in feeds.items() if isinstance(came, Refused)} == NO_FEEDS


def test_real_items_have_words_without_markup_and_a_date_or_the_trouble_with_it(
    feeds: dict[str, Reading | Refused],
) -> None:
    readings = [came for came in feeds.values() if isinstance(came, Reading)]
    items = [item for reading in readings for item in reading.items]
    assert len(items) > 1_600
    assert all(item.title or item.text for item in items)
    about_markup = [item for item in items if "<p>" in item.text or "<a href" in item.text or "&nbsp;" in item.text]
    assert len(about_markup) < 20  # articles on how to write pages, which quote some
    assert not any("\ufffd" in item.title + item.text or "Ã©" in item.title + item.text for item in items)
    assert sum(item.published_at is None for item in items) <= 10
    assert all(len({item.key for item in reading.items}) == len(reading.items) for reading in readings)
    assert all(item.url == "" or item.url.startswith(("http://", "https://")) for item in items)


def test_real_items_that_hold_nothing_are_told_one_by_one(feeds: dict[str, Reading | Refused]) -> None:
    told = {name: came.unreadable for name, came in feeds.items() if isinstance(came, Reading) and came.unreadable}
    assert sorted(told) == ["rss-parser/incomplete-fields.atom", "rss-parser/missing-fields.atom"]
    assert [each.trouble for each in told["rss-parser/missing-fields.atom"]] == [
        "an item without title and text: tag:github.com,2008:Repository/11167738/v3.9.0"
    ]


@pytest.mark.parametrize(("name", "items", "place", "words", "at", "language"), SPOTS, ids=[each[0] for each in SPOTS])
def test_encodings_and_dates_are_those_of_the_file(
    feeds: dict[str, Reading | Refused], name: str, items: int, place: int, words: str, at: str | None, language: str
) -> None:
    reading = feeds[name]
    assert isinstance(reading, Reading)
    item = reading.items[place]
    assert len(reading.items) == items
    assert words in f"{item.title}\n{item.text}"
    assert item.published_at == (datetime.fromisoformat(at).replace(tzinfo=UTC) if at else None)
    assert item.language == language


def test_the_address_behind_googles_own_is_that_of_an_alert(feeds: dict[str, Reading | Refused]) -> None:
    reading = feeds["feedjira/google_alerts_atom.xml"]
    assert isinstance(reading, Reading)
    assert not any("google.com/url" in item.url for item in reading.items)


def rss(items: str, head: str = '<?xml version="1.0" encoding="utf-8"?>') -> bytes:
    return f'{head}<rss version="2.0"><channel><title>T</title>{items}</channel></rss>'.encode()


def one(content: bytes, **about: str) -> Read:
    (item,) = read_feed(content, **about).items
    return item


LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
BOMBS = {
    "a billion laughs": f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a0 "ha">{LAUGHS}]><rss version="2.0"><channel>'
    "<item><title>&a9;</title></item></channel></rss>",
    "one long entity many times": f'<!DOCTYPE r [<!ENTITY a "{"x" * 50_000}">]><rss version="2.0"><channel><item>'
    f"<title>{'&a;' * 2_000}</title></item></channel></rss>",
    "a file of this machine": '<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]><rss version="2.0"><channel><item>'
    "<title>&a;</title></item></channel></rss>",
    "entities of entities": '<!DOCTYPE r [<!ENTITY % p SYSTEM "http://10.0.0.8/x"> %p;]><rss version="2.0"><channel>'
    "<item><title>x</title></item></channel></rss>",
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("bomb", BOMBS)
def test_xml_that_declares_entities_is_refused(bomb: str, encoding: str) -> None:
    began = time.thread_time()
    with pytest.raises(Refused, match="entities"):
        read_feed(BOMBS[bomb].encode(encoding))
    assert time.thread_time() - began < 1


def test_a_bomb_that_is_not_well_formed_either_does_not_grow() -> None:
    """The second parser, for what is not well-formed, takes declarations out before it begins."""
    broken = BOMBS["a billion laughs"].replace('<?xml version="1.0"?>', "<?xml version=<>")
    reading = read_feed(broken.encode())
    assert sum(len(item.title) + len(item.text) for item in reading.items) < 100


@pytest.mark.parametrize(
    "content",
    [
        rss("<item><title>x</title><description>" + "<b>" * 100_000 + "</description></item>"),
        rss("<item><title>x</title><description><![CDATA[" + "<div>" * 100_000 + "]]></description></item>"),
        rss("<a>" * 50_000 + "</a>" * 50_000 + "<item><title>x</title></item>"),
        rss("<item><title>" + "&lt;" * 200_000 + "</title></item>"),
        b"<rss" + b" a='1'" * 100_000,
        b"[" * 100_000,
        b"\xff\xfe" * 1000,
        b"",
    ],
    ids=["open tags", "nested markup", "nested elements", "escapes", "attributes", "brackets", "noise", "nothing"],
)
def test_what_is_made_to_be_slow_or_deep_is_read_or_refused_in_little_time(content: bytes) -> None:
    began = time.thread_time()  # other tests keep the machine busy
    with suppress(Refused):
        read_feed(content)
    assert time.thread_time() - began < 5


SCRIPTS = [
    "<script>alert(1)</script>Fine",
    "<p onclick=alert(1)>Fine</p>",
    "<img src=x onerror=alert(1)>Fine",
    "<style>body{background:url(javascript:alert(1))}</style>Fine",
    "<!-- alert(1) -->Fine",
    "<svg onload=alert(1)><desc>alert(1)</desc></svg>Fine",
    "<a href='javascript:alert(1)'>Fine</a>",
    "<iframe srcdoc='<script>alert(1)</script>'>alert(1)</iframe>Fine",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>Fine",
]


@pytest.mark.parametrize("markup", SCRIPTS)
def test_scripts_leave_nothing_but_the_words(markup: str) -> None:
    item = one(rss(f"<item><title><![CDATA[{markup}]]></title><description><![CDATA[{markup}]]></description></item>"))
    for words in (item.title, item.text):
        assert words.startswith("Fine") or words.endswith("Fine")
        assert "<" not in words
        assert "alert" not in words or "noscript" in markup


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd", "http://[",
                                  "https://x.example/ onload=1"])  # fmt: skip
def test_only_addresses_of_the_web_become_links(link: str) -> None:
    assert web_address(link) == ""
    assert one(rss(f"<item><title>x</title><link>{link}</link></item>")).url == ""


def test_blocks_become_lines_and_entities_letters() -> None:
    assert as_text("<h1>A &amp; B</h1><p>one<br>two&nbsp;&euro;</p><ul><li>x<li>y</ul>") == "A & B\none\ntwo €\nx\ny"


@pytest.mark.parametrize(
    ("head", "encoding", "content_type"),
    [
        ('<?xml version="1.0" encoding="windows-1252"?>', "windows-1252", ""),
        ('<?xml version="1.0" encoding="iso-8859-15"?>', "iso-8859-15", ""),
        ('<?xml version="1.0" encoding="utf-16"?>', "utf-16", ""),
        ('<?xml version="1.0"?>', "utf-8-sig", ""),
        ('<?xml version="1.0"?>', "windows-1252", "text/xml; charset=windows-1252"),
        ('<?xml version="1.0" encoding="utf-8"?>', "windows-1252", ""),
        ("\n\n <?xml version='1.0' encoding='utf-8'?>", "utf-8", ""),
    ],
)
def test_letters_are_right_in_every_encoding(head: str, encoding: str, content_type: str) -> None:
    content = rss("<item><title>Müller € übernimmt</title></item>", head).decode().encode(encoding)
    assert one(content, content_type=content_type).title == "Müller € übernimmt"


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("Mon, 02 Mar 2026 09:00:00 +0100", "2026-03-02T08:00:00"),
        ("2026-03-02T09:00:00-05:00", "2026-03-02T14:00:00"),
        ("2026-03-02T09:00:00Z", "2026-03-02T09:00:00"),
        ("Mo, 02 März 2026 09:00:00 MEZ", "2026-03-02T08:00:00"),
        ("lun., 02 févr. 2026 09:00:00 +0100", "2026-02-02T08:00:00"),
        ("lun, 02 ene 2026 09:00:00 +0000", "2026-01-02T09:00:00"),
        ("Mi, 07 Okt 2026 09:00:00 +0000", "2026-10-07T09:00:00"),
        ("mar., 02 juin 2026 09:00:00 +0000", "2026-06-02T09:00:00"),
        ("03/04/2026", None),
        ("yesterday", None),
        ("0001-01-01T00:00:00Z", None),
        ("31 Feb 2026 09:00:00 +0000", None),
        ("", None),
    ],
)
def test_dates_are_read_or_not_at_all(said: str, at: str | None) -> None:
    assert moment(said) == (datetime.fromisoformat(at).replace(tzinfo=UTC) if at else None)


def test_a_date_that_cannot_be_read_is_told_with_its_item() -> None:
    item = one(rss("<item><title>x</title><pubDate>the day after</pubDate></item>"))
    assert (item.published_at, item.trouble) == (None, "a date that cannot be read: the day after")


def test_a_feed_that_breaks_off_gives_what_came_before() -> None:
    content = rss("<item><title>one</title></item><item><title>two</title></item>")[:-40]
    reading = read_feed(content)
    assert reading.items[0].title == "one"
    assert "not well-formed" in reading.trouble


def test_items_with_one_name_and_other_titles_are_told_apart() -> None:
    same = "<item><guid>1</guid><title>a</title></item>"
    reading = read_feed(rss(same + same + same.replace(">a<", ">b<")))
    assert [item.title for item in reading.items] == ["a", "b"]


def test_a_json_feed_is_read_and_what_is_no_item_told() -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "News",
        "language": "de",
        "items": [
            {"id": "1", "title": "Müller", "content_html": "<p>a<script>x</script></p>", "url": "https://x.example/1",
             "date_published": "2026-03-02T09:00:00+01:00"},
            {"id": 2, "content_text": "plain", "language": "en"},
            {"id": "3"},
            "no object",
            {"id": "5", "title": "late", "date_published": "soon"},
        ],
    }  # fmt: skip
    reading = read_feed(json.dumps(feed).encode(), content_type="application/feed+json")
    assert [(each.title, each.text, each.language) for each in reading.items] == [
        ("Müller", "a", "de"),
        ("", "plain", "en"),
        ("late", "", "de"),
    ]
    assert reading.items[0].published_at == datetime(2026, 3, 2, 8, tzinfo=UTC)
    assert [each.trouble for each in reading.unreadable] == [
        "item 3: neither a title nor a text",
        "item 4: no object with fields",
    ]
    assert reading.items[2].trouble == "a date that cannot be read: soon"


def test_a_page_that_names_its_feed_leads_to_it() -> None:
    page = b"<!doctype html><html><head><link rel=alternate type='application/rss+xml' href='/feed?a=1&amp;b=2'></head>"
    assert read_feed(page, address="https://x.example/news").leads_to == "https://x.example/feed?a=1&b=2"
    with pytest.raises(Refused, match="names no feed"):
        read_feed(b"<html><body>hello</body></html>")
