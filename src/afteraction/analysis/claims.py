"""Fact, fiction, or not to be told: verdicts on claims, each with its evidence."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from afteraction.analysis.claim import Claim, ClaimVerdict, Judgement, SubjectKind, matching
from afteraction.analysis.claim_evidence import from_effect, undecided, weigh
from afteraction.analysis.claims_of_age import judge_age
from afteraction.analysis.claims_of_reasons import judge_reason
from afteraction.analysis.effects import Effect
from afteraction.analysis.grounds import Grounds, in_segment
from afteraction.errors import NotEnoughData


def judge_claims(claims: Sequence[Claim], whole: Grounds, rng: np.random.Generator) -> tuple[Judgement, ...]:
    """A verdict on each claim, in their order.

    A claim about a segment is judged on the deals of that segment alone, with all effects found anew among them, so
    that false discoveries are limited there too. Raises nothing: what the record cannot speak to is `cant_tell`.
    """
    segments = {claim.segment for claim in claims if claim.segment is not None}
    scopes = {segment: in_segment(whole, segment, rng) for segment in sorted(segments)}
    judged = []
    for claim in claims:
        scope = whole if claim.segment is None else scopes[claim.segment]
        if isinstance(scope, NotEnoughData):
            judged.append(undecided(claim, scope.reason, scope.needed))
        else:
            judged.append(_JUDGES[claim.subject.kind](claim, scope))
    return tuple(judged)


def _judge_steps(claim: Claim, found: Grounds) -> Judgement:
    subject, named, matched = claim.subject, [], []
    for step, effect in zip(found.process.steps, found.steps, strict=True):
        name = step.name or step.id
        word = matching(subject.words, step.id, step.name, *step.activities)
        if step.id in subject.names or word:
            named.append((name, effect))
            matched.append(f"the step {name}" + (f", for its word “{word}”" if word else ""))
    if named:
        return _weighed(claim, named, matched)
    logged = [activity for activity in found.activities if matching(subject.words, activity)]
    meant = " or ".join((*subject.names, *subject.words))
    if logged:
        return undecided(
            claim, f"“{logged[0]}” is logged, but is no step of the process", "the step in the process file", logged
        )
    return undecided(claim, f"no step, and nothing that is logged, is called {meant}", "touches that say it was done")


def _judge_behaviour(claim: Claim, found: Grounds) -> Judgement:
    named = [(each.means, each) for each in found.behaviours if each.behaviour in claim.subject.names]
    if not named:
        missing = f"no behaviour is called {' or '.join(claim.subject.names)}"
        return undecided(claim, missing, f"one of {', '.join(each.behaviour for each in found.behaviours)}")
    return _weighed(claim, named, [means for means, _effect in named])


def _judge_attribute(claim: Claim, found: Grounds) -> Judgement:
    subject = claim.subject
    named = [
        (f"{each.attribute} {each.level}", each)
        for each in found.attributes
        if each.attribute in subject.names and each.level == subject.level
    ]
    if not named:
        what = f"{' or '.join(subject.names)} {subject.level}"
        return undecided(claim, f"too few deals are on record with {what}", f"deals with {what}, and with another")
    return _weighed(claim, named, [about for about, _effect in named])


def _weighed(claim: Claim, named: Sequence[tuple[str, Effect]], matched: Sequence[str]) -> Judgement:
    """The verdict by the effects of what a claim names."""
    evidence = tuple(from_effect(about, effect, claim.direction) for about, effect in named)
    verdict, reason = weigh(evidence)
    needed = ""
    if verdict is ClaimVerdict.CANT_TELL:
        more = [effect.deals_needed for _about, effect in named if effect.deals_needed]
        lacking = [effect.refused.needed for _about, effect in named if effect.refused]
        needed = f"about {min(more):,} further deals like these" if more else "; ".join(dict.fromkeys(lacking))
        needed = needed or "a claim that names one of these alone"
    return Judgement(claim, verdict, reason, evidence, tuple(matched), needed)


_JUDGES: Mapping[SubjectKind, Callable[[Claim, Grounds], Judgement]] = {
    SubjectKind.STEP: _judge_steps,
    SubjectKind.BEHAVIOUR: _judge_behaviour,
    SubjectKind.ATTRIBUTE: _judge_attribute,
    SubjectKind.LOST_REASON: judge_reason,
    SubjectKind.AGE: judge_age,
}
