"""Whether an experiment is still what was settled: its ledger, its rows and the file outside of the database."""

import hmac
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db.models import Q

from afteraction.report.text import clean
from afteraction.report.wording import many
from afteraction.web.experiments.anchor import NAME, Line, lines_of
from afteraction.web.experiments.comparing import differences
from afteraction.web.experiments.found import Tampering
from afteraction.web.experiments.ledger import seal_of
from afteraction.web.experiments.models import Experiment, LedgerEntry
from afteraction.web.experiments.rechecked import differing
from afteraction.web.experiments.seals import secrets
from afteraction.web.people.models import Organisation

__all__ = ["Tampering", "verify", "verify_all"]

_AT_ONCE: Final = timedelta(hours=1)
"""An entry that was noted later than this was missing in the file for a while."""


def verify(experiment: Experiment) -> list[Tampering]:
    """Everything that does not fit; empty where all is as it was settled.

    All of it is computed anew: the chain and its seals, every row against its entry, the file against the database.
    """
    return _verified(experiment, lines_of(experiment.organisation))


def _verified(experiment: Experiment, lines: Sequence[Line]) -> list[Tampering]:
    entries = list(LedgerEntry.objects.filter(experiment=experiment).order_by("place", "pk"))
    return [
        *_chain(entries),
        *differences(experiment, entries),
        *_file(lines),
        *_outside(entries, [each for each in lines if each.experiment == experiment.pk]),
        *differing(experiment),
    ]


@dataclass(frozen=True)
class Verified:
    """What was found in an organisation: by experiment, and what is about none that is still there."""

    trials: tuple[tuple[Experiment, tuple[Tampering, ...]], ...]
    others: tuple[Tampering, ...]

    @property
    def grave(self) -> tuple[tuple[Experiment, tuple[Tampering, ...]], ...]:
        """Those in which something is not explained by any accident, with that alone."""
        found = ((trial, tuple(each for each in what if each.grave)) for trial, what in self.trials)
        return tuple((trial, what) for trial, what in found if what)


def verify_all(organisation: Organisation, only: Q | None = None) -> Verified:
    """Every experiment of an organisation (`only` some) in which something does not fit, and those that are gone."""
    lines = lines_of(organisation)
    experiments = Experiment.objects.filter(organisation=organisation).select_related("organisation")
    chosen = experiments.filter(only) if only is not None else experiments
    found = [(each, tuple(_verified(each, lines))) for each in chosen.order_by("pk")]
    known = set(experiments.values_list("pk", flat=True))
    gone = sorted({line.experiment for line in lines if line.fits} - known)
    others = tuple(
        Tampering("gone", f"Trial {key} is in {NAME}, outside of the database, and no longer in the database")
        for key in gone
    )
    return Verified(tuple((trial, what) for trial, what in found if what), others)


def contains(experiment: Experiment, digest: str) -> LedgerEntry | None:
    """The entry that a receipt names; None where the ledger has none of that seal."""
    return LedgerEntry.objects.filter(experiment=experiment, digest=clean(digest).strip().lower()).first()


def _chain(entries: Sequence[LedgerEntry]) -> Iterator[Tampering]:
    """Each entry has the next place, follows the one before, and has the seal that only this installation can make."""
    expected, before = 1, ""
    for each in entries:
        if each.place != expected:
            gone = f"entry {expected}" if each.place == expected + 1 else f"entries {expected} to {each.place - 1}"
            yield Tampering("missing", f"Of its ledger {gone} {'is' if each.place == expected + 1 else 'are'} missing")
        if each.previous != before and each.place == expected:
            yield Tampering("chain", f"{_named(each)} of its ledger does not follow the entry before it")
        if not any(hmac.compare_digest(each.digest, seal_of(each, secret)) for secret in secrets()):
            yield Tampering("seal", f"{_named(each)} of its ledger was changed: its seal is not of this installation")
        expected, before = each.place + 1, each.digest


def _named(entry: LedgerEntry) -> str:
    return f"Entry {entry.place} ({entry.kind}, {entry.at:%-d %b %Y})"


def _file(lines: Sequence[Line]) -> Iterator[Tampering]:
    wrong = sum(not each.fits for each in lines)
    if wrong:
        yield Tampering("file", f"{many(wrong, 'line')} of {NAME}, outside of the database, {_were(wrong)} changed")


def _outside(entries: Sequence[LedgerEntry], lines: Sequence[Line]) -> Iterator[Tampering]:
    """The file against the database: either may have been put back to an older copy."""
    noted = {(each.place, each.digest): each for each in reversed(lines) if each.fits}
    kept = {(each.place, each.digest) for each in entries}
    lost = sorted(place for place, digest in noted if (place, digest) not in kept)
    if lost:
        line = min((each for key, each in noted.items() if key not in kept), key=lambda each: each.place)
        yield Tampering(
            "older",
            f"The database is not the one that was: {_places(lost)} of its ledger, the first of {line.at:%-d %b %Y}, "
            "noted outside of it, it does not have. An older copy was put back, or it was rewritten",
        )
    unknown = sorted(place for place, digest in kept if (place, digest) not in noted)
    if unknown:
        yield Tampering(
            "file behind",
            f"{NAME}, outside of the database, does not know {_places(unknown)} of its ledger: an older copy of the "
            "file was put back, or the server stopped while it was writing",
            grave=False,
        )
    late = sorted(key[0] for key, each in noted.items() if key in kept and each.noted - each.at > _AT_ONCE)
    if late:
        yield Tampering(
            "late",
            f"{_places(late).capitalize()} of its ledger {_were(len(late))} noted outside of the database later than "
            "settled: the file had been put back, or the server had stopped",
            grave=False,
        )


def _places(places: Sequence[int]) -> str:
    if len(places) == 1:
        return f"entry {places[0]}"
    whole = places[-1] - places[0] + 1 == len(places)
    return f"entries {places[0]} to {places[-1]}" if whole else f"entries {', '.join(map(str, places))}"


def _were(count: int) -> str:
    return "was" if count == 1 else "were"
