"""Ten million deals in the index, made from the hundred thousand of one organisation that the product made whole.

    python -m benchmarks.load_many_data SHARED HOME BASE DATABASE_URL DEALS

The organisation of `web_load_data` has its record, index and analysis by the product's own services. The others are
copies of its rows under ids, names, owners, teams and accounts of their own, at other times and prices: rows go in by
the time of their last event and indexes are made after them, as the product does it, by several connections at once.
The events and the evidence of each deal are copied too, so that the page of a deal reads what it would.
"""

import itertools
import json
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmarks.measure import report
from benchmarks.web_load_data import DOMAIN, PASSWORD, Place

if TYPE_CHECKING:
    from afteraction.web.deals.models import IndexState
    from afteraction.web.insights.models import Analysis
    from afteraction.web.people.models import Organisation

AT_ONCE: Final = 2
"""Connections that write."""
_SLICES: Final = 20
_LATER: Final = "interval '7 minutes 13 seconds'"
_OWN: Final = ("deal_id", "account_id", "owner", "owner_name", "team")
_MARKED: Final = ("name", "account_name")
_EVIDENCE: Final = {"boxes.parquet": 4_096, "chances.parquet": 4_096, "steps.parquet": 4_096, "deals.parquet": 65_536}
_EVENTS: Final = "deal_events-*.parquet"
_PIECE: Final = 8_192


@dataclass(frozen=True)
class Grown:
    """An organisation of copies, by their numbers `first` up to `end`."""

    folder: str
    first: int
    end: int

    @property
    def copies(self) -> int:
        return self.end - self.first


def base_of(deals: int) -> int:
    """Deals of the organisation that is copied: a hundredth of all, within bounds."""
    return min(100_000, max(10_000, deals // 100))


def organisations(deals: int) -> tuple[Grown, ...]:
    """Who has how many of all deals: one has most, one a fifth, one the rest; the copied one is another."""
    copies = deals // base_of(deals) - 1
    if copies < 5:
        raise SystemExit(f"{deals:,} deals are too few for four organisations; 100,000 is the least")
    fifth = round(0.2 * (copies + 1))
    most = min(round(0.7 * (copies + 1)), copies - fifth - 1)
    bounds = (1, 1 + most, 1 + most + fifth, 1 + copies)
    return tuple(Grown(name, bounds[n], bounds[n + 1]) for n, name in enumerate(("largest", "second", "third")))


def mark(copy: int) -> str:
    """What tells the names of a copy apart."""
    return f"C{copy:03}"


def grow(place: Place, deals: int) -> dict[str, Any]:
    """Make what is not there yet; answers seconds by part."""
    place.start_django()
    from afteraction.web.deals.models import IndexState
    from afteraction.web.people.models import Organisation

    base = Organisation.objects.get(folder="")
    took: dict[str, float] = {}
    for grown in organisations(deals):
        organisation, _ = Organisation.objects.get_or_create(folder=grown.folder, defaults={"name": grown.folder})
        organisation.home.folder.mkdir(parents=True, exist_ok=True)
        for name, work in (("people", _people), ("evidence", _evidence)):
            _timed(took, name, work, base, organisation, grown)
    wanted = [g for g in organisations(deals) if not IndexState.objects.filter(organisation__folder=g.folder).exists()]
    if wanted:
        _timed(took, "rows and indexes", _rows, base, wanted)
    for grown in wanted:
        _timed(took, "columns", _state, base, Organisation.objects.get(folder=grown.folder), grown)
    return took | _sizes()


def _timed(took: dict[str, float], name: str, work: Callable[..., None], *arguments: Any) -> None:
    began = time.perf_counter()
    work(*arguments)
    took[name] = took.get(name, 0.0) + time.perf_counter() - began
    print(f"{name}: {took[name]:.0f} s", file=sys.stderr, flush=True)


def _people(base: "Organisation", organisation: "Organisation", grown: Grown) -> None:
    """The reps and managers of every copy in its teams, and a few of the other roles; the process on paper."""
    from django.contrib.auth.hashers import make_password

    from afteraction.web.insights.models import ProcessVersion
    from afteraction.web.people.models import Role, Team, User

    if User.objects.filter(organisation=organisation, role=Role.ADMIN).exists():
        return
    User.objects.filter(organisation=organisation).delete()
    password, made = make_password(PASSWORD), []
    known = list(User.objects.filter(organisation=base, role__in=(Role.REP, Role.MANAGER)).select_related("team"))
    for copy in range(grown.first, grown.end):
        sign = mark(copy)
        teams = {
            name: Team.objects.get_or_create(organisation=organisation, name=f"{sign}{name}")[0]
            for name in {each.team.name for each in known if each.team}
        }
        made += [
            User(
                email=f"{sign.lower()}.{each.email}",
                name=f"{each.name} {sign}",
                role=each.role,
                team=teams[each.team.name] if each.team else None,
                owner_name=f"{sign}{each.owner_name}" if each.owner_name else "",
                organisation=organisation,
                password=password,
            )
            for each in known
        ]
    User.objects.bulk_create(made, batch_size=2_000)
    others = (Role.MARKETING, Role.OPERATIONS, Role.EXECUTIVE, Role.ADMIN)
    User.objects.bulk_create(
        User(
            email=f"{grown.folder}.{role}.{n}@{DOMAIN}",
            name=f"{role.label} {n}",
            role=role,
            organisation=organisation,
            password=password,
        )
        for role in others
        for n in range(20)
    )
    text = ProcessVersion.objects.filter(organisation=base).order_by("number").values_list("text", flat=True)[0]
    ProcessVersion.objects.get_or_create(organisation=organisation, number=1, defaults={"text": text})


def _rows(base: "Organisation", wanted: Sequence[Grown]) -> None:
    """The rows of the index, in slices of time, all copies of a slice together."""
    from django.db import connection

    from afteraction.web.deals.indexes import made_afterwards
    from afteraction.web.deals.models import Deal
    from afteraction.web.people.models import Organisation

    for grown in wanted:  # of a run that was stopped
        _delete(Organisation.objects.get(folder=grown.folder).pk)
    keys = list(Deal.objects.filter(organisation=base).order_by("id").values_list("id", flat=True))
    edges = [keys[n * len(keys) // _SLICES] for n in range(_SLICES)] + [keys[-1] + 1]
    work = [
        (base.pk, Organisation.objects.get(folder=grown.folder).pk, grown, low, high)
        for grown in wanted
        for low, high in itertools.pairwise(edges)
    ]
    with made_afterwards():
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(lambda arguments: _slice(*arguments), work))
        with connection.cursor() as cursor:
            cursor.execute("SET maintenance_work_mem = '1GB'")
            cursor.execute("SET max_parallel_maintenance_workers = 1")


def _delete(organisation: int) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM deals_deal WHERE organisation_id = %s", [organisation])


def _slice(base: int, organisation: int, grown: Grown, low: int, high: int) -> None:
    from django.db import close_old_connections, connection

    from afteraction.web.deals.models import Deal
    from afteraction.web.isolation.scope import work_across

    work_across("a benchmark makes its data")
    sign = "'C' || lpad(c::text, 3, '0')"
    names = [field.column for field in Deal._meta.concrete_fields if field.column != "id"]
    changed = {
        "organisation_id": "%s",
        "amount": "amount * (0.9 + (c %% 21) / 100.0)",
        "search_words": f"replace(replace(search_words, lower(deal_id), lower({sign} || deal_id)), lower(account_id), "
        f"lower({sign} || account_id)) || ' ' || lower({sign})",
    }
    changed |= {name: f"CASE WHEN {name} = '' THEN '' ELSE {sign} || {name} END" for name in _OWN}
    changed |= {name: f"{name} || ' ' || {sign}" for name in _MARKED}
    changed |= {name: f"{name} - c * {_LATER}" for name in ("created_at", "closed_at", "last_event_at")}
    with connection.cursor() as cursor:
        cursor.execute("SET work_mem = '256MB'")
        cursor.execute("SET synchronous_commit = off")
        cursor.execute(
            f"INSERT INTO deals_deal ({', '.join(names)}) SELECT {', '.join(changed.get(n, n) for n in names)} "
            "FROM deals_deal, generate_series(%s, %s) c WHERE organisation_id = %s AND id >= %s AND id < %s "
            "ORDER BY last_event_at - c * " + _LATER,
            [organisation, grown.first, grown.end - 1, base, low, high],
        )
    close_old_connections()
    connection.close()


def _state(base: "Organisation", organisation: "Organisation", grown: Grown) -> None:
    """What the index says about itself, its columns, and the newest analysis."""
    from afteraction.web.deals.columns import keep_columns
    from afteraction.web.deals.models import IndexState

    first = IndexState.objects.get(organisation=base)
    IndexState.objects.create(
        organisation=organisation,
        version=first.version,
        heading=first.version,
        made_at=first.made_at,
        indexed_at=first.indexed_at,
        deals=first.deals * grown.copies,
        choices={name: list(_choices(name, rows, grown)) for name, rows in first.choices.items()},
        evidence_folder=_analysis(base, organisation).folder,
        evidence_version=first.evidence_version,
    )
    keep_columns(organisation)


def _choices(name: str, rows: list[list[Any]], grown: Grown) -> Iterator[list[Any]]:
    """As the index lists them: at most a thousand values."""
    if name not in _OWN:
        yield from ([value, label, deals * grown.copies] for value, label, deals in rows)
        return
    signs = [mark(copy) for copy in range(grown.first, grown.end)]
    everyone = ([f"{sign}{value}", f"{sign}{label}", deals] for value, label, deals in rows for sign in signs)
    yield from (each for _n, each in zip(range(1_000), everyone, strict=False))


def _analysis(base: "Organisation", organisation: "Organisation") -> "Analysis":
    """The newest analysis of the copied organisation, as one of this."""
    from afteraction.web.insights.models import Analysis, ProcessVersion

    first = Analysis.objects.filter(organisation=base, state=Analysis.State.DONE).order_by("id").first()
    assert first is not None
    found, _ = Analysis.objects.get_or_create(
        organisation=organisation,
        data_version=first.data_version,
        process_version=ProcessVersion.objects.get(organisation=organisation, number=1),
        defaults={"state": Analysis.State.DONE, "done_at": first.done_at},
    )
    folder = f"results/{found.pk}"
    if found.folder != folder:
        found.folder = folder
        found.save(update_fields=["folder"])
    return found


def _evidence(base: "Organisation", organisation: "Organisation", grown: Grown) -> None:
    """The events of each deal and what the analysis says about it; the figures, with those of every rep."""
    home, ours = base.home, organisation.home
    target = ours.folder / _analysis(base, organisation).folder
    if target.exists():
        return
    draft = target.with_name(f"{target.name}.making")
    shutil.rmtree(draft, ignore_errors=True)
    first = home.folder / _analysis_of(base).folder
    tiled = set(_EVIDENCE) | {"figures.json", "report.pdf", "report.html"}
    shutil.copytree(first, draft, ignore=lambda _f, names: [each for each in names if each in tiled])
    for name, piece in _EVIDENCE.items():
        if (first / name).exists():
            _tile(first / name, draft / name, grown, piece)
    figures = json.loads((first / "figures.json").read_text(encoding="utf-8"))
    (draft / "figures.json").write_text(json.dumps(_figures(figures, grown)), encoding="utf-8")
    version = _state_of(base).version
    [events] = (home.cache / str(version)).glob(_EVENTS)
    (ours.cache / str(version)).mkdir(parents=True, exist_ok=True)
    _tile(events, ours.cache / str(version) / events.name, grown, _PIECE)
    draft.rename(target)


def _analysis_of(base: "Organisation") -> "Analysis":
    found = base.analyses.filter(state="done").order_by("id").first()
    assert found is not None
    return found


def _state_of(base: "Organisation") -> "IndexState":
    from afteraction.web.deals.models import IndexState

    return IndexState.objects.get(organisation=base)


def _figures(figures: dict[str, Any], grown: Grown) -> dict[str, Any]:
    """Every rep and team of every copy has their own row."""
    signs = [mark(copy) for copy in range(grown.first, grown.end)]

    def named(rows: list[dict[str, Any]], names: tuple[str, ...]) -> list[dict[str, Any]]:
        return [row | {n: f"{sign}{row[n]}" for n in names if row.get(n)} for sign in signs for row in rows]

    found = figures | {name: named(figures[name], ("rep", "team")) for name in ("reps", "teams")}
    if conformance := figures.get("conformance"):
        groups = {name: named(conformance[name], ("group",)) for name in ("by_owner", "by_team")}
        found["conformance"] = conformance | groups
    return found


def _tile(source: Path, target: Path, grown: Grown, piece: int) -> None:
    """A file that is sorted by deal, with the rows of every copy, sorted too."""
    table = pq.read_table(source)
    place = table.schema.get_field_index("deal_id")
    with pq.ParquetWriter(target, table.schema, compression="snappy") as writer:
        for copy in range(grown.first, grown.end):
            compute: Any = pc
            ids = compute.binary_join_element_wise(mark(copy), table["deal_id"].cast(pa.string()), "")
            writer.write_table(table.set_column(place, table.schema.field(place), ids), row_group_size=piece)


def _sizes() -> dict[str, float]:
    """Bytes of the table of deals and of its indexes."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_table_size('deals_deal'), pg_indexes_size('deals_deal'), count(*) FROM deals_deal")
        table, indexes, rows = cursor.fetchone()
    return {"table": table, "indexes": indexes, "rows": rows}


def main() -> None:
    shared, home, base, database, deals = sys.argv[1:]
    started = time.perf_counter()
    found = grow(Place(Path(shared), Path(home), int(base), database), int(deals))
    report(time.perf_counter() - started, found)


if __name__ == "__main__":
    main()
