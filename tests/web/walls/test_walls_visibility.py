"""Each role, each field: who reads what of the walls. Of an anonymous entry nobody learns whose it is."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from auditlog.models import LogEntry
from django.contrib.sessions.models import Session
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from tests.web.reviews.made import answered, ended, review_of

from afteraction.errors import Refused
from afteraction.web.api.tokens import make_token
from afteraction.web.deals.models import Deal
from afteraction.web.walls import sharing, visibility
from afteraction.web.walls.models import Entry

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
LESSON = "Ask in the first week who signs the contract."
SECRET = "MARK-happened-KRAM"
SAID = "Nobody dared to say that it was lost a month ago."
EVERYONE: Final = frozenset({"rep", "team_mate", "manager", "marketer", "executive", "operations", "admin"})
NOBODY: Final[frozenset[str]] = frozenset()
READERS: Final = {
    **dict.fromkeys(("wall", "text", "sharer", "deal_id", "deal_name", "outcome", "segment", "team"), EVERYONE),
    "shared_on": EVERYONE,
    "code_hash": NOBODY,
    "review": NOBODY,
}
"""The same table again, written down by hand: a change of the rules must change both."""


@pytest.fixture
def entry(cast) -> Entry:
    """A lost deal of the rep, of whose review more was said than is shared."""
    review = review_of(cast, ended(cast, segment="Enterprise"), now=NOW)
    answered(cast.rep, review, now=NOW, lesson=LESSON, happened=SECRET, keep=SECRET, change=SECRET, private_note=SECRET)
    review.refresh_from_db()
    return sharing.share_review(by=cast.rep, review=review, now=NOW)


@pytest.mark.parametrize("field", READERS)
def test_a_field_is_read_by_those_in_the_table(cast, entry, field):
    readers = {part for part, user in cast.insiders().items() if field in visibility.shown(user, entry)}
    assert readers == READERS[field]
    assert field not in visibility.shown(cast.outsider, entry)


@pytest.mark.parametrize("part", sorted(EVERYONE))
def test_pages_show_the_lesson_and_nothing_else_of_the_review(cast, entry, enter, part):
    browser = enter(getattr(cast, part))
    for page in ("walls", "wall-screen-here"):
        shown = browser.get(reverse(page)).content.decode()
        assert LESSON in shown
        assert SECRET not in shown
        assert cast.rep.name in shown
    assert "Deal d1" not in browser.get(reverse("wall-screen-here")).content.decode()


def test_someone_elsewhere_reads_nothing(cast, entry, enter):
    for page in ("walls", "wall-screen-here"):
        assert LESSON not in enter(cast.outsider).get(reverse(page)).content.decode()
    for action in ("wall-thank", "wall-take-back"):
        assert enter(cast.outsider).post(reverse(action, args=[entry.pk])).status_code == 404


def share_without_a_name(cast, enter) -> tuple[Any, str]:
    """As the page does it; the browser of whoever shared, and the code."""
    if not Deal.objects.filter(deal_id="d1").exists():
        ended(cast)  # a deal of the rep, who names it in the form: it must not be kept
    browser = enter(cast.rep)
    sent = {"wall": "failures", "text": SAID, "anonymous": "on", "deal_id": "d1"}
    page = browser.post(reverse("wall-write"), sent).content.decode()
    code = page.partition("<code>")[2].partition("</code>")[0]
    return browser, code


def test_nothing_in_the_database_says_who_shared_without_a_name(cast, enter):
    ended(cast)
    before = {table: _rows(table) for table in connection.introspection.table_names()}
    _browser, code = share_without_a_name(cast, enter)
    [kept] = Entry.objects.all()
    empty = ("sharer", "review", "deal_id", "deal_name", "outcome", "segment", "team")
    assert not any(getattr(kept, name) for name in empty)
    assert code not in repr(vars(kept))
    new = {
        table: [row for row in _rows(table) if row not in rows]
        for table, rows in before.items()
        if table not in ("django_session", "walls_entry")
    }
    changed = {table for table, rows in new.items() if rows}
    assert changed <= {"people_user"}, "signing in notes the last time; sharing notes nothing"
    assert not LogEntry.objects.filter(object_repr__contains=SAID[:20]).exists()
    assert all(SAID[:20] not in repr(each.get_decoded()) for each in Session.objects.all())
    assert all(code not in repr(each.get_decoded()) for each in Session.objects.all())


@pytest.mark.parametrize("part", sorted(EVERYONE))
def test_no_page_api_or_trail_names_who_shared_without_a_name(cast, enter, part, settings):
    share_without_a_name(cast, enter)
    Entry.objects.update(shared_on=timezone.now().date())
    browser = enter(getattr(cast, part))
    token = make_token(user=getattr(cast, part), name="reader", now=timezone.now(), scopes=["reviews:read"])[1]
    told = browser.get("/api/v1/walls", headers={"authorization": f"Bearer {token}"}).json()
    [one] = told["failures"]
    assert (one["text"], one["shared_by"], one["deal_id"], one["team"]) == (SAID, None, "", "")
    assert cast.rep.name not in str(told)
    pages = [reverse("walls"), reverse("wall-screen-here"), "/api/v1/reviews", "/settings/trail/", "/"]
    for page in pages:
        shown = browser.get(page).content.decode()
        if SAID in shown:
            near = shown.partition(SAID)[0][-700:] + shown.partition(SAID)[2][:900]
            assert cast.rep.name not in near
            assert cast.rep.email not in near
            assert "Thank you, whoever you are" in near
        else:
            assert page not in pages[:2]


def test_it_appears_on_a_day_drawn_by_chance_and_not_before(cast, enter):
    share_without_a_name(cast, enter)
    [kept] = Entry.objects.all()
    today = timezone.now().date()
    assert today < kept.shared_on <= today + timedelta(days=3)
    assert SAID not in enter(cast.manager).get(reverse("walls")).content.decode()


def test_the_words_of_ones_own_lesson_are_not_taken_without_a_name(cast, entry):
    for text in (LESSON, f"  {LESSON.upper()} ", "Ask in the first week who signs this contract."):
        with pytest.raises(Refused, match="under your name"):
            sharing.write_anonymously(by=cast.rep, wall="failures", text=text, now=NOW)


def test_its_code_alone_takes_it_back(cast, enter):
    browser, code = share_without_a_name(cast, enter)
    [kept] = Entry.objects.all()
    with pytest.raises(Refused, match="not yours"):
        sharing.take_back(by=cast.rep, entry=kept)
    assert not sharing.take_back_by_code(by=cast.outsider, code=code)
    assert browser.post(reverse("wall-code"), {"code": "guess"}).status_code == 422
    assert Entry.objects.exists()
    browser.post(reverse("wall-code"), {"code": f" {code} "})
    assert not Entry.objects.exists()


def _rows(table: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
        return list(cursor.fetchall())
