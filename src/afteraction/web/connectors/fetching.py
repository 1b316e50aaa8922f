"""Fetching page by page to the disk, so that a worker that is killed, or told to wait, goes on where it was.

1. Each page is written as `OBJECT/NUMBER.jsonl`, under another name first.
2. Then `position.json` says which objects are done, which one is being read, and where that goes on.
3. A worker that dies between the two reads the same page again and overwrites it.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from afteraction.errors import Refused
from afteraction.web.connectors.client import Declined
from afteraction.web.connectors.source import LostPlace, Page, Source

_WRITING = ".writing"


@dataclass
class Position:
    """How far fetching has come. `rows` are counted by file, `unread` are objects that the CRM does not give."""

    done: list[str] = field(default_factory=list)
    after: str | None = None
    page: int = 0
    first_page: int = 0
    rows: dict[str, int] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)


def fetch(source: Source, folder: Path, since: datetime | None) -> Position:
    """Fetches what changed at or after `since` into `folder`, from where an earlier attempt was left.

    Raises `Refused` when an object that is needed cannot be read, and what `Source.page` raises.
    """
    folder.mkdir(parents=True, exist_ok=True)
    position = _read(folder)
    for name in source.objects:
        while name not in position.done:
            try:
                page = source.page(name, since, position.after)
            except LostPlace:
                _forget_pages(folder, position)
            except Declined as declined:
                _give_up(name, source, declined, position)
            else:
                _keep(folder, position, name, page)
            _write(folder / "position.json", json.dumps(asdict(position)))
    return position


def files_of(folder: Path) -> list[str]:
    """The names of the files that were fetched with at least one row."""
    return sorted(each.name for each in folder.iterdir() if each.is_dir() and any(each.glob("*.jsonl")))


def content_of(folder: Path, name: str) -> Iterator[bytes]:
    """All pages of one file, in order."""
    for path in sorted((folder / name).glob("*.jsonl")):
        yield path.read_bytes()


def _keep(folder: Path, position: Position, name: str, page: Page) -> None:
    for file, rows in page.rows.items():
        if rows:
            (folder / file).mkdir(exist_ok=True)
            lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
            _write(folder / file / f"{position.page:08}.jsonl", lines)
            position.rows[file] = position.rows.get(file, 0) + len(rows)
    position.page, position.after = position.page + 1, page.after
    if page.after is None:
        position.done.append(name)
        position.first_page = position.page


def _give_up(name: str, source: Source, declined: Declined, position: Position) -> None:
    said = f"{declined.code} {declined.said}".strip() or str(declined.status)
    if name in source.required:
        raise Refused(f"{name} cannot be read: {said}", "the right to read it", "give it to the app in the CRM")
    position.unread[name] = said
    position.after, position.first_page = None, position.page
    position.done.append(name)


def _forget_pages(folder: Path, position: Position) -> None:
    """Takes back what was read of the object at hand."""
    for path in folder.glob("*/*.jsonl"):
        if int(path.stem) >= position.first_page:
            with path.open("rb") as file:
                position.rows[path.parent.name] -= sum(1 for _ in file)
            path.unlink()
    position.after, position.page = None, position.first_page


def _read(folder: Path) -> Position:
    path = folder / "position.json"
    told: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    return Position(**told)


def _write(path: Path, text: str) -> None:
    draft = path.with_name(path.name + _WRITING)
    draft.write_text(text, "utf-8")
    draft.replace(path)
