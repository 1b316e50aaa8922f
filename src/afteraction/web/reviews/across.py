"""Agreement across deals: how far voices agree, who says what, how well causes stand. Made by a job, kept whole."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import numpy as np

from afteraction.analysis.agreement import Agreement, agreement_by_driver, agreement_on_sets
from afteraction.analysis.arrays import Flags
from afteraction.analysis.evidence_grade import grade_deal, grades_of_drivers
from afteraction.analysis.intervals import false_discovery_q_values, rate
from afteraction.analysis.paired_voices import PairedDifference, paired_difference
from afteraction.errors import NotEnoughData
from afteraction.web.people.models import Organisation
from afteraction.web.reviews.account import data_version
from afteraction.web.reviews.models import Tally
from afteraction.web.reviews.said import CRM, VOICES, DealSaid, everything_said, on_record
from afteraction.web.reviews.taxonomy import drivers_of

PAIRS: Final = (
    ("rep", "buyer"), ("rep", "manager"), ("manager", "buyer"), (CRM, "rep"), (CRM, "buyer"),
)  # fmt: skip
MOST_BEHIND: Final = 50
"""Reviews that are kept behind a number; the newest."""


def keep_agreement(*, organisation: Organisation, now: datetime) -> Tally:
    """Measures agreement anew and keeps it with the data version that the mirror shows."""
    deals = everything_said(organisation)
    version = data_version(organisation)
    rng = np.random.default_rng(version)
    names = {driver.key: driver.name for driver in drivers_of(organisation, now=now)}
    content = {
        "deals": len(deals),
        "spoken": {voice: sum(voice in each.said for each in deals) for voice in VOICES},
        "pairs": [{"one": one, "other": other, "alpha": _alpha(deals, (one, other), rng)} for one, other in PAIRS],
        "all": _alpha(deals, ("rep", "manager", "buyer"), rng),
        "drivers": _drivers(deals, names, rng),
        "grades": _grades(organisation, deals, names),
    }
    kept, _made = Tally.objects.update_or_create(
        organisation=organisation,
        kind=Tally.Kind.VOICES,
        defaults={"content": content, "data_version": version, "made_at": now},
    )
    return kept


def _alpha(deals: Sequence[DealSaid], voices: Sequence[str], rng: np.random.Generator) -> dict[str, Any]:
    answers = [[each.said.get(voice) for voice in voices] for each in deals]
    return _told(agreement_on_sets(answers, rng, owner=[each.owner for each in deals]))


def _drivers(deals: Sequence[DealSaid], names: Mapping[str, str], rng: np.random.Generator) -> list[dict[str, Any]]:
    """By driver how often each voice names it, how far people agree on it, and each two voices on the same deals."""
    answers = [[each.said.get(voice) for voice in ("rep", "manager", "buyer")] for each in deals]
    stated = Counter(key for each in deals for said in each.said.values() for key in said)
    keys = [key for key, _count in stated.most_common() if key in names]
    alphas = agreement_by_driver(answers, keys, rng, [each.owner for each in deals])
    paired = {pair: _paired(deals, pair, keys) for pair in PAIRS}
    found = []
    for key in keys:
        spoken = {voice: [each.said[voice] for each in deals if voice in each.said] for voice in VOICES}
        found.append(
            {
                "key": key,
                "name": names[key],
                "alpha": _told(alphas[key]),
                "stated": {voice: _rate(sum(key in one for one in said), len(said)) for voice, said in spoken.items()},
                "pairs": {f"{one}-{other}": paired[one, other][key] for one, other in PAIRS},
            }
        )
    return found


def _paired(deals: Sequence[DealSaid], pair: tuple[str, str], keys: Sequence[str]) -> dict[str, dict[str, Any]]:
    """By driver one voice less the other, on the deals of which both spoke, with the reviews behind."""
    both = [each for each in deals if pair[0] in each.said and pair[1] in each.said]
    reviews = np.array([each.review for each in both], dtype=np.int64)
    one, other = (_flags([each.said[voice] for each in both], keys) for voice in pair)
    results = {key: paired_difference(one[key], other[key]) for key in keys}
    found: dict[str, dict[str, Any]] = {
        key: {
            "only_one": reviews[one[key] & ~other[key]][-MOST_BEHIND:].tolist(),
            "only_other": reviews[other[key] & ~one[key]][-MOST_BEHIND:].tolist(),
        }
        for key in keys
    }
    tested = [key for key, result in results.items() if isinstance(result, PairedDifference)]
    q_values = dict(zip(tested, false_discovery_q_values([results[key].p for key in tested]), strict=True))  # type: ignore[union-attr]
    for key, result in results.items():
        found[key] |= _difference(result, q_values.get(key))
    return found


def _flags(said: Sequence[frozenset[str]], keys: Sequence[str]) -> dict[str, Flags]:
    """By driver of which deals it is named (n)."""
    flags = {key: np.zeros(len(said), dtype=np.bool_) for key in keys}
    for place, named in enumerate(said):
        for key in named:
            if key in flags:
                flags[key][place] = True
    return flags


def _difference(found: PairedDifference | NotEnoughData, q: float | None) -> dict[str, Any]:
    if isinstance(found, NotEnoughData):
        return {"reason": found.reason, "needed": found.needed}
    return {
        "value": found.value,
        "low": found.low,
        "high": found.high,
        "n": found.n,
        "one": found.one.value,
        "other": found.other.value,
        "count_one": found.only_one,
        "count_other": found.only_other,
        "q": q,
    }


def _grades(organisation: Organisation, deals: Sequence[DealSaid], names: Mapping[str, str]) -> list[dict[str, Any]]:
    spoken = [each for each in deals if each.statements]
    records = on_record(organisation, spoken)
    graded = [grade_deal(each.statements, record) for each, record in zip(spoken, records, strict=True)]
    return [
        {
            "key": each.driver,
            "name": names.get(each.driver, each.driver),
            "claimed": _rate(each.claimed.count, each.claimed.n),
            "grades": {grade.value: _rate(share.count, share.n) for grade, share in each.grades.items()},
        }
        for each in grades_of_drivers(graded)
    ]


def _rate(count: int, n: int) -> dict[str, Any]:
    if not n:
        return {"count": 0, "n": 0}
    found = rate(count, n)
    return {"count": count, "n": n, "value": found.value, "low": found.low, "high": found.high}


def _told(found: Agreement | NotEnoughData) -> dict[str, Any]:
    if isinstance(found, NotEnoughData):
        return {"reason": found.reason, "needed": found.needed}
    return {"value": found.value, "low": found.low, "high": found.high, "deals": found.deals, "answers": found.answers}
