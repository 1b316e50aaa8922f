"""Decisions on trials: adopt, reject, or extend by the locked rule, beside what the rule said at the last look.

What goes against the rule needs a written reason, and shows so for ever. So does what is decided while the trial runs
and the rule has not stopped it. Deciding takes the trial for itself, makes the next process version where the change is
adopted, writes the decision, and seals it in the ledger, in one transaction.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from afteraction.analysis.stopping_rule import Decision
from afteraction.analysis.trial_result import CANNOT_TELL
from afteraction.errors import Refused
from afteraction.process.merging import rebased
from afteraction.process.rewriting import rewritten
from afteraction.report.text import clean
from afteraction.web.experiments import receipts, settled
from afteraction.web.experiments.document import read_document
from afteraction.web.experiments.ledger import Kind, append
from afteraction.web.experiments.models import Experiment, ExperimentDecision, Look, Protocol
from afteraction.web.experiments.selectors import protocol_in_force
from afteraction.web.experiments.services import answers_for
from afteraction.web.experiments.wording import is_sentence
from afteraction.web.insights.models import ProcessVersion
from afteraction.web.insights.selectors import process_in
from afteraction.web.insights.services import save_process
from afteraction.web.people.models import Organisation, User
from afteraction.web.people.roles import Right, may

Taken = ExperimentDecision.Kind
ALLOWED: Final[Mapping[str, tuple[Taken, ...]]] = {
    Decision.BENEFIT: (Taken.ADOPT,),
    Decision.ADOPT: (Taken.ADOPT,),
    Decision.HARM: (Taken.REJECT,),
    Decision.FUTILITY: (Taken.REJECT,),
    Decision.REJECT: (Taken.REJECT,),
    Decision.EXTEND: (Taken.EXTEND,),
    CANNOT_TELL: (Taken.REJECT,),
    Decision.GO_ON: (),
    "": (),
}
"""What follows the rule, by what it says. At an end at which it cannot be told the old way stays."""
SHORTEST_REASON: Final = 20


@dataclass(frozen=True)
class Standing:
    """Where a trial stands: its last look, what the rule says now, and what may be decided with it and against it."""

    protocol: Protocol
    look: Look | None
    rule_says: str
    with_rule: tuple[Taken, ...]
    against: tuple[Taken, ...]
    over: bool


def standing_of(experiment: Experiment) -> Standing | None:
    """What may be decided of a trial; None before it is locked, and once it is decided or withdrawn."""
    protocol = protocol_in_force(experiment)
    if protocol is None or experiment.state not in (Experiment.State.RUNNING, Experiment.State.ENDED):
        return None
    look = protocol.looks.order_by("-at", "-id").first()
    says = look.rule_says if look is not None and not _extended_since(look) else ""
    over = experiment.state == Experiment.State.ENDED
    if over and says in ("", Decision.GO_ON):
        # Its time has passed on the calendar, and no record came that tells more: nothing was shown.
        says = Decision.REJECT.value if says else CANNOT_TELL
    following = ALLOWED[says]
    if Taken.EXTEND in following:
        following = (Taken.EXTEND,) if _may_extend(protocol) else (Taken.REJECT,)
    against = tuple(each for each in (Taken.ADOPT, Taken.REJECT) if each not in following)
    return Standing(protocol, look, says, following, against, over)


def _extended_since(look: Look) -> bool:
    """Whether a look is one of those that an extension answered."""
    return look.protocol.decisions.filter(kind=Taken.EXTEND, at__gte=look.made_at).exists()


def _may_extend(protocol: Protocol) -> bool:
    """Once, and where the protocol names weeks for it."""
    extended = protocol.decisions.filter(kind=Taken.EXTEND).exists()
    return not extended and read_document(protocol.document).rule.extend > 0


@transaction.atomic
def decide(*, by: User, experiment: Experiment, kind: str, reason: str = "", now: datetime) -> ExperimentDecision:
    """Decides a trial. Adopted, the process that was tried becomes the next version, in force from now on.

    Where the process changed since the trial was drafted, the same edit is made on the newest version. Raises
    `Refused` for who does not answer for the trial, before it is locked and after it is decided, against the rule
    without a reason, for an extension that the rule does not ask for, and for an edit that no longer fits the process.
    """
    Organisation.objects.select_for_update().get(pk=experiment.organisation_id)
    locked = Experiment.objects.select_for_update().get(pk=experiment.pk)
    if not answers_for(by, locked):
        raise Refused(f"{by}, who does not answer for this trial", "its owner or sponsor", "ask one of them")
    standing = standing_of(locked)
    if standing is None:
        raise Refused(f"a trial that is {locked.get_state_display().lower()}", "one that runs, or waits for a decision")
    if kind not in (*standing.with_rule, *standing.against):
        raise Refused(
            f"the decision {kind}, where the rule says {standing.rule_says or 'nothing yet'}",
            "adopt or reject; an extension where the locked rule asks for it",
            "decide what the rule allows, or plan another trial",
        )
    said, against = clean(reason).strip(), kind in standing.against
    if against and not is_sentence(said, SHORTEST_REASON):
        raise Refused(
            f"a decision against the rule, with {'no reason' if not said else 'hardly a reason'}",
            "why, in a sentence that everyone will read beside the result",
            "write the reason, or decide as the rule says",
        )
    version = _adopted(by, locked, now, against=against) if kind == Taken.ADOPT else None
    made = ExperimentDecision.objects.create(
        protocol=standing.protocol,
        look=standing.look,
        kind=kind,
        rule_said=standing.rule_says,
        against_rule=against,
        reason=said[:2000],
        by=by,
        name=str(by)[:200],
        at=now,
        process_version=version,
    )
    locked.state = Experiment.State.RUNNING if kind == Taken.EXTEND else Experiment.State.DECIDED
    locked.changed_at = now
    locked.save(update_fields=["state", "changed_at"])
    append(locked, Kind.DECIDED, settled.of_decision(made), now)
    receipts.ask_for(locked)
    return made


def _adopted(by: User, experiment: Experiment, now: datetime, *, against: bool) -> ProcessVersion | None:
    """The next process version, in force from now on; None where no step changes.

    What two signed beforehand needs no other right than theirs; against the rule it does.
    """
    if not experiment.new_process:
        return None
    if against and not may(by, Right.CHANGE_PROCESS):
        raise Refused(
            f"{by}, who may not change the process by themselves",
            "sales operations or an admin, where it goes against the rule",
            "ask them, or decide as the rule says",
        )
    text = text_to_adopt(experiment)
    return save_process(by=by, text=text, note=f"Trial {experiment.pk}: {experiment.title}", now=now)


def text_to_adopt(experiment: Experiment) -> str:
    """The process as it would be: the edit that was tried, on the newest version.

    Raises `Refused` with every place where the process by now says something else.
    """
    versions = experiment.organisation.process_versions.order_by("number")
    newest = versions.last()
    base = versions.filter(made_at__lte=experiment.made_at).last() or versions.first()
    if newest is None or base is None or newest.pk == base.pk:
        return experiment.new_process
    before, edited, now = (process_in(text) for text in (base.text, experiment.new_process, newest.text))
    if before is None or edited is None or now is None:
        raise Refused(
            "a process version that can no longer be read",
            "the version that the trial changes, and the newest",
            "save the process as it should be by hand, and reject the trial with that reason",
        )
    return rewritten(newest.text, rebased(before, edited, now))
