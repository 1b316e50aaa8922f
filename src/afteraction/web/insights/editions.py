"""The versions of an organisation's process in time: which of them a deal is held against."""

from collections.abc import Sequence
from datetime import datetime

from afteraction.errors import Refused
from afteraction.process.check import check_text
from afteraction.process.versions import DatedProcess, Versions, dated_versions
from afteraction.web.insights.models import ProcessVersion
from afteraction.web.people.models import Organisation


def in_time(
    organisation: Organisation, until: ProcessVersion | None = None
) -> list[tuple[ProcessVersion, datetime | None]]:
    """The versions up to one, by default the newest, oldest first, each with the moment from which it is in force.

    The first one is in force since ever (None), a later one since its own date, never before the one ahead of it.
    """
    versions = organisation.process_versions.order_by("number")
    known = list(versions if until is None else versions.filter(number__lte=until.number))
    found: list[tuple[ProcessVersion, datetime | None]] = []
    for version in known:
        since = (version.in_force_from or version.made_at) if found else None
        before = found[-1][1] if found else None
        found.append((version, max(since, before) if since and before else since))
    return found


def number_at(dated: Sequence[tuple[ProcessVersion, datetime | None]], began: datetime | None) -> int | None:
    """The number of the version, of those in time, that a deal which began then is held against; None without any.

    None too for a deal of which it is not known when it began, where there are several.
    """
    if began is None and len(dated) > 1:
        return None
    held = [version.number for version, since in dated if since is None or (began is not None and since <= began)]
    return held[-1] if held else None


def process_versions(newest: ProcessVersion) -> Versions:
    """The processes of all versions up to one, in time.

    Raises `Refused` when the newest text has problems. An older one that can be read no more is passed over: its deals
    are held against the version before it, as the history says.
    """
    dated = []
    for version, since in in_time(newest.organisation, newest):
        checked = check_text(version.text)
        if checked.process is not None:
            dated.append(DatedProcess(checked.process, since))
        elif version.number == newest.number:
            found = "; ".join(str(problem) for problem in checked.problems)
            raise Refused(
                f"process version {version.number}: {found}", "a process file that is right", "save it corrected"
            )
    return dated_versions(dated)
