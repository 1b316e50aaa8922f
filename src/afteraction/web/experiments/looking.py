"""Looks: what each data version says of a trial that runs, made once by a job and never replaced."""

from datetime import datetime

from afteraction.web.experiments.models import Look, Protocol


def look(protocol: Protocol, now: datetime) -> Look | None:
    """The look of a locked protocol at the newest data version; the same again where it was made before.

    None before there is data, or before the first deal was assigned. `now` is when it is made; what is known is
    known up to the last moment of the record (`Look.at`). Raises `Refused` where the protocol does not fit its hash.
    """
    return None
