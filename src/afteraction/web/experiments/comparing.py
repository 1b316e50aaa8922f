"""The rows of an experiment against what its ledger says of them, field by field."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from pydantic import ValidationError

from afteraction.report.wording import many
from afteraction.web.experiments import settled
from afteraction.web.experiments.assigning import not_as_drawn
from afteraction.web.experiments.document import canonical, digest_of, read_document
from afteraction.web.experiments.found import Tampering
from afteraction.web.experiments.ledger import Kind, as_text
from afteraction.web.experiments.models import Assignment, Experiment, Exposure, LedgerEntry, Protocol
from afteraction.web.experiments.seals import written

_NAMES: Final = {
    "text": "its text", "digest": "its hash", "locked_at": "when it was locked", "why": "its reason",
    "title": "the title", "question": "the question", "owner": "the owner", "sponsor": "the sponsor",
    "new_process": "the process that it tries", "at": "its moment", "made_at": "when it was made",
    "result": "its result", "rule_says": "what the rule says", "kind": "what was decided",
    "rule_said": "what the rule said", "against_rule": "whether it went against the rule", "reason": "its reason",
    "name": "who it was", "look": "its look", "process_version": "its process version", "process": "the process",
    "person": "whose it is",
}  # fmt: skip
_SHOWN: Final = 3
_TOLD: Final = frozenset({"followed", "why", "told_at"})
Said = dict[str, Any]


def differences(experiment: Experiment, entries: Sequence[LedgerEntry]) -> Iterator[Tampering]:
    """What rows say otherwise than the entries of the ledger, and rows or entries that have no counterpart."""
    said = [(each, _content(each)) for each in entries]
    protocols = {each.version: each for each in experiment.protocols.select_related("experiment").order_by("version")}
    yield from _protocols(protocols, said)
    yield from _people(experiment, said)
    yield from _signatures(protocols, said)
    yield from _assignments(protocols, said)
    yield from _exposures(protocols, said)
    yield from _looks(protocols, said)
    yield from _decisions(protocols, said)
    yield from _state(experiment, said)


def _content(entry: LedgerEntry) -> Said:
    """What an entry says; nothing where its text is no longer one, which its seal tells already."""
    try:
        read = json.loads(entry.content)
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}


def _of(said: Iterable[tuple[LedgerEntry, Said]], *kinds: str) -> Iterator[tuple[LedgerEntry, Said]]:
    return ((entry, content) for entry, content in said if entry.kind in kinds)


def _protocols(protocols: Mapping[int, Protocol], said: Sequence[tuple[LedgerEntry, Said]]) -> Iterator[Tampering]:
    locked = {content.get("protocol"): content for _entry, content in _of(said, Kind.LOCKED)}
    newest = max((version for version in locked if isinstance(version, int)), default=None)
    for version, content in locked.items():
        protocol = protocols.get(version) if isinstance(version, int) else None
        if protocol is None:
            yield Tampering("protocol", f"Version {version} of the protocol was locked and is gone")
            continue
        fields = ("text", "digest", "locked_at", "why", *(("title", "question", "new_process") * (version == newest)))
        yield from _same(
            "protocol", f"Version {version} of the protocol", content, settled.of_protocol(protocol), fields
        )
        yield from _itself(protocol)
    for protocol in protocols.values():
        if protocol.version not in locked and protocol.locked_at is not None:
            yield Tampering("protocol", f"Version {protocol.version} of the protocol says it is locked; nobody did")


def _itself(protocol: Protocol) -> Iterator[Tampering]:
    """Its three forms say the same: the text, its hash, and the document that pages and assignment read."""
    if digest_of(protocol.text) != protocol.digest:
        yield Tampering("protocol", f"The text of version {protocol.version} of the protocol does not fit its hash")
    try:
        document = canonical(read_document(protocol.document))
    except ValidationError:
        document = ""
    if document != protocol.text:
        words = f"What version {protocol.version} of the protocol is read from is not the text that was signed"
        yield Tampering("protocol", words)


def _people(experiment: Experiment, said: Sequence[tuple[LedgerEntry, Said]]) -> Iterator[Tampering]:
    newest: Said = {}
    for _entry, content in _of(said, Kind.LOCKED, Kind.HANDED):
        newest = content
    now = settled.of_experiment(experiment)
    # Who is no longer on record is nobody: that takes nothing away from what they signed.
    wrong = [
        part for part in ("owner", "sponsor") if newest and now[part] is not None and newest.get(part) != now[part]
    ]
    for part in wrong:
        yield Tampering("protocol", f"The {part} is another than the ledger says")


def _signatures(protocols: Mapping[int, Protocol], said: Sequence[tuple[LedgerEntry, Said]]) -> Iterator[Tampering]:
    """Signatures that were given and not withdrawn since, against those that are there."""
    given: dict[tuple[int, str], Said] = {}
    for entry, content in _of(said, Kind.SIGNED, Kind.UNSIGNED):
        version = content.get("protocol", 0)
        if entry.kind == Kind.SIGNED:
            given[version, content.get("part", "")] = content
        else:
            given = {key: each for key, each in given.items() if key[0] != version}
    for version, protocol in protocols.items():
        rows = {each.part: each for each in protocol.signatures.all()}
        for part in sorted({*rows, *(part for number, part in given if number == version)}):
            signed, row = given.get((version, part)), rows.get(part)
            what = f"The signature of the {part} under version {version}"
            if row is None:
                yield Tampering("signature", f"{what} is gone")
            elif signed is None:
                yield Tampering("signature", f"{what} was never given")
            else:
                fields = ("name", "digest", "at", *(("person",) if row.person_id else ()))
                yield from _same("signature", what, signed, settled.of_signature(row), fields)


def _assignments(protocols: Mapping[int, Protocol], said: Sequence[tuple[LedgerEntry, Said]]) -> Iterator[Tampering]:
    for version, protocol in protocols.items():
        kept = dict(_settled_units(version, said))
        added, changed = [], []
        for row in Assignment.objects.filter(protocol=protocol).order_by("unit", "period"):
            there = {name: written(getattr(row, name)) for name in settled.columns_of(Assignment)}
            batch, one = kept.pop(_unit(there), (0, {}))
            if not one:
                added.append(row.unit)
            elif batch != row.batch or any(there.get(name) != value for name, value in one.items()):
                changed.append(row.unit)
        gone = sorted(one["unit"] for _place, one in kept.values())
        for what, units in (("added", added), ("changed", changed), ("taken out", gone)):
            if units:
                yield Tampering("assignment", f"{_listed(units)} {_were(units)} {what} after being assigned")
        if protocol.locked_at is not None and not (changed or added) and _readable(protocol):
            yield from _drawn_anew(protocol)


def _settled_units(
    version: int, said: Sequence[tuple[LedgerEntry, Said]]
) -> Iterator[tuple[str, tuple[int, dict[str, str]]]]:
    """What the ledger says of each unit: the place of its entry, and its columns."""
    for entry, content in _of(said, Kind.ASSIGNED):
        if content.get("protocol") == version:
            for row in content.get("rows", ()):
                one = dict(zip(content.get("columns", ()), row, strict=False))
                yield _unit(one), (entry.place, one)


def _drawn_anew(protocol: Protocol) -> Iterator[Tampering]:
    redrawn = list(not_as_drawn(protocol))
    if redrawn:
        more = f", and {len(redrawn) - 1} more" if len(redrawn) > 1 else ""
        yield Tampering("assignment", f"Drawn anew, {redrawn[0]}{more}")


def _unit(one: Mapping[str, str]) -> str:
    return f"{one.get('unit')}\x1f{one.get('period')}"


def _readable(protocol: Protocol) -> bool:
    """Whether it can be drawn from at all; where not, that is told already."""
    return digest_of(protocol.text) == protocol.digest and not list(_itself(protocol))


def _exposures(protocols: Mapping[int, Protocol], said: Sequence[tuple[LedgerEntry, Said]]) -> Iterator[Tampering]:
    """What was shown and told until the newest entry; what was told since may differ from it."""
    for version, protocol in protocols.items():
        kept: dict[tuple[str, str], dict[str, str]] = {}
        until = ""
        for _entry, content in _of(said, Kind.EXPOSED):
            if content.get("protocol") == version:
                until = content.get("until", "")
                rows = (dict(zip(content.get("columns", ()), row, strict=False)) for row in content.get("rows", ()))
                kept |= {(one.get("deal_id", ""), one.get("person_id", "")): one for one in rows}
        added, changed = [], []
        for row in Exposure.objects.filter(protocol=protocol).order_by("deal_id", "pk"):
            there = {name: written(getattr(row, name)) for name in settled.columns_of(Exposure)}
            one = kept.pop((there["deal_id"], there["person_id"]), {})
            if one and not _as_shown(row, there, one, until):
                changed.append(row.deal_id)
            elif not one and there["at"] <= until:
                added.append(row.deal_id)
        gone = sorted(deal for deal, _person in kept)
        for what, deals in (("added", added), ("changed", changed), ("taken out", gone)):
            if deals:
                yield Tampering("exposure", f"What was shown on {_listed(deals)} was {what} afterwards")


def _as_shown(row: Exposure, there: Mapping[str, str], one: Mapping[str, str], until: str) -> bool:
    told_since = row.told_at is not None and written(row.told_at) > until
    return all(there.get(name) == value for name, value in one.items() if not (told_since and name in _TOLD))


def _looks(protocols: Mapping[int, Protocol], said: Sequence[tuple[LedgerEntry, Said]]) -> Iterator[Tampering]:
    kept = {(c.get("protocol"), c.get("data_version")): c for _entry, c in _of(said, Kind.LOOKED)}
    for version, protocol in protocols.items():
        for look in protocol.looks.select_related("protocol"):
            what = f"The look of {look.at:%-d %b %Y} (data version {look.data_version})"
            content = kept.pop((version, look.data_version), None)
            if content is None:
                yield Tampering("look", f"{what} was never taken")
            else:
                fields = ("at", "made_at", "result", "rule_says")
                yield from _same("look", what, content, settled.of_look(look), fields)
    for of, data_version in kept:
        yield Tampering("look", f"The look at data version {data_version} under version {of} is gone")


def _decisions(protocols: Mapping[int, Protocol], said: Sequence[tuple[LedgerEntry, Said]]) -> Iterator[Tampering]:
    kept = {(c.get("protocol"), c.get("at")): c for _entry, c in _of(said, Kind.DECIDED)}
    rows = [row for each in protocols.values() for row in each.decisions.select_related("look", "process_version")]
    for row in rows:
        content = kept.pop((row.protocol.version, written(row.at)), None)
        what = f"The decision of {row.at:%-d %b %Y}"
        if content is None:
            yield Tampering("decision", f"{what} was never taken")
        else:
            fields = [name for name in content if name not in ("protocol", "at")]
            yield from _same("decision", what, content, settled.of_decision(row), fields)
    for _version, at in kept:
        yield Tampering("decision", f"The decision of {str(at)[:10]} is gone")


def _state(experiment: Experiment, said: Sequence[tuple[LedgerEntry, Said]]) -> Iterator[Tampering]:
    state = Experiment.State.DRAFT
    for entry, content in said:
        if entry.kind == Kind.LOCKED:
            state = Experiment.State.RUNNING
        elif entry.kind == Kind.ENDED:
            state = Experiment.State.ENDED
        elif entry.kind == Kind.DECIDED:
            extended = content.get("kind") == "extend"
            state = Experiment.State.RUNNING if extended else Experiment.State.DECIDED
        elif entry.kind == Kind.WITHDRAWN:
            state = Experiment.State.WITHDRAWN
    if experiment.state != state:
        named = dict(Experiment.State.choices)
        shown = named.get(experiment.state, experiment.state)
        words = f"It is shown as “{shown}”, where its ledger ends at “{state.label}”"
        yield Tampering("state", words)


def _same(kind: str, what: str, content: Said, row: Said, fields: Iterable[str]) -> Iterator[Tampering]:
    """One sentence for all fields of a row that are not as they were settled."""
    there = json.loads(as_text(row))
    other = [name for name in fields if content.get(name) != there.get(name)]
    if other:
        yield Tampering(kind, f"{what} was changed: {', '.join(_NAMES.get(name, name) for name in other)}")


def _listed(units: Sequence[str]) -> str:
    named = ", ".join(units[:_SHOWN])
    return f"{many(len(units), 'deal')} ({named}{', …' if len(units) > _SHOWN else ''})"


def _were(units: Sequence[str]) -> str:
    return "was" if len(units) == 1 else "were"
