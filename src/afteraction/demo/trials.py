"""The trials of the demo: one that works, one that does nothing, both decided by their rule, and one that runs.

What the first does was planted (`planted.py`); of the others nothing was, so neither way is better in truth, and they
say no more than that. The looks are those that imports every two weeks would have made.
"""

import json
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from django.utils import timezone

from afteraction.demo import planted
from afteraction.report.version import OpenVersion, open_version
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
_VERSIONS: Final = 1_000
"""Data versions that the demo's earlier looks are named by: its record came in one import, as version 1."""


def make_trials(organisation: Organisation, manager: User) -> None:
    """Two trials with their decisions, and one that runs. Does nothing when done, or without a record."""
    until = as_of(organisation)
    if until is None or Experiment.objects.filter(organisation=organisation, protocols__looks__isnull=False).exists():
        return
    sponsor = organisation.users.filter(role=Role.EXECUTIVE).order_by("pk").first()
    if sponsor is None:
        return
    today = until.date()
    nothing = today - timedelta(days=560)
    begins = today - timedelta(days=175)
    trials = [
        (_IDLE, _document(organisation, _IDLE, nothing, nothing + timedelta(days=150))),
        (planted.SAID, _planted(organisation)),
        (_RUNNING, _document(organisation, _RUNNING, begins, timezone.now().date() + timedelta(days=120))),
    ]
    with open_version(organisation.home.folder) as opened:
        for said, document in trials:
            trial, protocol = _signed(manager, sponsor, said, document)
            _run(opened, trial, protocol, until)
            _decide(trial, manager)


def _planted(organisation: Organisation) -> ProtocolDocument:
    """The protocol for which the effect was planted: word by word, since its hash says who goes which way."""
    file = organisation.home.folder / "files" / planted.FILE
    return read_document(json.loads(file.read_text(encoding="utf-8"))["protocol"])


def _run(opened: OpenVersion, trial: Experiment, protocol: Protocol, until: datetime) -> None:
    """Two weeks after another: deals come in, and once the first had their time the record is looked at."""
    document = read_document(protocol.document)
    moment, number = datetime.combine(document.starts_on, time(18), UTC) + _EVERY, _VERSIONS
    first = moment + timedelta(days=document.primary.horizon)
    while moment <= until and trial.state == Experiment.State.RUNNING:
        assign(experiment=trial, now=moment)
        if moment >= first:
            look_in(opened, protocol, number, moment, moment)
            end_where_over(experiment=trial, now=moment)
            trial.refresh_from_db()
        moment, number = moment + _EVERY, number + 1


def _decide(trial: Experiment, manager: User) -> None:
    standing = standing_of(trial)
    if standing is not None and standing.with_rule and standing.look is not None:
        kind = str(standing.with_rule[0])
        now = standing.look.made_at + 3 * _DAY
        decide(by=manager, experiment=trial, kind=kind, reason=_REASONS.get(kind, ""), now=now)


_REASONS: Final = {
    "adopt": "Simulated: it wins more, by the rule that we signed. From now on we plan first.",
    "reject": "Simulated: we keep what we do, and look for something that moves more.",
}
_IDLE: Final[dict[str, Any]] = {
    "title": "A second call within the day",
    "question": "Does a second call on the first day win more than waiting for an answer?",
    "hypothesis": "Who hears from us twice on the first day stays with us.",
    "old": "One call, then wait",
    "new": "Two calls at once",
    "asks": "Where nobody answers your first call, call again on the same day, at another hour.",
    "primary": {"kind": "won", "horizon": 60, "name": "Won within 60 days"},
    "guard": {"kind": "stage", "what": "Propose", "horizon": 45, "name": "Reached Propose within 45 days"},
    "base": 0.1,
    "effect": 0.08,
    "rule": {"futile": 0.02},
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


def _signed(
    owner: User, sponsor: User, said: dict[str, Any], document: ProtocolDocument
) -> tuple[Experiment, Protocol]:
    """A trial that both signed on the evening before its first day."""
    now = datetime.combine(document.starts_on - _DAY, time(18), UTC)
    trial = draft(by=owner, title=said["title"], question=said["question"], now=now)
    protocol = save_plan(
        by=owner, experiment=trial, answers={}, document=document, title=trial.title, question=trial.question,
        sponsor=sponsor, now=now,
    )  # fmt: skip
    for person in (owner, sponsor):
        sign(by=person, experiment=Experiment.objects.get(pk=trial.pk), digest=protocol.digest, now=now)
    trial = Experiment.objects.select_related("organisation").get(pk=trial.pk)
    found = protocol_in_force(trial)
    assert found is not None  # noqa: S101  # both have signed
    return trial, found


def _document(organisation: Organisation, said: dict[str, Any], first: date, last: date) -> ProtocolDocument:
    deals = Deal.objects.filter(organisation=organisation).exclude(owner="")
    teams = dict(deals.order_by("owner", "created_at").values_list("owner", "team"))
    year = deals.filter(created_at__date__gte=first - timedelta(days=364), created_at__date__lt=first).count()
    return planted.document_of(said, teams, year, first, last)
