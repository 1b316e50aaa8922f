"""Leads and content through the API: for the role, of the organisation, by ids that are some."""

from typing import Any

import pytest
from tests.cast import Cast
from tests.web.api.conftest import As, problem
from tests.web.content.made import deal_of, piece_of
from tests.web.leads.made import lead

from afteraction.web.content.models import PieceUse
from afteraction.web.leads.models import Lead

ODD = ("0", "9223372036854775807", "9223372036854775808", "1" * 40)
"""No key; the largest of a database; one more; and far beyond."""


@pytest.mark.parametrize("key", ODD)
@pytest.mark.parametrize(
    ("method", "path", "content"),
    [
        ("GET", "/leads/{key}", None),
        ("PUT", "/leads/{key}/acceptance", None),
        ("POST", "/leads/{key}/attempts", {"way": "call"}),
        ("POST", "/leads/{key}/returns", {"reason": "no need"}),
        ("GET", "/content/{key}", None),
        ("PUT", "/content/{key}/use", {"deal_id": "D1"}),
    ],
)
def test_odd_ids_lead_nowhere(cast: Cast, as_: As, key: str, method: str, path: str, content: Any) -> None:
    problem(as_(cast.admin)(method, path.format(key=key), content), 404)


@pytest.mark.parametrize("key", ["-1", "1.5", "x", "%00", "１"])
def test_what_is_no_number_is_no_address(cast: Cast, as_: As, key: str) -> None:
    assert as_(cast.admin)("GET", f"/leads/{key}").status_code == 404


def test_another_organisation_finds_and_does_nothing(cast: Cast, as_: As) -> None:
    mine, piece = lead(cast), piece_of(cast)
    deal_of(cast)
    call = as_(cast.outsider)
    for method, path, content in (
        ("GET", f"/leads/{mine.pk}", None),
        ("PUT", f"/leads/{mine.pk}/acceptance", None),
        ("POST", f"/leads/{mine.pk}/attempts", {}),
        ("POST", f"/leads/{mine.pk}/returns", {"reason": "no need"}),
        ("GET", f"/content/{piece.pk}", None),
        ("PUT", f"/content/{piece.pk}/use", {"deal_id": "D1"}),
    ):
        problem(call(method, path, content), 404)
    assert call("GET", "/leads").json()["items"] == call("GET", "/content").json()["items"] == []
    assert Lead.objects.get().state == "assigned"
    assert not PieceUse.objects.exists()


@pytest.mark.parametrize("part", ["marketer", "operations", "executive"])
def test_who_works_no_leads_may_read_them_and_do_nothing(cast: Cast, as_: As, part: str) -> None:
    mine, call = lead(cast), as_(getattr(cast, part))
    assert call("GET", f"/leads/{mine.pk}").status_code == 200
    for method, path, content in (
        ("PUT", "acceptance", None), ("POST", "attempts", {}), ("POST", "returns", {"reason": "no need"}),
    ):  # fmt: skip
        problem(call(method, f"/leads/{mine.pk}/{path}", content), 403)
    assert Lead.objects.get().state == "assigned"


def test_reading_is_not_writing_and_a_colleague_s_lead_is_not_there(cast: Cast, as_: As) -> None:
    mine = lead(cast)
    problem(as_(cast.rep, "leads:read")("PUT", f"/leads/{mine.pk}/acceptance"), 403)
    assert as_(cast.rep)("PUT", f"/leads/{mine.pk}/acceptance").json()["state"] == "accepted"
    problem(as_(cast.team_mate)("GET", f"/leads/{mine.pk}"), 404)
    problem(as_(cast.team_mate)("PUT", f"/leads/{mine.pk}/acceptance"), 404)
    problem(as_(cast.manager)("PUT", f"/leads/{mine.pk}/acceptance"), 409)


@pytest.mark.parametrize(
    "content", [{"reason": ""}, {"reason": "x" * 81}, {}, {"reason": None}, {"reason": "no need", "note": "n" * 501}]
)
def test_a_return_without_a_reason_that_can_be_read_is_refused(cast: Cast, as_: As, content: Any) -> None:
    mine = lead(cast, owner=cast.rep)
    problem(as_(cast.rep)("POST", f"/leads/{mine.pk}/returns", content), 422)
    problem(as_(cast.rep)("POST", f"/leads/{mine.pk}/returns", {"reason": "=1+1"}), 409)
