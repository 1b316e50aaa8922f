"""Whether old data versions still say of a trial's deals what they said when it was looked at.

A look keeps the SHA-256 over its deals as they were read. They are read again from the same data version: where that
was edited, or is gone, an entry of the ledger says so for ever, once for each look.
"""

from datetime import datetime
from typing import Final

from django.db import transaction

from afteraction.analysis.trial_record import known_until
from afteraction.errors import Refused
from afteraction.lake.store import Lake
from afteraction.report.version import open_version
from afteraction.web.experiments.assigning import assigned_deals
from afteraction.web.experiments.drawing import drawing_of
from afteraction.web.experiments.found import Tampering
from afteraction.web.experiments.kept import chances_in
from afteraction.web.experiments.ledger import Kind, append
from afteraction.web.experiments.looking import read_frame
from afteraction.web.experiments.models import Experiment, Look, Protocol
from afteraction.web.experiments.rechecked import differing, entries
from afteraction.web.experiments.verifying import verify

MOST: Final = 40
"""Looks of a protocol that are read again at a time: the first, the last, and evenly between."""


def recheck(*, experiment: Experiment, now: datetime) -> list[Tampering]:
    """Reads the deals of a trial's looks again; what differs is written into its ledger. All that ever differed.

    Not where the protocol or an assignment was changed, which `verify` tells.
    """
    if any(each.kind in ("assignment", "protocol") for each in verify(experiment)):
        return differing(experiment)  # nothing can be read as it was then until these are right
    known = {(each["protocol"], each["data_version"]) for each in entries(experiment)}
    for protocol in experiment.protocols.exclude(locked_at=None).select_related("experiment__organisation"):
        looks = list(protocol.looks.order_by("at", "id"))
        step = max(len(looks) / MOST, 1.0)
        places = {int(number * step) for number in range(min(len(looks), MOST))} | {max(len(looks) - 1, 0)}
        for look in (looks[place] for place in sorted(places) if place < len(looks)):
            if (protocol.version, look.data_version) not in known and (why := _differs(protocol, look)):
                with transaction.atomic():
                    content = {"protocol": protocol.version, "data_version": look.data_version, "at": look.at}
                    append(experiment, Kind.RECHECKED, content | {"why": why}, now)
    return differing(experiment)


def _differs(protocol: Protocol, look: Look) -> str:
    """Why a look no longer comes out the same; empty where it does, or the protocol itself no longer can be read."""
    try:
        drawing = drawing_of(protocol)
    except Refused:
        return ""  # the protocol was changed: told by `verify`
    assigned = assigned_deals(protocol).slice(0, look.result["deals"])
    home = protocol.experiment.organisation.home
    if look.data_version not in {each.version for each in Lake(home).versions()}:
        return ""  # tidied away with other old versions: nothing can be said of it any more
    earlier = protocol.looks.filter(at__lte=look.at).order_by("at", "id")
    try:
        with open_version(home.folder, look.data_version) as opened:
            until = known_until(opened.record.tables, opened.log)
            if until is None:
                return "is empty by now"
            activities = look.result["activities"]
            frame = read_frame(opened, drawing, assigned, activities, chances_in(earlier), until)
    except Refused:
        return "can no longer be read"
    return "" if frame.sha == look.result["frame"] else "says something else of its deals than it did then"
