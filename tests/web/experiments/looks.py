"""Trials whose deals are in the lake as an import of each day would have them, for tests of looks."""

import csv
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

from tests.cast import Cast
from tests.web.experiments.trials import ARRIVAL, HORIZON, LAST, START, begin_many, document, locked

from afteraction.ingest import import_paths
from afteraction.web.deals.models import Deal
from afteraction.web.experiments.assigning import assign
from afteraction.web.experiments.found import Tampering
from afteraction.web.experiments.looking import look
from afteraction.web.experiments.models import Experiment, Look, Protocol
from afteraction.web.experiments.verifying import verify

OPENS = datetime.combine(START, time(), UTC)
OVER = datetime.combine(LAST, time(), UTC) + timedelta(days=HORIZON + 1)
DEALS = 240


def running(cast: Cast, design: Mapping[str, Any] = ARRIVAL, **others: Any) -> Protocol:
    """A trial whose 240 deals began on its first 90 days and are in arms."""
    new_process = others.pop("new_process", "")
    protocol = locked(cast, document(design, **others), new_process=new_process)
    begin_many(cast.organisation, DEALS, hours=9.0)
    for week in range(1, 14):
        assign(experiment=protocol.experiment, now=OPENS + timedelta(days=7 * week))
    return protocol


def bring(protocol: Protocol, until: datetime, folder: Path, won: Mapping[str, bool]) -> None:
    """Imports the trial's deals as they are known at a moment: each ends 20 to 50 days after it was drawn, or later."""
    rows = []
    at = dict(protocol.assignments.values_list("unit", "at"))
    for number, deal in enumerate(
        Deal.objects.filter(organisation=protocol.experiment.organisation).order_by("deal_id")
    ):
        ends = at[deal.deal_id] + timedelta(days=20 + number % 30)
        over = ends <= until
        rows.append(
            {
                "deal_id": deal.deal_id,
                "created_at": f"{deal.created_at:%Y-%m-%d %H:%M:%S}",
                "closed_at": f"{ends:%Y-%m-%d %H:%M:%S}" if over else "",
                "outcome": ("won" if won[deal.deal_id] else "lost") if over else "open",
                "owner": deal.owner,
                "segment": deal.segment,
                "source": deal.source,
            }
        )
    known = [row for row in rows if row["created_at"] <= f"{until:%Y-%m-%d %H:%M:%S}"]
    _write(folder / f"deals-{until:%Y%m%d}" / "deals.csv", known)
    touch = {"touch_id": f"t{until:%Y%m%d}", "deal_id": known[-1]["deal_id"], "activity": "Call"}
    _write(folder / f"deals-{until:%Y%m%d}" / "touches.csv", [{**touch, "at": f"{until:%Y-%m-%d %H:%M:%S}"}])
    import_paths(sorted((folder / f"deals-{until:%Y%m%d}").glob("*.csv")), protocol.experiment.organisation.home)


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    path.parent.mkdir(exist_ok=True)
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def wins(protocol: Protocol, *, new: int = 5, old: int = 3, of: int = 10) -> dict[str, bool]:
    """Who is won: of every ten deals of an arm the first few."""
    counts: dict[str, int] = {}
    found = {}
    for unit, arm in protocol.assignments.exclude(arm="").order_by("unit").values_list("unit", "arm"):
        place = counts.setdefault(arm, 0)
        counts[arm] += 1
        found[unit] = place % of < (new if arm == "plan" else old)
    rest = Deal.objects.exclude(deal_id__in=found).values_list("deal_id", flat=True)
    return found | dict.fromkeys(rest, False)


def looked(protocol: Protocol, until: datetime, folder: Path, won: Mapping[str, bool]) -> Look:
    """A data version of a day, and the look at it."""
    bring(protocol, until, folder, won)
    made = look(protocol, until + timedelta(hours=1))
    assert made is not None
    return made


def grave(experiment: Experiment) -> list[Tampering]:
    """What was tampered with. The file outside of the database is written when a transaction ends: not of a test's."""
    return [each for each in verify(Experiment.objects.get(pk=experiment.pk)) if each.grave]
