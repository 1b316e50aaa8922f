"""What comes round is queued once, however many workers look."""

from datetime import UTC, datetime, timedelta

import pytest
from django_tasks_db.models import DBTaskResult

from afteraction.web.jobs import schedule
from afteraction.web.jobs.models import Schedule

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def test_everything_declared_has_a_next_time() -> None:
    schedule.declare(now=NOON)
    names = {each.name for each in schedule.declared()}
    assert names >= {"tidy up", "forget old files"}
    assert {row.name for row in Schedule.objects.filter(next_at__gt=NOON)} == names


def test_what_is_due_is_queued_once_and_moved_on() -> None:
    schedule.declare(now=NOON)
    later = NOON + timedelta(days=3)
    assert "tidy up" in schedule.enqueue_due(now=later)
    assert schedule.enqueue_due(now=later) == []
    assert DBTaskResult.objects.filter(task_path__endswith=".tidy_up").count() == 1


def test_of_two_workers_that_read_the_same_time_one_queues(monkeypatch: pytest.MonkeyPatch) -> None:
    schedule.declare(now=NOON)
    later = NOON + timedelta(days=1)
    seen = list(Schedule.objects.filter(next_at__lte=later))
    assert schedule.enqueue_due(now=later)
    monkeypatch.setattr(Schedule.objects, "filter", lambda **asked: _Seen(seen, asked))
    assert schedule.enqueue_due(now=later) == []


@pytest.mark.parametrize(("cron", "ahead"), [("* * * * *", timedelta(hours=1)), ("23 3 * * *", timedelta(days=400))])
def test_what_a_clock_that_was_ahead_has_put_off_comes_when_it_is_put_back(cron: str, ahead: timedelta) -> None:
    row = Schedule.objects.create(name="a", cron=cron, task_path="afteraction.web.jobs.tasks.tidy_up", next_at=NOON)
    assert schedule.enqueue_due(now=NOON + ahead) == ["a"]
    assert schedule.enqueue_due(now=NOON) == []
    row.refresh_from_db()
    assert row.next_at == schedule.following(cron, NOON)


def test_what_was_done_today_is_not_done_again_when_the_clock_is_put_back_an_hour() -> None:
    row = Schedule.objects.create(
        name="a", cron="30 11 * * *", task_path="afteraction.web.jobs.tasks.tidy_up", next_at=NOON - timedelta(hours=1)
    )
    assert schedule.enqueue_due(now=NOON) == ["a"]
    assert schedule.enqueue_due(now=NOON - timedelta(hours=1)) == []
    row.refresh_from_db()
    assert row.next_at == NOON + timedelta(hours=23, minutes=30)


class _Seen:
    """What the second worker read before the first moved the times on."""

    def __init__(self, rows: list[Schedule], asked: dict[str, object]) -> None:
        self._rows, self._asked = rows, asked

    def __iter__(self):  # type: ignore[no-untyped-def]
        return iter(self._rows)

    def update(self, **values: object) -> int:
        return Schedule._base_manager.filter(**self._asked).update(**values)


def test_declaring_again_keeps_the_time_and_forgets_what_is_no_longer_there() -> None:
    schedule.declare(now=NOON)
    before = dict(Schedule.objects.values_list("name", "next_at"))
    Schedule.objects.create(name="gone", cron="0 0 * * *", task_path="x.y", next_at=NOON)
    schedule.declare(now=NOON + timedelta(hours=1))
    assert dict(Schedule.objects.values_list("name", "next_at")) == before
