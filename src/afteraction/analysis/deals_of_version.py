"""The event log of the deals that began under one version of a process."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import ibis
from ibis import _

from afteraction.analysis.event_log import EventLog, Keep
from afteraction.analysis.lifetimes import lifetimes
from afteraction.process.versions import DatedProcess, Versions


def held_against(versions: Versions, tables: Mapping[str, ibis.Table], log: EventLog) -> ibis.Table:
    """Which version each deal is held against, by its place, from the day it began (`lifetimes`): deal_no, place."""
    began = lifetimes(tables, log).select("deal_no", "started_at")
    moments = [ibis.literal(each.since, "timestamp('UTC')") for each in versions.dated[1:]]
    passed = [ibis.ifelse((began.started_at >= moment).fill_null(False), 1, 0) for moment in moments]
    place = sum(passed, start=ibis.literal(0))
    return began.select("deal_no", place=place.cast("int16"))


def logs_of_versions(
    versions: Versions, tables: Mapping[str, ibis.Table], log: EventLog, keep: Keep
) -> Iterator[tuple[DatedProcess, EventLog, Keep]]:
    """Each version with the log of the deals that began under it, and a place for its own tables.

    In such a log `cases`, `events` and `sequences` are numbered anew from the first on, `whole` in `cases` being the
    deal's number in the whole log; everything else stays that of all deals, so `variants`, `edges` and `counts` are not
    to be joined with them. With one version the log is the whole one.
    """
    if len(versions.dated) == 1:
        yield versions.dated[0], replace(log, cases=log.cases.mutate(whole=_.deal_no)), keep
        return
    held = keep("held_against", held_against(versions, tables, log))
    for place, dated in enumerate(versions.dated):
        own = _Own(keep, place)
        yield dated, _only(log, held.filter(_.place == place), own), own


class _Own:
    """Keeps the tables of one version apart from those of the others."""

    def __init__(self, keep: Keep, place: int) -> None:
        self._keep, self._place = keep, place

    def __call__(self, name: str, table: ibis.Table) -> ibis.Table:
        return self._keep(f"{name}_of_version_{self._place}", table)


def _only(log: EventLog, deals: ibis.Table, keep: Keep) -> EventLog:
    """The log of some of the deals. Traces are read by numbers without gaps, so they get new ones."""
    some = log.cases.semi_join(deals, "deal_no").rename(whole="deal_no", sequence="variant")
    cases = keep(
        "cases",
        some.mutate(
            deal_no=ibis.row_number().over(ibis.window(order_by="whole")).cast("int32"),
            variant=(ibis.dense_rank().over(ibis.window(order_by="sequence")) + 1).cast("int32"),
        ),
    )
    numbers = cases.select("deal_no", "whole")
    sequences = cases.select("variant", "sequence").distinct()
    return replace(
        log,
        cases=cases.drop("sequence"),
        events=keep(
            "events",
            log.events.rename(whole="deal_no").join(numbers, "whole").select("deal_no", "pos", "activity", "at"),
        ),
        sequences=keep(
            "sequences",
            log.sequences.rename(sequence="variant").join(sequences, "sequence").select("variant", "activities"),
        ),
    )
