"""Answers and figures as pages show them: with words for keys, and nothing that the reader may not read."""

from typing import Any

from afteraction.web.buyers.models import AnonymousAnswer, BuyerAnswer, BuyerFigures, Said
from afteraction.web.buyers.visibility import Part, parts, shown
from afteraction.web.chips import CHIPS
from afteraction.web.people.models import User

_TEXTS = (
    ("better", "What could we do better?"),
    ("apart", "What sets us apart?"),
    ("changed", "What would have changed the decision?"),
)


def answer_card(user: User, answer: BuyerAnswer, names: dict[int, str]) -> dict[str, Any]:
    """An answer as far as someone may read it."""
    fields, may = shown(user, answer), parts(user, answer)
    return {
        "key": answer.pk,
        "outcome": answer.review.outcome,
        "segment": answer.review.segment,
        "at": answer.answered_at,
        "changed_at": answer.changed_at,
        "is_interview": answer.source == BuyerAnswer.Source.INTERVIEW,
        "review": answer.review if Part.DEAL in may else None,
        "name": fields.get("name", ""),
        "named": Part.NAME in may,
        "quote": answer.get_may_quote_display() if answer.may_quote != BuyerAnswer.Quote.NO else "",
        **_said(answer, names),
        "texts": [(words, fields[name]) for name, words in _TEXTS if fields.get(name)],
    }


def anonymous_card(answer: AnonymousAnswer, names: dict[int, str]) -> dict[str, Any]:
    """An anonymous answer: all of it, which leads to nobody."""
    return {
        "key": None,
        "outcome": answer.outcome,
        "segment": answer.segment,
        "quarter": answer.quarter.replace("-", " "),
        "anonymous": True,
        **_said(answer, names),
        "texts": [(words, getattr(answer, name)) for name, words in _TEXTS if getattr(answer, name)],
    }


def _said(answer: Said, names: dict[int, str]) -> dict[str, Any]:
    return {
        "cause": answer.get_cause_display() if answer.cause else "",
        "engaged": answer.get_engaged_display() if answer.engaged else "",
        "score": None if answer.score is None else f"{answer.score:+d}".replace("-", "−") if answer.score else "0",
        "drivers": [names[key] for key in answer.drivers if key in names],
    }


def figures_for(figures: BuyerFigures | None) -> dict[str, Any] | None:
    """What the job found, with the groups by fact and the words for outcomes."""
    if figures is None:
        return None
    content = dict(figures.content)
    found = content.get("response", {})
    if "groups" in found:
        groups: dict[str, list[dict[str, Any]]] = {}
        for group in found["groups"]:
            chip = CHIPS.get(group["group"])
            groups.setdefault(group["fact"], []).append(group | {"words": chip.word if chip else group["group"]})
        content["groups"] = groups
    return content | {"made_at": figures.made_at}
