"""Organisations with a record of their own, mirrored; and what an analysis would have said of it."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.test import Client
from tests.cast import Cast
from tests.lake.rows import Staged

from afteraction.lake.store import Lake
from afteraction.lake.writer import open_writer
from afteraction.report import deal_evidence
from afteraction.web.deals.chances import show_evidence
from afteraction.web.deals.index import refresh_index
from afteraction.web.people.models import Organisation, User

START = datetime(2025, 1, 1, 9, tzinfo=UTC)
Put = Callable[..., None]


def day(number: float) -> datetime:
    """So many days after the first."""
    return START + timedelta(days=number)


def deal_row(number: int, **changed: Any) -> dict[str, Any]:
    """A deal as a canonical row."""
    return {
        "deal_id": f"D-{number:04d}",
        "name": f"Deal number {number}",
        "account_id": f"A-{number % 7}",
        "owner": "Noor Haddad",
        "amount": 1000.0 * number,
        "currency": "EUR",
        "created_at": day(number),
        "closed_at": day(number + 30),
        "outcome": "won",
        "stage": "Propose",
        "segment": "Enterprise",
        "source": "Web",
        "competitor": "Corvane",
        "lost_reason": None,
    } | changed


def put_rows(organisation: Organisation, tables: Mapping[str, Iterable[Mapping[str, Any]]]) -> None:
    """Merge rows into the lake of an organisation as one data version, and mirror it."""
    staged = Staged(organisation.home)
    with open_writer(Lake(organisation.home)) as writer:
        for name, rows in tables.items():
            writer.merge(name, [staged(name, rows)])
        writer.commit("test")


@pytest.fixture(autouse=True)
def home_of_the_test(settings: Any, tmp_path: Path) -> Path:
    settings.HOME = tmp_path
    return tmp_path


@pytest.fixture
def put(cast: Cast) -> Put:
    """`put(deals=[…], touches=[…])` makes a data version of the cast's organisation and mirrors it."""

    def merge(**tables: Iterable[Mapping[str, Any]]) -> None:
        put_rows(cast.organisation, tables)
        refresh_index(organisation=cast.organisation)

    return merge


@pytest.fixture
def sign_in(client: Client) -> Callable[[User], Client]:
    def enter(user: User) -> Client:
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return enter


PROCESS = """process: Enterprise sale
version: 1
stages: [Qualify, Propose]
steps:
  - id: discovery_call
    name: Discovery call
    stage: Qualify
    activity: Discovery call
    required: true
    within: 7 days
  - id: proposal
    name: Proposal sent
    stage: Propose
    activity: Proposal
    required: true
    within: 5 days
"""


def say(organisation: Organisation, deal_id: str, folder: str = "results/1") -> None:
    """What an analysis could have said of one deal, shown."""
    path = organisation.home.folder / folder
    path.mkdir(parents=True)
    (path / deal_evidence.PROCESS).write_text(PROCESS, encoding="utf-8")
    box = {"deal_id": deal_id, "box": "lucky_win", "chance_start": 0.3, "chance": None, "words": "1 of 2 steps done"}
    pq.write_table(
        pa.Table.from_pylist([box | {"done": [], "missed": []}], deal_evidence.BOX_SCHEMA), path / deal_evidence.BOXES
    )
    chances = [
        {
            "deal_id": deal_id, "place": place, "stage": stage, "at": day(place), "chance": 0.3 + place / 10,
            "low": 0.2, "high": 0.6, "average": 0.25, "n": 1204, "then": 0.33,
            "factors": [{"name": "competitor", "value": "Corvane", "points": -0.07}],
        }
        for place, stage in enumerate((None, "Qualify", "Propose"))
    ]  # fmt: skip
    pq.write_table(pa.Table.from_pylist(chances, deal_evidence.CHANCE_SCHEMA), path / deal_evidence.CHANCES)
    nothing = dict.fromkeys(("done", "pending", "excused", "skipped", "late", "out_of_order"), False)
    steps = [
        {"deal_id": deal_id, "step": 0, "required": True, "entered_at": day(0), **nothing, "done": True, "late": True},
        {"deal_id": deal_id, "step": 1, "required": True, "entered_at": day(20), **nothing, "skipped": True},
    ]
    pq.write_table(pa.Table.from_pylist(steps), path / deal_evidence.STEPS)
    show_evidence(organisation=organisation, folder=folder, version=1)
