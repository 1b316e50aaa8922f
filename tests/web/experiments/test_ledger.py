"""The ledger of a trial: what is changed afterwards, in whatever way, is found and shown."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from tests.cast import Cast
from tests.web.experiments.trials import begin_many, document, locked
from tests.web.experiments.whole_trial import LATER, settled_whole

from afteraction.web.experiments import anchor, settled
from afteraction.web.experiments.assigning import assign
from afteraction.web.experiments.document import canonical, digest_of, read_document
from afteraction.web.experiments.ledger import Kind, append, as_text
from afteraction.web.experiments.models import (
    Assignment,
    Experiment,
    ExperimentDecision,
    LedgerEntry,
    Look,
    Protocol,
    Signature,
)
from afteraction.web.experiments.verifying import contains, verify, verify_all


@pytest.fixture
def decided(cast: Cast, django_capture_on_commit_callbacks: Any) -> Protocol:
    return settled_whole(cast, django_capture_on_commit_callbacks)


def found(protocol: Protocol) -> set[str]:
    """The kinds of what does not fit."""
    return {each.kind for each in verify(Experiment.objects.get(pk=protocol.experiment_id))}


@contextmanager
def unguarded() -> Iterator[Any]:
    """A cursor for which foreign keys do not count, as for somebody who writes to the database file."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
        yield cursor
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = DEFAULT")


OLDER = "2020-01-01 00:00:00+00:00"
COLUMNS = [
    ("experiment", "title", "Another title", "protocol"),
    ("experiment", "question", "Another question", "protocol"),
    ("experiment", "state", "running", "state"),
    ("experiment", "owner_id", "operations", "protocol"),
    ("experiment", "sponsor_id", "operations", "protocol"),
    ("experiment", "new_process", "name: other", "protocol"),
    ("protocol", "document", '{"hypothesis":"another"}', "protocol"),
    ("protocol", "text", "{}", "protocol"),
    ("protocol", "digest", "0" * 64, "protocol"),
    ("protocol", "locked_at", OLDER, "protocol"),
    ("protocol", "why", "another reason", "protocol"),
    ("protocol", "version", 7, "protocol"),
    ("signature", "name", "Mallory", "signature"),
    ("signature", "person_id", "operations", "signature"),
    ("signature", "digest", "0" * 64, "signature"),
    ("signature", "at", OLDER, "signature"),
    ("assignment", "unit", "D99999", "assignment"),
    ("assignment", "arm", "elsewhere", "assignment"),
    ("assignment", "period", 3, "assignment"),
    ("assignment", "stratum", "other", "assignment"),
    ("assignment", "place", 99, "assignment"),
    ("assignment", "at", OLDER, "assignment"),
    ("assignment", "began", OLDER, "assignment"),
    ("assignment", "cluster", "somebody", "assignment"),
    ("assignment", "batch", 99, "assignment"),
    ("exposure", "deal_id", "D99999", "exposure"),
    ("exposure", "arm", "elsewhere", "exposure"),
    ("exposure", "at", OLDER, "exposure"),
    ("exposure", "followed", "other", "exposure"),
    ("look", "data_version", 9, "look"),
    ("look", "at", OLDER, "look"),
    ("look", "made_at", OLDER, "look"),
    ("look", "result", '{"value":0.9,"n":12}', "look"),
    ("look", "rule_says", "adopt", "look"),
    ("experimentdecision", "kind", "reject", "decision"),
    ("experimentdecision", "rule_said", "reject", "decision"),
    ("experimentdecision", "against_rule", True, "decision"),
    ("experimentdecision", "reason", "Another", "decision"),
    ("experimentdecision", "name", "Mallory", "decision"),
    ("experimentdecision", "at", OLDER, "decision"),
    ("experimentdecision", "look_id", None, "decision"),
    ("experimentdecision", "process_version_id", None, "decision"),
    ("ledgerentry", "content", "{}", "seal"),
    ("ledgerentry", "kind", "looked", "seal"),
    ("ledgerentry", "at", OLDER, "seal"),
    ("ledgerentry", "previous", "0" * 64, "seal"),
    ("ledgerentry", "digest", "0" * 64, "seal"),
    ("ledgerentry", "place", 900, "seal"),
]
UNGUARDED = {
    "experiment": {"id", "organisation_id", "made_by_id", "made_at", "changed_at"},
    "protocol": {"id", "experiment_id"},
    "signature": {"id", "protocol_id", "part"},
    "assignment": {"id", "protocol_id", "late", "left_out"},
    "exposure": {"id", "protocol_id", "person_id", "why", "told_at", "as_owner"},
    "look": {"id", "protocol_id"},
    "experimentdecision": {"id", "protocol_id", "by_id"},
    "ledgerentry": {"id", "experiment_id"},
}
"""Columns that are not tried one by one: keys, of which the rows are tried by being deleted and moved, what is guarded
with the others of its row, and who made a draft and when it was last touched, which no result rests on."""


def test_every_column_of_the_tables_of_trials_is_tried_or_named() -> None:
    tried = {(table, column) for table, column, *_rest in COLUMNS}
    tried |= {(table, column) for table, columns in UNGUARDED.items() for column in columns}
    there = {
        (name, field.column)
        for name in UNGUARDED
        for field in apps.get_model("experiments", name)._meta.concrete_fields
    }
    assert there - tried == set()


@pytest.mark.parametrize(("table", "column", "value", "kind"), COLUMNS, ids=lambda each: str(each)[:20])
def test_a_column_that_is_changed_by_sql_is_found(
    cast: Cast, decided: Protocol, table: str, column: str, value: Any, kind: str
) -> None:
    value = cast.operations.pk if value == "operations" else value
    with unguarded() as cursor:
        cursor.execute(f"SELECT MIN(id) FROM experiments_{table}")
        [first] = cursor.fetchone()
        cursor.execute(f"UPDATE experiments_{table} SET {column} = %s WHERE id = %s", [value, first])
    assert kind in found(decided)


@pytest.mark.parametrize(
    ("table", "kind"),
    [
        ("signature", "signature"),
        ("assignment", "assignment"),
        ("exposure", "exposure"),
        ("experimentdecision", "decision"),
        ("look", "look"),
        ("protocol", "protocol"),
    ],
)
@pytest.mark.django_db(transaction=False)
def test_a_row_that_is_deleted_by_sql_is_found(decided: Protocol, table: str, kind: str) -> None:
    protocol = decided.pk
    with unguarded() as cursor:
        if table in ("look", "protocol"):
            cursor.execute("DELETE FROM experiments_experimentdecision")
        if table == "protocol":
            for child in ("signature", "assignment", "exposure", "look"):
                cursor.execute(f"DELETE FROM experiments_{child} WHERE protocol_id = %s", [protocol])
        cursor.execute(f"DELETE FROM experiments_{table} WHERE id = (SELECT MIN(id) FROM experiments_{table})")
    assert kind in found(decided)


def test_rows_that_are_added_by_sql_are_found(cast: Cast, decided: Protocol) -> None:
    Assignment.objects.create(
        protocol=decided, unit="D77777", arm="plan", at=LATER, began=LATER, cluster="ann", batch=4, place=90
    )
    Look.objects.create(protocol=decided, data_version=2, at=LATER, made_at=LATER, result={}, rule_says="adopt")
    ExperimentDecision.objects.create(protocol=decided, kind="adopt", name="Mallory", at=LATER + timedelta(days=1))
    Protocol.objects.create(experiment=decided.experiment, version=2, locked_at=LATER)
    assert found(decided) == {"assignment", "look", "decision", "protocol"}


ORM: list[tuple[str, Callable[[Protocol], object], str]] = [
    ("measure", lambda p: _written(p, {"primary": {**p.document["primary"], "horizon": 30}}), "protocol"),
    ("window", lambda p: _written(p, {"assign_until": "2026-06-30"}), "protocol"),
    ("arms", lambda p: Assignment.objects.filter(arm="plan").update(arm="usual"), "assignment"),
    ("result", lambda p: Look.objects.update(result={"value": 0.5, "n": 12}), "look"),
    ("reopened", lambda p: Experiment.objects.update(state="running"), "state"),
    ("signature", lambda p: Signature.objects.all().delete(), "signature"),
]  # fmt: skip


def _written(protocol: Protocol, changes: dict[str, Any]) -> None:
    """Document, text and hash agree with each other, and not with what was signed."""
    text = canonical(read_document(protocol.document | changes))
    rows = Protocol.objects.filter(pk=protocol.pk)
    rows.update(document=protocol.document | changes, text=text, digest=digest_of(text))


@pytest.mark.parametrize(("what", "change", "kind"), ORM, ids=[each[0] for each in ORM])
def test_what_is_changed_through_the_models_is_found(
    decided: Protocol, what: str, change: Callable[[Protocol], object], kind: str
) -> None:
    change(decided)
    assert kind in found(decided), what


def test_a_tail_that_is_rewritten_without_the_key_is_found(decided: Protocol, settings: Any) -> None:
    """Somebody who knows how entries are made, but not the secret, rewrites an assignment and all that follows."""
    experiment = decided.experiment
    real, settings.SECRET_KEY = settings.SECRET_KEY, "guessed"
    unit = Assignment.objects.filter(protocol=decided, arm="plan").first()
    assert unit is not None
    Assignment.objects.filter(pk=unit.pk).update(arm="usual")
    previous = ""
    for entry in LedgerEntry.objects.filter(experiment=experiment).order_by("place"):
        if entry.kind == Kind.ASSIGNED:
            entry.content = as_text(settled.of_batch(decided, list(decided.assignments.all())))
        entry.previous = previous
        entry.digest = _resealed(entry)
        entry.save()
        previous = entry.digest
    settings.SECRET_KEY = real
    assert {"seal", "older"} <= found(decided)


def _resealed(entry: LedgerEntry) -> str:
    from afteraction.web.experiments.ledger import seal_of

    return seal_of(entry)


def test_entries_cut_off_at_the_end_are_found_by_the_file(decided: Protocol) -> None:
    """Without the last entries and their rows the chain is whole; the file outside of the database is not fooled."""
    LedgerEntry.objects.filter(kind__in=(Kind.DECIDED, Kind.ENDED, Kind.LOOKED)).delete()
    ExperimentDecision.objects.all().delete()
    Look.objects.all().delete()
    Experiment.objects.update(state="running")
    assert found(decided) == {"older"}


def test_an_older_copy_of_the_database_is_found_by_the_file(
    cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        protocol = locked(cast)
    before = _copy(protocol)
    with django_capture_on_commit_callbacks(execute=True):
        begin_many(cast.organisation, 12)
        assign(experiment=protocol.experiment, now=LATER)
    _put_back(before)
    [older] = verify(protocol.experiment)
    assert older.kind == "older"
    assert "does not have" in older.words


def test_a_seal_that_was_mailed_is_not_found_when_database_and_file_are_put_back(
    cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        protocol = locked(cast)
    before, file = _copy(protocol), anchor.path_of(cast.organisation)
    shutil.copy(file, file.with_suffix(".old"))
    with django_capture_on_commit_callbacks(execute=True):
        begin_many(cast.organisation, 12)
        assign(experiment=protocol.experiment, now=LATER)
    mailed = protocol.experiment.ledger.order_by("-place")[0].digest
    assert contains(protocol.experiment, f" {mailed.upper()} ") is not None
    _put_back(before)
    shutil.move(file.with_suffix(".old"), file)
    assert verify(protocol.experiment) == []
    assert contains(protocol.experiment, mailed) is None


def _copy(protocol: Protocol) -> set[int]:
    return set(protocol.experiment.ledger.values_list("pk", flat=True))


def _put_back(before: set[int]) -> None:
    """What a database restored from a backup looks like: later rows are not there."""
    LedgerEntry.objects.exclude(pk__in=before).delete()
    Assignment.objects.all().delete()


def test_an_older_copy_of_the_file_is_told_and_stays_told(
    decided: Protocol, django_capture_on_commit_callbacks: Any
) -> None:
    file = anchor.path_of(decided.experiment.organisation)
    lines = file.read_text().splitlines(keepends=True)
    file.write_text("".join(lines[:-2]))
    [behind] = verify(decided.experiment)
    assert (behind.kind, behind.grave) == ("file behind", False)
    with django_capture_on_commit_callbacks(execute=True):
        append(decided.experiment, Kind.HANDED, _people(decided), LATER + timedelta(days=3))
    [late] = verify(decided.experiment)
    assert (late.kind, late.grave) == ("late", False)


def _people(protocol: Protocol) -> dict[str, Any]:
    return {"owner": protocol.experiment.owner_id, "sponsor": protocol.experiment.sponsor_id}


def test_a_line_of_the_file_that_is_changed_is_found(decided: Protocol) -> None:
    file = anchor.path_of(decided.experiment.organisation)
    lines = file.read_text().splitlines(keepends=True)
    file.write_text("".join([lines[0].replace('"place": 1', '"place": 2'), *lines[1:]]))
    assert "file" in found(decided)


def test_a_file_that_is_gone_is_told(decided: Protocol) -> None:
    anchor.path_of(decided.experiment.organisation).unlink()
    assert found(decided) == {"file behind"}


def test_a_trial_that_is_deleted_is_missed(cast: Cast, decided: Protocol) -> None:
    ExperimentDecision.objects.all().delete()
    Experiment.objects.all().delete()
    [gone] = verify_all(cast.organisation).others
    assert gone.kind == "gone"


def test_entries_of_one_trial_do_not_serve_another(
    cast: Cast, decided: Protocol, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        other = locked(cast, document(hypothesis="Another question altogether."))
    first = LedgerEntry.objects.filter(experiment=other.experiment).order_by("place")[0]
    LedgerEntry.objects.filter(pk=first.pk).update(experiment_id=decided.experiment_id, place=99)
    assert {"seal", "missing"} <= found(decided)
