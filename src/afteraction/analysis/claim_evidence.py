"""What an effect says about a claim, and what was checked of the assumptions behind it."""

from collections.abc import Sequence

from afteraction.analysis.claim import Claim, ClaimVerdict, Direction, Evidence, Finding, Judgement
from afteraction.analysis.effects import Effect
from afteraction.analysis.verdict import MATTERS, Verdict


def from_effect(about: str, effect: Effect, direction: Direction) -> Evidence:
    """The effect of what a claim names, as evidence for or against it."""
    return Evidence(
        about,
        finding(effect, direction),
        said(about, effect),
        effect.n,
        effect.effect,
        effect.low,
        effect.high,
        effect.q,
        effect.naive_difference,
        checks(effect),
    )


def finding(effect: Effect, direction: Direction) -> Finding:
    """Whether an effect is what a claim says."""
    if effect.verdict is Verdict.LEAK:
        return Finding.SUPPORTS if direction is Direction.NONE else Finding.CONTRADICTS
    if effect.low is None or effect.high is None:
        return Finding.OPEN
    told = {Verdict.HELPS: 1, Verdict.HURTS: -1}.get(effect.verdict, 0)
    return by_interval(effect.low, effect.high, told, direction)


def by_interval(low: float, high: float, told: int, direction: Direction) -> Finding:
    """Whether a difference with this interval is what a claim says; `told` is its sign if it is told from none, or 0.

    A difference that is told from none has its direction, however small. Of the others, one whose interval leaves no
    room for what is claimed to matter contradicts the claim: one-sided, so that a step that may do harm is not spared
    the verdict that it does not help.
    """
    if direction is Direction.NONE:
        if low >= -MATTERS and high <= MATTERS:
            return Finding.SUPPORTS
        return Finding.CONTRADICTS if told else Finding.OPEN
    claimed = 1 if direction is Direction.HELPS else -1
    if told == claimed:
        return Finding.SUPPORTS
    no_room = high < MATTERS if claimed > 0 else low > -MATTERS
    return Finding.CONTRADICTS if told or no_room else Finding.OPEN


def said(about: str, effect: Effect) -> str:
    """An effect in words."""
    if effect.verdict is Verdict.LEAK:
        why = effect.leak.reason if effect.leak else effect.refused.reason if effect.refused else ""
        return f"{about} follows the decision: {why}"
    if effect.effect is None or effect.low is None or effect.high is None:
        return f"{about} cannot be judged: {effect.refused.reason if effect.refused else 'there is no comparison'}"
    return (
        f"{about}: {in_points(effect.effect)} points of win probability "
        f"({in_points(effect.low)} to {in_points(effect.high)}), all else that is known being equal"
    )


def checks(effect: Effect) -> tuple[str, ...]:
    """What was looked at of the assumptions, one phrase each."""
    if effect.effect is None:
        return ()
    found = [
        f"time: the {effect.n:,} deals compared {_open_then(effect.landmark_days)}",
        f"overlap: {effect.compared:,} of them have deals to be compared with",
        *effect.warnings,
    ]
    others = [(each.landmark_days, each.effect) for each in effect.other_landmarks if each.effect is not None]
    if others:
        listed = ", ".join(f"{in_points(value)} points after {day:g} days" for day, value in others)
        found.append(f"choice of the time: {listed}")
    if effect.e_value is not None:
        found.append(
            f"hidden causes cannot be ruled out; one would have to raise both by a factor of {effect.e_value:.1f}"
        )
    return tuple(found)


def _open_then(days: float | None) -> str:
    if not days:
        return "are followed from the same point of their lives on"
    return f"were all open {days:g} days after their stage, or the deal, began"


def in_points(share: float) -> str:
    """A difference of shares in percentage points, with a sign that is one; nought has none."""
    rounded = round(share * 100, 1)
    return f"{'+' if rounded > 0 else '−' if rounded < 0 else ''}{abs(rounded):.1f}"


def weigh(evidence: Sequence[Evidence]) -> tuple[ClaimVerdict, str]:
    """What the pieces of evidence that decide come to, and why.

    A fact has at least one that supports and none that contradicts; fiction is contradicted by all.
    """
    said = {one: [each.says for each in evidence if each.finding is one] for one in Finding}
    supports, contradicts, still_open = said[Finding.SUPPORTS], said[Finding.CONTRADICTS], said[Finding.OPEN]
    if supports and contradicts:
        return ClaimVerdict.CANT_TELL, f"it holds for one and not for another: {supports[0]}; but {contradicts[0]}"
    if supports:
        return ClaimVerdict.FACT, "; ".join(supports)
    if contradicts and not still_open:
        return ClaimVerdict.FICTION, "; ".join(contradicts)
    return ClaimVerdict.CANT_TELL, "; ".join(still_open) or "nothing speaks for or against it"


def undecided(claim: Claim, reason: str, settled_by: str, matched: Sequence[str] = ()) -> Judgement:
    """The verdict on a claim of which the record does not speak."""
    return Judgement(claim, ClaimVerdict.CANT_TELL, reason, matched=tuple(matched), settled_by=settled_by)
