"""The trials of the demo: one that was decided by its rule, one that runs.

Reps were drawn, and what their deals came to is the record's own: nothing was planted, so neither way is better in
truth, and the trials say no more than that. The looks are those that imports every two weeks would have made.
"""

import math
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from django.utils import timezone

from afteraction.analysis.experiment_power import Measure, Supply, variance
from afteraction.report.version import open_version
from afteraction.web.deals.models import Deal
from afteraction.web.deals.selectors import as_of
from afteraction.web.experiments.assigning import assign
from afteraction.web.experiments.clock import end_where_over
from afteraction.web.experiments.deciding import decide, standing_of
from afteraction.web.experiments.document import ProtocolDocument, read_document
from afteraction.web.experiments.looking import look_in
from afteraction.web.experiments.models import Experiment, Protocol
from afteraction.web.experiments.selectors import protocol_in_force
from afteraction.web.experiments.services import draft, save_plan
from afteraction.web.experiments.signing import sign
from afteraction.web.people.models import Organisation, Role, User

_DAY: Final = timedelta(days=1)
_EVERY: Final = timedelta(days=14)
_UNEVEN: Final = 0.4
_LIKE: Final = 0.02
_VERSIONS: Final = 1_000
"""Data versions that the demo's earlier looks are named by: its record came in one import, as version 1."""


def make_trials(organisation: Organisation, manager: User) -> None:
    """A trial of last year with its decision, and one that runs. Does nothing when done, or without a record."""
    until = as_of(organisation)
    if until is None or Experiment.objects.filter(organisation=organisation, protocols__looks__isnull=False).exists():
        return
    sponsor = organisation.users.filter(role=Role.EXECUTIVE).order_by("pk").first()
    if sponsor is None:
        return
    began = until.date() - timedelta(days=357)
    ended = _planned(organisation, manager, sponsor, _DECIDED, began, began + timedelta(days=181))
    begins = until.date() - timedelta(days=175)
    running = _planned(organisation, manager, sponsor, _RUNNING, begins, timezone.now().date() + timedelta(days=120))
    with open_version(organisation.home.folder) as opened:
        for trial, protocol in (ended, running):
            horizon = timedelta(days=protocol.document["primary"]["horizon"])
            moment = (
                datetime.combine(date.fromisoformat(protocol.document["starts_on"]), time(18), UTC) + horizon + _EVERY
            )
            number = _VERSIONS
            while moment <= until and trial.state == Experiment.State.RUNNING:
                look_in(opened, protocol, number, moment, moment)
                _end(trial, moment)
                moment, number = moment + _EVERY, number + 1
    _decide(ended[0], manager)


def _end(trial: Experiment, moment: datetime) -> None:
    last = trial.protocols.get(version=1).looks.order_by("-at").first()
    if last is not None and last.rule_says not in ("", "go on"):
        end_where_over(experiment=trial, now=moment)
        trial.refresh_from_db()


def _decide(trial: Experiment, manager: User) -> None:
    standing = standing_of(trial)
    if standing is not None and standing.with_rule and standing.look is not None:
        words = "Simulated: we keep what we do, and look for something that moves more."
        now = standing.look.made_at + 3 * _DAY
        decide(by=manager, experiment=trial, kind=str(standing.with_rule[0]), reason=words, now=now)


_DECIDED: Final[dict[str, Any]] = {
    "title": "A plan with dates before the demo",
    "question": "Do we win more when buyer and rep agree on a plan with dates before we show anything?",
    "hypothesis": "A plan that both sides signed keeps deals moving: more are won within 60 days.",
    "old": "As until now",
    "new": "Plan first",
    "asks": "Before you show the product, agree with the buyer on a plan: who does what by when, until the signature.",
    "primary": {"kind": "won", "horizon": 60, "name": "Won within 60 days"},
    "guard": {"kind": "stage", "what": "Propose", "horizon": 45, "name": "Reached Propose within 45 days"},
    "base": 0.1,
    "effect": 0.06,
    "rule": {"futile": None},
}
_RUNNING: Final[dict[str, Any]] = {
    "title": "The price on the first page",
    "question": "Does it shorten the way to a proposal when the price range is said in the first mail?",
    "hypothesis": "Who cannot pay leaves sooner, and the others come to a proposal sooner.",
    "old": "Price when asked",
    "new": "Price range at once",
    "asks": "Name the price range for a customer of their size in your first answer, without being asked.",
    "primary": {"kind": "stage", "what": "Propose", "horizon": 45, "name": "Reached Propose within 45 days"},
    "guard": {"kind": "won", "horizon": 90, "name": "Won within 90 days"},
    "base": 0.35,
    "effect": 0.06,
    "rule": {"futile": None},
}


def _planned(
    organisation: Organisation, owner: User, sponsor: User, said: dict[str, Any], first: date, last: date
) -> tuple[Experiment, Protocol]:
    """A trial that both signed on the evening before its first day, its deals being in arms."""
    now = datetime.combine(first - _DAY, time(18), UTC)
    trial = draft(by=owner, title=said["title"], question=said["question"], now=now)
    document = _document(organisation, said, first, last)
    protocol = save_plan(
        by=owner, experiment=trial, answers={}, document=document, title=trial.title, question=trial.question,
        sponsor=sponsor, now=now,
    )  # fmt: skip
    for person in (owner, sponsor):
        sign(by=person, experiment=Experiment.objects.get(pk=trial.pk), digest=protocol.digest, now=now)
    trial = Experiment.objects.select_related("organisation").get(pk=trial.pk)
    assign(experiment=trial, now=datetime.combine(last + 2 * _DAY, time(), UTC))
    found = protocol_in_force(trial)
    assert found is not None  # noqa: S101  # both have signed
    return trial, found


def _document(organisation: Organisation, said: dict[str, Any], first: date, last: date) -> ProtocolDocument:
    deals = Deal.objects.filter(organisation=organisation).exclude(owner="")
    teams = dict(deals.order_by("owner", "created_at").values_list("owner", "team"))
    weeks = (last - first).days / 7
    per_week = deals.filter(created_at__date__gte=first - timedelta(days=364), created_at__date__lt=first).count() / 52
    size = round(per_week * weeks)
    horizon, effect = said["primary"]["horizon"], said["effect"]
    measure = Measure(said["primary"]["name"], said["base"], effect, horizon, _LIKE)
    known = 1 / variance(measure, size, Supply(per_week, weeks + horizon / 7, len(teams), _UNEVEN))
    return read_document(
        {
            "hypothesis": said["hypothesis"],
            "arms": [
                {"key": "old", "name": said["old"], "instructions": "Work as you do."},
                {"key": "new", "name": said["new"], "instructions": said["asks"]},
            ],
            "design": {"kind": "stratified", "unit": "rep", "units": sorted(teams), "strata": teams},
            "primary": said["primary"],
            "guardrails": [{"measure": said["guard"], "worst": 0.1}],
            "rule": said.get("rule", {}),
            "starts_on": first.isoformat(),
            "assign_until": last.isoformat(),
            "plan": {
                "base": said["base"], "effect": effect, "likeness": _LIKE, "per_week": round(per_week, 2),
                "unevenness": _UNEVEN, "deals": size,
                "weeks": math.ceil(weeks + horizon / 7), "information": round(known, 1),
            },
        }
    )  # fmt: skip
