"""News as words and sentences, in English, German, French and Spanish.

Words are compared without case, accents and endings of possession. Hyphens part words ("Siemens-Chef" names Siemens),
dots within a word do not ("acme.com").
"""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

import yaml

LANGUAGES: Final = ("en", "de", "fr", "es")
_WORD: Final = re.compile(r"[^\W_]+(?:[.&'’][^\W_]+)*")
_AMOUNT: Final = re.compile(r"\d[\d.,]*(m|mn|bn|b)")
_END: Final = re.compile(r"[.!?…][\"'”“»)\]]*\s|\n")
_SHORT: Final = frozenset(
    {"inc", "corp", "co", "ltd", "llc", "plc", "gmbh", "u.s", "u.k", "usw", "bzw", "ca", "mio", "mrd", "vs", "st"}
    | {"mr", "mrs", "ms", "dr", "no", "nr", "jr", "sr", "prof", "hr", "fr", "mme", "mlle", "sra"}
)
"""Words whose dot ends no sentence."""


@dataclass(frozen=True)
class Words:
    """The words of a title and a text, in order: as they stand, plain, the sentence of each, where each begins.

    `sentences` are the sentences; the title is the first where there is one (`has_title`).
    """

    said: list[str]
    plain: list[str]
    of_sentence: list[int]
    sentences: tuple[str, ...]
    has_title: bool
    gaps: list[str]


@lru_cache(maxsize=200_000)
def plain(word: str) -> str:
    """A word without case, accents and the 's of possession."""
    folded = word.casefold()
    if not folded.isascii():
        folded = "".join(c for c in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(c))
        folded = folded.replace("’", "'")
    if folded[0].isdigit() and _AMOUNT.fullmatch(folded):
        return "million"  # of $2.5M it matters that it is money
    if len(folded) > 2 and folded[-2:] == "'s":
        return folded[:-2]
    if len(folded) > 3 and folded[1] == "'" and folded[0] in "ldnsmtcj":  # l'entreprise, d'Orange
        return folded[2:]
    return folded


def words_of(title: str, text: str = "", most: int = 4_000) -> Words:
    """The words of a title and of the first `most` characters of a text."""
    said: list[str] = []
    gaps: list[str] = []
    of_sentence: list[int] = []
    sentences: list[str] = []
    for part in (title, text[:most]):
        begun = -1
        last = 0
        for found in _WORD.finditer(part):
            gap = part[last : found.start()]
            if begun < 0:
                begun = found.start()
            elif len(gap) > 1 and _END.search(gap) and ("\n" in gap or _ends(said[-1], gap, found.group())):
                sentences.append(part[begun : last + len(gap.rstrip())].strip())
                begun = found.start()
            said.append(found.group())
            gaps.append(gap)
            of_sentence.append(len(sentences))
            last = found.end()
        if begun >= 0:
            sentences.append(part[begun:].strip())
    return Words(said, [plain(each) for each in said], of_sentence, tuple(sentences), bool(title.strip()), gaps)


def _ends(before: str, gap: str, after: str) -> bool:
    """Whether a sentence ends between two words."""
    if gap[0] != ".":
        return True
    return not after[0].islower() and before.casefold() not in _SHORT and not (len(before) == 1 and before.isupper())


@lru_cache(maxsize=8)
def lists(name: str) -> dict[str, Any]:
    """The word lists of a language ("en") or of all of them ("names"), as `news_<name>.yaml` has them."""
    read: dict[str, Any] = yaml.safe_load((files(__package__) / f"news_{name}.yaml").read_text(encoding="utf-8"))
    return read


@lru_cache(maxsize=1)
def _little_words() -> dict[str, str]:
    """Little words and the one language each belongs to."""
    told = {language: {plain(word) for word in lists(language)["little"]} for language in LANGUAGES}
    often = Counter(word for words in told.values() for word in words)
    return {word: language for language, words in told.items() for word in words if often[word] == 1}


def language_of(words: Words, said: str = "") -> str:
    """The language: by the little words of the text, else the one it is `said` to be in ("de-AT"), else English."""
    little = _little_words()
    seen = Counter(little[word] for word in words.plain[:300] if word in little)
    said = said[:2].lower()
    if seen:
        first, n = seen.most_common(1)[0]
        if said not in LANGUAGES or (n >= 3 and n > 2 * seen.get(said, 0)):
            return first
    return said if said in LANGUAGES else "en"
