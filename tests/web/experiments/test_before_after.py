"""A change that was made without a trial: stated, measured, read by everyone of the organisation."""

import csv
import html
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.cast import Cast
from tests.recorded import Record, give_data, give_results

from afteraction.errors import Refused
from afteraction.web.deals.index import refresh_index
from afteraction.web.deals.models import Deal
from afteraction.web.experiments import before_after as services
from afteraction.web.experiments.before_after_measuring import deals_file, measure_change
from afteraction.web.experiments.before_after_models import BeforeAfter
from afteraction.web.experiments.before_after_tasks import measure_all
from afteraction.web.experiments.document import TrialMeasure
from afteraction.web.people.models import Team, User

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
WON = TrialMeasure(kind="won", horizon=60, name="Won within 60 days")


@pytest.fixture
def seen(cast: Cast, record: Record, tmp_path: Path, settings: Any) -> Cast:
    """An organisation with a record, its index and its results."""
    settings.HOME = tmp_path
    give_data(cast, record)
    refresh_index(organisation=cast.organisation)
    give_results(cast, record)
    return cast


def middle() -> date:
    began = sorted(Deal.objects.exclude(created_at=None).values_list("created_at", flat=True))
    found: datetime = began[int(len(began) * 0.6)]
    return found.date()


def stated(cast: Cast, unit: str = "rep", **other: Any) -> BeforeAfter:
    names = sorted(services.units_of(cast.organisation, unit)) if unit != "all" else []
    given: dict[str, Any] = {
        "by": cast.manager, "title": "Quotes with a video", "what": "More trust", "kind": "tool", "unit": unit,
        "changed": {name: middle() for name in names[: len(names) // 2]}, "changed_on": middle(), "measure": WON,
        "now": timezone.now(),
    }  # fmt: skip
    return services.state_change(**given | other)


def test_a_change_is_measured_kept_with_its_data_version_and_read_by_everyone(seen: Cast, client: Client) -> None:
    change = stated(seen)
    assert change.after_looking
    result = measure_change(stated=change, now=timezone.now())
    assert result is not None
    assert result.document["method"] in ("differences", "refused")
    assert result.data_version == 1
    assert measure_change(stated=change, now=timezone.now()) == result
    kept = deals_file(seen.organisation, change.pk, 1).read_text(encoding="utf-8")
    rows = list(csv.DictReader(kept.splitlines()))
    assert {row["side"] for row in rows} >= {"before", "after"}
    counted = [row for row in rows if row["side"] != "left out"]
    assert {row["changed"] for row in counted} == {"yes", "no"}
    client.force_login(seen.rep, backend=BACKEND)
    page = client.get(reverse("before-and-after-change", args=[change.pk])).content.decode()
    assert result.finding.split(":")[0] in page
    assert "Stated after the outcomes could be read" in page
    file = client.get(reverse("before-and-after-deals", args=[change.pk, 1]))
    assert b"".join(file.streaming_content).decode().startswith("deal_id,owner")  # type: ignore[attr-defined]
    assert "Quotes with a video" in client.get(reverse("before-and-after")).content.decode()
    client.force_login(seen.outsider, backend=BACKEND)
    assert client.get(reverse("before-and-after-change", args=[change.pk])).status_code == 404
    assert client.get(reverse("before-and-after-deals", args=[change.pk, 1])).status_code == 404


def test_everyone_at_once_is_described_in_the_lowest_grade(seen: Cast) -> None:
    result = measure_change(stated=stated(seen, "all", changed={}), now=timezone.now())
    assert result is not None
    assert result.grade == "descriptive"
    assert result.verdict in ("described", "cant_tell")


def test_what_is_stated_before_outcomes_could_be_read_is_not_marked(seen: Cast) -> None:
    last = Deal.objects.order_by("-last_event_at").values_list("last_event_at", flat=True)[0]
    assert last is not None
    day = (last - timedelta(days=20)).date()
    [name, *_others] = services.units_of(seen.organisation, "rep")
    first = stated(seen, changed={name: day}, changed_on=day)
    second = stated(seen, title="Shorter quotes", changed={name: day}, changed_on=day)
    assert (first.after_looking, first.others_before, second.others_before) == (False, 0, 1)


def test_what_nobody_can_compare_is_refused_at_once(seen: Cast) -> None:
    everyone = dict.fromkeys(services.units_of(seen.organisation, "team"), middle())
    tomorrow = timezone.now().date() + timedelta(days=1)
    name = min(services.units_of(seen.organisation, "rep"))
    for wrong, words in (
        ({"changed": {"Nobody": middle()}}, "nobody called Nobody"),
        ({"changed": {}}, "nobody who changed"),
        ({"unit": "team", "changed": everyone}, "everyone changed"),
        ({"changed_on": tomorrow}, "to come"),
        ({"changed": {name: date(1, 1, 1)}}, "the record begins on"),
        ({"unit": "all", "changed": {}, "changed_on": date(1999, 5, 1)}, "the record begins on"),
        ({"unit": "all", "changed": {name: middle()}}, "everyone at once, and some by name"),
    ):
        with pytest.raises(Refused, match=words):
            stated(seen, **wrong)
    assert not BeforeAfter.objects.exists()


def test_a_manager_states_it_on_the_page_and_a_rep_may_not(seen: Cast, client: Client) -> None:
    names = sorted(services.units_of(seen.organisation, "rep"))
    sent = {
        "title": "A new script", "kind": "play", "changed_on": middle().isoformat(), "unit": "rep",
        "reps": names[:2], "later": f"{names[2]}, {middle() + timedelta(days=40)}", "measure": "won", "horizon": "45",
    }  # fmt: skip
    client.force_login(seen.rep, backend=BACKEND)
    assert client.post(reverse("before-and-after-state"), sent).status_code == 403
    client.force_login(seen.manager, backend=BACKEND)
    assert client.get(reverse("before-and-after-state")).status_code == 200
    assert client.post(reverse("before-and-after-state"), sent | {"later": "no day"}).status_code == 422
    assert client.post(reverse("before-and-after-state"), sent).status_code == 302
    change = BeforeAfter.objects.get()
    assert list(change.changed) == sorted(names[:3])
    assert change.measure["name"] == "Won within 45 days"
    measure_all.func()
    page = client.get(reverse("before-and-after-change", args=[change.pk]))
    assert "Being measured" in page.content.decode()


def test_the_same_statement_sent_twice_is_one(seen: Cast) -> None:
    first, again = stated(seen), stated(seen)
    assert (first, BeforeAfter.objects.count(), first.others_before) == (again, 1, 0)


def test_who_is_chosen_must_fit_what_is_said_of_whom(seen: Cast, client: Client) -> None:
    names = sorted(services.units_of(seen.organisation, "rep"))
    [team, *_others] = sorted(services.units_of(seen.organisation, "team"))
    client.force_login(seen.manager, backend=BACKEND)
    sent = {"title": "A script", "kind": "play", "changed_on": middle().isoformat(), "measure": "won", "horizon": "45"}
    line = f"{names[0]}, {middle()}"
    for others, words in (
        ({"unit": "all", "reps": names[:1]}, "“Everyone at once” is chosen above: choose “Some reps” there"),
        ({"unit": "rep", "reps": names[:1], "teams": [team]}, "“Some reps” is chosen above"),
        ({"unit": "all", "later": line}, "choose some reps or teams there, or no line"),
        ({"unit": "rep", "later": f"{line}\n{line}"}, "stands there twice"),
        ({"unit": "rep", "reps": names[:1], "later": line}, "chosen above, and on a line of its own"),
    ):
        answer = client.post(reverse("before-and-after-state"), sent | others)
        assert answer.status_code == 422
        assert words in html.unescape(answer.content.decode())
    assert not BeforeAfter.objects.exists()


def test_the_file_of_deals_has_those_that_its_reader_sees_one_by_one(seen: Cast, client: Client) -> None:
    change = stated(seen, by=seen.operations)
    assert measure_change(stated=change, now=timezone.now()) is not None
    mine = Deal.objects.exclude(owner="").order_by("pk").first()
    assert mine is not None
    seen.rep.owner_name = mine.owner
    seen.rep.save()
    team = Deal.objects.exclude(team="").values_list("team", flat=True).order_by("pk")[0]
    seen.manager.team = Team.objects.get_or_create(organisation=seen.organisation, name=team)[0]
    seen.manager.save()
    every = {row["deal_id"] for row in _file(client, change, seen.operations)}
    for user, expected in (
        (seen.executive, every),
        (seen.rep, every & set(Deal.objects.filter(owner=mine.owner).values_list("deal_id", flat=True))),
        (seen.manager, every & set(Deal.objects.filter(team=team).values_list("deal_id", flat=True))),
        (seen.marketer, set()),
    ):
        assert {row["deal_id"] for row in _file(client, change, user)} == expected
        assert bool(expected) or user == seen.marketer
    client.force_login(seen.marketer, backend=BACKEND)
    address = reverse("before-and-after-change", args=[change.pk])
    assert "deals behind it" not in client.get(address).content.decode().lower()
    client.force_login(seen.rep, backend=BACKEND)
    assert "Your deals behind it" in client.get(address).content.decode()


def _file(client: Client, change: BeforeAfter, user: User) -> list[dict[str, str]]:
    client.force_login(user, backend=BACKEND)
    answer = client.get(reverse("before-and-after-deals", args=[change.pk, 1]))
    content = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert content.startswith("deal_id,owner,unit,changed")
    return list(csv.DictReader(content.splitlines()))
