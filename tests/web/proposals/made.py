"""What tests of proposals begin with."""

from datetime import UTC, datetime, timedelta
from typing import Final

from tests.cast import Cast

from afteraction.process.check import check_text
from afteraction.process.editing import with_changed_step, without_step
from afteraction.process.model import Process
from afteraction.process.rewriting import rewritten
from afteraction.web.insights.models import ProcessVersion
from afteraction.web.people.models import User
from afteraction.web.proposals import services
from afteraction.web.proposals.finding import Evidence, Grade
from afteraction.web.proposals.models import Proposal
from afteraction.web.proposals.writing import Wish

NOW: Final = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY: Final = timedelta(days=1)
TEXT: Final = """process: Sale
version: 1
stages: [Qualify, Propose]

steps:
  # Before anything else.
  - id: call
    name: First call
    stage: Qualify
    activity: Call
    within: 14 days

  - id: demo
    name: Product demo
    stage: Qualify
    activity: Demo

  - id: offer
    name: Offer
    stage: Propose
    activity: Offer
"""


def on_paper(cast: Cast, text: str = TEXT, number: int = 1) -> ProcessVersion:
    """The next version of the process."""
    return ProcessVersion.objects.create(
        organisation=cast.organisation, number=number, text=text.replace("version: 1", f"version: {number}"),
        made_by=cast.operations, in_force_from=NOW - DAY if number > 1 else None,
    )  # fmt: skip


def process(text: str = TEXT) -> Process:
    found = check_text(text).process
    assert found is not None
    return found


def without(step: str, text: str = TEXT) -> str:
    """The text without a step."""
    return rewritten(text, without_step(process(text), step))


def due(step: str, days: int, text: str = TEXT) -> str:
    """The text in which a step is due by another day."""
    old = process(text).step(step)
    changed = with_changed_step(
        process(text), step, name=old.name, required=old.required, within=days * DAY, before=old.before
    )
    return rewritten(text, changed)


def proposed(cast: Cast, by: User | None = None, text: str = "", now: datetime = NOW) -> Proposal:
    """A proposal of the rep: the first call a week earlier."""
    if not cast.organisation.process_versions.exists():
        on_paper(cast)
    wish = Wish(text=text or due("call", 7), base=1, reason="They have forgotten us by then.", expected_points=2)
    return services.propose(by=by or cast.rep, wish=wish, now=now)


def question(cast: Cast, by: User | None = None, now: datetime = NOW) -> Proposal:
    """A question that the rep proposes to ask, each in other words than those before."""
    before = Proposal.objects.count()
    what = f"Who else decides? ({before + 1})" if before else "Who else decides?"
    wish = Wish(kind="question", title="Before a demo", what=what, reason="We find out too late.")
    return services.propose(by=by or cast.rep, wish=wish, now=now)


def evidence(
    effect: float = 0.004, low: float = -0.03, high: float = 0.038, n: int = 900, **others: object
) -> Evidence:
    """Of a step that does nothing that matters."""
    told = {"grade": Grade.COMPARABLE, "data_version": 1, "verdict": "no_effect"} | others
    return Evidence(effect, low, high, n, **told)  # type: ignore[arg-type]
