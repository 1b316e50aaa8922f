"""What the home page says about trials."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from afteraction.errors import Refused
from afteraction.web.deals.models import Deal
from afteraction.web.experiments.deciding import standing_of
from afteraction.web.experiments.exposures import Asked, asked_of
from afteraction.web.experiments.models import Assignment, Experiment, Exposure
from afteraction.web.experiments.recruiting import Recruited
from afteraction.web.experiments.running import behind_plan
from afteraction.web.experiments.selectors import experiments_for
from afteraction.web.experiments.shown import SAYS
from afteraction.web.experiments.signing import waits_for
from afteraction.web.experiments.verifying import verify_all
from afteraction.web.people.home import Card
from afteraction.web.people.models import User
from afteraction.web.people.roles import Right, may

_DEALS = 4


@dataclass(frozen=True)
class Behind:
    """A trial with fewer deals than planned by now."""

    trial: Experiment
    found: Recruited


def cards(user: User) -> list[Card]:
    """The cards of someone: their own deals in trials, and of the trials that they answer for what needs them."""
    return [*_tampered(user), *_to_sign(user), *_to_decide(user), *_in_a_trial(user), *_behind(user)]


def _tampered(user: User) -> list[Card]:
    """What is no longer as it was settled: in someone's own trials, and of trials that are gone."""
    if not may(user, Right.OWN_TRIALS):
        return []
    found = verify_all(user.organisation, Q(owner=user) | Q(sponsor=user))
    if not found.grave and not found.others:
        return []
    context = {"found": found.grave, "others": found.others}
    return [Card("Trials that were tampered with", "experiments/cards/tampered.html", context, order=1, wide=True)]


def _to_sign(user: User) -> list[Card]:
    """Protocols that are whole and wait for this person's signature."""
    mine = experiments_for(user).filter(Q(owner=user) | Q(sponsor=user), sponsor__isnull=False)
    open_ones = mine.exclude(state__in=(Experiment.State.DECIDED, Experiment.State.WITHDRAWN))
    whole = open_ones.filter(protocols__locked_at=None).exclude(protocols__digest="", protocols__locked_at=None)
    trials = [each for each in whole.distinct().order_by("-changed_at", "-pk") if waits_for(user, each)]
    return [Card("Protocols to sign", "experiments/cards/to_sign.html", {"trials": trials}, order=15)] if trials else []


def _to_decide(user: User) -> list[Card]:
    """Trials that are over and wait for the decision of this person, each with what its locked rule says."""
    mine = experiments_for(user).filter(Q(owner=user) | Q(sponsor=user), state=Experiment.State.ENDED)
    standings = [(each, standing_of(each)) for each in mine.order_by("changed_at", "pk")]
    trials = [(each, SAYS.get(found.rule_says, SAYS[""])[3]) for each, found in standings if found is not None]
    if not trials:
        return []
    return [Card("Trials to decide", "experiments/cards/to_decide.html", {"trials": trials}, order=16)]


def _in_a_trial(user: User) -> list[Card]:
    """Their open deals of which a trial asks something that they have told nothing about, the newest first."""
    running = Experiment.objects.filter(organisation=user.organisation, state=Experiment.State.RUNNING)
    if not user.owner_name or not running.exists():
        return []
    own = Deal.objects.filter(organisation=user.organisation, owner=user.owner_name, outcome="open")
    told = Exposure.objects.filter(person=user, protocol__experiment__in=running).exclude(followed="")
    rows = Assignment.objects.filter(protocol__experiment__in=running, unit__in=own.values("deal_id")).exclude(arm="")
    rows = rows.exclude(unit__in=told.values("deal_id")).order_by("-at", "unit")
    keys = list(dict.fromkeys(rows.values_list("unit", flat=True)[: 3 * _DEALS]))
    deals = {deal.deal_id: deal for deal in own.filter(deal_id__in=keys).select_related("organisation")}
    now = timezone.now()
    asked: list[Asked] = [each for key in keys if key in deals for each in asked_of(user, deals[key], now)]
    if not asked:
        return []
    context = {"asked": asked[:_DEALS], "more": len(asked) > _DEALS}
    return [Card("You are in a trial", "experiments/cards/in_a_trial.html", context, order=20)]


def _behind(user: User) -> list[Card]:
    """The running trials that someone owns or sponsors, where fewer deals come in than planned."""
    now, found = timezone.now(), list[Behind]()
    mine = experiments_for(user).filter(Q(owner=user) | Q(sponsor=user), state=Experiment.State.RUNNING)
    for trial in mine.order_by("pk"):
        try:
            recruited = behind_plan(trial, now)
        except Refused:
            continue  # tampered with: nobody comes in, and the page of the trial says why
        if recruited is not None:
            found.append(Behind(trial, recruited))
    if not found:
        return []
    return [Card("Trials behind their plan", "experiments/cards/behind.html", {"found": found}, order=30)]
