"""A claim as a card: what it says, its verdict, and the evidence in figures."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from afteraction.report.wording import capital, points
from afteraction.web.insights.claiming import may_withdraw
from afteraction.web.insights.marks import Whisker, around, whisker
from afteraction.web.insights.models import Analysis, Claim
from afteraction.web.people.models import User

_FINDINGS: Final = {
    "supports": "supports it",
    "contradicts": "contradicts it",
    "open": "leaves it open",
    "beside": "decides nothing",
}


@dataclass(frozen=True)
class EvidenceRow:
    """One thing that the record says about a claim."""

    about: str
    finding: str
    says: str
    n: int
    effect: str = ""
    interval: str = ""
    naive: str = ""
    mark: Whisker | None = None
    checks: tuple[str, ...] = ()


@dataclass(frozen=True)
class ClaimRow:
    """A claim and what became of it; `waiting` while a verdict on the newest results is still to come."""

    claim: Claim
    says: str
    waiting: bool
    reason: str
    evidence: tuple[EvidenceRow, ...]
    matched: str
    settled_by: str
    may_withdraw: bool


def claim_row(claim: Claim, user: User, newest: Analysis) -> ClaimRow:
    """A claim as it is shown to someone while these are the newest results."""
    found: Mapping[str, Any] = claim.judgement or {}
    evidence = found.get("evidence", ())
    end = around([(one["low"], one["high"], one["naive_difference"]) for one in evidence if _is_effect(one)])
    return ClaimRow(
        claim=claim,
        says=_says(claim),
        waiting=claim.judged_by_id != newest.pk and not claim.message,
        reason=_sentence(found.get("reason", "")),
        evidence=tuple(_evidence(one, end) for one in evidence),
        matched=_sentence("; ".join(found.get("matched", ()))),
        settled_by=_sentence(found.get("settled_by", "")),
        may_withdraw=may_withdraw(user, claim),
    )


def _says(claim: Claim) -> str:
    """What the claim was taken to say, in the record's terms."""
    what = f"{claim.name}: {claim.level}" if claim.level else claim.name.replace("_", " ")
    where = f", in {claim.segment}" if claim.segment else ""
    kind, direction = claim.get_kind_display(), claim.get_direction_display().lower()
    return f"{kind} “{what}” {direction}{where}"


def _is_effect(one: Mapping[str, Any]) -> bool:
    return one["effect"] is not None and one["low"] is not None and one["naive_difference"] is not None


def _evidence(one: Mapping[str, Any], end: float) -> EvidenceRow:
    row = (capital(one["about"]), _FINDINGS[one["finding"]], _sentence(one["says"]), one["n"])
    checks = tuple(one["checks"])
    if not _is_effect(one):
        return EvidenceRow(*row, checks=checks)
    effect, low, high, naive = one["effect"], one["low"], one["high"], one["naive_difference"]
    return EvidenceRow(
        *row,
        effect=points(effect),
        interval=f"{points(low)} to {points(high)}",
        naive=points(naive),
        mark=whisker(effect, low, high, end, naive),
        checks=checks,
    )


def _sentence(text: str) -> str:
    return f"{capital(text)}{'' if not text or text.endswith(('.', '?', '!')) else '.'}"
