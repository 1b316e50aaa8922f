"""Months that pass by real imports: what the demo and the browser tests see a trial go through."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from tests.cast import Cast
from tests.web.experiments.trials import ARRIVAL, document, locked

from afteraction.demo.months import TABLES, Months, Planted, simulate_months
from afteraction.process.write import process_text
from afteraction.simulate import default_organisation, simulate
from afteraction.web.deals.models import Deal
from afteraction.web.experiments.assigning import not_as_drawn
from afteraction.web.experiments.crossing import crossed
from afteraction.web.experiments.drawing import drawing_of
from afteraction.web.experiments.models import Experiment
from afteraction.web.insights.models import ProcessVersion

PLAN = """\
  - id: mutual_plan
    name: Mutual plan
    stage: {stage}
    activity: Mutual plan agreed
"""


def test_a_trial_goes_through_months_of_imports_with_the_planted_effect_in_its_new_arm(cast: Cast) -> None:
    organisation = replace(default_organisation(), end=date(2026, 9, 30), years=1.5)
    record = simulate(organisation, 700, 3, tables=TABLES)
    months, start = Months(record, cast.admin), datetime(2026, 3, 2, tzinfo=UTC)
    months.bring(start - timedelta(hours=6))
    paper = process_text(record.process)
    ProcessVersion.objects.create(organisation=cast.organisation, number=1, text=paper)
    history = Deal.objects.count()
    written = document({**ARRIVAL, "by": []}, primary={"kind": "won", "horizon": 90, "name": "won within 90 days"})
    changed = paper.rstrip() + "\n" + PLAN.format(stage=record.process.stages[0])
    protocol = locked(cast, written, new_process=changed, now=start - timedelta(hours=6))
    months.planted = Planted(protocol.experiment, effect=0.3, activity="Mutual plan agreed")
    seen: list[datetime] = []
    simulate_months(months, until=datetime(2026, 9, 20, tzinfo=UTC), every=timedelta(days=60), each=seen.append)
    assert len(seen) == 4
    assert Deal.objects.count() > history
    assert Experiment.objects.get(pk=protocol.experiment_id).state == Experiment.State.ENDED
    assert not list(not_as_drawn(protocol))
    won = {}
    for arm in ("usual", "plan"):
        deals = protocol.assignments.filter(arm=arm).values_list("unit", flat=True)
        ended = Deal.objects.filter(deal_id__in=list(deals)).exclude(outcome="open")
        won[arm] = ended.filter(outcome="won").count() / ended.count()
    assert 0.1 < won["plan"] - won["usual"] < 0.5
    old, new = (each.share for each in crossed(protocol, drawing_of(protocol), seen[-1]).by_arm(("usual", "plan")))
    assert old is not None
    assert new is not None
    assert old.value < 0.15
    assert new.value < 0.3
    truth = record.tables["deals"]
    assert (
        Deal.objects.filter(outcome="open").count() > sum(each == "open" for each in truth["outcome"].to_pylist()) - 1
    )


def test_time_passes_where_nothing_happens(cast: Cast) -> None:
    record = simulate(replace(default_organisation(), end=date(2026, 9, 30), years=1.5), 20, 3, tables=TABLES)
    last = max(each for each in record.tables["touches"]["at"].to_pylist()) + timedelta(days=1)
    months = Months(record, cast.admin)
    months.bring(last + timedelta(days=400))  # everything there is
    seen: list[datetime] = []
    simulate_months(months, until=last + timedelta(days=430), each=seen.append)
    assert len(seen) == 3
    assert months.until == seen[-1]
