"""The clock of trials: what it assigns, and when a trial is over."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from tests.cast import Cast
from tests.web.experiments.trials import HORIZON, LAST, START, begin, begin_many, document, locked, moment

from afteraction.web.data.tasks import follow_record
from afteraction.web.deals.models import Deal
from afteraction.web.experiments.clock import LONGEST_WAIT, end_where_over, follow_trials
from afteraction.web.experiments.drawing import drawing_of
from afteraction.web.experiments.models import Experiment, ExperimentDecision, Look, Protocol
from afteraction.web.experiments.tasks import follow_all_trials
from afteraction.web.experiments.tasks import follow_trials as follow_trials_job
from afteraction.web.jobs.schedule import declared

OVER = moment(LAST + timedelta(days=1 + HORIZON), 0)


def _state(protocol: Protocol) -> str:
    return str(Experiment.objects.get(pk=protocol.experiment_id).state)


def test_deals_are_assigned_from_the_first_day_on(cast: Cast) -> None:
    protocol = locked(cast)
    begin_many(cast.organisation, 10)
    [before] = follow_trials(organisation=cast.organisation, now=moment(START - timedelta(days=1), 20))
    assert before.course.assigned == 0
    [after] = follow_trials(organisation=cast.organisation, now=moment(START + timedelta(days=9)))
    assert (after.course.assigned, after.ended) == (10, False)
    assert protocol.assignments.count() == 10


def test_it_ends_when_the_record_has_reached_the_end_of_the_last_horizon(cast: Cast) -> None:
    protocol = locked(cast)
    begin(cast.organisation, "D1", moment(START))
    Deal.objects.update(last_event_at=OVER - timedelta(seconds=1))
    assert not end_where_over(experiment=protocol.experiment, now=OVER + timedelta(days=1))
    Deal.objects.update(last_event_at=OVER)
    assert end_where_over(experiment=protocol.experiment, now=OVER)
    assert _state(protocol) == Experiment.State.ENDED


def test_where_no_import_comes_the_calendar_ends_it_after_two_weeks(cast: Cast) -> None:
    protocol = locked(cast)
    begin(cast.organisation, "D1", moment(START))
    assert not end_where_over(experiment=protocol.experiment, now=OVER + LONGEST_WAIT - timedelta(seconds=1))
    assert end_where_over(experiment=protocol.experiment, now=OVER + LONGEST_WAIT)


@pytest.mark.parametrize(("says", "ends"), [("", False), ("go on", False), ("stop for harm", True), ("adopt", True)])
def test_it_ends_when_its_rule_says_so_at_the_newest_look(cast: Cast, says: str, ends: bool) -> None:
    protocol = locked(cast)
    now = moment(START + timedelta(days=30))
    Look.objects.create(protocol=protocol, data_version=1, at=now, made_at=now, rule_says=says)
    assert end_where_over(experiment=protocol.experiment, now=now) == ends


def test_an_extension_lets_deals_come_in_for_longer_and_looks_before_it_no_longer_end_it(cast: Cast) -> None:
    protocol = locked(cast, document(rule={"extend": 4}))
    look = Look.objects.create(protocol=protocol, data_version=1, at=OVER, made_at=OVER, rule_says="extend")
    ExperimentDecision.objects.create(protocol=protocol, look=look, kind="extend", at=OVER + timedelta(hours=1))
    drawing = drawing_of(protocol)
    assert drawing.over == OVER + timedelta(weeks=4)
    begin(cast.organisation, "D1", OVER - timedelta(days=HORIZON))
    Deal.objects.update(last_event_at=OVER)
    [followed] = follow_trials(organisation=cast.organisation, now=OVER + timedelta(hours=2))
    assert (followed.course.assigned, followed.ended) == (1, False)


def test_a_trial_that_was_tampered_with_assigns_nobody_and_keeps_no_other_trial_from_going_on(cast: Cast) -> None:
    wrong, _right = locked(cast), locked(cast)
    begin_many(cast.organisation, 4)
    Protocol.objects.filter(pk=wrong.pk).update(text=wrong.text + " ")
    first, second = follow_trials(organisation=cast.organisation, now=moment(START + timedelta(days=9)))
    assert "no longer fits its hash" in first.refused
    assert (wrong.assignments.count(), second.course.assigned) == (0, 4)


def test_a_job_follows_trials_after_each_import_and_every_hour(cast: Cast) -> None:
    today = timezone.now()
    first, last = ((today + timedelta(days=days)).date().isoformat() for days in (-10, 50))
    protocol = locked(cast, document(starts_on=first, assign_until=last), now=today - timedelta(days=11))
    for task, arguments in ((follow_record, {"organisation_id": cast.organisation.pk}), (follow_all_trials, {})):
        begin(cast.organisation, task.name, today - timedelta(days=2))
        task.call(**arguments)
        waiting = DBTaskResult.objects.filter(task_path=follow_trials_job.module_path)
        follow_trials_job.call(**waiting.get().args_kwargs["kwargs"])
        waiting.delete()
        assert protocol.assignments.filter(unit=task.name).exists()
    assert "follow trials" in {each.name for each in declared()}
