"""What is on the walls. Every query starts from the organisation of whoever asks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from afteraction.web.people.models import Organisation, User
from afteraction.web.walls.models import DealRisk, Entry, Recognition, Screen, Thanks

PER_SIDE: Final = 4
"""Entries of each wall on a page: the same number, whatever there is more of."""
ON_SCREEN: Final = 3
SINCE: Final = {"": "All time", "30": "Last 30 days", "90": "Last 90 days", "365": "Last year"}
_NOTES: Final = 3
_RECOGNITIONS: Final = 6


@dataclass(frozen=True)
class WallQuery:
    """What is asked for: entries of a segment, a team, the last so many days, or about good risks alone."""

    segment: str = ""
    team: str = ""
    since: str = ""
    risks: bool = False
    page: int = 1

    @classmethod
    def read(cls, query: Mapping[str, Any]) -> "WallQuery":
        """What an address asks for; what cannot be read is left out."""
        page = str(query.get("page", ""))
        since = str(query.get("since", ""))
        return cls(
            segment=str(query.get("segment", ""))[:200],
            team=str(query.get("team", ""))[:200],
            since=since if since in SINCE else "",
            risks=bool(query.get("risks")),
            page=min(int(page), 10_000) if page.isdecimal() and len(page) < 6 and int(page) > 0 else 1,
        )

    @property
    def narrowed(self) -> bool:
        return bool(self.segment or self.team or self.since or self.risks)

    def query(self, page: int) -> str:
        asked = {"segment": self.segment, "team": self.team, "since": self.since, "risks": "on" if self.risks else ""}
        return "?" + urlencode({name: value for name, value in {**asked, "page": page}.items() if value})


@dataclass(frozen=True)
class Shown:
    """An entry as a page shows it: its good risk, who thanked, and whether whoever looks did, or shared it."""

    entry: Entry
    risk: DealRisk | None
    names: tuple[str, ...]
    notes: tuple[Thanks, ...]
    thanked: bool
    own: bool

    @property
    def others(self) -> int:
        """How many thanked besides those who are named."""
        return len(self.entry.thanks.all()) - len(self.names)


@dataclass(frozen=True)
class Side:
    """One of the two walls: its entries on this page, how many it has in all, and the places left on the page."""

    wall: str
    shown: tuple[Shown, ...]
    total: int
    free: int


@dataclass(frozen=True)
class Walls:
    """Both walls, with as many places each."""

    wins: Side
    failures: Side
    page: int
    pages: int

    @property
    def sides(self) -> tuple[Side, Side]:
        return self.wins, self.failures


def entries_of(organisation: Organisation, wall: str, *, today: date) -> "QuerySet[Entry]":
    """What hangs on a wall: not what was written to appear later, nor what is of a closing that was taken back."""
    found = Entry.objects.filter(organisation=organisation, wall=wall, shared_on__lte=today)
    return found.exclude(review__ended_at__isnull=False).order_by("-shared_on", "id")


def walls_for(user: User, asked: WallQuery, *, today: date) -> Walls:
    """Both walls as someone asks for them."""
    found = {
        wall: _narrowed(entries_of(user.organisation, wall, today=today), asked, today) for wall in Entry.Wall.values
    }
    totals = {wall: entries.count() for wall, entries in found.items()}
    pages = max(-(-max(totals.values()) // PER_SIDE), 1)
    page = min(asked.page, pages)
    first = (page - 1) * PER_SIDE
    rows = {wall: list(_with_thanks(entries)[first : first + PER_SIDE]) for wall, entries in found.items()}
    longest = max(len(each) for each in rows.values())
    risks = good_risks_of(user.organisation, [each.deal_id for part in rows.values() for each in part])
    sides = {
        wall: Side(wall, tuple(_shown(each, user, risks) for each in part), totals[wall], longest - len(part))
        for wall, part in rows.items()
    }
    return Walls(sides[Entry.Wall.WINS], sides[Entry.Wall.FAILURES], page, pages)


def shown_entry(user: User, entry: Entry) -> Shown:
    """One entry as a page shows it."""
    return _shown(entry, user, good_risks_of(user.organisation, [entry.deal_id]))


def entry_for(user: User, key: Any, *, today: date) -> Entry | None:
    """An entry that hangs on a wall of someone's organisation."""
    found = Entry.objects.filter(organisation=user.organisation, pk=key, shared_on__lte=today)
    return _with_thanks(found).first()


def good_risks_of(organisation: Organisation, deal_ids: Sequence[str]) -> dict[str, DealRisk]:
    """The good risks among some deals."""
    known = [each for each in deal_ids if each]
    found = DealRisk.objects.filter(organisation=organisation, deal_id__in=known, verdict="good")
    return {risk.deal_id: risk for risk in found}


def recognitions_of(organisation: Organisation, most: int = _RECOGNITIONS) -> "QuerySet[Recognition]":
    """The newest notes between colleagues."""
    found = Recognition.objects.filter(organisation=organisation).select_related("by", "to")
    return found.order_by("-given_at", "-id")[:most]


def on_screen(organisation: Organisation, *, today: date, turn: int) -> list[tuple[str, list[Entry]]]:
    """What a screen shows in its `turn`: as many of each wall, each time the next ones, and again from the first."""
    sides = []
    for wall in Entry.Wall.values:
        entries = list(entries_of(organisation, wall, today=today).select_related("sharer")[: 10 * ON_SCREEN])
        first = turn * ON_SCREEN
        places = range(first, first + min(ON_SCREEN, len(entries)))
        sides.append((str(wall), [entries[place % len(entries)] for place in places]))
    return sides


def screens_of(user: User) -> "QuerySet[Screen]":
    """The screens of an organisation."""
    return Screen.objects.filter(organisation=user.organisation).select_related("made_by")


def _narrowed(found: "QuerySet[Entry]", asked: WallQuery, today: date) -> "QuerySet[Entry]":
    if asked.segment:
        found = found.filter(segment=asked.segment)
    if asked.team:
        found = found.filter(team=asked.team)
    if asked.since:
        found = found.filter(shared_on__gt=today - timedelta(days=int(asked.since)))
    if asked.risks:
        good = DealRisk.objects.filter(
            organisation=OuterRef("organisation"), deal_id=OuterRef("deal_id"), verdict="good"
        )
        found = found.filter(Exists(good))
    return found


def _with_thanks(found: "QuerySet[Entry]") -> "QuerySet[Entry]":
    thanks = Prefetch("thanks", Thanks.objects.select_related("person"))
    return found.select_related("sharer").prefetch_related(thanks)


def _shown(entry: Entry, user: User, risks: Mapping[str, DealRisk]) -> Shown:
    thanks = list(entry.thanks.all())
    names = [str(each.person) for each in thanks if each.person_id != user.pk]
    return Shown(
        entry=entry,
        risk=risks.get(entry.deal_id),
        names=tuple((["You"] if len(names) < len(thanks) else []) + names)[:_NOTES],
        notes=tuple(each for each in thanks if each.note),
        thanked=len(names) < len(thanks),
        own=entry.sharer_id == user.pk,
    )
