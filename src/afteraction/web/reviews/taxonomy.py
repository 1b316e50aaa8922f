"""The taxonomy of drivers: changed by those who may, every change a version, nothing that was said is ever lost."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.text import slugify

from afteraction.errors import Refused
from afteraction.web.people.models import Organisation, User
from afteraction.web.people.roles import Right, may
from afteraction.web.reviews.defaults import default_drivers
from afteraction.web.reviews.models import Driver, TaxonomyVersion

OUTCOMES: Final = ("won", "lost", "no_decision")
MOST: Final = 100
"""Drivers in force: nobody chooses from more."""
_LONGEST: Final = {"name": 80, "description": 300}
_MOST_EXAMPLES: Final = 60


def drivers_of(organisation: Organisation, *, now: datetime) -> "QuerySet[Driver]":
    """The drivers that may be named, in their order. The default ones are put in when there are none yet."""
    if not TaxonomyVersion.objects.filter(organisation=organisation).exists():
        _put_in_defaults(organisation, now)
    return Driver.objects.filter(organisation=organisation, merged_into=None, retired_at=None)


def all_drivers(organisation: Organisation, *, now: datetime) -> "QuerySet[Driver]":
    """Those that were retired or merged into others, too."""
    drivers_of(organisation, now=now)
    return Driver.objects.filter(organisation=organisation).select_related("merged_into")


def counted_as(organisation: Organisation) -> dict[int, Driver]:
    """For each driver by its key which one it counts for: itself, or the one that it was merged into."""
    found = Driver.objects.filter(organisation=organisation).select_related("merged_into")
    return {driver.pk: driver.merged_into or driver for driver in found}


def driver_of_reason(organisation: Organisation) -> dict[str, Driver]:
    """Which driver each lost reason of the CRM means, by the reason in small letters."""
    found = Driver.objects.filter(organisation=organisation, merged_into=None)
    return {reason.casefold(): driver for driver in found for reason in driver.crm_reasons}


@transaction.atomic
def add_driver(*, by: User, now: datetime, name: str, note: str = "", **fields: Any) -> Driver:
    """A driver more. `fields` as in `change_driver`. Raises `Refused` for what cannot be."""
    organisation = _locked(by)
    if drivers_of(organisation, now=now).count() >= MOST:
        raise Refused(f"{MOST} drivers", f"at most {MOST}", "merge or retire one that nobody names")
    last = Driver.objects.filter(organisation=organisation).aggregate(last=Max("place"))["last"] or 0
    driver = Driver(organisation=organisation, key=_free_key(organisation, name), place=last + 1)
    _write(driver, {"outcomes": list(OUTCOMES)} | fields | {"name": name})
    driver.save()
    _take_reasons(organisation, driver)
    _keep_version(organisation, by, now, note)
    return driver


@transaction.atomic
def change_driver(*, by: User, driver: Driver, now: datetime, note: str = "", **fields: Any) -> Driver:
    """Changes `name`, `description`, `outcomes`, `examples` or `crm_reasons`; the key stays, so that figures do.

    A reason of the CRM means one driver: it is taken from the one that had it. Raises `Refused` for what cannot be.
    """
    organisation = _locked(by, driver)
    driver = Driver.objects.get(pk=driver.pk)
    _write(driver, fields)
    driver.save()
    _take_reasons(organisation, driver)
    _keep_version(organisation, by, now, note)
    return driver


@transaction.atomic
def map_reasons(*, by: User, now: datetime, mapping: Mapping[str, str], note: str = "") -> None:
    """Says of lost reasons of the CRM which driver, by its key, they mean; an empty key is none."""
    organisation = _locked(by)
    drivers = {driver.key: driver for driver in drivers_of(organisation, now=now)}
    unknown = sorted({key for key in mapping.values() if key and key not in drivers})
    if unknown:
        raise Refused(f"the drivers {', '.join(unknown)}", "drivers that may be named", "choose others")
    given = {reason.casefold(): key for reason, key in mapping.items()}
    for driver in Driver.objects.filter(organisation=organisation, merged_into=None):
        kept = [reason for reason in driver.crm_reasons if given.get(reason.casefold(), driver.key) == driver.key]
        known = {reason.casefold() for reason in kept}
        new = [reason for reason, key in mapping.items() if key == driver.key and reason.casefold() not in known]
        if kept + new != driver.crm_reasons:
            driver.crm_reasons = kept + new
            driver.save()
    _keep_version(organisation, by, now, note)


@transaction.atomic
def retire_driver(*, by: User, driver: Driver, now: datetime, note: str = "") -> None:
    """Takes a driver off the list; what was said with it stays said under its name."""
    organisation = _locked(by, driver)
    if drivers_of(organisation, now=now).exclude(pk=driver.pk).count() == 0:
        raise Refused("the only driver", "one at least", "add another one first")
    driver = Driver.objects.get(pk=driver.pk)
    driver.retired_at = now
    driver.save()
    _keep_version(organisation, by, now, note)


@transaction.atomic
def restore_driver(*, by: User, driver: Driver, now: datetime, note: str = "") -> None:
    """Brings a retired driver, or one that was merged, back as its own; its reasons of the CRM stay where they are."""
    organisation = _locked(by, driver)
    driver = Driver.objects.get(pk=driver.pk)
    driver.retired_at, driver.merged_into = None, None
    driver.save()
    _keep_version(organisation, by, now, note)


@transaction.atomic
def merge_driver(*, by: User, driver: Driver, into: Driver, now: datetime, note: str = "") -> None:
    """Counts a driver, and those that were merged into it, for another from now on, backwards too.

    What was said keeps the name that it was said with. Raises `Refused` when `into` is not in force.
    """
    organisation = _locked(by, driver)
    _locked(by, into)
    driver, into = Driver.objects.get(pk=driver.pk), Driver.objects.get(pk=into.pk)
    if into == driver or into.merged_into is not None or into.retired_at is not None:
        raise Refused(f"{into} as what {driver} is merged into", "another driver that is in force", "choose another")
    known = {reason.casefold() for reason in into.crm_reasons}
    into.crm_reasons += [reason for reason in driver.crm_reasons if reason.casefold() not in known]
    into.save()
    for merged in (driver, *Driver.objects.filter(merged_into=driver)):
        merged.merged_into, merged.crm_reasons = into, []
        merged.retired_at = merged.retired_at or now
        merged.save()
    _keep_version(organisation, by, now, note)


@dataclass(frozen=True)
class Edition:
    """A version of the taxonomy, with what it changed about the one before in sentences."""

    version: TaxonomyVersion
    changes: tuple[str, ...]
    is_first: bool


def editions(organisation: Organisation, most: int = 50) -> list[Edition]:
    """The versions of an organisation's taxonomy, newest first."""
    versions = list(organisation.taxonomy_versions.select_related("made_by")[: most + 1])
    older: list[TaxonomyVersion | None] = [*versions[1:], None]
    made = [
        Edition(new, differences(old.content, new.content) if old else (), old is None)
        for new, old in zip(versions, older, strict=True)
    ]
    return made[:most]


def differences(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> tuple[str, ...]:
    """What changed between the contents of two versions, in sentences, driver by driver."""
    before, after = ({each["key"]: each for each in content} for content in (old, new))
    names = {key: each["name"] for key, each in (before | after).items()}
    changes = []
    for key, now in after.items():
        then = before.get(key)
        changes += [f"“{now['name']}” is new."] if then is None else _changes(then, now, names)
    return tuple(changes)


def _changes(then: dict[str, Any], now: dict[str, Any], names: Mapping[str, str]) -> list[str]:
    name, found = f"“{now['name']}”", []
    if then["name"] != now["name"]:
        found.append(f"“{then['name']}” is called {name}.")
    if then["merged_into"] != now["merged_into"]:
        target = names.get(now["merged_into"], "")
        found.append(f"{name} counts for “{target}”." if target else f"{name} counts for itself again.")
    elif then["retired"] != now["retired"]:
        found.append(f"{name} may no longer be named." if now["retired"] else f"{name} may be named again.")
    if then["description"] != now["description"]:
        found.append(f"{name} is described otherwise.")
    if then["condition"] != now["condition"]:
        found.append(f"What the record would show of {name} was changed.")
    words = {"won": "wins", "lost": "losses", "no_decision": "deals without a decision"}
    if set(then["outcomes"]) != set(now["outcomes"]):
        found.append(f"{name} explains {_listed([words[each] for each in now['outcomes']])}.")
    for field, one in (("crm_reasons", "lost reason"), ("examples", "example")):
        came = [each for each in now[field] if each not in then[field]]
        went = [each for each in then[field] if each not in now[field]]
        found += [f"{name} has the {one} “{each}”." for each in came]
        found += [f"{name} no longer has the {one} “{each}”." for each in went]
    return found


def _listed(words: list[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else words[0] if words else "nothing"


def _put_in_defaults(organisation: Organisation, now: datetime) -> None:
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        if TaxonomyVersion.objects.filter(organisation=organisation).exists():
            return
        made = default_drivers()
        for driver in made:
            driver.organisation = organisation
        Driver.objects.bulk_create(made, ignore_conflicts=True)
        _keep_version(organisation, None, now, "The drivers that come with the installation.")


def _locked(by: User, driver: Driver | None = None) -> Organisation:
    """The organisation, so that two changes at once do not make the same version; whether it is theirs to change."""
    if not may(by, Right.CHANGE_DRIVERS):
        raise Refused("someone who may not change the drivers", "sales operations or an admin", "ask one of them")
    if driver is not None and driver.organisation_id != by.organisation_id:
        raise Refused("a driver of another organisation", "one of your own", "look into the list of drivers")
    return Organisation.objects.select_for_update().get(pk=by.organisation_id)


def _write(driver: Driver, fields: Mapping[str, Any]) -> None:
    for name, value in fields.items():
        if name in _LONGEST:
            setattr(driver, name, " ".join(str(value).replace("\x00", "").split()))
        elif name in ("outcomes", "examples", "crm_reasons"):
            setattr(driver, name, list(dict.fromkeys(text for each in value if (text := str(each).strip()))))
        else:
            raise TypeError(f"{name} is no field of a driver that may be changed")
    problems = list(_problems(driver))
    if problems:
        raise Refused("; ".join(problems), "a driver that people can name", "correct this; nothing was saved")


def _problems(driver: Driver) -> list[str]:
    """Everything that is wrong with a driver at once."""
    found = [f"a {name} of {len(getattr(driver, name))} characters; it may have {most}" for name, most in
             _LONGEST.items() if len(getattr(driver, name)) > most]  # fmt: skip
    if not driver.name:
        found.append("no name")
    others = Driver.objects.filter(organisation=driver.organisation, merged_into=None).exclude(pk=driver.pk)
    if driver.merged_into_id is None and others.filter(name__iexact=driver.name).exists():
        found.append(f"another driver that is called {driver.name}")
    if not driver.outcomes or not set(driver.outcomes) <= set(OUTCOMES):
        found.append(f"that it explains {', '.join(driver.outcomes) or 'nothing'}; it may be {', '.join(OUTCOMES)}")
    if len(driver.examples) > _MOST_EXAMPLES or any(len(each) > 300 for each in driver.examples):
        found.append(f"more than {_MOST_EXAMPLES} examples, or one of more than 300 characters")
    return found


def _take_reasons(organisation: Organisation, driver: Driver) -> None:
    """A reason means one driver: the others lose those that this one has now."""
    mine = {reason.casefold() for reason in driver.crm_reasons}
    for other in Driver.objects.filter(organisation=organisation).exclude(pk=driver.pk):
        kept = [reason for reason in other.crm_reasons if reason.casefold() not in mine]
        if kept != other.crm_reasons:
            other.crm_reasons = kept
            other.save()


def _free_key(organisation: Organisation, name: str) -> str:
    start = slugify(name)[:50] or "driver"
    taken = set(Driver.objects.filter(organisation=organisation, key__startswith=start).values_list("key", flat=True))
    numbered = (start if number == 1 else f"{start}-{number}" for number in range(1, len(taken) + 2))
    return next(key for key in numbered if key not in taken)


def _keep_version(organisation: Organisation, by: User | None, now: datetime, note: str) -> None:
    """Writes down how the drivers are now, unless nothing has changed."""
    newest = organisation.taxonomy_versions.first()
    found = Driver.objects.filter(organisation=organisation).select_related("merged_into")
    content = [_content(driver) for driver in found]
    if newest is not None and newest.content == content:
        return
    TaxonomyVersion.objects.create(
        organisation=organisation,
        number=newest.number + 1 if newest else 1,
        content=content,
        note=note.strip()[:500],
        made_by=by,
        made_at=now,
    )


def _content(driver: Driver) -> dict[str, Any]:
    return {
        "key": driver.key,
        "name": driver.name,
        "description": driver.description,
        "outcomes": driver.outcomes,
        "examples": driver.examples,
        "crm_reasons": driver.crm_reasons,
        "condition": driver.condition,
        "merged_into": driver.merged_into.key if driver.merged_into else "",
        "retired": driver.retired_at is not None,
    }
