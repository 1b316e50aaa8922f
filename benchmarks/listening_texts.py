"""Invented news whose truth is known: accounts, stories, the items that tell them again, and hard cases."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np

from afteraction.analysis.news_accounts import Named

BEGIN: Final = datetime(2026, 1, 1, tzinfo=UTC)
PER_DAY: Final = 5_000
RETOLD: Final = 0.3
"""Share of the items that tell again what an earlier one told; a tenth of them much later."""
_SYLLABLES: Final = [
    "ba",
    "be",
    "bi",
    "bo",
    "ca",
    "ce",
    "co",
    "da",
    "de",
    "di",
    "do",
    "fa",
    "fe",
    "fo",
    "ga",
    "go",
    "ka",
    "ke",
    "ko",
    "la",
    "le",
    "li",
    "lo",
    "ma",
    "me",
    "mi",
    "mo",
    "na",
    "ne",
    "no",
    "pa",
    "pe",
    "po",
    "ra",
    "re",
    "ri",
    "ro",
    "sa",
    "se",
    "si",
    "so",
    "ta",
    "te",
    "ti",
    "to",
    "va",
    "ve",
    "vi",
    "vo",
    "za",
    "zo",
]
_FORMS: Final = {"en": "Inc", "de": "GmbH", "fr": "SA", "es": "SL"}
TRADES: Final = (
    "Systems",
    "Logistics",
    "Pharma",
    "Foods",
    "Robotics",
    "Textil",
    "Energie",
    "Software",
    "Marine",
    "Optik",
)
LANGUAGES: Final = ("en", "de", "fr", "es")
TOLD: Final = {
    "en": {
        "leadership_change": "{a} has appointed Sarah Miller as its new chief executive, replacing the founder",
        "funding": "{a} closed a $40 million funding round led by two pension funds",
        "acquisition": "{a} has acquired a rival in the south for an undisclosed sum",
        "expansion": "{a} is expanding into Poland and opens a second factory near the border",
        "layoffs": "{a} is cutting 400 jobs after a weak quarter",
        "scandal": "Prosecutors raided the offices of {a} over bribery allegations",
        "product_launch": "{a} unveiled a sensor that needs no battery",
        "supplier_failure": "{a} filed for bankruptcy on Tuesday, leaving its customers without parts",
        "job_openings": "{a} is hiring forty engineers at its main site",
        "contract_end": "{a} will not renew its contract with the operator of its data centres",
    },
    "de": {
        "leadership_change": "{a} beruft Anna Schmidt zur neuen Finanzchefin",
        "funding": "{a} sammelt in einer Finanzierungsrunde 40 Millionen Euro ein",
        "acquisition": "{a} hat einen Wettbewerber aus dem Norden mehrheitlich übernommen",
        "expansion": "{a} eröffnet im Herbst ein zweites Werk an der Grenze",
        "layoffs": "{a} streicht nach einem schwachen Quartal 400 Stellen",
        "scandal": "Nach einer Razzia wird gegen {a} wegen Bestechung ermittelt",
        "product_launch": "{a} stellt einen Sensor ohne Batterie vor",
        "supplier_failure": "{a} hat Insolvenz angemeldet, den Kunden fehlen nun Teile",
        "job_openings": "{a} will vierzig Ingenieure einstellen",
        "contract_end": "{a} schreibt den Betrieb der Rechenzentren neu aus, der Vertrag läuft aus",
    },
    "fr": {
        "leadership_change": "{a} nomme Claire Dupont directrice financière du groupe",
        "funding": "{a} boucle une levée de fonds de 40 millions d’euros",
        "acquisition": "{a} rachète un concurrent du sud pour un montant non communiqué",
        "expansion": "{a} ouvre une deuxième usine près de la frontière",
        "layoffs": "{a} supprime 400 postes après un trimestre faible",
        "scandal": "Une perquisition a eu lieu chez {a}, une enquête est ouverte pour corruption",
        "product_launch": "{a} dévoile un capteur sans pile",
        "supplier_failure": "{a} est placé en redressement judiciaire et ses clients manquent de pièces",
        "job_openings": "{a} recrute quarante ingénieurs sur son site principal",
        "contract_end": "{a} met fin à son contrat avec son hébergeur",
    },
    "es": {
        "leadership_change": "{a} nombra a Ana Ruiz directora financiera del grupo",
        "funding": "{a} cierra una ronda de 40 millones de euros",
        "acquisition": "{a} adquiere a un rival del sur por una suma no revelada",
        "expansion": "{a} abre una segunda planta cerca de la frontera",
        "layoffs": "{a} recorta 400 puestos tras un trimestre débil",
        "scandal": "La fiscalía registra la sede de {a} por presuntos sobornos",
        "product_launch": "{a} presenta un nuevo sensor sin batería",
        "supplier_failure": "{a} entra en concurso de acreedores y sus clientes se quedan sin piezas",
        "job_openings": "{a} contratará a cuarenta ingenieros en su sede principal",
        "contract_end": "{a} rescinde el contrato con el operador de sus centros de datos",
    },
}
DENIED: Final = {
    "en": (
        "{a} denies plans to lay off staff",
        "{a} has called off the takeover of its rival",
        "No job cuts at {a}, says the works council",
    ),
    "de": ("{a} dementiert einen Stellenabbau", "{a} streicht keine Stellen", "Die Übernahme von {a} ist gescheitert"),
    "fr": ("{a} dément tout licenciement", "{a} renonce au rachat de son rival", "{a} ne supprime aucun poste"),
    "es": ("{a} niega despidos en su sede", "{a} descarta la compra de su rival", "{a} no recorta puestos"),
}
NOTHING: Final = {
    "en": (
        "{a} reports second-quarter results in line with estimates",
        "Analysts keep their view of {a}",
        "A visit to {a}",
    ),
    "de": ("{a} legt Zahlen zum zweiten Quartal vor", "Ein Besuch bei {a}", "Analysten bleiben bei {a} gelassen"),
    "fr": (
        "{a} publie ses résultats du deuxième trimestre",
        "Visite chez {a}",
        "Les analystes restent neutres sur {a}",
    ),
    "es": (
        "{a} publica sus resultados del segundo trimestre",
        "Una visita a {a}",
        "Los analistas son neutrales con {a}",
    ),
}
_LITTLE: Final = {
    "en": "the of and to is with that was are by has its from this have been",
    "de": "der die das und ist ein eine mit von auf dem den des sich wird bei",
    "fr": "le les et est une dans pour qui sur ce sont aux du au ses cette",
    "es": "el los y una para por del las con su al lo como sus ha esta",
}


@dataclass(frozen=True)
class Told:
    """An item, with its truth: the story and account it tells of ("" for none), and the kind ("" for no event)."""

    title: str
    text: str
    language: str
    at: datetime
    story: int
    account: str
    kind: str


def _invented(number: int, size: int) -> str:
    word = ""
    for _ in range(size):
        number, rest = divmod(number, len(_SYLLABLES))
        word += _SYLLABLES[rest]
    return word


def name_of(number: int) -> str:
    """The name of an account, without its legal form; no two alike."""
    word = _invented(number * 7_919 % 6_250_000, 4).capitalize()
    return word if number % 3 else f"{word} {TRADES[number // 3 % len(TRADES)]}"


def names(accounts: int) -> list[Named]:
    """Each account with its name and a domain."""
    forms = list(_FORMS.values())
    found = [Named(f"{name_of(n)} {forms[n % 4]}", str(n)) for n in range(accounts)]
    return found + [
        Named(f"{name_of(n).replace(' ', '').lower()}{n}.example", str(n), "domain") for n in range(accounts)
    ]


class Paper:
    """Writes items: number n is always the same, whoever asks."""

    def __init__(self, accounts: int) -> None:
        self._accounts = accounts
        self._words = {
            language: np.array([_invented(place * 13 + 5 * number, 2 + place % 2) for place in range(8_000)])
            for number, language in enumerate(LANGUAGES)
        }
        self._little = {language: np.array(_LITTLE[language].split()) for language in LANGUAGES}

    def item(self, number: int) -> Told:
        """One item: a new story, or an earlier one told again with another title, cut, or in slightly other words."""
        rng = np.random.default_rng((3, number))
        at = BEGIN + timedelta(days=number / PER_DAY)
        if number and rng.random() < RETOLD:
            back = (
                int(rng.integers(1, 3 * PER_DAY))
                if rng.random() < 0.9
                else int(rng.integers(30 * PER_DAY, 60 * PER_DAY))
            )
            first = self._first(number - back)
            if first >= 0:
                told = self._story(first)
                title = (
                    told.title
                    if rng.random() < 0.5
                    else f"{told.title} - {_invented(int(rng.integers(99)), 3).title()}"
                )
                words = told.text.split(" ")
                for place in rng.integers(0, len(words), int(rng.integers(0, 4))):
                    words[place] = str(self._words[told.language][rng.integers(8_000)])
                text = " ".join(words[: int(len(words) * (1 if rng.random() < 0.7 else 0.85))])
                return Told(title, text, told.language, at, first, told.account, told.kind)
        return self._story(number)

    def _first(self, number: int) -> int:
        """The last item up to a number that is a story of its own."""
        while number >= 0:
            if not number or np.random.default_rng((3, number)).random() >= RETOLD:
                return number
            number -= 1
        return -1

    def _story(self, number: int) -> Told:
        rng = np.random.default_rng((5, number))
        language = LANGUAGES[int(rng.choice(4, p=(0.55, 0.2, 0.15, 0.1)))]
        account = int(rng.integers(self._accounts)) if rng.random() < 0.4 else -1
        kinds = list(TOLD[language])
        kind = kinds[int(rng.integers(len(kinds)))] if rng.random() < 0.5 else ""
        said = TOLD[language][kind] if kind else NOTHING[language][int(rng.integers(3))]
        who = name_of(account) if account >= 0 else name_of(self._accounts + int(rng.integers(500_000)))
        title = said.format(a=who)
        filler = [self._sentence(rng, language) for _ in range(int(rng.integers(3, 8)))]
        text = ". ".join([title + f" ({rng.integers(2_000)})", *filler]) + "."
        return Told(
            title,
            text,
            language,
            BEGIN + timedelta(days=number / PER_DAY),
            number,
            str(account) if account >= 0 else "",
            kind,
        )

    def _sentence(self, rng: np.random.Generator, language: str) -> str:
        n = int(rng.integers(8, 20))
        places = np.minimum(rng.zipf(1.25, n) + 20, 7_999)
        words = np.where(rng.random(n) < 0.4, rng.choice(self._little[language], n), self._words[language][places])
        return " ".join(words.tolist()).capitalize()
