"""Which accounts a text names: by name without legal form, other name, domain or subsidiary; doubtful names are asked.

A name is a row of plain words, looked up where its first word stands (a hashed token trie), the longest name first: the
cost of a text does not grow with the number of accounts.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from afteraction.analysis.news_text import LANGUAGES, Words, lists, plain, words_of

_BEHIND_HOST: Final = re.compile(r"[/?#:\s]")
_APART: Final = 4
"""Characters between the words of one name are fewer."""
_LONGEST: Final = 8
"""Words of the longest name that is looked for."""


@dataclass(frozen=True)
class Named:
    """A name by which an account is known. `kind`: name, alias, domain or subsidiary.

    `is_said`: a person said that the name means this account, and no other (none of ours where `account` is empty).
    """

    text: str
    account: str
    kind: str = "name"
    is_said: bool = False


@dataclass(frozen=True)
class AccountMention:
    """An account that a text names: `name` as it stands there, the words first..last (not included) it stands at."""

    account: str
    name: str
    sentence: int
    first: int
    last: int


@dataclass(frozen=True)
class DoubtfulName:
    """A name that could mean several accounts, or one of ours or something else: to be asked once. `why` says which."""

    name: str
    accounts: tuple[str, ...]
    why: str


@dataclass(frozen=True)
class NamesFound:
    """What a text names for sure, and what is to be asked."""

    sure: tuple[AccountMention, ...]
    doubtful: tuple[DoubtfulName, ...]


@dataclass(frozen=True)
class AccountNames:
    """The names of all accounts, ready to be looked for; made by `account_names`.

    `meant` has the accounts of each row of plain words, `lengths` how many words names with a first word have,
    `domains` the account of each domain, `said` what people said a name means, `shown` a name as it was written.
    """

    meant: Mapping[str, tuple[str, ...]]
    lengths: Mapping[str, tuple[int, ...]]
    domains: Mapping[str, tuple[str, ...]]
    said: Mapping[str, str]
    shown: Mapping[str, str] = field(repr=False)


@lru_cache(maxsize=1)
def _legal_forms() -> frozenset[str]:
    return frozenset(plain(each).replace(".", "") for each in lists("names")["legal forms"])


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    """Words that are names of companies and words of the language, or places or first names, too."""
    every = [word for language in LANGUAGES for word in lists(language)["common"] + lists(language)["little"]]
    return frozenset(plain(word) for word in every + lists("names")["places"] + lists("names")["first names"])


@lru_cache(maxsize=1)
def _first_names() -> frozenset[str]:
    return frozenset(plain(word) for word in lists("names")["first names"])


@lru_cache(maxsize=1)
def _no_part_of_names() -> frozenset[str]:
    """Capitalised words that may stand beside a name without being part of a longer one."""
    beside = [*lists("names")["beside names"]]
    for language in LANGUAGES:
        beside += [word for role in lists(language)["roles"].values() for each in role for word in each.split()]
    return frozenset(plain(word) for word in beside) | _legal_forms()


def bare_name(text: str) -> tuple[str, ...]:
    """The plain words of a name without its legal form ("The Acme Holding GmbH & Co. KG": acme holding)."""
    found = [word.replace(".", "") if "." in word and len(word) < 6 else word for word in words_of("", text).plain]
    while len(found) > 1 and found[-1] in _legal_forms():
        found.pop()
    while len(found) > 1 and found[0] in ("the", "die", "der", "la", "le", "les", "el", "sa", "ste"):
        found.pop(0)
    return tuple(found)


def domain_of(text: str) -> str:
    """The domain of an address, a mail address or a domain, without www; empty where there is none."""
    held = text.strip().casefold().partition("//")[2] if "//" in text else text.strip().casefold()
    host = _BEHIND_HOST.split(held, maxsplit=1)[0].rpartition("@")[2]
    return host.removeprefix("www.") if "." in host else ""


def account_names(names: Iterable[Named]) -> AccountNames:
    """All names, ready to be looked for. What people said a name means holds over all else; who spoke last is heard."""
    meant: dict[str, list[str]] = {}
    lengths: dict[str, set[int]] = {}
    domains: dict[str, list[str]] = {}
    said: dict[str, str] = {}
    shown: dict[str, str] = {}
    for each in names:
        if each.kind == "domain":
            if domain := domain_of(each.text):
                known = domains.setdefault(domain, [])
                known += [each.account] if each.account not in known else []
            continue
        whole = bare_name(each.text)
        for row in {whole, tuple(words_of("", each.text).plain)} if each.kind != "name" else {whole}:
            if not row or len(row) > _LONGEST or (len(row) == 1 and len(row[0]) < 2):
                continue
            key = " ".join(row)
            shown.setdefault(key, each.text)
            lengths.setdefault(row[0], set()).add(len(row))
            known = meant.setdefault(key, [])
            if each.is_said:
                said[key] = each.account
            elif each.account not in known:
                known.append(each.account)
    return AccountNames(
        {key: tuple(found) for key, found in meant.items()},
        {first: tuple(sorted(found, reverse=True)) for first, found in lengths.items()},
        {domain: tuple(found) for domain, found in domains.items()},
        said,
        shown,
    )


def find_accounts(words: Words, known: AccountNames, url: str = "") -> NamesFound:
    """The accounts that a text names. `url` is where it was published: an account's own site speaks of that account."""
    sure: list[AccountMention] = []
    doubtful: dict[str, DoubtfulName] = {}
    by_domain = set(known.domains.get(domain_of(url), ())) if url else set()
    title_case = _title_cased(words)
    at, n = 0, len(words.plain)
    while at < n:
        word = words.plain[at]
        if "." in word and word in known.domains and len(known.domains[word]) == 1:
            by_domain.add(known.domains[word][0])
            sure.append(AccountMention(known.domains[word][0], words.said[at], words.of_sentence[at], at, at + 1))
        size = _size(words, at, known)
        if not size:
            at += 1
            continue
        key = " ".join(words.plain[at : at + size])
        name = " ".join(words.said[at : at + size])
        if key in known.said:
            accounts: tuple[str, ...] = (known.said[key],) if known.said[key] else ()
            why = ""
        else:
            accounts = known.meant[key]
            why = _doubt(words, at, size, accounts, by_domain, is_title=words.of_sentence[at] in title_case)
            accounts = tuple(each for each in accounts if each in by_domain) or accounts
        if accounts and not why and len(accounts) == 1:
            sure.append(AccountMention(accounts[0], name, words.of_sentence[at], at, at + size))
        elif accounts and why != "no":
            doubtful.setdefault(key, DoubtfulName(known.shown.get(key, name), accounts, why))
        at += size
    named = {each.account for each in sure}
    # Named in full once, an account is meant by its short name too.
    asked = [each for each in doubtful.values() if not set(each.accounts) & named]
    return NamesFound(tuple(sure), tuple(asked))


def _size(words: Words, at: int, known: AccountNames) -> int:
    """How many words of the text, from a place on, are a name; 0 for none."""
    for size in known.lengths.get(words.plain[at], ()):
        last = at + size
        if last > len(words.plain) or words.of_sentence[last - 1] != words.of_sentence[at]:
            continue
        joined = size == 1 or all(len(gap) < _APART for gap in words.gaps[at + 1 : last])
        if joined and " ".join(words.plain[at:last]) in known.meant:
            return size
    return 0


def _title_cased(words: Words) -> frozenset[int]:
    """The sentences in which nearly every word is capitalised, so that capitals tell nothing."""
    if not words.said:
        return frozenset()
    upper: dict[int, list[int]] = {}
    for word, sentence in zip(words.said, words.of_sentence, strict=True):
        if len(word) > 3:
            of = upper.setdefault(sentence, [0, 0])
            of[0] += not word[0].islower()
            of[1] += 1
    return frozenset(sentence for sentence, (n, of) in upper.items() if of >= 3 and n >= 0.7 * of)


def _doubt(words: Words, at: int, size: int, accounts: tuple[str, ...], by_domain: set[str], *, is_title: bool) -> str:
    """Why a name is not sure to mean its one account: empty where it is, "no" where it surely means no account."""
    first = words.said[at]
    if not first[0].isupper() and not first[0].isdigit() and first.isascii() and not any(c.isupper() for c in first):
        return "no"  # a word of the language
    if len(accounts) > 1 and len(by_domain & set(accounts)) != 1:
        return "several accounts have this name"
    if size > 1 or by_domain & set(accounts):
        return ""
    sentence = words.of_sentence[at]
    before = at - 1 if at and words.of_sentence[at - 1] == sentence else -1
    after = at + 1 if at + 1 < len(words.said) and words.of_sentence[at + 1] == sentence else -1
    if after >= 0 and words.plain[after].replace(".", "") in _legal_forms() and words.said[after][0].isupper():
        return ""
    if before >= 0 and words.plain[before] in _first_names() and words.gaps[at].isspace():
        return "no"  # Harrison Ford
    if words.plain[at] in _common():
        return "the name is a word, a place or a first name too"
    if not is_title and any(_lengthens(words, at, other) for other in (before, after) if other >= 0):
        return "it may be part of a longer name"
    return ""


def _lengthens(words: Words, at: int, other: int) -> bool:
    """Whether the word before or after a name may belong to a longer name, by its capital."""
    if not words.gaps[max(at, other)].isspace() or not words.said[other][0].isupper():
        return False
    is_first = other == 0 or words.of_sentence[other - 1] != words.of_sentence[at]
    return not (is_first or words.plain[other] in _no_part_of_names() or words.plain[other] in _common())
