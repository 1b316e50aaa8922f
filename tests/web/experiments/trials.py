"""Trials that are locked by owner and sponsor, and deals that begin, for tests."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from tests.cast import Cast

from afteraction.web.deals.models import Deal
from afteraction.web.experiments.document import ProtocolDocument, read_document
from afteraction.web.experiments.models import Experiment, Protocol
from afteraction.web.experiments.services import draft, save_plan
from afteraction.web.experiments.signing import sign
from afteraction.web.people.models import Organisation

START = date(2026, 3, 2)
LAST = date(2026, 5, 31)
LOCKED = datetime(2026, 3, 1, 12, tzinfo=UTC)
HORIZON = 60
PLAN: Mapping[str, Any] = {
    "base": 0.3, "effect": 0.1, "per_week": 20, "deals": 240, "weeks": 21.0, "information": 800.0,
}  # fmt: skip
ARRIVAL: Mapping[str, Any] = {"kind": "arrival", "unit": "deal", "by": ["segment"]}
REPS = ("ann", "bob", "cem", "dee", "eli", "fay", "gus", "hal")


def of_reps(kind: str = "stratified", **others: Any) -> dict[str, Any]:
    """The design in which reps are drawn."""
    return {"kind": kind, "unit": "rep", "units": list(REPS), **others}


def document(design: Mapping[str, Any] = ARRIVAL, **others: Any) -> ProtocolDocument:
    """A whole protocol."""
    written: dict[str, Any] = {
        "hypothesis": "A mutual plan wins more deals.",
        "arms": [
            {"key": "usual", "name": "As usual", "instructions": "Work as you do."},
            {
                "key": "plan",
                "name": "With a mutual plan",
                "instructions": "Agree on a mutual plan in the first meeting.",
            },
        ],
        "design": dict(design),
        "primary": {"kind": "won", "horizon": HORIZON, "name": "won within 60 days"},
        "starts_on": START.isoformat(),
        "assign_until": LAST.isoformat(),
        "plan": dict(PLAN),
    }
    return read_document(written | others)


def locked(
    cast: Cast, written: ProtocolDocument | None = None, *, new_process: str = "", now: datetime = LOCKED
) -> Protocol:
    """A trial of the manager that the executive sponsors, signed by both."""
    made = draft(by=cast.manager, title="Mutual plans", new_process=new_process, now=now)
    whole = written or document()
    protocol = save_plan(by=cast.manager, experiment=made, answers={}, document=whole, sponsor=cast.executive, now=now)
    for person in (cast.manager, cast.executive):
        sign(by=person, experiment=Experiment.objects.get(pk=made.pk), digest=protocol.digest, now=now)
    return Protocol.objects.select_related("experiment__organisation").get(pk=protocol.pk)


def begin(organisation: Organisation, key: str, at: datetime, **others: Any) -> Deal:
    """A deal that begins, as the mirror has it."""
    facts = {"outcome": "open", "owner": "ann", "owner_name": "Ann", "last_event_at": at, "name": f"Deal {key}"}
    return Deal.objects.create(organisation=organisation, deal_id=key, created_at=at, **facts | others)


def begin_many(organisation: Organisation, count: int, *, first: int = 0, hours: float = 6.0, **others: Any) -> None:
    """Deals that begin one after the other from the trial's first day on, of all reps and two segments."""
    start = datetime(START.year, START.month, START.day, 9, tzinfo=UTC)
    facts: dict[str, Any] = {"outcome": "open", "source": "Web", **others}
    Deal.objects.bulk_create(
        [
            Deal(
                organisation=organisation,
                deal_id=f"D{n:05}",
                name=f"Deal {n}",
                created_at=start + timedelta(hours=hours * n),
                last_event_at=start + timedelta(hours=hours * n),
                **{"owner": REPS[n % 8], "segment": ("SMB", "Enterprise")[n % 3 == 0]} | facts,
            )
            for n in range(first, first + count)
        ],
        batch_size=1_000,
    )


def arms_of(protocol: Protocol) -> dict[str, str]:
    """The arm of each deal, the left-out ones with nothing."""
    return dict(protocol.assignments.values_list("unit", "arm"))


def rows_of(protocol: Protocol) -> list[tuple[Any, ...]]:
    """What is settled of each deal, apart from when and in which entry."""
    names = ("unit", "cluster", "period", "stratum", "place", "arm", "left_out", "began", "late")
    return sorted(protocol.assignments.values_list(*names))


def moment(day: date, hour: float = 12.0) -> datetime:
    """A moment of a day, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=hour)


def counted(arms: Iterable[str]) -> dict[str, int]:
    """How many there are of each arm."""
    found = list(arms)
    return {arm: found.count(arm) for arm in sorted(set(found))}
