"""Claims about deals that take long."""

from dataclasses import replace

from afteraction.analysis.behaviours import SLOW
from afteraction.analysis.claim import Claim, ClaimVerdict, Direction, Evidence, Finding, Judgement
from afteraction.analysis.claim_evidence import by_interval, from_effect, in_points, undecided, weigh
from afteraction.analysis.grounds import Grounds
from afteraction.analysis.winning_later import LONG, WinningLater, winning_later
from afteraction.errors import NotEnoughData

_CHECKS = (
    "time: deals open at that age are compared with what the same kinds of deals had before them at their start",
    "mix: deals of one segment are compared with deals of the same segment",
)


def judge_age(claim: Claim, found: Grounds) -> Judgement:
    """By the chance of winning of deals that outlived three quarters of the others, against that at the start."""
    results = winning_later(found.frame)
    if isinstance(results, NotEnoughData):
        return undecided(claim, results.reason, results.needed)
    evidence = tuple(_evidence(each, claim.direction) for each in results)
    verdict, reason = weigh(evidence)
    slow = (each for each in found.behaviours if each.behaviour.startswith(SLOW))
    beside = tuple(replace(from_effect(each.means, each, claim.direction), finding=Finding.BESIDE) for each in slow)
    matched = [f"open for {each.age_days:g} days or more" for each in results if each.quantile >= LONG]
    return Judgement(claim, verdict, reason, (*evidence, *beside), tuple(matched), _settled_by(verdict))


def _settled_by(verdict: ClaimVerdict) -> str:
    return "more deals that live long" if verdict is ClaimVerdict.CANT_TELL else ""


def _evidence(later: WinningLater, direction: Direction) -> Evidence:
    says = (
        f"deals still open after {later.age_days:g} days are won in {later.at_age:.0%} of cases from then on, against "
        f"{later.at_start:.0%} of the same kinds of deals from their start: {in_points(later.difference)} points "
        f"({in_points(later.low)} to {in_points(later.high)})"
    )
    told = 1 if later.low > 0 else -1 if later.high < 0 else 0
    finding = by_interval(later.low, later.high, told, direction)
    # The oldest deals are few: where they cannot tell, those that are merely old still can.
    decides = later.quantile == LONG or (later.quantile > LONG and finding is not Finding.OPEN)
    return Evidence(
        f"open after {later.age_days:g} days",
        finding if decides else Finding.BESIDE,
        says,
        later.n,
        later.difference,
        later.low,
        later.high,
        naive_difference=later.naive,
        checks=_CHECKS,
    )
