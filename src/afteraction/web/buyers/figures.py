"""Who answers, what their weight is, and what is withheld by whom: made by a job, kept for the pages."""

import math
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

import numpy as np

from afteraction.analysis.intervals import rate
from afteraction.analysis.response import response
from afteraction.analysis.response_weights import corrected, response_weights
from afteraction.errors import NotEnoughData
from afteraction.web.buyers.models import Asking, BuyerAnswer, BuyerFigures, Invitation, Said
from afteraction.web.buyers.models.asking import ANSWERED_STATES
from afteraction.web.buyers.selectors import standing_of
from afteraction.web.people.models import Organisation

_QUESTIONS: Final[tuple[tuple[str, str, str, Callable[[Any], bool]], ...]] = (
    ("cause", "Price decided it", "cause", lambda value: value == Said.Cause.PRICE),
    ("cause", "The product decided it", "cause", lambda value: value == Said.Cause.PRODUCT),
    ("cause", "How it was explained decided it", "cause", lambda value: value == Said.Cause.STORY),
    ("engaged", "Felt heard, and learnt something", "engaged", lambda value: value == Said.Engaged.YES),
    ("score", "Better than the strongest alternative", "score", lambda value: value is not None and value > 0),
)
"""Shares that are told plain and weighted: the field, in words, the field again for what was skipped, the test."""


def make_figures(*, organisation: Organisation, now: datetime) -> BuyerFigures:
    """Computes the figures of an organisation and keeps them."""
    content = _content(organisation)
    made, _new = BuyerFigures.objects.update_or_create(
        organisation=organisation, defaults={"made_at": now, "content": content}
    )
    return made


def _content(organisation: Organisation) -> dict[str, Any]:
    asked = list(
        Asking.objects.filter(organisation=organisation, state=Asking.State.ASKED)
        .exclude(pk__in=_unsent(organisation))
        .order_by("pk")
        .values_list(
            "pk", "review_id", "weight", "review__outcome", "review__segment", "review__team", "review__amount"
        )
    )
    columns = list(zip(*asked, strict=True)) if asked else [()] * 7
    standing = standing_of(organisation)
    keys, reviews, weight, outcome, segment, team, amount = columns
    answered = _answered(organisation)
    flags = np.array([key in answered for key in keys], dtype=bool)
    words = {"outcome": list(outcome), "segment": list(segment)}
    found = response(flags, words)
    return {
        "response": _told(found) if isinstance(found, NotEnoughData) else asdict(found),
        "asked": len(keys),
        "counted": [standing.asked, standing.withheld, standing.sent, standing.answered, standing.anonymous],
        "shares": _shares(organisation, reviews, np.array(weight, dtype=float), words | {"team": list(team)}, amount),
        "withheld": _withheld(organisation),
        "reasons": _reasons(organisation),
    }


def _unsent(organisation: Organisation) -> Any:
    """Deals of which no mail has left or arrived: they cannot have been answered."""
    sent = Invitation.objects.filter(asking__organisation=organisation).exclude(
        state__in=(Invitation.State.PREVIEW, Invitation.State.BOUNCED, Invitation.State.WITHHELD)
    )
    return Asking.objects.filter(organisation=organisation).exclude(pk__in=sent.values("asking")).values("pk")


def _answered(organisation: Organisation) -> set[int]:
    found = Invitation.objects.filter(asking__organisation=organisation, state__in=ANSWERED_STATES)
    return set(found.values_list("asking", flat=True))


def _shares(
    organisation: Organisation,
    reviews: Any,
    sampling: Any,
    words: dict[str, list[str]],
    amount: Any,
) -> list[dict[str, Any]]:
    """Shares of those who named themselves, plain and weighted for all who were asked; a deal counts once.

    Anonymous answers have no deal, so no weight: their deals count as not answered here.
    """
    said: dict[int, Any] = {}
    fields = ("review_id", "cause", "engaged", "score")
    found = BuyerAnswer.objects.filter(organisation=organisation, source=BuyerAnswer.Source.QUESTIONNAIRE)
    for row in found.order_by("-answered_at", "-pk").values(*fields):
        said[row["review_id"]] = row
    numbers = {"amount": np.array([math.log(a) if a and a > 0 else math.nan for a in amount], dtype=float)}
    shares: list[dict[str, Any]] = []
    weights: dict[str, Any] = {}
    for field, sentence, _field, test in _QUESTIONS:
        values = [said[key][field] if key in said else None for key in reviews]
        given = np.array([value not in (None, "") for value in values], dtype=bool)
        if field not in weights:
            weights[field] = (
                response_weights(given, words, numbers, sampling)
                if len(given)
                else NotEnoughData("no deal was asked about", "deals whose buyer was asked")
            )
        if isinstance(weights[field], NotEnoughData):
            shares.append({"sentence": sentence, **_told(weights[field])})
            continue
        yes = np.array([test(value) for value in values], dtype=bool)
        told = corrected(yes, weights[field])
        shares.append({
            "sentence": sentence,
            "plain": _rate(told.plain),
            "weighted": {name: float(getattr(told.weighted, name)) for name in ("value", "low", "high")},
            "moved": told.moved,
            "effective": weights[field].effective,
            "answered": weights[field].answered,
            "invited": weights[field].invited,
            "trimmed": weights[field].trimmed,
        })  # fmt: skip
    return shares


def _withheld(organisation: Organisation) -> list[dict[str, Any]]:
    """Of the deals of each rep that would have been asked about, how many were withheld; the largest share first."""
    decided = Asking.objects.filter(
        organisation=organisation, state__in=(Asking.State.ASKED, Asking.State.WITHHELD)
    ).values_list("review__owner", "review__owner_name", "review__team", "review__outcome", "state")
    counts: dict[tuple[str, str, str], list[int]] = {}
    for owner, name, team, outcome, state in decided.iterator():
        row = counts.setdefault((owner, name or owner, team), [0, 0, 0])
        row[0] += 1
        if state == Asking.State.WITHHELD:
            row[1] += 1
            row[2] += outcome != "won"
    rows = [
        {"owner": owner, "name": name, "team": team, "not_won": not_won, **_rate(rate(withheld, n))}
        for (owner, name, team), (n, withheld, not_won) in counts.items()
    ]
    return sorted(rows, key=lambda row: (-row["low"], -row["n"], row["name"]))


def _reasons(organisation: Organisation) -> list[list[Any]]:
    held = Asking.objects.filter(organisation=organisation, state=Asking.State.WITHHELD)
    counts = {reason: held.filter(reason=reason).count() for reason in Asking.Reason.values}
    return [[Asking.Reason(reason).label, n] for reason, n in sorted(counts.items(), key=lambda r: -r[1]) if n]


def _rate(found: Any) -> dict[str, Any]:
    return {"count": found.count, "n": found.n, "value": found.value, "low": found.low, "high": found.high}


def _told(refused: NotEnoughData) -> dict[str, str]:
    return {"reason": refused.reason, "needed": refused.needed}
