"""A change made without a trial, measured, with the secret word in every text of its."""

from datetime import UTC, date, datetime

from tests.cast import Cast

from afteraction.web.experiments.before_after_measuring import deals_file
from afteraction.web.experiments.before_after_models import BeforeAfter, BeforeAfterResult


def plant_changes(cast: Cast, secret: str) -> None:
    """One of the manager, with a result of data version 1 and the deals behind it."""
    at = datetime(2026, 6, 1, tzinfo=UTC)
    stated = BeforeAfter.objects.create(
        organisation=cast.organisation, title=f"{secret} videos", what=f"{secret} helps", kind="tool", unit="rep",
        changed={f"{secret} rep": "2026-03-01"}, changed_on=date(2026, 3, 1), stated_by=cast.manager, stated_at=at,
        measure={"kind": "won", "horizon": 90, "what": "", "name": f"{secret} won"}, after_looking=True,
    )  # fmt: skip
    BeforeAfterResult.objects.create(
        stated=stated, data_version=1, made_at=at, verdict="cant_tell", grade="descriptive",
        finding=f"{secret} cannot be told", html=f"<p>{secret}</p>",
    )  # fmt: skip
    path = deals_file(cast.organisation, stated.pk, 1)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"deal_id\n{secret}\n", encoding="utf-8")


def planted_change(cast: Cast) -> BeforeAfter:
    """That one."""
    return BeforeAfter.objects.get(organisation=cast.organisation)
