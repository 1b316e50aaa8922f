"""Every deviation of every deal, one row each, as a file or a list can show them."""

import ibis
from ibis import _

from afteraction.analysis.conformance import Conformance
from afteraction.analysis.small_tables import small_table
from afteraction.process.model import Kind

COLUMNS = ("deal_id", "constraint", "step", "kind", "at", "activity")


def deviations(conformance: Conformance, violations: ibis.Table) -> ibis.Table:
    """Name the deal, rule, step and event of each violation.

    Takes constraint, deal_no, pos as `judged` gives them. Columns: `deal_id`; `constraint`, the rule as text; `step`,
    empty for a rule written directly; `kind`; `at` and `activity` of the event that broke the rule, empty where
    something is missing rather than wrong. Sorted by deal, rule and time.
    """
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
    found = violations.left_join(events, ["deal_no", "pos"]).drop("deal_no_right", "pos_right")
    missing = _.kind == Kind.SKIPPED.value
    return (
        found.join(rules, "constraint")
        .join(log.cases, "deal_no")
        .mutate(at=ibis.ifelse(missing, None, _.at), activity=ibis.ifelse(missing, None, _.activity))
        .drop("constraint")
        .rename(constraint="text")
        .select(*COLUMNS)
        .order_by("deal_id", "constraint", "at", "activity", "step", "kind")
    )
