"""A second version of the process, in force from a day within the record on: what pages, files and the API say."""

import csv
import io
import shutil
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.cast import Cast
from tests.recorded import Record

from afteraction.analysis.power_over_time import Course, Part, StepPower
from afteraction.errors import Refused
from afteraction.report.deal_evidence import write_deal_evidence
from afteraction.report.figures import write_figures
from afteraction.report.sections.over_time import OverTime
from afteraction.report.version import open_version
from afteraction.web.deals.chances import show_evidence
from afteraction.web.deals.evidence import evidence_of
from afteraction.web.deals.index import refresh_index
from afteraction.web.deals.models import Deal, IndexState
from afteraction.web.insights import services
from afteraction.web.insights.editions import in_time, number_at, process_versions
from afteraction.web.insights.models import Analysis
from afteraction.web.insights.over_time import keep_over_time, propose_faded
from afteraction.web.insights.results import Saved, folder_of
from afteraction.web.insights.selectors import standing
from afteraction.web.proposals.models import Proposal

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def _study(analysis: Analysis, record: Record) -> None:
    """The results as an analysis leaves them, but for reports on paper, which take longest."""
    folder = folder_of(analysis)
    shutil.copytree(record.results, folder)
    assert analysis.process_version is not None
    with open_version(analysis.organisation.home.folder) as opened:
        study = opened.study(process_versions(analysis.process_version))
        write_figures(study, folder / "figures.json")
        write_deal_evidence(opened, study, folder)
    show_evidence(organisation=analysis.organisation, folder=f"results/{analysis.pk}", version=1)
    analysis.state, analysis.done_at = Analysis.State.DONE, timezone.now()
    analysis.save()


def test_deals_are_held_against_the_version_in_force_when_they_began(
    imported: Cast, record: Record, client: Client
) -> None:
    organisation = imported.organisation
    refresh_index(organisation=organisation)
    services.save_process(by=imported.operations, text=record.process)
    began = sorted(Deal.objects.exclude(created_at=None).values_list("created_at", flat=True))
    middle = began[len(began) // 2]
    services.save_process(
        by=imported.operations, text=record.process.replace("within: 7 days", "within: 2 days"), in_force_from=middle
    )
    asked = services.ask_for_analysis(organisation=organisation)
    assert asked is not None
    _study(asked, record)
    shown = standing(organisation).shown
    assert shown is not None
    first, second = shown.figures["conformance"]["versions"]
    assert (first["in_force_from"], second["in_force_from"]) == (None, middle.isoformat())
    assert first["deals"] + second["deals"] == shown.figures["conformance"]["deals"]
    assert second["deals"] == sum(each >= middle for each in began)

    state = IndexState.objects.get(organisation=organisation)
    for version, deal in (
        (1, Deal.objects.filter(created_at__lt=middle)),
        (2, Deal.objects.filter(created_at__gte=middle)),
    ):
        evidence = evidence_of(deal.exclude(stage="").order_by("pk")[0], state)
        assert evidence is not None
        assert evidence.process is not None
        assert evidence.process.version == version
        assert max(evidence.steps) < len(evidence.process.steps)

    client.force_login(imported.operations, backend=BACKEND)
    text = b"".join(client.get(reverse("deals-export")).streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    counts = Counter(row["process_version"] for row in csv.DictReader(io.StringIO(text)))
    assert counts == {"1": first["deals"], "2": second["deals"]}
    late = Deal.objects.filter(created_at__gte=middle).exclude(stage="").order_by("pk")[0]
    page = client.get(reverse("deal", args=[late.deal_id])).content.decode()
    assert "version 2, which was in force when it began" in page
    history = client.get(reverse("process-history")).content.decode()
    assert f"Deals that began from {middle:%-d %B %Y}" in history

    assert "Not worked out yet" in client.get(reverse("process-over-time")).content.decode()
    found = keep_over_time(analysis=asked, now=timezone.now())
    assert found is not None
    assert [(each.number, each.deals) for each in found.versions] == [(1, first["deals"]), (2, second["deals"])]
    by_version = {each["group"]: each for each in shown.figures["conformance"]["by_version"]}
    for each in found.versions:
        assert each.kept.due == by_version[str(each.number)]["due"]
        assert each.kept.kept == by_version[str(each.number)]["kept"]
        assert sum(month.due for month in each.months.values()) == each.kept.due
    page = client.get(reverse("process-over-time")).content.decode()
    assert "Version 2" in page
    assert "What each step does, over time" in page


def test_a_version_comes_into_force_no_earlier_than_the_one_before_it_and_not_ahead_of_time(
    imported: Cast, record: Record
) -> None:
    services.save_process(by=imported.operations, text=record.process)
    changed, may = record.process.replace("within: 7 days", "within: 5 days"), datetime(2026, 5, 1, tzinfo=UTC)
    services.save_process(by=imported.operations, text=changed, in_force_from=may)
    for day in (may - timedelta(days=1), timezone.now() + timedelta(days=1)):
        with pytest.raises(Refused, match="in force from"):
            services.save_process(by=imported.operations, text=record.process, in_force_from=day)
    made = services.save_process(by=imported.operations, text=record.process)
    assert made.in_force_from is not None
    dated = in_time(imported.organisation)
    assert [since for _version, since in dated] == [None, may, made.in_force_from]
    assert [number_at(dated, at) for at in (None, may - timedelta(days=1), may, timezone.now())] == [None, 1, 2, 3]


def test_a_step_that_faded_is_proposed_to_go_once_and_taken_back_when_it_helps_again(shown: Saved, cast: Cast) -> None:
    before, now = Part("earlier", 800, 400, 0.2, 0.12, 0.28), Part("recent", 800, 400, 0.01, -0.06, 0.08)
    faded = StepPower("demo", Course.FADED, before, now, 200.0, 0.19, 0.08, 0.3, 0.001)
    found = OverTime((), (faded,), {"demo": "Product demo"}, {"demo": date(2026, 3, 1)})
    for _twice in range(2):
        propose_faded(analysis=shown.analysis, found=found, now=timezone.now())
    proposal = Proposal.objects.get(organisation=cast.organisation)
    assert "Product demo" in proposal.title
    assert "- id: demo" not in proposal.text
    assert proposal.evidence["verdict"] == "faded"
    assert "1 March 2026" in proposal.reason or "1 Mar 2026" in proposal.reason
    kept = replace(faded, course=Course.KEPT, recent=before)
    propose_faded(analysis=shown.analysis, found=replace(found, power=(kept,)), now=timezone.now())
    proposal.refresh_from_db()
    assert proposal.state == Proposal.State.WITHDRAWN
