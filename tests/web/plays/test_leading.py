"""Leading measures: one's own weeks for oneself, sums of teams for those who lead them, nobody else's for anyone."""

import pytest
from django.test import Client
from django.urls import reverse
from tests.cast import Cast
from tests.recorded import Record, give_data, give_results
from tests.web.plays.made import NOW, leading

from afteraction.web.plays import cards
from afteraction.web.plays import leading as measures
from afteraction.web.plays.measuring import keep_leading
from afteraction.web.plays.models import LeadingFigures

OWN, MATE, THIRD = 3, 5, 7


@pytest.fixture
def figures(cast: Cast) -> LeadingFigures:
    return leading(cast, {cast.rep.owner_name: OWN, cast.team_mate.owner_name: MATE, "Third Rep": THIRD})


@pytest.mark.parametrize(
    ("who", "own", "teams"),
    [
        ("rep", str(OWN), []),
        ("team_mate", str(MATE), []),
        ("manager", None, [str(OWN + MATE + THIRD)]),
        ("marketer", None, []),
        ("executive", None, [str(OWN + MATE + THIRD)] * 2),
        ("operations", None, [str(OWN + MATE + THIRD)] * 2),
        ("admin", None, [str(OWN + MATE + THIRD)] * 2),
    ],
)
def test_who_sees_whose_weeks(cast: Cast, figures: LeadingFigures, who: str, own: str | None, teams: list[str]) -> None:
    user = getattr(cast, who)
    seen = measures.own_trends(user, figures)
    assert (seen.rows[0].last if seen else None) == own
    assert [each.rows[0].last for each in measures.team_trends(user, figures)] == teams


@pytest.mark.parametrize("who", ["rep", "team_mate", "manager", "marketer", "executive", "operations", "admin"])
def test_no_page_names_another_rep(cast: Cast, figures: LeadingFigures, who: str) -> None:
    browser, user = Client(), getattr(cast, who)
    browser.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = browser.get(reverse("insights-leading")).content.decode()
    assert "Goes before wins" in page
    assert "Third Rep" not in page
    assert f"{THIRD} <span" not in page


def test_the_sum_of_two_reps_is_withheld(cast: Cast) -> None:
    figures = leading(cast, {cast.rep.owner_name: OWN, cast.team_mate.owner_name: MATE})
    [team] = measures.team_trends(cast.manager, figures)
    assert team.refused is not None
    assert team.rows == ()


def test_another_organisation_has_none_of_it(cast: Cast, figures: LeadingFigures) -> None:
    assert measures.figures_for(cast.outsider) is None


def test_a_rep_finds_the_own_week_on_the_home_page_and_a_manager_does_not(cast: Cast, figures: LeadingFigures) -> None:
    [card] = cards.cards(cast.rep)
    assert card.title == "What leads to wins: your week"
    assert cards.cards(cast.manager) == []


def test_leading_measures_of_a_record_are_kept_with_its_data_version(cast: Cast, record: Record) -> None:
    assert keep_leading(organisation=cast.organisation, now=NOW) is None
    give_data(cast, record)
    give_results(cast, record)
    figures = keep_leading(organisation=cast.organisation, now=NOW)
    assert figures is not None
    assert figures.data_version == 1
    assert bool(figures.content["found"]) != bool(figures.content["refused"])
    assert figures.owners.filter(owner=cast.rep.owner_name).exists()
