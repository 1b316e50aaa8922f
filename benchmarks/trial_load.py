"""50,000 deals in one trial: how long assigning takes, alone and by two workers at once, and what its page takes.

    python -m benchmarks.trial_load --write

The deals are put into the mirror of a database of its own (SQLite), spread over 90 days, in 24 strata.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from benchmarks.measure import machine
from benchmarks.page import write_section
from benchmarks.truth_found import markdown

if TYPE_CHECKING:
    from afteraction.web.experiments.models import Experiment, Protocol

_START, _END = "<!-- trial load: written by the command -->", "<!-- trial load: end -->"
_FIRST: Final = datetime(2026, 3, 2, tzinfo=UTC)
_NOW: Final = _FIRST + timedelta(days=95)
_SEGMENTS: Final = ("SMB", "Mid-market", "Enterprise", "Public")
_SOURCES: Final = ("Web", "Event", "Partner", "Referral", "Outbound", "Fair")
_DOCUMENT: Final[dict[str, Any]] = {
    "hypothesis": "A plan wins more.",
    "arms": [{"key": "usual", "name": "As usual"}, {"key": "plan", "name": "With a plan"}],
    "design": {"kind": "arrival", "unit": "deal", "by": ["segment", "source"]},
    "primary": {"kind": "won", "horizon": 60, "name": "won within 60 days"},
    "starts_on": "2026-03-02",
    "assign_until": "2026-05-31",
    "plan": {"base": 0.3, "effect": 0.05, "per_week": 3800, "deals": 50_000, "weeks": 22, "information": 40_000},
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--deals", type=int, default=50_000)
    parser.add_argument("--write", action="store_true", help="put the table into benchmarks/README.md")
    parser.add_argument("--worker", type=int, help="assign this trial; what each of the two workers runs")
    chosen = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "afteraction.web.settings"
    if chosen.worker:
        _worker(chosen.worker)
        return
    with tempfile.TemporaryDirectory() as folder:
        os.environ["AFTERACTION_HOME"] = folder
        rows = _rows(chosen.deals)
    text = f"{machine()}, SQLite.\n\n{markdown(('work', 'seconds'), rows)}"
    print(text)
    if chosen.write:
        write_section(_START, _END, text)


def _rows(deals: int) -> list[tuple[str, str]]:
    import django

    django.setup()
    from afteraction.web.experiments.assigning import assign, assigned_deals, not_as_drawn
    from afteraction.web.experiments.running import course_of
    from afteraction.web.experiments.verifying import verify
    from afteraction.web.people.bootstrap import prepare_database

    prepare_database()
    protocol = _trial(deals)
    trial = protocol.experiment
    rows: list[tuple[str, str]] = []

    def timed(work: str, done: Callable[[], Any]) -> Any:
        began = time.perf_counter()
        answer = done()
        rows.append((work, f"{time.perf_counter() - began:.1f}"))
        return answer

    found = timed(f"assigning {deals:,} deals", lambda: assign(experiment=trial, now=_NOW))
    assert found.assigned == deals
    timed("assigning again, with nothing new", lambda: assign(experiment=trial, now=_NOW))
    assert timed("reading all assignments", lambda: assigned_deals(protocol)).num_rows == deals
    assert not timed("drawing all anew", lambda: list(not_as_drawn(protocol)))
    timed("verifying the trial, ledger and all rows", lambda: verify(trial))
    timed("the course of the trial on its page", lambda: course_of(trial.owner, trial, _NOW))
    protocol = _trial(0)
    timed(
        f"two workers assigning the same {deals:,} deals at once, their start included",
        lambda: _two(protocol.experiment),
    )
    assert protocol.assignments.count() == deals
    assert not list(not_as_drawn(protocol))
    return rows


def _trial(deals: int) -> "Protocol":
    """A locked trial, and so many more deals."""
    from afteraction.web.deals.models import Deal
    from afteraction.web.experiments.document import canonical, digest_of, read_document
    from afteraction.web.experiments.models import Experiment, Protocol
    from afteraction.web.people.models import Organisation, Role, User

    organisation, _ = Organisation.objects.get_or_create(name="Load", folder="")
    owner, _ = User.objects.get_or_create(
        email="owner@load.example", defaults={"organisation": organisation, "role": Role.MANAGER}
    )
    trial = Experiment.objects.create(
        organisation=organisation, title="Plans", state="running", owner=owner, made_at=_FIRST, changed_at=_FIRST
    )
    document = read_document(_DOCUMENT)
    text = canonical(document)
    Deal.objects.bulk_create(
        [
            Deal(
                organisation=organisation, deal_id=f"D{n:07}", outcome="open", owner=f"R{n % 400}",
                segment=_SEGMENTS[n % 4], source=_SOURCES[n % 6 if n % 5 else 0],
                created_at=(at := _FIRST + timedelta(days=90) * (n / deals)), last_event_at=at,
            )
            for n in range(deals)
        ],
        batch_size=2_000,
    )  # fmt: skip
    return Protocol.objects.create(
        experiment=trial, version=1, document=document.model_dump(mode="json"), text=text, digest=digest_of(text),
        locked_at=_FIRST - timedelta(days=1),
    )  # fmt: skip


def _two(trial: "Experiment") -> None:
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.trial_load", "--worker", str(trial.pk)]
    workers = [subprocess.Popen(command, cwd=Path(__file__).parents[1]) for _worker in range(2)]
    assert [each.wait() for each in workers] == [0, 0]


def _worker(key: int) -> None:
    import django

    django.setup()
    from afteraction.web.experiments.assigning import assign
    from afteraction.web.experiments.models import Experiment

    assign(experiment=Experiment.objects.get(pk=key), now=_NOW, batch=1_000)


if __name__ == "__main__":
    main()
