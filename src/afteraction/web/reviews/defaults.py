"""The drivers that an organisation starts with; from then on they are its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import yaml

_PATH: Final = Path(__file__).parent / "drivers.yaml"


@dataclass(frozen=True)
class DefaultDriver:
    """A driver as it is put in: the fields of `models.Driver`."""

    key: str
    name: str
    description: str = ""
    outcomes: tuple[str, ...] = ("won", "lost", "no_decision")
    examples: tuple[str, ...] = ()
    crm_reasons: tuple[str, ...] = ()
    condition: Mapping[str, Any] | None = None


@lru_cache(maxsize=1)
def default_drivers() -> tuple[DefaultDriver, ...]:
    """The drivers of drivers.yaml, in their order."""
    found = yaml.safe_load(_PATH.read_text(encoding="utf-8"))
    return tuple(
        DefaultDriver(
            key=each["key"],
            name=each["name"],
            description=each.get("description", ""),
            outcomes=tuple(each.get("outcomes", ("won", "lost", "no_decision"))),
            examples=tuple(each.get("examples", ())),
            crm_reasons=tuple(each.get("crm_reasons", ())),
            condition=each.get("condition"),
        )
        for each in found["drivers"]
    )
