"""What a locked protocol says of who comes into which arm: by place, by the list that it names, by periods of time.

Days are those of UTC, whatever the server's clock shows, so that a protocol means the same for ever and everywhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property

import numpy as np

from afteraction.analysis.randomisation import (
    arm_of_arrival,
    matched_pairs,
    pair_matched,
    stepped,
    stratified,
    switchback,
)
from afteraction.errors import NotEnoughData, Refused
from afteraction.web.experiments.document import Design, ProtocolDocument, digest_of, read_text
from afteraction.web.experiments.models import ExperimentDecision, Protocol


@dataclass(frozen=True)
class Drawing:
    """All that follows from a locked protocol: its document, and the hash that units are drawn by."""

    document: ProtocolDocument
    digest: str
    opens: datetime
    """No deal that began before is drawn: its first day, or the moment of locking where that is later. Who locks a
    protocol must not know the deals that it will draw."""
    extended: bool = False
    """Whether it was decided to go on for as many more weeks as the rule allows."""

    @property
    def design(self) -> Design:
        return self.document.design

    @property
    def arms(self) -> tuple[str, str]:
        """The keys of the old way and the new one."""
        old, new = self.document.arms
        return old.key, new.key

    @property
    def assign_until(self) -> date:
        """The last day on which a deal that begins is drawn, an extension included."""
        return self.document.assign_until + timedelta(weeks=self.document.rule.extend if self.extended else 0)

    @property
    def closes(self) -> datetime:
        """The first moment at which deals that begin are no longer drawn."""
        return datetime.combine(self.assign_until + timedelta(days=1), time(), UTC)

    @property
    def over(self) -> datetime:
        """The first moment at which every deal that began while it assigned has passed its horizon."""
        return self.closes + timedelta(days=self.document.primary.horizon)

    def period(self, moment: datetime) -> int:
        """The period, from 0, that a moment is in; 0 for a design without periods."""
        return 0 if self.design.period is None else self._day(moment) // self.design.period

    def washes_out(self, moment: datetime) -> bool:
        """Whether a deal that begins then is in no arm, because what went before may still carry over."""
        return self.design.period is not None and self._day(moment) % self.design.period < self.design.washout

    def begins(self, period: int) -> datetime:
        """The moment at which a period begins."""
        days = period * (self.design.period or 0)
        return datetime.combine(self.document.starts_on + timedelta(days=days), time(), UTC)

    def arm_of_unit(self, unit: str, period: int) -> str:
        """The arm of a rep or team of the list in a period. Raises KeyError for one that is not in it."""
        if self.design.kind == "switchback":
            if unit not in self.stratum_of:
                raise KeyError(unit)
            return switchback(self.digest, unit, period, self.arms)
        if self.design.kind == "stepped":
            return self.arms[period >= self.starts[unit]]
        return self._fixed[unit]

    def arm_of_place(self, stratum: str, place: int) -> str:
        """The arm of the deal that is the `place`-th (from 0) to come in its stratum."""
        return arm_of_arrival(self.digest, stratum, place, self.arms)

    @cached_property
    def stratum_of(self) -> Mapping[str, str]:
        """The stratum of each unit of the list; of pairs its pair."""
        if self.design.kind == "pairs":
            return {unit: " & ".join(pair) for pair in self._pairs for unit in pair}
        return {unit: self.design.strata.get(unit, "") for unit in self.design.units}

    @cached_property
    def starts(self) -> Mapping[str, int]:
        """Of a stepped roll-out: the period from which on each unit goes the new way."""
        return stepped(self.digest, sorted(set(self.design.units)), self.design.steps or 1)

    @cached_property
    def _fixed(self) -> Mapping[str, str]:
        if self.design.kind == "pairs":
            return pair_matched(self.digest, self._pairs, self.arms)
        return stratified(self.digest, dict(sorted(self.stratum_of.items())), self.arms)

    @cached_property
    def _pairs(self) -> list[tuple[str, str]]:
        units = sorted(set(self.design.units))
        found = matched_pairs(units, np.array([self.design.facts[unit] for unit in units], dtype=np.float64))
        if isinstance(found, NotEnoughData):
            raise Refused(found.reason, found.needed, "change the list in a new version of the protocol")
        return found

    def _day(self, moment: datetime) -> int:
        return (moment.astimezone(UTC).date() - self.document.starts_on).days


def drawing_of(protocol: Protocol) -> Drawing:
    """What a locked protocol says of who comes into which arm.

    Raises `Refused` where it is not locked, or its text no longer fits the hash that it was locked with.
    """
    if protocol.locked_at is None:
        raise Refused(f"{protocol}, which is not locked", "a locked protocol", "have it signed first")
    if digest_of(protocol.text) != protocol.digest:
        raise Refused(
            f"{protocol}, whose text no longer fits its hash",
            "the text as it was locked",
            "look at the ledger of the trial for what was changed; nobody is assigned until then",
        )
    document = read_text(protocol.text)
    opens = datetime.combine(document.starts_on, time(), UTC)
    extended = protocol.decisions.filter(kind=ExperimentDecision.Kind.EXTEND).exists()
    return Drawing(document, protocol.digest, max(opens, protocol.locked_at), extended)
