"""Words by which stages, states and activities say that a deal has ended, and how. They propose; the data decide."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Strength = Literal["strong", "fair", "weak"]

_SAID: Final[Mapping[Strength, Mapping[str, str]]] = {
    # says it outright
    "strong": {
        "won": """won, win, sold, closedwon
            gewonnen, verkauft, auftrag erhalten, auftrag erteilt, beauftragt
            gagne, gagnee, vendu, vendue, remporte, remportee
            ganado, ganada, vendido, vendida""",
        "lost": """lost, loss, not won, closedlost
            verloren, nicht gewonnen
            perdu, perdue, non gagne
            perdido, perdida, no ganado""",
        "no_decision": """no decision, nodecision, undecided end
            keine entscheidung
            sans decision, pas de decision
            sin decision""",
    },
    # says it, unless something else says it outright
    "fair": {
        "won": """accepted, approved, activated, signed, granted, success, successful, purchased
            unterschrieben, genehmigt, angenommen, akzeptiert
            signe, signee, accepte, acceptee, approuve, approuvee
            firmado, firmada, aprobado, aprobada, aceptado, aceptada""",
        "lost": """declined, rejected, refused, denied, failed, unsuccessful, not accepted, not approved, turned down
            abgelehnt, absage, abgesagt, gescheitert, nicht angenommen, nicht genehmigt
            refuse, refusee, rejete, rejetee, decline, declinee, echoue
            rechazado, rechazada, denegado, denegada, no aceptado, no aprobado""",
        "no_decision": """cancelled, canceled, withdrawn, abandoned, expired, lapsed, went dark, no response, timed out,
            aborted, not pursued
            storniert, storno, abgebrochen, zuruckgezogen, eingestellt, keine antwort, nicht weiterverfolgt
            annule, annulee, abandonne, abandonnee, retire, retiree, sans suite, sans reponse, expire, expiree
            cancelado, cancelada, anulado, anulada, abandonado, abandonada, retirado, retirada, sin respuesta""",
    },
    # may go with one that ends a deal
    "weak": {
        "won": "registered, completed, booked, onboarded, converted, ordered, activation, registriert",
        "lost": "disqualified, unqualified, archived lost",
        "no_decision": "dead, stopped, dropped, void, voided, terminated, dormant",
    },
}


def _listed(text: str) -> tuple[str, ...]:
    return tuple(phrase.strip() for phrase in re.split(r"[,\n]", text) if phrase.strip())


# The longest first: "not accepted" before "accepted".
_PHRASES: Final[Mapping[Strength, tuple[tuple[str, str], ...]]] = {
    strength: tuple(
        sorted(
            ((phrase, outcome) for outcome, text in outcomes.items() for phrase in _listed(text)),
            key=lambda pair: -len(pair[0]),
        )
    )
    for strength, outcomes in _SAID.items()
}
_PREPARING: Final = frozenset(
    _listed(
        """pre, to, before, awaiting, pending, waiting, partly, partially, verbal, verbally, expected, likely, if, when,
        almost, soon, will, ready, for"""
    )
)
_ENDED: Final = frozenset(
    _listed(
        """closed, ended, finished, finalised, finalized, done, geschlossen, abgeschlossen, ferme, fermee, cloture,
        cloturee, cerrado, cerrada"""
    )
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
    for strength, phrases in _PHRASES.items():
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
