"""Words by which stages, states and activities say that a deal has ended, and how. They propose; the data decide."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Strength = Literal["strong", "fair", "weak"]

_WORDS: Final[Mapping[Strength, Mapping[str, tuple[str, ...]]]] = {
    # says it outright
    "strong": {
        "won": (
            "won",
            "closedwon",
            "win",
            "gewonnen",
            "gagne",
            "gagnee",
            "ganado",
            "ganada",
            "sold",
            "verkauft",
            "vendu",
            "vendido",
        ),
        "lost": ("lost", "closedlost", "loss", "verloren", "perdu", "perdue", "perdido", "perdida", "not won"),
        "no_decision": (
            "no decision",
            "nodecision",
            "undecided end",
            "keine entscheidung",
            "sans decision",
            "sin decision",
        ),
    },
    # says it, unless something else says it outright
    "fair": {
        "won": (
            *(
                "accepted",
                "approved",
                "activated",
                "signed",
                "granted",
                "success",
                "successful",
                "purchased",
                "unterschrieben",
            ),
            *("genehmigt", "angenommen", "signe", "accepte", "approuve", "firmado", "aprobado", "aceptado"),
        ),
        "lost": (
            *(
                "declined",
                "rejected",
                "refused",
                "denied",
                "failed",
                "unsuccessful",
                "not accepted",
                "not approved",
                "turned down",
            ),
            *("abgelehnt", "absage", "refuse", "rejete", "rechazado", "denegado"),
        ),
        "no_decision": (
            *(
                "cancelled",
                "canceled",
                "withdrawn",
                "abandoned",
                "expired",
                "lapsed",
                "went dark",
                "no response",
                "timed out",
            ),
            *(
                "aborted",
                "not pursued",
                "storniert",
                "abgebrochen",
                "zuruckgezogen",
                "annule",
                "abandonne",
                "cancelado",
                "abandonado",
            ),
        ),
    },
    # may go with one that ends a deal
    "weak": {
        "won": ("registered", "completed", "booked", "onboarded", "converted", "ordered", "activation", "registriert"),
        "lost": ("disqualified", "unqualified", "archived lost"),
        "no_decision": ("dead", "stopped", "dropped", "void", "voided", "terminated", "dormant"),
    },
}
_PREPARING: Final = frozenset(
    [
        "pre",
        "to",
        "before",
        "awaiting",
        "pending",
        "waiting",
        "partly",
        "partially",
        "verbal",
        "verbally",
        "expected",
        "likely",
        "if",
        "when",
        "almost",
        "soon",
        "will",
        "ready",
        "for",
    ]
)
_ENDED: Final = frozenset(
    [
        "closed",
        "ended",
        "finished",
        "finalised",
        "finalized",
        "done",
        "geschlossen",
        "abgeschlossen",
        "ferme",
        "cloture",
        "cerrado",
        "cerrada",
    ]
)


@dataclass(frozen=True)
class SaidOutcome:
    """The outcome that a text names, and how plainly."""

    outcome: str
    strength: Strength


def said_outcome(text: str) -> SaidOutcome | None:
    """The outcome that the words of a text name; None when they name none, or one that is only prepared or expected."""
    words = words_of(text)
    if _PREPARING & {*words}:
        return None
    said = f" {' '.join(words)} "
    for strength, outcomes in _WORDS.items():
        # the longest first: "not accepted" before "accepted"
        phrases = sorted(
            ((phrase, outcome) for outcome, given in outcomes.items() for phrase in given), key=lambda p: -len(p[0])
        )
        for phrase, outcome in phrases:
            if f" {phrase} " in said:
                return SaidOutcome(outcome, strength)
    return None


def says_ended(text: str) -> bool:
    """Whether a text says that something is over without saying how."""
    return bool(_ENDED & {*words_of(text)}) and said_outcome(text) is None


def words_of(text: str) -> list[str]:
    """The words of a name in small letters without accents: `A_PreAccepted` gives a, pre, accepted."""
    plain = unicodedata.normalize("NFKD", text)
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", plain)
    return re.findall(r"[a-z]+|\d+", parted.lower())
