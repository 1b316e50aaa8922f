"""Pieces: registered, renewed, rated, matched with the record, used; who may what."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.cast import Cast
from tests.web.content.made import NOW, deal_of, piece_of

from afteraction.errors import Refused
from afteraction.web.content import selectors, services, uses
from afteraction.web.content.matching import names, names_of
from afteraction.web.content.models import DealLink, DealRoles, Piece, PieceUse
from afteraction.web.content.on_deal import on_deal
from afteraction.web.content.selectors import PieceList
from afteraction.web.content.writing import Place, Words


def test_a_piece_is_registered_and_its_next_version_leaves_the_first_readable(cast: Cast) -> None:
    piece = piece_of(cast, kind="Tool", valid_until=NOW.date())
    assert (piece.state, piece.version, piece.owner) == ("in_use", 1, cast.marketer)
    place = Place("https://content.example/new", valid_until=NOW.date() + timedelta(days=90))
    services.renew(by=cast.manager, piece=piece, place=place, note="Prices of 2026", now=NOW)
    assert [(each.number, each.address) for each in piece.versions.all()] == [
        (2, "https://content.example/new"),
        (1, "https://content.example/cost-calculator"),
    ]
    with pytest.raises(Refused, match="version 2 says already"):
        services.renew(by=cast.manager, piece=piece, place=place, note="", now=NOW)


def test_everything_that_is_wrong_with_a_piece_is_said_at_once(cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        services.register(by=cast.marketer, words=Words(" ", "k" * 90), place=Place("ftp://x"), now=NOW)
    assert all(part in refused.value.found for part in ("no title", "ftp://x", "90 characters of kind"))
    with pytest.raises(Refused, match="nothing that says where it is"):
        services.register(by=cast.marketer, words=Words("Deck"), place=Place(), now=NOW)
    piece_of(cast)
    with pytest.raises(Refused, match="already"):
        piece_of(cast, "cost CALCULATOR")


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("https://ada:secret@content.example/a", "with a name or a password"),
        ("https://ada@content.example/a", "with a name or a password"),
        ("https://ada:secret\\@content.example", "with a name or a password"),
        ("https:///a", "names no server"),
        ("https://[::1", "cannot be read"),
        ("https://content.example:port/", "cannot be read"),
        ("javascript:alert(1)", "begins neither"),
    ],
)
def test_an_address_that_gives_something_away_or_leads_nowhere_is_refused(cast: Cast, address: str, told: str) -> None:
    with pytest.raises(Refused, match=told) as refused:
        piece_of(cast, address=address)
    assert "secret" not in str(refused.value)
    assert piece_of(cast, address="https://content.example/@ada").address.endswith("/@ada")


@pytest.mark.parametrize("part", ["rep", "team_mate", "executive"])
def test_only_who_answers_for_content_registers_changes_and_retires(cast: Cast, part: str) -> None:
    piece, who = piece_of(cast), getattr(cast, part)
    for attempt in (
        lambda: piece_of(cast, "Other", by=who),
        lambda: services.retire(by=who, piece=piece, reason="Old", now=NOW),
        lambda: services.approve(by=who, piece=piece, now=NOW),
    ):
        with pytest.raises(Refused, match="does not answer for content"):
            attempt()
    assert services.rate(by=who, piece=piece, useful=False, comment="Too long", now=NOW).useful is False


def test_a_rating_said_again_takes_the_place_of_the_first_and_counts_once(cast: Cast) -> None:
    piece = piece_of(cast)
    for useful in (False, True):
        services.rate(by=cast.rep, piece=piece, useful=useful, now=NOW)
    services.rate(by=cast.team_mate, piece=piece, useful=False, now=NOW)
    found = selectors.ratings_of([piece.pk])[piece.pk]
    assert (found.count, found.n) == (1, 2)


@pytest.mark.parametrize(
    ("subject", "found"),
    [
        ("Re: COST-calculator, as agreed", True),
        ("See https://www.content.example/cost-calculator?deal=1", True),
        ("attached: Cost_Calculator_v2.XLSX", True),
        ("What it costs: a calculator", False),
        ("cost calculators", False),
        ("", False),
    ],
)
def test_a_touch_names_a_piece_by_title_address_or_file(subject: str, found: bool) -> None:
    of = names_of("Cost calculator", ["https://content.example/cost-calculator/"], ["x/Cost_Calculator_v2.xlsx"])
    assert names(subject, of) is found


def test_a_title_of_one_short_word_is_no_name() -> None:
    assert names_of("Deck", [], []) == ()
    assert names_of("Implementation", [], []) == (" implementation ",)


def test_a_tap_is_a_use_once_and_can_be_corrected_and_taken_back(cast: Cast) -> None:
    piece, deal = piece_of(cast), deal_of(cast)
    for role in ("", "Chief Financial Officer"):
        uses.use(by=cast.rep, piece=piece, deal=deal, now=NOW, reader_role=role)
    piece.refresh_from_db()
    assert (piece.deals, piece.last_used_at) == (1, NOW)
    assert [each.role for each in selectors.readers_of(piece)] == ["Chief Financial Officer"]
    uses.take_back(by=cast.rep, piece=piece, deal=deal)
    piece.refresh_from_db()
    assert (piece.deals, piece.last_used_at) == (0, None)
    services.retire(by=cast.marketer, piece=piece, reason="Old", now=NOW)
    piece.refresh_from_db()
    with pytest.raises(Refused, match="retired"):
        uses.use(by=cast.rep, piece=piece, deal=deal, now=NOW)


def test_a_link_counts_openings_by_day_and_keeps_nothing_else_of_who_opens_it(cast: Cast, client: Client) -> None:
    piece, deal = piece_of(cast), deal_of(cast)
    link, address = uses.make_link(by=cast.rep, piece=piece, deal=deal, now=NOW, reader_role="CFO")
    token = address.rstrip("/").rpartition("/")[2]
    assert token not in str(DealLink.objects.filter(pk=link.pk).values().get())
    path = reverse("content-open", args=[token])
    DealLink.objects.update(ends_on=NOW.date() + timedelta(days=9_999))
    assert client.head(path)["Location"] == piece.address
    client.get(path, headers={"sec-purpose": "prefetch"})
    assert PieceUse.objects.count() == 0
    for _ in range(2):
        answer = client.get(path)
        assert (answer.status_code, answer["Location"], answer["Referrer-Policy"]) == (
            302,
            piece.address,
            "no-referrer",
        )
        assert not answer.cookies
    link.refresh_from_db()
    assert link.opened == 2
    assert [(use.source, use.reader_role) for use in PieceUse.objects.all()] == [("link", "CFO")]
    services.retire(by=cast.marketer, piece=piece, reason="Old", now=NOW)
    assert client.get(path).status_code == 404
    assert uses.open_link("x" * 43, counts=True, now=NOW) is None


def test_a_deal_shows_at_most_three_pieces_that_fit_and_says_why(cast: Cast) -> None:
    deal = deal_of(cast)
    DealRoles.objects.create(organisation=cast.organisation, deal_id=deal.deal_id, roles=["CFO"])
    for title, scope in {
        "For the stage": {}, "For the CFO": {"buyer_role": "CFO"}, "For anybody": {"stage": ""},
        "For small ones": {"segment": "Small"}, "For another stage": {"stage": "Qualify"},
        "For the architect": {"buyer_role": "Architect"}, "For large ones": {"stage": "", "segment": "Large"},
    }.items():  # fmt: skip
        piece_of(cast, title, **scope)
    piece_of(cast, "Out of date", valid_until=NOW.date() - timedelta(days=1))
    harmful = piece_of(cast, "Costs wins")
    Piece.objects.filter(pk=harmful.pk).update(effect={"verdict": "hurts"})
    shown = on_deal(cast.rep, deal, today=NOW.date())
    assert [each.piece.title for each in shown.fitting] == ["For the CFO", "For the stage", "For large ones"]
    assert shown.fitting[0].reasons[:2] == (
        "It is for Propose, where this deal is",
        "It is for CFO, whom this deal has met",
    )
    assert shown.more == 1
    uses.use(by=cast.rep, piece=shown.fitting[0].piece, deal=deal, now=NOW)
    again = on_deal(cast.rep, deal, today=NOW.date())
    assert "For the CFO" not in [each.piece.title for each in again.fitting]
    assert again.used[0].mine
    assert not on_deal(cast.manager, deal, today=NOW.date()).used[0].mine


def test_a_piece_is_unused_only_where_enough_deals_that_it_is_for_came_by(cast: Cast) -> None:
    deal_of(cast, last_event_at=NOW)
    busy, idle = piece_of(cast, "Busy"), piece_of(cast, "Idle piece")
    few, old = piece_of(cast, "Few deals"), piece_of(cast, "Old", valid_until=NOW.date() - timedelta(days=3))
    Piece.objects.filter(pk__in=[busy.pk, idle.pk]).update(figures={"fits": 40})
    Piece.objects.filter(pk=few.pk).update(figures={"fits": 2})
    Piece.objects.filter(pk=busy.pk).update(last_used_at=NOW - timedelta(days=5))
    told, untold = selectors.unused(cast.marketer, now=NOW)
    assert [each.piece.title for each in told] == ["Idle piece"]
    assert {piece.title for piece in untold} == {"Few deals", "Old"}
    assert selectors.outdated(cast.marketer, today=NOW.date()) == [old]


def test_the_library_is_searched_and_narrowed(cast: Cast) -> None:
    piece_of(cast, "Logistics customer story", kind="Case study", segment="Logistics")
    piece_of(cast, "Security answers", kind="Paper", stage="")
    draft = Piece.objects.create(organisation=cast.organisation, title="Found", made_at=NOW, changed_at=NOW)

    def titles(**asked: Any) -> list[str]:
        return [each.title for each in selectors.pieces_for(cast.rep, PieceList.read(asked))]

    assert titles() == ["Logistics customer story", "Security answers"]
    assert titles(search="secur ans") == ["Security answers"]
    assert titles(stage="Qualify") == ["Security answers"]
    assert titles(kind="Case study") == ["Logistics customer story"]
    assert titles(state="draft") == [draft.title]
    assert titles(whose="mine") == []
    assert selectors.counts_of(cast.rep, PieceList()) == {"": 2, "draft": 1, "retired": 0, "all": 3}
