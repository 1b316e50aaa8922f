"""Plans that make no sense are told while they are planned, and signed by nobody."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from pydantic import ValidationError
from tests.cast import Cast
from tests.web.experiments.trials import LOCKED, document

from afteraction.errors import Refused
from afteraction.web.experiments.models import Protocol
from afteraction.web.experiments.planning_forms import PlanForm
from afteraction.web.experiments.services import draft, save_plan
from afteraction.web.experiments.signing import sign

NAMES = {"won": "Won", "days_to_won": "Days until won"}
ARMS = [{"key": "old", "name": "As today"}, {"key": "new", "name": " as  Today "}]
WON = {"kind": "won", "horizon": 30, "name": "won"}
FILLED: dict[str, Any] = {
    "title": "Plans", "hypothesis": "A plan wins.", "old_name": "As today", "new_name": "With a plan",
    "new_instructions": "Send one.", "unit": "rep", "kind": "switchback", "period": 14, "measure": "won", "horizon": 60,
    "effect": 5, "weeks": 52, "starts_on": "2026-04-06",
}  # fmt: skip


def form(cast: Cast, **others: Any) -> PlanForm:
    made = PlanForm(cast.manager, NAMES, None, FILLED | others)
    made.is_valid()
    return made


@pytest.mark.parametrize(
    ("field", "filled", "words"),
    [
        ("new_name", {"new_name": "as TODAY"}, "same name"),
        ("benefit", {"benefit": 1825}, "At most 100 points"),
        ("effect", {"effect": 101}, "At most 100 points"),
        ("effect", {"measure": "days_to_won", "effect": 61}, "At most 60 days"),
        ("guard1_worst", {"guard1": "won", "guard1_horizon": 30, "guard1_worst": 1e300}, "At most 100 points"),
        ("benefit", {"benefit": 5}, "below the smallest effect"),
        ("amount_to", {"amount_from": 10, "amount_to": 5}, "exchange"),
        ("washout", {"washout": 14}, "No day of a period"),
    ],
)
def test_what_can_never_be_is_told_at_its_field(cast: Cast, field: str, filled: dict[str, Any], words: str) -> None:
    made = form(cast, **filled)
    assert list(made.errors) == [field]
    assert words in made.errors[field][0]


def test_a_first_day_that_has_passed_is_missing_while_it_is_planned(cast: Cast) -> None:
    made = form(cast)
    assert made.errors == {}
    day = datetime(2026, 4, 6, tzinfo=UTC).date()
    assert not [each for each in made.missing(day) if "first day" in each]
    told = [each for each in made.missing(day + timedelta(days=1)) if "first day" in each]
    assert told == ["a first day to come: 6 April 2026 has passed"]


@pytest.mark.parametrize(
    ("others", "words"),
    [
        ({"arms": ARMS}, "both ways are called"),
        ({"rule": {"benefit": 18.25}}, "1825 points, where 100 points are the most"),
        ({"guardrails": [{"measure": WON, "worst": 1e300}]}, "where 100 points are the most"),
        ({"rule": {"benefit": 0.1}}, "never come to"),
    ],
)
def test_no_protocol_says_what_can_never_be(others: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        document(**others)


def test_what_was_written_before_it_was_refused_is_refused_when_it_is_signed(cast: Cast, client: Client) -> None:
    trial = draft(by=cast.manager, title="Plans", now=LOCKED)
    made = save_plan(
        by=cast.manager, experiment=trial, answers={}, document=document(), sponsor=cast.executive, now=LOCKED
    )
    Protocol.objects.update(document=made.document | {"arms": ARMS})
    with pytest.raises(Refused, match="makes no sense: both ways are called"):
        sign(by=cast.manager, experiment=trial, digest=made.digest, now=LOCKED)
    client.force_login(cast.manager, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(f"/experiments/{trial.pk}/plan/").status_code == 200  # where it can be corrected
