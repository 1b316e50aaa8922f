"""JSON objects as flat records of text."""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

PROPERTIES: Final = "properties."
"""HubSpot keeps the fields of an object under `properties`; they are the object's own, and named so."""


def parse_json(text: str) -> Any:
    """The value that `text` spells; numbers with a fraction keep every digit.

    Raises ValueError, also where an object has a name twice: which is meant, nobody knows. Raises RecursionError.
    """
    return json.loads(text, parse_float=Decimal, parse_constant=lambda _: None, object_pairs_hook=_object)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"an object with {next(name for name in names if names.count(name) > 1)!r} twice")
    return fields


def flat_record(value: Mapping[str, Any]) -> dict[str, str | None]:
    """One level of text: nested objects get names with dots, lists stay JSON, empty text and null are None."""
    record: dict[str, str | None] = {}
    pending = [("", value)]
    while pending:
        prefix, fields = pending.pop()
        for key, content in fields.items():
            name = prefix + key
            if isinstance(content, dict):
                pending.append((f"{name}.", content))
            else:
                record[name] = _text(content)
    return record


def _text(value: Any) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False, default=_number)
    return str(value)


def _number(value: Decimal) -> float:
    return float(value)


def own_names(columns: Sequence[str]) -> tuple[str, ...]:
    """The columns with `properties.` taken off where nothing else has the name that is left."""
    taken = set(columns)
    return tuple(short if (short := name.removeprefix(PROPERTIES)) not in taken else name for name in columns)
