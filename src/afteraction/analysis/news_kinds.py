"""What kind of trigger event a sentence tells, and how sure that is: rules in words, corrected by what people said.

Each language has phrases for each kind (`news_<language>.yaml`): "laying off", "tritt zuruck". What is denied is no
event, what is rumoured is less sure. The score becomes a probability by a line fitted on labelled items (Platt 1999).
Corrections move it by naive Bayes: the words of what was confirmed as a kind against those of what was not, shrunk.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from afteraction.analysis.news_text import Words, lists, plain, words_of

KINDS: Final = (
    "leadership_change",
    "funding",
    "acquisition",
    "expansion",
    "layoffs",
    "scandal",
    "legislation",
    "product_launch",
    "supplier_failure",
    "job_openings",
    "contract_end",
)
NONE: Final = "none"
"""What is corrected to be no event at all."""
LEAST: Final = 0.3
"""A kind that is less sure is not told."""
_SLOPE: Final = 3.0
_OFFSET: Final = -9.3
"""The line from score to log odds: fitted on the labelled real items (benchmarks/README.md), its slope held back."""
_STRONG: Final = 3.0
_WEAK: Final = 1.2
_IN_TITLE: Final = 0.5
_RUMOUR: Final = -0.5
_PAST: Final = -0.8
_LATER: Final = 0.7
"""What each sentence after the second takes off: news say what happened first, and what once was later."""
_GAP: Final = 6
"""Words that may stand where a phrase has "..". """
_DENYING: Final = frozenset(("not", "no", "nicht", "ne", "pas"))
_LITTLE: Final = 5
"""Letters of words that deny what follows alone ("no"); longer ones deny what stands before, too ("gescheitert")."""
_PRIOR: Final = 2.0
"""Corrections that each word is taken to have had on both sides before any came."""
_MOST_LEARNED: Final = 3.0


@dataclass(frozen=True)
class Kind:
    """A kind of event that a text tells: the probability that it does, the sentence that shows it, and its place."""

    kind: str
    confidence: float
    sentence: str
    place: int
    is_rumour: bool = False


@dataclass(frozen=True)
class Correction:
    """What a person made of a sentence: the kind that was found, and the one it is (NONE for no event).

    A tap that confirms has both alike.
    """

    sentence: str
    found: str
    right: str


@dataclass(frozen=True)
class Learned:
    """What corrections taught: what each word adds to the score of each kind, and what the kind itself adds."""

    words: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    kinds: Mapping[str, float] = field(default_factory=dict)
    n: int = 0


NOTHING_LEARNED: Final = Learned()


_Choice = tuple[frozenset[str], tuple[str, ...], tuple[str, ...]]
"""What may stand at one place of a phrase: whole words, beginnings of words, endings of words."""


@dataclass(frozen=True)
class _Phrase:
    """Parts with up to _GAP words between them; each part is places, each with the words that may stand there."""

    kind: str
    weight: str
    parts: tuple[tuple[_Choice, ...], ...]
    denies: bool
    """Whether the phrase itself has a word that denies ("will not renew")."""


@dataclass(frozen=True)
class _Rules:
    """The phrases of a language by the first word, by its first three letters, by its last three."""

    whole: Mapping[str, tuple[_Phrase, ...]]
    begun: Mapping[str, tuple[_Phrase, ...]]
    ended: Mapping[str, tuple[_Phrase, ...]]


def _choice(text: str, sets: Mapping[str, Sequence[str]]) -> _Choice:
    """Words of one place: "a|b" either, "a*" any ending, "*a" any beginning, "@a" those of a set."""
    words = [word for each in text.split("|") for word in (sets[each[1:]] if each[0] == "@" else (each,))]
    bare = {word: plain(word.strip("*")).rstrip(":") for word in words}
    return (
        frozenset(bare[word] for word in words if "*" not in word),
        tuple(bare[word] for word in words if word.endswith("*")),
        tuple(bare[word] for word in words if word.startswith("*")),
    )


def _phrase(kind: str, weight: str, text: str, sets: Mapping[str, Sequence[str]]) -> _Phrase:
    parts = tuple(tuple(_choice(each, sets) for each in part.split()) for part in text.split(".."))
    denies = any(not _DENYING.isdisjoint(whole) for part in parts for whole, _begun, _ended in part)
    return _Phrase(kind, weight, tuple(part for part in parts if part), denies)


@lru_cache(maxsize=8)
def _rules(language: str) -> _Rules:
    held = lists(language)
    sets = held.get("sets", {})
    every = [
        _phrase(kind, weight, text, sets)
        for kind, weights in held["kinds"].items()
        for weight, texts in weights.items()
        for text in texts
    ]
    every += [_phrase("", weight, text, sets) for weight in ("negations", "rumours", "past") for text in held[weight]]
    whole: dict[str, list[_Phrase]] = {}
    begun: dict[str, list[_Phrase]] = {}
    ended: dict[str, list[_Phrase]] = {}
    for each in every:
        words, beginnings, endings = each.parts[0][0]
        for word in words:
            whole.setdefault(word, []).append(each)
        for letters in {word[:3] for word in beginnings}:
            begun.setdefault(letters, []).append(each)
        for letters in {word[-3:] for word in endings}:
            ended.setdefault(letters, []).append(each)
    return _Rules(*({k: tuple(v) for k, v in by.items()} for by in (whole, begun, ended)))


def _end(said: Sequence[str], at: int, last: int, phrase: _Phrase) -> int:
    """Where a phrase that begins at a place ends; -1 where it does not stand there."""
    place = at
    for number, part in enumerate(phrase.parts):
        for start in range(place, min(place + (_GAP + 1 if number else 1), last - len(part) + 1)):
            for on, (whole, begun, ended) in enumerate(part, start):
                if said[on] not in whole and not said[on].startswith(begun) and not said[on].endswith(ended):
                    break
            else:
                place = start + len(part)
                break
        else:
            return -1
    return place


def kinds_of(words: Words, language: str, learned: Learned = NOTHING_LEARNED) -> tuple[Kind, ...]:
    """The kinds of event that a text tells, the surest first; each with its surest sentence."""
    rules = _rules(language)
    best: dict[str, Kind] = {}
    for place, (first, last) in enumerate(_bounds(words)):
        for kind, score, is_rumour in _scores(words, first, last, rules, is_title=words.has_title and place == 0):
            score -= _LATER * max(place - 1, 0)
            taught = _taught(kind, words.plain[first:last], learned) if learned.n else 0.0
            sure = 1 / (1 + math.exp(-(_OFFSET + _SLOPE * score + taught)))
            if sure >= LEAST and (kind not in best or sure > best[kind].confidence):
                best[kind] = Kind(kind, sure, words.sentences[place], place, is_rumour)
    return tuple(sorted(best.values(), key=lambda each: (-each.confidence, each.kind)))


def _bounds(words: Words) -> list[tuple[int, int]]:
    """First and last word (not included) of each sentence."""
    bounds: list[tuple[int, int]] = []
    first = 0
    for at in range(1, len(words.plain) + 1):
        if at == len(words.plain) or words.of_sentence[at] != words.of_sentence[first]:
            bounds.append((first, at))
            first = at
    return bounds


def _scores(words: Words, first: int, last: int, rules: _Rules, *, is_title: bool) -> list[tuple[str, float, bool]]:
    """The kinds that a sentence has a strong phrase of, with their scores and whether it is rumoured."""
    said = words.plain
    hits: dict[tuple[str, str], set[tuple[int, int, bool]]] = {}
    for at in range(first, last):
        word = said[at]
        for phrase in (
            *rules.whole.get(word, ()),
            *rules.begun.get(word[:3], ()),
            *rules.ended.get(word[-3:], ()),
        ):
            end = _end(said, at, last, phrase)
            if end > 0:
                hits.setdefault((phrase.kind, phrase.weight), set()).add((at, end, phrase.denies))
    found = []
    for kind in KINDS:
        strong = hits.get((kind, "strong"), set())
        if not strong or (kind, "not") in hits:
            continue
        denied = [(at, len(said[at]) > _LITTLE) for at, _end, _is_own in hits.get(("", "negations"), ())]
        if all(any(_denies(at, is_verb, one) for at, is_verb in denied) for one in strong):
            continue
        is_rumour = ("", "rumours") in hits
        score = _STRONG + 0.5 * min(len(strong) - 1, 2) + _WEAK * min(len(hits.get((kind, "weak"), ())), 2) / 2
        score += _IN_TITLE * is_title + _RUMOUR * is_rumour + _PAST * (("", "past") in hits)
        found.append((kind, score, is_rumour))
    return found


def _denies(at: int, is_verb: bool, strong: tuple[int, int, bool]) -> bool:
    """Whether a word at a place denies a phrase: up to seven words before it, in it, or, a verb, up to five after.

    With its first and last word the phrase says so itself ("cancelled the contract").
    """
    first, end, is_own = strong
    return first - 7 <= at < first or (first < at < end - 1 and not is_own) or (is_verb and end <= at < end + 5)


def _taught(kind: str, said: Sequence[str], learned: Learned) -> float:
    """What corrections add to the score of a kind: bounded, so that no single word decides."""
    of_kind = learned.words.get(kind, {})
    moved = learned.kinds.get(kind, 0.0) + sum(of_kind.get(word, 0.0) for word in set(said))
    return max(-_MOST_LEARNED, min(_MOST_LEARNED, moved))


def learn(corrections: Sequence[Correction]) -> Learned:
    """What corrections of one organisation teach.

    Each word that stood in sentences found to be a kind moves it by the logarithm of how much more often it stood in
    those that were right, counts being shrunk to even by _PRIOR; the kind itself moves by its own share.
    """
    right: dict[str, Counter[str]] = {}
    wrong: dict[str, Counter[str]] = {}
    sentences: dict[str, list[int]] = {}
    for each in corrections:
        said = set(words_of("", each.sentence).plain)
        for kind in {each.found, each.right} - {NONE}:
            is_right = kind == each.right
            (right if is_right else wrong).setdefault(kind, Counter()).update(said)
            sentences.setdefault(kind, [0, 0])[is_right] += 1
    moves: dict[str, dict[str, float]] = {}
    for kind, (n_wrong, n_right) in sentences.items():
        yes, no = right.get(kind, Counter()), wrong.get(kind, Counter())
        moves[kind] = {
            word: math.log((yes[word] + _PRIOR) / (n_right + 2 * _PRIOR))
            - math.log((no[word] + _PRIOR) / (n_wrong + 2 * _PRIOR))
            for word in yes.keys() | no.keys()
            if n_wrong and n_right
        }
    offsets = {kind: math.log((yes + 2 * _PRIOR) / (no + 2 * _PRIOR)) for kind, (no, yes) in sentences.items()}
    return Learned(moves, offsets, len(corrections))
