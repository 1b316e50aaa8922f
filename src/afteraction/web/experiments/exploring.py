"""What a look shows outside of its protocol: kept with it, shown after a tap of its own, labelled as such for ever."""

from collections import Counter
from typing import Any, Final

import numpy as np

from afteraction.analysis.trial_exploring import Explored, explore
from afteraction.analysis.trial_measures import Outcome
from afteraction.errors import NotEnoughData
from afteraction.web.experiments.analysing import Frame, measures_of, plan_of
from afteraction.web.experiments.document import ProtocolDocument
from afteraction.web.experiments.drawing import Drawing

MOST_SEGMENTS: Final = 6


def explored(drawing: Drawing, frame: Frame, now: float) -> list[dict[str, Any]]:
    """Other measures of all deals, then the primary measure by segment, as plain rows."""
    plan, document = plan_of(drawing), drawing.document
    rows = [
        {"of": "measure", "name": name} | _row(explore(plan, outcome, frame.deals, now), share=outcome.share)
        for name, outcome in _others(document)
    ]
    common = Counter(each for each in frame.segments if each).most_common(MOST_SEGMENTS)
    for segment, _count in sorted(common) if len(common) > 1 else ():
        chosen = np.array([each == segment for each in frame.segments], dtype=np.bool_)
        found = explore(plan, plan.primary, frame.deals.only(chosen), now)
        rows.append({"of": "segment", "name": segment} | _row(found, share=plan.primary.share))
    return rows


def _others(document: ProtocolDocument) -> list[tuple[str, Outcome]]:
    """What the record always has and the protocol does not ask for."""
    horizon = float(document.primary.horizon)
    known = {(each.kind, each.horizon) for each in measures_of(document)}
    others = [
        (f"Won within {horizon:.0f} days", Outcome("won", horizon)),
        (f"Days to being won, {horizon:.0f} at most", Outcome("days_to_won", horizon)),
    ]
    return [(name, outcome) for name, outcome in others if (outcome.kind, outcome.horizon) not in known]


def _row(found: Explored, *, share: bool) -> dict[str, Any]:
    row: dict[str, Any] = {"share": share, "deals": list(found.deals), "means": list(found.means)}
    if isinstance(found.interval, NotEnoughData):
        return row | {"refused": {"reason": found.interval.reason, "needed": found.interval.needed}}
    return row | {"value": found.interval.value, "low": found.interval.low, "high": found.interval.high}
