"""Asking the sources that are due, politely, many at a time; one that fails holds up no other."""

from datetime import datetime


def fetch_due(*, now: datetime) -> int:
    """Asks the sources that are due and keeps what they say. Returns how many were asked.

    New items are stored with `story` empty; `tasks.understand` is put into the queue for each organisation with any.
    """
    raise NotImplementedError
