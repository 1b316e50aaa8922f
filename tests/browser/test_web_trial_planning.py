"""A trial is planned on a wide screen, its size shown meanwhile, and signed by two, the second of them on the phone."""

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import expect
from tests.browser.conftest import Visit
from tests.browser.test_web_people import problems
from tests.cast import PASSWORD, Cast

from afteraction.web.deals.models import Deal, IndexState
from afteraction.web.experiments.history import keep_history
from afteraction.web.experiments.models import Experiment
from afteraction.web.experiments.verifying import verify

Start = Callable[..., Visit]


def _record(cast: Cast) -> None:
    """Two years of deals, of which three in ten are won within forty days."""
    now = timezone.now()
    began = [now - timedelta(days=730 * n / 1_200) for n in range(1_200)]
    Deal.objects.bulk_create(
        Deal(
            organisation=cast.organisation, deal_id=f"D{n:04}", owner=f"rep {n % 9}", segment=("SMB", "Mid")[n % 2],
            outcome="won" if n % 10 < 3 else "lost", created_at=at, closed_at=at + timedelta(days=20 + n % 20),
            last_event_at=at, chance_start=0.2 + 0.2 * (n % 10 < 4),
        )
        for n, at in enumerate(began)
    )  # fmt: skip
    IndexState.objects.create(organisation=cast.organisation, version=7_777)
    keep_history(cast.organisation)


def test_a_plan_says_what_it_takes_and_runs_once_two_have_signed(visit: Start, cast: Cast) -> None:
    _record(cast)
    owner = visit(cast.manager)
    page = owner.page
    owner.go("/experiments/")
    page.get_by_role("link", name="Plan a trial").first.click()
    page.get_by_label("What is tried").fill("Mutual plans")
    page.get_by_role("button", name="Go on").click()
    size = page.locator("#size")
    page.get_by_label("Smallest effect that matters").fill("5")
    expect(size).to_contain_text("This cannot be answered")
    expect(size).to_contain_text("weeks instead of 52")
    page.get_by_label("What is drawn").select_option("rep")
    page.get_by_label("Smallest effect that matters").fill("25")
    expect(size).to_contain_text("Only 9 reps are drawn")
    page.get_by_label("What is drawn").select_option("deal")
    expect(size).to_contain_text("Can be answered")
    expect(size).to_contain_text("n = ")
    expect(size).to_contain_text("a sponsor, who signs beside you")
    assert list(problems(owner, 1440)) == []
    page.get_by_label("What you expect, and why").fill("Buyers with a plan decide.")
    page.get_by_label("The new way").fill("With a plan")
    page.get_by_label("What reps are asked to do").fill("Send a one-page plan before the second meeting.")
    page.get_by_label("Sponsor").select_option(label=cast.executive.name)
    expect(size).to_contain_text("Nothing is missing")
    page.get_by_role("button", name="Save the plan").click()
    page.get_by_label("Your password, once more").fill(PASSWORD)
    page.get_by_role("button", name="Sign it").click()
    expect(page.get_by_text("It waits for the other signature")).to_have_count(2)
    trial = Experiment.objects.get()
    phone = visit(cast.executive, width=390, scheme="dark")
    phone.go(f"/experiments/{trial.pk}/plan/")
    assert list(problems(phone, 390)) == []
    phone.go("/")
    phone.page.get_by_role("link", name="Mutual plans").first.click()
    assert list(problems(phone, 390)) == []
    phone.page.get_by_label("Your password, once more").fill(PASSWORD)
    phone.page.get_by_role("button", name="Sign it").click()
    expect(phone.page.get_by_text("Signed and locked. The trial runs.")).to_be_visible()
    trial.refresh_from_db()
    assert trial.state == Experiment.State.RUNNING
    assert verify(trial) == []
    for path in ("ledger/", "protocols/1/"):
        phone.go(f"/experiments/{trial.pk}/{path}")
        assert list(problems(phone, 390)) == []
    assert owner.said == phone.said == []
