"""Who reads what of a buyer's answer, for each role, over every field."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.cast import Cast
from tests.web.buyers.made import ended_deal

from afteraction.web.buyers.interviewing import change_consent, save_interview
from afteraction.web.buyers.models import BuyerAnswer, Interview
from afteraction.web.buyers.visibility import ALL, UNNAMED, interview_parts, parts, shown, visible_answers
from afteraction.web.people.models import User

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
WHO = {
    "rep": ALL,
    "team_mate": frozenset(),
    "manager": ALL,
    "marketer": UNNAMED,
    "executive": UNNAMED,
    "operations": ALL,
    "admin": ALL,
}


def answer_of(cast: Cast, quote: str = "no") -> BuyerAnswer:
    return BuyerAnswer.objects.create(
        organisation=cast.organisation, review=ended_deal(cast.organisation), name="Robin Lee", cause="price",
        score=-2, engaged="no", better="Say more", apart="Honesty", changed="A plan", may_quote=quote,
        answered_at=timezone.now(),
    )  # fmt: skip


def page(user: User, path: str) -> tuple[int, str]:
    client = Client()
    client.force_login(user, backend=BACKEND)
    answer = client.get(path)
    return answer.status_code, answer.content.decode()


@pytest.mark.parametrize("part", WHO)
def test_each_role_reads_what_the_table_says_and_pages_say_no_more(cast: Cast, part: str) -> None:
    user, answer = getattr(cast, part), answer_of(cast)
    assert parts(user, answer) == WHO[part]
    assert list(visible_answers(user)) == ([answer] if WHO[part] else [])
    status, text = page(user, f"/reviews/buyers/answers/{answer.pk}/")
    assert status == (200 if WHO[part] else 404)
    pages = text + page(user, "/reviews/buyers/")[1] + page(user, "/reviews/buyers/answers/")[1]
    assert ("Say more" in pages) is bool(WHO[part])
    for secret in ("Robin Lee", "Secret deal"):
        assert (secret in pages) is (WHO[part] == ALL), secret
    by_deal = page(user, "/reviews/buyers/answers/?deal=D-1")[1]
    assert ("Say more" in by_deal) is (WHO[part] == ALL)


@pytest.mark.parametrize("quote", ["unnamed", "named"])
def test_a_name_goes_further_with_consent_alone(cast: Cast, quote: str) -> None:
    answer = answer_of(cast, quote)
    for user in (cast.marketer, cast.executive):
        assert ("name" in shown(user, answer)) is (quote == "named")
        assert ("Robin Lee" in page(user, f"/reviews/buyers/answers/{answer.pk}/")[1]) is (quote == "named")
    assert shown(cast.team_mate, answer) == {}
    assert shown(cast.outsider, answer) == {}


def test_the_manager_of_another_team_reads_nothing(cast: Cast) -> None:
    review = ended_deal(cast.organisation, 7, team="Enterprise South", owner="Someone", owner_name="Someone")
    answer = BuyerAnswer.objects.create(
        organisation=cast.organisation, review=review, better="x", answered_at=timezone.now()
    )
    assert parts(cast.manager, answer) == frozenset()
    assert page(cast.manager, f"/reviews/buyers/answers/{answer.pk}/")[0] == 404


@pytest.mark.parametrize(
    ("consent", "reads"), [("", frozenset()), ("notes", frozenset()), ("quote", UNNAMED), ("named", ALL)]
)
def test_an_interview_leaves_the_deal_with_consent_alone(cast: Cast, consent: str, reads: Any) -> None:
    interview = save_interview(
        by=cast.operations, review=ended_deal(cast.organisation), now=timezone.now(), interviewer="Dana",
        interviewee="Robin Lee", held_on=timezone.now().date(), consent=consent, transcript="Buyer: Too late.",
    )  # fmt: skip
    assert interview_parts(cast.marketer, interview) == reads
    status, text = page(cast.marketer, f"/reviews/buyers/interviews/{interview.pk}/")
    assert status == (200 if reads else 404)
    assert ("Robin Lee" in text) is (reads == ALL)
    assert "Too late" in page(cast.rep, f"/reviews/buyers/interviews/{interview.pk}/")[1]
    assert page(cast.team_mate, f"/reviews/buyers/interviews/{interview.pk}/")[0] == 404
    change_consent(by=cast.operations, interview=interview, consent="notes")
    interview.refresh_from_db()
    assert interview_parts(cast.executive, interview) == frozenset()
    assert Interview.objects.get().consent == "notes"
