"""Claims that we lose for a reason that the CRM gives, such as price.

Nobody can see in a record why a buyer said no. But if the reason is true, two things follow that can be seen: what
removes it wins deals (a discount, for the price), and it is given more often where the record shows its cause.
"""

from dataclasses import replace

from afteraction.analysis.claim import Claim, ClaimVerdict, Direction, Evidence, Finding, Judgement, Subject, matching
from afteraction.analysis.claim_evidence import from_effect, in_points, undecided
from afteraction.analysis.deal_facts import SIZE, SIZES
from afteraction.analysis.grounds import Grounds
from afteraction.analysis.lost_reasons import MARGIN, Blame, Tie, blame

_BUYERS = "the buyers' own answers, or an experiment"


def judge_reason(claim: Claim, found: Grounds) -> Judgement:
    """Fact if what removes the reason wins deals and the reason is tied to the record; fiction if neither is so."""
    subject = claim.subject
    meant = " or ".join((*subject.names, *subject.words))
    remedies = _remedies(subject, found)
    places = [(found.process.stages.index(found.process.steps[step].stage), step) for step in remedies]
    named = blame(found.frame, subject.words, subject.names, places)
    if named is None:
        return undecided(claim, "no lost deal says why", f"`lost_reason` of lost deals; {_BUYERS}")
    if not named.reasons:
        return undecided(claim, f"no reason for losing is called {meant}", f"a reason that says so; {_BUYERS}")
    cures = [from_effect(_step_name(found, step), found.steps[step], Direction.HELPS) for step in remedies]
    ties = [_tie(each) for each in named.ties]
    verdict, reason = _weigh(claim, named, cures, ties)
    matched = [f"the reason {name}" for name in named.reasons] + [f"to remove it: {each.about}" for each in cures]
    evidence = (_share(named), *cures, *ties, *_reps(named), *_large_deals(found))
    settled_by = "" if verdict is not ClaimVerdict.CANT_TELL else _settled_by(found, remedies)
    return Judgement(claim, verdict, reason, evidence, tuple(matched), settled_by)


def _weigh(claim: Claim, named: Blame, cures: list[Evidence], ties: list[Evidence]) -> tuple[ClaimVerdict, str]:
    cured, tied = {each.finding for each in cures}, {each.finding for each in ties}
    given = f"it is given for {named.share.value:.0%} of lost deals"
    true, false = ClaimVerdict.FACT, ClaimVerdict.FICTION
    if claim.direction is Direction.NONE:
        true, false = false, true
    if not cures:
        return (
            ClaimVerdict.CANT_TELL,
            f"{given}, but nothing on record would remove it, so that none can see if it does",
        )
    if Finding.SUPPORTS in cured and Finding.CONTRADICTS not in cured and Finding.SUPPORTS in tied:
        return true, f"{given}, where the record shows cause for it; and {_says(cures, Finding.SUPPORTS)}"
    if cured == {Finding.CONTRADICTS} and tied == {Finding.CONTRADICTS}:
        return (
            false,
            f"{given}, and as often where the record shows no cause for it; {_says(cures, Finding.CONTRADICTS)}",
        )
    return ClaimVerdict.CANT_TELL, f"{given}, but {'; '.join(each.says for each in (*cures, *ties[:1]))}"


def _says(evidence: list[Evidence], finding: Finding) -> str:
    return "; ".join(each.says for each in evidence if each.finding is finding)


def _remedies(subject: Subject, found: Grounds) -> list[int]:
    """The places of the steps that would remove the reason."""
    return [
        number
        for number, step in enumerate(found.process.steps)
        if matching(subject.remedy, step.id, step.name, *step.activities)
    ]


def _step_name(found: Grounds, step: int) -> str:
    return found.process.steps[step].name or found.process.steps[step].id


def _share(named: Blame) -> Evidence:
    share = named.share
    says = (
        f"{' or '.join(named.reasons)} is given for {share.value:.0%} of the {share.n:,} lost deals that name a reason "
        f"({share.low:.0%} to {share.high:.0%})" + (", more often than any other" if named.most_named else "")
    )
    return Evidence("how often it is given", Finding.BESIDE, says, share.n, share.value, share.low, share.high)


def _tie(tie: Tie) -> Evidence:
    says = (
        f"where {tie.about}, it is given for {tie.with_it.value:.0%} of lost deals, elsewhere for "
        f"{tie.without.value:.0%} ({in_points(tie.difference.low)} to {in_points(tie.difference.high)} points)"
    )
    finding = Finding.SUPPORTS if tie.tied else Finding.CONTRADICTS if tie.untied else Finding.OPEN
    n = tie.with_it.n + tie.without.n
    value = tie.difference
    checks = (f"a difference of less than {MARGIN * 100:.0f} points is taken for none",)
    return Evidence(tie.about, finding, says, n, value.value, value.low, value.high, tie.q, checks=checks)


def _reps(named: Blame) -> tuple[Evidence, ...]:
    if named.reps_differ is None:
        return ()
    more = "more than" if named.reps_differ <= 0.05 else "no more than"
    says = f"reps differ in how often they give it by {more} chance explains (p = {named.reps_differ:.2g})"
    return (Evidence("who gives it", Finding.BESIDE, says, named.share.n),)


def _large_deals(found: Grounds) -> tuple[Evidence, ...]:
    """What a large amount goes along with; the amount is no price, so it decides nothing."""
    largest = [each for each in found.attributes if each.attribute == SIZE and each.level == SIZES[-1]]
    seen = (from_effect("an amount in the largest quarter", each, Direction.HURTS) for each in largest)
    return tuple(replace(each, finding=Finding.BESIDE) for each in seen)


def _settled_by(found: Grounds, remedies: list[int]) -> str:
    if not remedies:
        return f"a step for what would remove it, logged and in the process file; {_BUYERS}"
    more = [needed for step in remedies if (needed := found.steps[step].deals_needed)]
    return (f"about {max(more):,} further deals like these; " if more else "") + _BUYERS
