"""How often what is read of items is so: real ones that were labelled by hand, and invented hard cases."""

import hashlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import yaml

from afteraction.analysis.intervals import rate_if_any
from afteraction.analysis.news_accounts import AccountNames, Named, account_names, find_accounts
from afteraction.analysis.news_kinds import kinds_of
from afteraction.analysis.news_reading import read_news
from afteraction.analysis.news_text import language_of, words_of
from afteraction.web.listening.feeds import read_feed
from benchmarks.listening_held_out import HELD_OUT
from benchmarks.listening_texts import DENIED, LANGUAGES, NOTHING, TOLD, name_of

LABELS: Final = Path(__file__).with_name("listening_labels.yaml")
BLIND: Final = Path(__file__).with_name("listening_blind.yaml")
"""Sentences by somebody who had not seen the rules; whoever wrote the rules had not seen them. "none": no event."""
SURE: Final = 0.5
Row = tuple[str, str, str]


def share(count: int, n: int) -> str:
    """A share with its 95 % interval and n."""
    one = rate_if_any(count, n)
    return f"{one.value:.1%} ({one.low:.1%} to {one.high:.1%}), n {n:,}" if one else "– (n 0)"


def rows() -> list[Row]:
    """Everything that is measured here."""
    return [*real_rows(), *hard_rows(), *held_out_rows(), *blind_rows(), *account_rows()]


def real_items() -> Iterator[tuple[str, str, str, set[str]]]:
    """Title, text, language and labelled kinds of the real items; none where the folder is not there."""
    shared = os.environ.get("AFTERACTION_SHARED_DATA")
    folder = (Path(shared) if shared else Path(__file__).parents[2] / "shared" / "data") / "feeds"
    labels = yaml.safe_load(LABELS.read_text(encoding="utf-8"))
    for path in sorted(folder.rglob("*")):
        labelled = dict(labels.get(path.name, {}))
        for item in read_feed(path.read_bytes()).items if labelled else ():
            mark = hashlib.sha256(f"{item.title}\n{item.text}".encode()).hexdigest()[:12]
            if mark in labelled:
                yield item.title, item.text, item.language, set(labelled.pop(mark))


def found_kinds(title: str, text: str, language: str) -> dict[str, float]:
    """The kinds of an item with their confidence."""
    words = words_of(title, text)
    return {each.kind: each.confidence for each in kinds_of(words, language_of(words, language))}


def real_rows() -> list[Row]:
    right = found = true = quiet = none = 0
    bands: dict[str, list[int]] = {"0.3 to 0.5": [0, 0], "0.5 to 0.8": [0, 0], "0.8 to 1": [0, 0]}
    for title, text, language, label in real_items():
        kinds = found_kinds(title, text, language)
        sure = {kind for kind, confidence in kinds.items() if confidence >= SURE}
        right, found, true = right + len(sure & label), found + len(sure), true + len(label)
        none += not label
        quiet += not label and not sure
        for kind, confidence in kinds.items():
            band = bands["0.3 to 0.5" if confidence < 0.5 else "0.5 to 0.8" if confidence < 0.8 else "0.8 to 1"]
            band[0] += kind in label
            band[1] += 1
    made = [
        (f"kinds of real items, confidence from {SURE}", share(right, found), share(right, true)),
        ("real items without an event, left alone", "", share(quiet, none)),
    ]
    return made + [(f"real items, confidence {band}: right", share(*held), "") for band, held in bands.items()]


def hard_rows() -> list[Row]:
    """In each language: events, events that are denied, and no events, of fifteen accounts."""
    made = []
    for language in LANGUAGES:
        right = found = true = silent = denied = 0
        for number in range(15):
            for kind, said in TOLD[language].items():
                kinds = _sure(said, number, language)
                right, found, true = right + (kind in kinds), found + len(kinds), true + 1
            for said in (*DENIED[language], *NOTHING[language]):
                kinds = _sure(said, number, language)
                found, denied, silent = found + len(kinds), denied + 1, silent + (not kinds)
        made.append((f"invented hard cases, {language}: kinds", share(right, found), share(right, true)))
        made.append((f"invented hard cases, {language}: denied or no event, left alone", "", share(silent, denied)))
    return made


def held_out_rows() -> list[Row]:
    """Sentences that no rule was changed for."""
    made = []
    every = [0, 0, 0, 0, 0]
    for language, cases in HELD_OUT.items():
        counts = [0, 0, 0, 0, 0]  # right, found, true, quiet, nothing
        for kind, said in cases:
            kinds = _sure(said, 0, language)
            for place, add in enumerate((kind in kinds, len(kinds), bool(kind), not kind and not kinds, not kind)):
                counts[place] += add
                every[place] += add
        made.append(
            (
                f"sentences never used to change rules, {language}: kinds",
                share(*counts[:2]),
                share(counts[0], counts[2]),
            )
        )
    made.append(("all of them", share(*every[:2]), share(every[0], every[2])))
    made.append(("those without an event, left alone", "", share(every[3], every[4])))
    return made


def blind_rows() -> list[Row]:
    """Sentences by a hand of their own, in each language."""
    made = []
    cases = yaml.safe_load(BLIND.read_text(encoding="utf-8"))
    for language in ("", *LANGUAGES):
        right = found = true = silent = nothing = 0
        for case in cases:
            if language in ("", case["language"]):
                kinds = found_kinds(case["sentence"], "", case["language"])
                sure = {kind for kind, confidence in kinds.items() if confidence >= SURE}
                label = {case["kind"]} - {"none"}
                right, found, true = right + len(sure & label), found + len(sure), true + len(label)
                nothing, silent = nothing + (not label), silent + (not label and not sure)
        name = f"sentences of a blind hand, {language or 'all'}"
        made.append((f"{name}: kinds", share(right, found), share(right, true)))
        made.append((f"{name}: without an event, left alone", "", share(silent, nothing)))
    return made


def _sure(said: str, number: int, language: str) -> set[str]:
    kinds = found_kinds(said.format(a=name_of(number)), "", language)
    return {kind for kind, confidence in kinds.items() if confidence >= SURE}


_BOOK: Final = (
    Named("Target Corp", "target"),
    Named("Orange SA", "orange"),
    Named("Metro AG", "metro"),
    Named("Mango SL", "mango"),
    Named("Delta Airways Inc", "delta 1"),
    Named("Nordwerk GmbH", "nordwerk"),
    Named("Nordwerk Foods", "nordwerk", "subsidiary"),
    Named("Helvoro Inc", "helvoro 1"),
    Named("Helvoro Ltd", "helvoro 2"),
    Named("Ford", "ford"),
    Named("Zelvina SA", "zelvina"),
    Named("zelvina.example", "zelvina", "domain"),
    Named("Big Blue", "ibm", "alias"),
    Named("Slack Technologies, Inc.", "slack"),
    Named("Slack", "slack", "alias"),
)
_CASES: Final[Sequence[tuple[str, str, str]]] = (
    ("He missed the target by a mile", "", ""),
    ("Prices target growth", "", ""),
    ("In Boston, Target opens a new store", "", "target"),
    ("Target Corp cuts 400 jobs", "target", ""),
    ("An orange a day is enough", "", ""),
    ("En France, Orange supprime 400 postes", "", "orange"),
    ("Orange SA supprime 400 postes", "orange", ""),
    ("Die Metro AG streicht 400 Stellen", "metro", ""),
    ("Er fährt mit der Metro zur Arbeit", "", "metro"),
    ("Compra un mango en el mercado", "", ""),
    ("Mango SL abre una tienda en Sevilla", "mango", ""),
    ("Harrison Ford stars in a new film", "", ""),
    ("The recall at Ford was widened", "ford", ""),
    ("Helvoro acquires a rival", "", "helvoro 1|helvoro 2"),
    ("Nordwerk Foods schließt ein Werk", "nordwerk", ""),
    ("Big Blue buys a rival", "ibm", ""),
    ("Die Nordwerk-Tochter wächst", "nordwerk", ""),
    ("More at zelvina.example today", "zelvina", ""),
    ("Delta Airways opens an office", "delta 1", ""),
    ("The delta of the river is shrinking", "", ""),
    ("ZELVINA lève 40 millions", "zelvina", ""),
    ("L’usine de Zelvina ferme", "zelvina", ""),
    ("Taking up the slack", "", ""),
    ("Global Automotive Slack Market 2019", "", "slack"),
    ("Slack Technologies, Inc. files for an IPO", "slack", ""),
    ("Zelvinas and others", "", ""),
)


def account_rows() -> list[Row]:
    """Homonyms, names that are words, subsidiaries, other names, domains; what is doubtful is to be asked."""
    known: AccountNames = account_names(_BOOK)
    right = found = true = asked = doubtful = quiet = nothing = 0
    for text, sure, ask in _CASES:
        seen = find_accounts(words_of(text), known)
        named = {each.account for each in seen.sure}
        expected = {sure} - {""}
        right, found, true = right + len(named & expected), found + len(named), true + len(expected)
        if ask:
            doubtful += 1
            asked += any(set(each.accounts) == set(ask.split("|")) for each in seen.doubtful) and not named
        if not sure and not ask:
            nothing += 1
            quiet += not named and not seen.doubtful
    learned = account_names([*_BOOK, Named("Helvoro", "helvoro 2", "alias", is_said=True)])
    told = read_news("Helvoro acquires a rival", "", learned).events
    return [
        ("accounts in sentences with hard names", share(right, found), share(right, true)),
        ("doubtful names asked about", "", share(asked, doubtful)),
        ("words that are no names, left alone", "", share(quiet, nothing)),
        ("asked once, then known", "", share(sum(each.account == "helvoro 2" for each in told), 1)),
    ]
