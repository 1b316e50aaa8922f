"""Agreement across deals as tables, from the figures that the job kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from afteraction.report.wording import decimal, decimals, interval, percent, points
from afteraction.web.buyers.visibility import Part, parts, visible_answers
from afteraction.web.insights.marks import Whisker, around, whisker
from afteraction.web.people.models import User
from afteraction.web.reviews.driver_claims import Testable
from afteraction.web.reviews.models import Review, Tally

WORDS: Final = {"rep": "Reps", "manager": "Managers", "buyer": "Buyers", "crm": "The CRM’s reason"}
GRADES: Final = ("proven", "corroborated", "one_voice", "contradicted", "not_testable")
_MATTERS: Final = 0.05
_ALIKE: Final = 0.1
"""Closer to 0 than this, what is below chance is not worth a word of its own: rare drivers are always a little so."""


@dataclass(frozen=True)
class AlphaRow:
    """How far some voices agree: alpha with interval and n, in words; or why that is not told."""

    label: str
    value: str
    interval: str
    n: str
    says: str
    refused: str


@dataclass(frozen=True)
class PairRow:
    """How often two voices name a driver of the same deals; the counts lead to the reviews."""

    name: str
    one: str
    other: str
    difference: str
    interval: str
    n: int
    order: float
    mark: Whisker | None
    says: str
    only_one: int
    only_other: int
    href_one: str
    href_other: str


@dataclass(frozen=True)
class GradeRow:
    """How often a driver is claimed, and how well that stands."""

    name: str
    claimed: str
    claimed_interval: str
    n: int
    grades: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class ClaimedRow:
    """A stated driver beside the verdict of the record; `stated` is how often each voice names it."""

    test: Testable
    stated: tuple[str, ...]


def agreement_of(user: User) -> Tally | None:
    """The figures of someone's organisation; None until the first have been made."""
    return Tally.objects.filter(organisation=user.organisation, kind=Tally.Kind.VOICES).first()


def alpha_rows(content: Mapping[str, Any]) -> list[AlphaRow]:
    """Agreement of each two voices, then of all people."""
    rows = [_alpha(f"{WORDS[one['one']]} and {_small(one['other'])}", one["alpha"]) for one in content["pairs"]]
    return [_alpha("Reps, managers and buyers", content["all"]), *rows]


def driver_alpha_rows(content: Mapping[str, Any]) -> list[AlphaRow]:
    """Agreement on each driver, of those where it is told."""
    return [_alpha(one["name"], one["alpha"]) for one in content["drivers"] if "value" in one["alpha"]]


def pair_rows(content: Mapping[str, Any], one: str, other: str) -> tuple[list[PairRow], str]:
    """Who says what, the largest differences first; or why nothing is told."""
    pair = f"{one}-{other}"
    told = [each for each in content["drivers"] if "value" in each["pairs"][pair]]
    if not told:
        refused = next((each["pairs"][pair] for each in content["drivers"]), None)
        if refused is None:
            return [], "Nobody has named a driver yet; expected: reviews that are done."
        return [], f"{refused['reason'][:1].upper()}{refused['reason'][1:]}; expected: {refused['needed']}."
    named = [each for each in told if each["pairs"][pair]["one"] or each["pairs"][pair]["other"]]
    end = around([(each["pairs"][pair]["low"], each["pairs"][pair]["high"]) for each in named])
    rows = [_pair(each, each["pairs"][pair], one, other, end) for each in named]
    return sorted(rows, key=lambda row: -abs(row.order)), ""


def grade_rows(content: Mapping[str, Any]) -> list[GradeRow]:
    """Grades counted by driver, the most claimed first."""
    return [
        GradeRow(
            name=each["name"],
            claimed=percent(each["claimed"]["value"]),
            claimed_interval=interval(each["claimed"]["low"], each["claimed"]["high"]),
            n=each["claimed"]["n"],
            grades=tuple(_share(each["grades"][grade], grade) for grade in GRADES),
        )
        for each in content["grades"]
        if each["claimed"]["n"]
    ]


def claimed_rows(content: Mapping[str, Any], tests: Mapping[str, Testable]) -> list[ClaimedRow]:
    """Stated drivers that the record can test, the most stated first, then those that nobody has stated."""
    stated = {each["key"]: each["stated"] for each in content.get("drivers", ())}
    order = [*(key for key in stated if key in tests), *(key for key in tests if key not in stated)]
    return [
        ClaimedRow(
            tests[key], tuple(_stated(stated.get(key, {}).get(voice)) for voice in ("rep", "manager", "buyer", "crm"))
        )
        for key in order
    ]


def behind(user: User, content: Mapping[str, Any], pair: str, key: str, which: str) -> list[Review]:
    """The newest reviews behind a count, those of which someone may hear both voices."""
    found = next((each for each in content["drivers"] if each["key"] == key), None)
    if found is None or which not in ("only_one", "only_other") or pair not in found["pairs"]:
        return []
    reviews = Review.objects.filter(organisation=user.organisation, pk__in=found["pairs"][pair][which])
    listed = list(reviews.order_by("-closed_at", "-pk"))
    if "buyer" not in pair.split("-"):
        return listed
    answers = visible_answers(user).filter(review__in=listed)
    heard = {answer.review_id for answer in answers if {Part.DEAL, Part.CHOICES} <= parts(user, answer)}
    return [review for review in listed if review.pk in heard]


def _alpha(label: str, found: Mapping[str, Any]) -> AlphaRow:
    if "value" not in found:
        return AlphaRow(label, "–", "", "", "", f"{found['reason']}; needed: {found['needed']}")
    value, low, high = found["value"], found["low"], found["high"]
    return AlphaRow(label, decimal(value, 2), decimals(low, high, 2), f"{found['deals']:,}", _strength(low, high), "")


def _strength(low: float, high: float) -> str:
    """What an interval of alpha says: from 0.8 on reliable, from 0.667 on tentative (Krippendorff 2018, ch. 12)."""
    if low >= 0.8:
        return "They agree."
    if low >= 0.667:
        return "They agree well enough for careful conclusions."
    if high < 0.0:
        return "They disagree more than chance would." if low < -_ALIKE else "No agreement."
    if low <= 0.0:
        return "No more agreement than chance can be told."
    if high < 0.667:
        return "They agree more than by chance, not enough to rely on."
    return "They agree more than by chance; how well is open."


def _pair(each: Mapping[str, Any], found: Mapping[str, Any], one: str, other: str, end: float) -> PairRow:
    low, high = found["low"], found["high"]
    query = {"pair": f"{one}-{other}", "driver": each["key"]}
    return PairRow(
        name=each["name"],
        one=percent(found["one"]),
        other=percent(found["other"]),
        difference=points(found["value"]),
        interval=f"{points(low)} to {points(high)}",
        n=found["n"],
        order=found["value"],
        mark=whisker(found["value"], low, high, end),
        says=_difference(found, one, other),
        only_one=found["count_one"],
        only_other=found["count_other"],
        href_one=f"?{urlencode(query | {'which': 'only_one'})}" if found["count_one"] else "",
        href_other=f"?{urlencode(query | {'which': 'only_other'})}" if found["count_other"] else "",
    )


def _difference(found: Mapping[str, Any], one: str, other: str) -> str:
    if found["q"] is not None and found["q"] <= _MATTERS:
        more, less = (one, other) if found["value"] > 0 else (other, one)
        return f"{WORDS[more]} name it more often than {_small(less)}."
    if found["low"] > -_MATTERS and found["high"] < _MATTERS:
        return "Both name it equally often."
    return "Can’t tell."


def _small(voice: str) -> str:
    return f"{WORDS[voice][:1].lower()}{WORDS[voice][1:]}"


def _share(found: Mapping[str, Any], grade: str) -> tuple[str, str, str]:
    return grade, str(found["count"]), interval(found["low"], found["high"]) if found["n"] else ""


def _stated(found: Mapping[str, Any] | None) -> str:
    if not found or not found["n"]:
        return "–"
    return f"{percent(found['value'])} ({interval(found['low'], found['high'])}, n = {found['n']:,})"


def named_pairs(pairs: Sequence[Sequence[str]]) -> list[tuple[str, str]]:
    """The pairs of voices that may be compared: value and words."""
    return [(f"{one}-{other}", f"{WORDS[one]} and {_small(other)}") for one, other in pairs]
