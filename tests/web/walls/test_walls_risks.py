"""Good risks kept after an analysis, and the results of reps with and without them."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse
from tests.recorded import give_data, give_results

from afteraction.analysis import good_risks
from afteraction.web.deals.index import refresh_index
from afteraction.web.walls.models import DealRisk, RiskFigures
from afteraction.web.walls.rep_risks import figures_of, rep_risks
from afteraction.web.walls.risks import keep_risks

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def kept(cast, record, monkeypatch):
    monkeypatch.setattr(good_risks, "OUTLIER", 1.5)  # a small record has none that is stricter
    give_data(cast, record)
    give_results(cast, record)
    keep_risks(organisation=cast.organisation, now=NOW)
    return cast


def test_risks_are_kept_with_their_words_and_the_data_version_and_can_be_made_again(kept):
    before = list(DealRisk.objects.order_by("deal_id").values("deal_id", "verdict", "signs", "chance"))
    figures = RiskFigures.objects.get()
    assert before
    assert all(words for risk in before for _kind, words in risk["signs"])
    assert figures.data_version == 1
    assert figures.content["deals"] == 700
    assert sum(figures.content["verdicts"].values()) == len(before)
    keep_risks(organisation=kept.organisation, now=NOW)
    assert list(DealRisk.objects.order_by("deal_id").values("deal_id", "verdict", "signs", "chance")) == before


def test_without_results_there_is_nothing_to_keep(cast):
    assert keep_risks(organisation=cast.organisation, now=NOW) == 0
    assert figures_of(cast.organisation) is None
    assert rep_risks(None, ["anyone"]) == []


def test_results_without_good_risks_leave_out_the_won_ones_too(kept):
    figures = RiskFigures.objects.get()
    figures.content["reps"] = {"rep": [40, 12, 6, 1]}
    [row] = rep_risks(figures, ["rep", "another"])
    assert (row.without_won, row.without_ended, row.risks_not_won) == (11, 34, 5)
    assert row.all_rate == "30%"
    assert row.without_rate == "32%"
    assert row.without_interval
    assert rep_risks(figures, ["another"]) == []


def test_a_rep_sees_their_own_results_with_and_without_and_that_losses_are_not_held_against_them(kept, enter):
    refresh_index(organisation=kept.organisation)
    figures = RiskFigures.objects.get()
    figures.content["reps"] = {kept.rep.owner_name: [40, 12, 6, 1], "someone.else": [30, 9, 4, 2]}
    figures.save()
    page = enter(kept.rep).get(reverse("insights-reps")).content.decode()
    assert "A good risk that was not won is not held against anybody." in page
    assert "11 of 34" in page
    assert "someone.else" not in page
    risks = enter(kept.rep).get(reverse("wall-risks")).content.decode()
    assert "Good risks" in risks
