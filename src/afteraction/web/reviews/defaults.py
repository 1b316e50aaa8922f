"""The drivers that an organisation starts with; from then on they are its own."""

from functools import lru_cache
from importlib.resources import files
from typing import Any

from afteraction.analysis import drivers
from afteraction.analysis.drivers import DEFAULT_FILE, LANGUAGES, OUTCOMES, Taxonomy, read_taxonomy
from afteraction.analysis.evidence_grade import RecordSays
from afteraction.analysis.record_conditions import Condition, DealRecord, on_record, read_condition
from afteraction.web.reviews.models import Driver


@lru_cache(maxsize=1)
def default_taxonomy() -> Taxonomy:
    """The drivers that come with the installation."""
    return read_taxonomy(files(drivers.__package__).joinpath(DEFAULT_FILE).read_text(encoding="utf-8"))


def default_drivers() -> list[Driver]:
    """The same as rows that are nobody's yet."""
    return [
        Driver(
            key=each.id,
            name=each.name,
            description=each.description[:300],
            outcomes=[outcome for outcome in OUTCOMES if outcome in each.applies_to],
            examples=[text for language in LANGUAGES for text in each.phrases.get(language, ())],
            crm_reasons=list(each.crm_reasons),
            condition=_written(each.shown_when, each.contrary_when),
            place=place,
        )
        for place, each in enumerate(default_taxonomy().drivers, 1)
    ]


def record_says(driver: Driver, deal: DealRecord) -> RecordSays:
    """What the record of a deal says of a driver, by the driver's condition."""
    condition = driver.condition or {}
    shown, contrary = (
        tuple(read_condition(text) for text in condition.get(name, ())) for name in ("shown_when", "contrary_when")
    )
    return on_record(shown, contrary, deal)


def proposed(reason: str) -> str:
    """The key of the default driver that a lost reason of a CRM probably means; empty where none or several might."""
    return default_taxonomy().meant_by(reason) or ""


def _written(shown: tuple[Condition, ...], contrary: tuple[Condition, ...]) -> dict[str, Any] | None:
    if not shown and not contrary:
        return None
    return {"shown_when": [_text(each) for each in shown], "contrary_when": [_text(each) for each in contrary]}


def _text(condition: Condition) -> str:
    return f"{condition.fact} {'done' if condition.done else 'missed'}: {', '.join(condition.words)}"
