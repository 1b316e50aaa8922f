"""What every voice says of every reviewed deal, as sets of drivers: what agreement is measured on."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import pyarrow.dataset as ds

from afteraction.analysis.evidence_grade import RecordSays, Statement, Voice
from afteraction.analysis.record_conditions import DealRecord
from afteraction.errors import Refused
from afteraction.process.check import parse_file
from afteraction.report.deal_evidence import PROCESS, STEPS
from afteraction.web.buyers.models import BuyerAnswer
from afteraction.web.people.models import Organisation
from afteraction.web.reviews.defaults import record_says
from afteraction.web.reviews.models import Answer, Driver, NamedDriver, Review
from afteraction.web.reviews.taxonomy import counted_as, driver_of_reason

VOICES: Final = ("rep", "manager", "buyer", "crm")
CRM: Final = "crm"


@dataclass(frozen=True)
class DealSaid:
    """One reviewed deal: by voice the keys of the drivers that it names; a voice that is not there did not speak.

    Who says that they do not know did not speak of causes. Of several buyers `buyer` is what any of them names.
    """

    review: int
    deal_id: str
    owner: str
    outcome: str
    said: Mapping[str, frozenset[str]]
    statements: tuple[Statement, ...]


def everything_said(organisation: Organisation) -> list[DealSaid]:
    """Every deal of which somebody has spoken, in the order of the reviews; closings that were taken back left out."""
    counted = {key: driver.key for key, driver in counted_as(organisation).items()}
    ours, buyers = _ours(organisation, counted), _buyers(organisation, counted)
    means = {reason: driver.key for reason, driver in driver_of_reason(organisation).items()}
    columns = ("pk", "deal_id", "owner", "outcome", "lost_reason")
    standing = Review.objects.filter(organisation=organisation, ended_at=None).order_by("pk")
    found = []
    for key, deal_id, owner, outcome, reason in standing.values_list(*columns).iterator(chunk_size=5_000):
        statements = (*ours.get(key, ()), *buyers.get(key, ()))
        said = _sets(statements)
        if said and outcome != "won" and (meant := means.get(reason.casefold() if reason else "")):
            said[CRM] = frozenset({meant})
        if said:
            found.append(DealSaid(key, deal_id, owner, outcome, said, statements))
    return found


def on_record(organisation: Organisation, deals: Iterable[DealSaid]) -> Iterator[dict[str, RecordSays]]:
    """For each deal what the record says of the drivers that somebody names of it, by the newest analysis."""
    drivers = {driver.key: driver for driver in Driver.objects.filter(organisation=organisation)}
    records = _records(organisation, {each.deal_id for each in deals})
    nothing = DealRecord({}, {})
    for each in deals:
        claimed = frozenset[str]().union(*(one.named for one in each.statements))
        deal = records.get(each.deal_id, nothing)
        yield {key: record_says(drivers[key], deal) for key in claimed if key in drivers}


def _sets(statements: Iterable[Statement]) -> dict[str, frozenset[str]]:
    said: dict[str, frozenset[str]] = {}
    for each in statements:
        said[each.voice.value] = said.get(each.voice.value, frozenset()) | each.named
    return said


def _ours(organisation: Organisation, counted: Mapping[int, str]) -> dict[int, list[Statement]]:
    """By review what the rep and the manager say. A manager who agrees says what the rep says."""
    named, denied = defaultdict[int, set[str]](set), defaultdict[int, set[str]](set)
    rows = NamedDriver.objects.filter(answer__review__organisation=organisation).exclude(answer__done_at=None)
    for answer, driver, is_denied in rows.values_list("answer_id", "driver_id", "denied").iterator(chunk_size=10_000):
        (denied if is_denied else named)[answer].add(counted[driver])
    given = Answer.objects.filter(review__organisation=organisation).exclude(done_at=None)
    found = defaultdict[int, list[Statement]](list)
    agreeing = []
    columns = ("pk", "review_id", "voice", "person_id", "unknown", "stance")
    for key, review, voice, person, unknown, stance in given.values_list(*columns).iterator(chunk_size=10_000):
        if stance in (Answer.Stance.AGREES, Answer.Stance.ADDS):
            agreeing.append((key, review, person))
        elif not unknown:
            found[review].append(Statement(Voice(voice), str(person), frozenset(named[key]), frozenset(denied[key])))
    for key, review, person in agreeing:
        of_rep = frozenset[str]().union(*(each.named for each in found[review] if each.voice is Voice.REP))
        own = of_rep | named[key]
        if own:
            found[review].append(Statement(Voice.MANAGER, str(person), own, frozenset(denied[key]) - own))
    return dict(found)


def _buyers(organisation: Organisation, counted: Mapping[int, str]) -> dict[int, list[Statement]]:
    found = defaultdict[int, list[Statement]](list)
    given = BuyerAnswer.objects.filter(organisation=organisation).values_list("pk", "review_id", "drivers")
    for key, review, drivers in given.iterator(chunk_size=10_000):
        named = frozenset(counted[each] for each in drivers if each in counted)
        if named:
            found[review].append(Statement(Voice.BUYER, f"buyer {key}", named))
    return dict(found)


def _records(organisation: Organisation, deal_ids: set[str]) -> dict[str, DealRecord]:
    """Which steps of each of these deals were done or missed, as the newest analysis has it; none before the first."""
    state = getattr(organisation, "index_state", None)
    folder = organisation.home.folder / state.evidence_folder if state is not None and state.evidence_folder else None
    if folder is None or not (folder / STEPS).exists():
        return {}
    try:
        names = {place: step.name or step.id for place, step in enumerate(parse_file(folder / PROCESS).steps)}
    except Refused:
        return {}
    steps = defaultdict[str, dict[str, bool]](dict)
    columns = ["deal_id", "step", "done", "skipped"]
    for batch in ds.dataset(folder / STEPS).to_batches(columns=columns):
        for deal_id, step, done, skipped in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            if deal_id in deal_ids and (done or skipped) and step in names:
                steps[deal_id][names[step]] = bool(done)
    return {deal_id: DealRecord(each, {}) for deal_id, each in steps.items()}
