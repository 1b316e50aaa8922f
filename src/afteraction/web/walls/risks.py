"""The good risks of the newest results: recognised in a job, kept in the database, read by pages."""

from collections import Counter
from datetime import datetime
from typing import Any, Final

import numpy as np
import pyarrow.parquet as pq
from django.db import transaction

from afteraction.analysis.arrays import Floats
from afteraction.analysis.deal_frame import deal_frame
from afteraction.analysis.good_risks import GoodRisks, RiskVerdict, good_risks
from afteraction.analysis.leaky_facts import leaky_facts
from afteraction.analysis.risk_deals import RiskDeals, risk_deals
from afteraction.process.model import Process
from afteraction.report.deal_evidence import CHANCES
from afteraction.report.version import OpenVersion, open_version
from afteraction.web.insights.results import Saved
from afteraction.web.insights.selectors import newest_results
from afteraction.web.people.models import Organisation
from afteraction.web.walls.models import DealRisk, RiskFigures

_BATCH: Final = 5_000
_NOTHING: Final = Process("Nothing", 1, (), ())
"""Facts are looked at, not steps."""


def keep_risks(*, organisation: Organisation, now: datetime) -> int:
    """Recognise the risks of the data version of the newest results, and keep them in the place of those before.

    Returns how many. All at once or nothing: killed in between, it can be done again.
    """
    shown = newest_results(organisation)
    if shown is None:
        return 0
    with open_version(organisation.home.folder, shown.analysis.data_version) as opened:
        deals = risk_deals(opened.record.tables)
        found = good_risks(deals, _chances(shown, deals), _left_out(opened))
    owners = [deals.owner.levels[code] if code >= 0 else "" for code in deals.owner.codes]
    rows = (
        DealRisk(
            organisation=organisation, deal_id=deals.deal_id[risk.row].as_py(), owner=owners[risk.row][:200],
            verdict=risk.verdict.value, signs=[[kind.value, words] for kind, words in risk.signs], chance=risk.chance,
            usual_chance=risk.usual_chance,
        )
        for risk in found.risks
    )  # fmt: skip
    with transaction.atomic():
        DealRisk.objects.filter(organisation=organisation).delete()
        DealRisk.objects.bulk_create(rows, batch_size=_BATCH)
        RiskFigures.objects.update_or_create(
            organisation=organisation,
            defaults={
                "data_version": shown.analysis.data_version,
                "analysis": shown.analysis.pk,
                "content": _content(found, owners),
                "made_at": now,
            },
        )
    return len(found.risks)


def _left_out(opened: OpenVersion) -> frozenset[str]:
    """Facts that are noted because of the outcome."""
    frame = deal_frame(opened.record.tables, opened.log, _NOTHING)
    return frozenset(each.fact for each in leaky_facts(frame))


def _chances(shown: Saved, deals: RiskDeals) -> Floats:
    """The chance of each deal when it began, by a model that knew only what had happened before; NaN without one."""
    found = np.full(len(deals), np.nan)
    path = shown.folder / CHANCES
    if not path.exists():
        return found
    table = pq.read_table(path, columns=["deal_id", "then"], filters=[("place", "=", 0)])
    known = dict(zip(table["deal_id"].to_pylist(), table["then"].to_pylist(), strict=True))
    for row, deal_id in enumerate(deals.deal_id.to_pylist()):
        value = known.get(deal_id)
        if value is not None:
            found[row] = value
    return found


def _content(found: GoodRisks, owners: list[str]) -> dict[str, Any]:
    """Of each rep the ended and won deals, all and those that were good risks; and what could not be told."""
    deals, good = found.deals, found.good
    outcomes = [deals.outcome.levels[code] if code >= 0 else "" for code in deals.outcome.codes]
    ended, won, risky, risky_won = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    for owner, outcome, is_good in zip(owners, outcomes, good.tolist(), strict=True):
        if owner and outcome not in ("", "open"):
            ended[owner] += 1
            won[owner] += outcome == "won"
            risky[owner] += is_good
            risky_won[owner] += is_good and outcome == "won"
    return {
        "reps": {rep: [n, won[rep], risky[rep], risky_won[rep]] for rep, n in ended.items() if risky[rep]},
        "verdicts": {str(one): sum(risk.verdict is one for risk in found.risks) for one in RiskVerdict},
        "judged": {kind.value: int(flags.sum()) for kind, flags in found.judged.items()},
        "refused": [[kind.value, one.reason, one.needed] for kind, one in found.refused.items()],
        "deals": len(deals),
        "undated": deals.undated,
    }
