"""The names under which people know the DECLARE templates."""

import re

from afteraction.process.model import Template
from afteraction.process.problem import Unreadable, one_of

_SYNONYMS: dict[str, tuple[Template, int | None]] = {
    "participation": (Template.EXISTENCE, None),
    "atleastone": (Template.EXISTENCE, 1),
    "atmostone": (Template.ABSENCE, 2),
    "uniqueness": (Template.ABSENCE, 2),
    "exactly": (Template.EXACTLY_ONE, 1),
    "exactly1": (Template.EXACTLY_ONE, 1),
    "start": (Template.INIT, None),
    "noncoexistence": (Template.NOT_CO_EXISTENCE, None),
    "notrespondedexistence": (Template.NOT_CO_EXISTENCE, None),
    "nonsuccession": (Template.NOT_SUCCESSION, None),
    "notresponse": (Template.NOT_SUCCESSION, None),
    "notprecedence": (Template.NOT_SUCCESSION, None),
    "nonchainsuccession": (Template.NOT_CHAIN_SUCCESSION, None),
    "notchainresponse": (Template.NOT_CHAIN_SUCCESSION, None),
    "notchainprecedence": (Template.NOT_CHAIN_SUCCESSION, None),
    "altresponse": (Template.ALTERNATE_RESPONSE, None),
    "altprecedence": (Template.ALTERNATE_PRECEDENCE, None),
    "altsuccession": (Template.ALTERNATE_SUCCESSION, None),
}
_TEMPLATES = {template.value.replace("_", ""): (template, None) for template in Template} | _SYNONYMS
_NUMBERED = re.compile(r"(existence|absence)([1-9]\d{0,3})")


def template_named(name: str) -> tuple[Template, int | None]:
    """The template that `name` means, and the count that the name fixes (`absence2`), if it does.

    Capitals, spaces, hyphens and underscores do not matter; the names used by Declare, MINERful, Declare4Py and pm4py
    are understood. Raises Unreadable for a name that is none.
    """
    plain = re.sub(r"[\W_]+", "", name).casefold()
    if numbered := _NUMBERED.fullmatch(plain):
        return _TEMPLATES[numbered[1]][0], int(numbered[2])
    if plain not in _TEMPLATES:
        raise Unreadable(f"the rule '{name}'", one_of([template.value for template in Template], name))
    return _TEMPLATES[plain]
