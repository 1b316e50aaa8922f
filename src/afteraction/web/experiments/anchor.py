"""The heads of all ledgers of an organisation, in a file outside of the database.

One line a head, each line chained to the one before and sealed, written through to the disk. A database that was put
back to an older state is behind the file; a file that was, is behind the database.
"""

from afteraction.web.people.models import Organisation


def note(organisation: Organisation, experiment_id: int) -> None:
    """Appends the heads of an experiment's ledger that the file does not know yet. Twice does no harm."""
