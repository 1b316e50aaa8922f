"""The ranking of accounts, and whether acting on events paid: worked out by a job, kept for the pages.

The record and what was heard here are put together: trigger events of the record teach as much as those heard. Where
the record ends before now, the accounts stand as on its last day, and what was heard since counts as so many days
before it: otherwise the days without a record would pass for days on which nobody bought.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

import ibis
import numpy as np
import pyarrow as pa
from django.db import transaction
from ibis import _

from afteraction.analysis.account_acting import acting_paid
from afteraction.analysis.account_propensity import Learned, Ranked, Ranking, rank_accounts
from afteraction.analysis.account_record import FACTS, AccountRecord, account_record
from afteraction.analysis.fetch import fetch_row
from afteraction.lake.engine import Record, open_record
from afteraction.lake.store import Lake
from afteraction.report.wording import capital, percent
from afteraction.web.deals.models import Deal
from afteraction.web.leads.results import plain
from afteraction.web.listening.kinds import kind_of
from afteraction.web.listening.models import ListeningResult, RankedAccount, TriggerEvent
from afteraction.web.listening.selectors import FRESH
from afteraction.web.people.models import Organisation

Kind = ListeningResult.Kind
MOST: Final = 1_000
"""Accounts that are kept: nobody calls more."""
_MEMORY: Final = "2GB"
_NOT_SHOWN: Final = ("model",)
"""What pages do not show of a ranking, which is large."""
_ACTED: Final = (TriggerEvent.Said.CALL, TriggerEvent.Said.DONE)


def keep_ranking(*, organisation: Organisation, now: datetime) -> int:
    """Ranks the accounts with fresh events, and keeps that; how many. Nothing is ranked before there is a record."""
    lake = Lake(organisation.home)
    if lake.current() is None:
        return 0
    snapshot = lake.snapshot()
    record = open_record(organisation.home, snapshot, _MEMORY)
    try:
        end = min(_end(record) or now, now)
        accounts = _accounts(organisation, record, end, now)
    finally:
        record.con.disconnect()
    # The seed comes from the data version, so that the same record gives the same figures.
    rng = np.random.default_rng(snapshot.version)
    fresh = _fresh(organisation, now)
    places = [place for place, key in enumerate(accounts.account_id) if key in fresh]
    ranking = rank_accounts(accounts, rng, only=np.array(places, dtype=np.int64))
    paid = _paid(organisation, accounts, rng)
    with transaction.atomic():
        rows = _rows(organisation, ranking, fresh)
        RankedAccount.objects.filter(organisation=organisation).delete()
        RankedAccount.objects.bulk_create(rows, batch_size=500)
        figures = _figures(ranking, end)
        for kind, found in ((Kind.RANKING, figures), (Kind.PAYS, paid)):
            ListeningResult.objects.update_or_create(
                organisation=organisation,
                kind=kind,
                defaults={"data_version": snapshot.version, "figures": found, "made_at": now},
            )
    return len(rows)


def _end(record: Record) -> datetime | None:
    """The last day of the record: the newest of what deals and touches say."""
    deals = fetch_row(record.tables["deals"].agg(made=_.created_at.max(), ended=_.closed_at.max()))
    touched = fetch_row(record.tables["touches"].agg(at=_.at.max()))
    known = [each for each in (*deals.values(), touched["at"]) if each is not None]
    return max((each if each.tzinfo else each.replace(tzinfo=UTC)) for each in known) if known else None


def _accounts(organisation: Organisation, record: Record, end: datetime, now: datetime) -> AccountRecord:
    tables = record.tables
    deals = tables["deals"].select("account_id", "created_at", "closed_at", "outcome", "deal_id")
    known = tables["accounts"].select("account_id", *FACTS)
    others = deals.filter(_.account_id.notnull() & (_.account_id != "")).select("account_id").distinct()
    others = others.anti_join(known, "account_id").mutate(**{name: ibis.null("string") for name in FACTS})
    touches = tables["touches"].inner_join(deals.select("deal_id", "account_id"), "deal_id").select("account_id", "at")
    recorded = tables["trigger_events"].select("account_id", "kind", "at", "confidence")
    return account_record(
        ibis.union(known, others.select("account_id", *FACTS)).to_pyarrow(),
        deals.drop("deal_id").to_pyarrow(),
        touches.to_pyarrow(),
        _events(organisation, recorded.to_pyarrow(), end, now),
        end,
    )


def _events(organisation: Organisation, recorded: pa.Table, end: datetime, now: datetime) -> pa.Table:
    """The events of the record and those heard here, under the same kinds."""
    late = max(now - end, timedelta())
    heard = TriggerEvent.objects.filter(organisation=organisation).exclude(said=TriggerEvent.Said.NOT_RELEVANT)
    rows = [
        (account, kind, at if at <= end else at - late, confidence)
        for account, kind, at, confidence in heard.values_list("account_id", "kind", "at", "confidence").iterator()
        if at <= end or at > now - FRESH
    ]
    kinds = pa.array([kind_of(each or "") for each in recorded["kind"].to_pylist()], pa.string())
    recorded = recorded.set_column(recorded.column_names.index("kind"), "kind", kinds)
    ours = pa.table(
        [pa.array([row[n] for row in rows], type_) for n, type_ in enumerate(recorded.schema.types)],
        schema=recorded.schema,
    )
    return pa.concat_tables([recorded, ours])


def _fresh(organisation: Organisation, now: datetime) -> dict[str, str]:
    """The accounts with something heard lately that is not said to be irrelevant: their names by their ids."""
    events = TriggerEvent.objects.filter(organisation=organisation, at__gte=now - FRESH)
    events = events.exclude(said=TriggerEvent.Said.NOT_RELEVANT)
    return dict(events.order_by("at").values_list("account_id", "account"))


def _rows(organisation: Organisation, ranking: Ranking, fresh: dict[str, str]) -> list[RankedAccount]:
    basis = ranking.basis
    n = basis.n_train if isinstance(basis, Learned) else None
    ranked = ranking.accounts[:MOST]
    deals = Deal.objects.filter(organisation=organisation, account_id__in=[each.account_id for each in ranked])
    named = deals.order_by("last_event_at").values_list("account_id", "owner", "owner_name", "segment")
    newest = {key: (owner, name, segment) for key, owner, name, segment in named}
    return [_row(organisation, place, each, fresh, newest, n) for place, each in enumerate(ranked, 1)]


def _row(
    organisation: Organisation,
    place: int,
    each: Ranked,
    fresh: dict[str, str],
    newest: dict[str, tuple[str, str, str]],
    n: int | None,
) -> RankedAccount:
    owner, owner_name, segment = newest.get(each.account_id, ("", "", ""))
    return RankedAccount(
        organisation=organisation,
        account_id=each.account_id,
        account=fresh.get(each.account_id) or each.account_id,
        owner=owner,
        owner_name=owner_name or owner,
        segment=segment,
        place=place,
        chance=each.chance,
        low=each.low,
        high=each.high,
        n=n if each.low is not None else None,
        reasons=list(each.reasons[:6]),
    )


def _paid(organisation: Organisation, accounts: AccountRecord, rng: np.random.Generator) -> dict[str, Any]:
    """Whether acting paid: what was called or made a lead of, on the day on which that was said."""
    acted = TriggerEvent.objects.filter(organisation=organisation, said__in=_ACTED, said_at__isnull=False)
    place = {key: n for n, key in enumerate(accounts.account_id)}
    said = acted.values_list("account_id", "said_at")
    rows = [(place[key], _day(accounts, at)) for key, at in said if at is not None and key in place]
    found = acting_paid(
        accounts,
        np.array([row[0] for row in rows], dtype=np.int64),
        np.array([row[1] for row in rows], dtype=np.float64),
        rng,
    )
    figures: dict[str, Any] = plain(found)
    return figures | {"taken_on": len(rows)}


def _day(accounts: AccountRecord, at: datetime) -> float:
    moment = np.datetime64(at.astimezone(UTC).replace(tzinfo=None), "us")
    return float((moment - accounts.origin) / np.timedelta64(1, "s")) / 86_400.0


def _figures(ranking: Ranking, end: datetime) -> dict[str, Any]:
    basis = ranking.basis
    kept = {name: value for name, value in plain(basis).items() if name not in _NOT_SHOWN}
    about: dict[str, Any] = kept | {"as_of": end.isoformat(), "ranked": len(ranking.accounts)}
    months = round(basis.horizon / 30)
    if not isinstance(basis, Learned):
        words = f"{capital(basis.why.reason)}; it takes {basis.why.needed}. Until then, stated weights rank."
        return about | {"opinion": True, "words": words}
    words = f"The chance of each to buy within {months} months, learned from {basis.won_train:,} wins. "
    if basis.claims_lift:
        lift = basis.top_tenth.lift
        more = f"{lift.value:.1f} times as often as all ({lift.low:.1f}–{lift.high:.1f})"
        words += f"Tried on later deals, its top tenth bought {more}."
    else:
        words += "Tried on later deals it was not surely better than chance, so take the order lightly."
    further = {"base_words": percent(basis.base_rate), "events_claimed": basis.claims_events}
    return about | {"opinion": False, "words": words} | further
