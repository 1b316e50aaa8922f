"""What the recognisers of known exports share: kinds of sheets by their headers, and cells that exist."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from afteraction.ingest.attributes import EMPTY, rest_of
from afteraction.ingest.fill_sql import TRUE
from afteraction.ingest.headers import Headers
from afteraction.ingest.mapping import Cell, Fill, SheetMapping, exact_name
from afteraction.ingest.outcome_words import said_outcome
from afteraction.ingest.profile import profile_sheet
from afteraction.ingest.sources import Sheet
from afteraction.ingest.values import quoted, tidy
from afteraction.ingest.workspace import Workspace
from afteraction.lake.engine import quote
from afteraction.lake.schema import TABLES

_TRUE_SQL = ", ".join(map(quoted, TRUE))


@dataclass(frozen=True)
class Kind:
    """A kind of sheet in an export: recognised when every one of `needs` is among its squeezed headers.

    Each entry of `needs` may name alternatives, parted by `|`; one that starts with `!` must not be there. `reason`
    says why a recognised sheet is not used; a kind without is turned into fills by its export.
    """

    name: str
    needs: tuple[str, ...]
    reason: str = ""

    def fits(self, headers: Headers) -> bool:
        return all(
            not any(name.removeprefix("!") in headers for name in need.split("|"))
            if need.startswith("!")
            else any(name in headers for name in need.split("|"))
            for need in self.needs
        )


@dataclass(frozen=True)
class Recognised:
    """The sheets of one vendor's export by kind, with what is needed to map them."""

    work: Workspace
    sheets: Mapping[str, tuple[Sheet, ...]]
    known: Mapping[str, Mapping[str, str]]

    def first(self, kind: str) -> Sheet | None:
        """The first sheet of a kind."""
        return next(iter(self.sheets.get(kind, ())), None)

    def has(self, kind: str) -> bool:
        return kind in self.sheets

    def pattern(self, kind: str) -> str:
        """The name by which a lookup finds the first sheet of a kind; empty where there is none."""
        sheet = self.first(kind)
        return exact_name(sheet.name) if sheet else ""

    def rows(self, kind: str, *columns: str, where: str = "true") -> list[tuple[str | None, ...]]:
        """The different values of columns, by squeezed name, over all sheets of a kind; NULL for a missing one."""
        found: set[tuple[str | None, ...]] = set()
        for sheet in self.sheets.get(kind, ()):
            headers = Headers(sheet)
            texts = ", ".join(tidy(quote(headers[name])) if name in headers else "NULL" for name in columns)
            found.update(self.work.rows(f"SELECT DISTINCT {texts} FROM {self.work.view(sheet)} WHERE {where}"))
        return sorted(found, key=lambda row: tuple(value or "" for value in row))

    def pairs(self, kind: str, key: str, value: str) -> list[tuple[str, str]]:
        """The different pairs of two columns, both filled."""
        return [(row[0], row[1]) for row in self.rows(kind, key, value) if row[0] and row[1]]


def kinds_of(sheets: Sequence[Sheet], kinds: Sequence[Kind]) -> dict[str, tuple[Sheet, ...]]:
    """The sheets that are of a kind, by the first kind that fits each."""
    found: dict[str, tuple[Sheet, ...]] = {}
    for sheet in sheets:
        headers = Headers(sheet)
        kind = next((kind.name for kind in kinds if kind.fits(headers)), None)
        if kind:
            found[kind] = (*found.get(kind, ()), sheet)
    return found


def present(cells: Mapping[str, Cell | None]) -> dict[str, Cell]:
    """Those cells whose columns exist."""
    return {name: cell for name, cell in cells.items() if cell is not None}


def with_rest(
    found: Recognised,
    sheet: Sheet,
    fills: Sequence[Fill],
    label: str,
    drop: Callable[[str], str | None],
    more: Collection[str] = (),
) -> SheetMapping:
    """The mapping of a recognised sheet: columns that no fill reads become attributes of the first fill's table.

    `drop` gives the reason to leave out a column, or None; `more` names columns used elsewhere.
    """
    first, *others = fills
    profile = profile_sheet(found.work, sheet)
    used = {name for fill in fills for name in fill.origins} | {*more}
    dropped = {name: reason for name in profile if name not in used and (reason := drop(name))}
    dropped = {name: reason if name in profile.filled else EMPTY for name, reason in dropped.items()}
    rest = rest_of(TABLES[first.table], profile, used | {*dropped}, found.known.get(first.table, {}))
    first = Fill(**{**vars(first), "attributes": {**rest.attributes, **first.attributes}})
    left_out = {name: reason for name in sheet.columns if (reason := dropped.get(name) or rest.left_out.get(name))}
    return SheetMapping(exact_name(sheet.name), (first, *others), left_out=left_out, recognised=label)


def latest_column(found: Recognised, sheet: Sheet, *names: str) -> str:
    """The first of these columns, by squeezed name, that says when a row was last changed; empty when none does."""
    headers = Headers(sheet)
    for column in headers.all(*names):
        if found.work.count(f"{found.work.view(sheet)} WHERE {tidy(quote(column))} IS NOT NULL"):
            return column
    return ""


def deleted_rows(found: Recognised, sheet: Sheet, *names: str) -> dict[str, tuple[str, ...]]:
    """The rule that leaves out rows marked as deleted; none where every row is, for then such rows are meant."""
    headers = Headers(sheet)
    for name in names:
        if name in headers:
            marked = found.work.count(
                f"{found.work.view(sheet)} WHERE lower({tidy(quote(headers[name]))}) IN ({_TRUE_SQL})"
            )
            if 0 < marked < sheet.rows:
                return {headers[name]: TRUE}
    return {}


def ending(stage: str, *, closed: bool, won: bool) -> str:
    """The outcome that a stage means, by the CRM's own flags; a lost one whose words say so is no decision."""
    if not closed:
        return "open"
    if won:
        return "won"
    said = said_outcome(stage)
    return "no_decision" if said and said.outcome == "no_decision" and said.strength != "weak" else "lost"


def ends(outcomes: Mapping[str, str]) -> dict[str, str]:
    """Those stages that end a deal."""
    return {stage: outcome for stage, outcome in outcomes.items() if outcome != "open"}


def is_true(text: str | None) -> bool:
    return (text or "").lower() in TRUE
