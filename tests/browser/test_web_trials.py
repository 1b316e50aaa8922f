"""A change goes its whole way in a browser: proposed, accepted, locked, tried for months, decided, and in force."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from playwright.sync_api import expect
from tests.browser.conftest import Visit
from tests.browser.test_web_people import problems
from tests.cast import Cast
from tests.web.experiments.trials import ARRIVAL, document

from afteraction.demo.months import TABLES, Months, Planted, simulate_months
from afteraction.process.write import process_text
from afteraction.simulate import default_organisation, simulate
from afteraction.web.experiments.looking import look_at_trials
from afteraction.web.experiments.models import Experiment
from afteraction.web.experiments.services import save_plan
from afteraction.web.experiments.signing import sign
from afteraction.web.insights.editions import in_time, number_at
from afteraction.web.insights.models import ProcessVersion
from afteraction.web.insights.services import save_process
from afteraction.web.proposals.answering import follow_trials
from afteraction.web.proposals.models import Proposal
from afteraction.web.proposals.services import propose
from afteraction.web.proposals.writing import Wish

Start = Callable[..., Visit]
STEP = "  - id: mutual_plan\n    stage: {stage}\n    activity: [Mutual plan agreed]\n    required: true\n"
OPENS = datetime(2026, 3, 2, tzinfo=UTC)
PRIMARY = {"kind": "won", "horizon": 90, "name": "Won within 90 days"}


def test_a_proposal_becomes_a_trial_a_decision_and_the_process_in_force(visit: Start, cast: Cast) -> None:
    record = simulate(replace(default_organisation(), end=date(2026, 9, 30), years=1.5), 1_200, 3, tables=TABLES)
    months = Months(record, cast.admin)
    months.bring(OPENS - timedelta(hours=6))
    paper = process_text(record.process)
    base = save_process(by=cast.operations, text=paper)
    ProcessVersion.objects.filter(pk=base.pk).update(made_at=OPENS - timedelta(days=300))
    wish = Wish(
        text=paper.rstrip() + "\n" + STEP.format(stage=record.process.stages[0]),
        base=base.number,
        reason="Buyers who sign a plan with us do not vanish.",
    )
    proposal = propose(by=cast.rep, wish=wish, now=OPENS - timedelta(days=2))

    boss = visit(cast.manager)
    boss.go(f"/changes/{proposal.pk}/")
    boss.page.get_by_role("button", name="Try it").first.click()
    expect(boss.page.get_by_role("heading", level=1)).to_be_visible()
    trial = Experiment.objects.get()
    assert Proposal.objects.get().state == Proposal.State.TRIED
    _lock(boss, visit(cast.executive), trial, cast)

    months.planted = Planted(trial, effect=0.5, activity="Mutual plan agreed")
    simulate_months(
        months, until=OPENS + timedelta(days=199, hours=18), every=timedelta(days=50),
        each=lambda now: look_at_trials(organisation=cast.organisation, now=now),
    )  # fmt: skip

    boss.go(f"/experiments/{trial.pk}/")
    expect(boss.page.get_by_text("better beyond chance").first).to_be_visible()
    assert list(problems(boss, 1440)) == []
    boss.page.get_by_label("Decision", exact=True).select_option("adopt")
    boss.page.get_by_role("button", name="Decide").click()
    expect(boss.page.get_by_text("Version 2 of the process").first).to_be_visible()
    assert boss.said == []

    follow_trials(now=datetime.now(UTC))
    assert Proposal.objects.get().state == Proposal.State.ADOPTED
    newest = cast.organisation.process_versions.first()
    assert newest is not None
    assert newest.in_force_from is not None
    assert "Mutual plan agreed" in newest.text
    dated = in_time(cast.organisation)  # what conformance holds a deal against: by when it began
    assert number_at(dated, newest.in_force_from + timedelta(days=1)) == 2
    assert number_at(dated, newest.in_force_from - timedelta(days=1)) == 1

    phone = visit(cast.rep, width=390, scheme="dark")
    phone.go(f"/experiments/{trial.pk}/")
    expect(phone.page.get_by_text("The locked rule said").first).to_be_visible()
    assert list(problems(phone, 390)) == []
    phone.go(f"/experiments/{trial.pk}/exploratory")
    expect(phone.page.get_by_text("Nobody said beforehand")).to_be_visible()
    assert list(problems(phone, 390)) == []
    assert phone.said == []


def _lock(owner: Visit, sponsor: Visit, trial: Experiment, cast: Cast) -> None:
    """The plan is written (its page has a test of its own), and both sign it on the page; it begins with March."""
    written = document(
        {**ARRIVAL, "by": []}, primary=PRIMARY, assign_until=date(2026, 5, 10).isoformat(),
        plan={"base": 0.3, "effect": 0.15, "per_week": 15, "deals": 150, "weeks": 19.0, "information": 140.0},
    )  # fmt: skip
    protocol = save_plan(
        by=cast.manager, experiment=trial, answers={}, document=written, title=trial.title, question=trial.question,
        sponsor=cast.executive, now=OPENS - timedelta(days=1),
    )  # fmt: skip
    for inside, person in ((owner, cast.manager), (sponsor, cast.executive)):
        inside.go(f"/experiments/{trial.pk}/")
        expect(inside.page.get_by_role("button", name="Sign").first).to_be_visible()
        # Signed on the evening before its first day: the months that pass are those after it.
        sign(by=person, experiment=Experiment.objects.get(), digest=protocol.digest, now=OPENS - timedelta(hours=9))
    trial.refresh_from_db()
    assert trial.state == Experiment.State.RUNNING
