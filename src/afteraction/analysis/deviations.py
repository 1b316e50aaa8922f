"""Every deviation of every deal, one row each, as a file or a list can show them."""

from collections.abc import Sequence

import ibis
from ibis import _

from afteraction.analysis.adherence import Held
from afteraction.analysis.small_tables import small_table
from afteraction.process.model import Kind

COLUMNS = ("deal_id", "constraint", "step", "kind", "at", "activity")
_SORTED = ("deal_id", "constraint", "at", "activity", "step", "kind")


def deviations(held: Sequence[Held]) -> ibis.Table:
    """Name the deal, rule, step and event of each violation, of every version of a process.

    Columns: `deal_id`; `constraint`, the rule as text; `step`, empty for a rule written directly; `kind`; `at` and
    `activity` of the event that broke the rule, empty where something is missing rather than wrong; `process_version`,
    the number of the version that the deal is held against. Sorted by deal, rule and time.
    """
    return ibis.union(*(_of_version(each) for each in held)).order_by(*_SORTED)


def _of_version(held: Held) -> ibis.Table:
    conformance = held.conformance
    log = conformance.log
    rules = small_table(
        {
            "constraint": range(len(conformance.constraints)),
            "text": [c.text for c in conformance.constraints],
            "step": [c.step for c in conformance.constraints],
            "kind": [c.kind.value for c in conformance.constraints],
        },
        {"constraint": "int16", "text": "string", "step": "string", "kind": "string"},
    )
    events = log.events.join(log.activities, "activity").select("deal_no", "pos", "at", activity="name")
    found = held.violations.left_join(events, ["deal_no", "pos"]).drop("deal_no_right", "pos_right")
    missing = _.kind == Kind.SKIPPED.value
    return (
        found.join(rules, "constraint")
        .join(log.cases, "deal_no")
        .mutate(at=ibis.ifelse(missing, None, _.at), activity=ibis.ifelse(missing, None, _.activity))
        .drop("constraint")
        .rename(constraint="text")
        .select(*COLUMNS, process_version=ibis.literal(held.process.version, "int32"))
    )
