"""Answers to proposals: try it, adopt it at once, decline it; and what becomes of those that are tried."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from afteraction.errors import Refused
from afteraction.process.merging import rebased
from afteraction.process.rewriting import rewritten
from afteraction.report.text import clean
from afteraction.web.experiments.models import Experiment, ExperimentDecision
from afteraction.web.experiments.services import draft
from afteraction.web.experiments.wording import QUESTION, must_fit, reason_in
from afteraction.web.insights.models import ProcessVersion
from afteraction.web.insights.selectors import process_in
from afteraction.web.insights.services import numbered, save_process
from afteraction.web.people.models import Organisation, User
from afteraction.web.people.roles import Right, may
from afteraction.web.proposals.models import Proposal, ProposalEvent
from afteraction.web.proposals.owners import ANSWER_WITHIN
from afteraction.web.proposals.services import end, must_wait
from afteraction.web.proposals.telling import note
from afteraction.web.proposals.writing import WORDS, changes_of, cut, named, names_in


@dataclass(frozen=True)
class Behind:
    """The process changed since an edit was made: what, and whether the edit can be made again on the newest version.

    `text` is the edit on the newest version, `changes` what it changes about that; or `conflicts` say why it cannot be.
    """

    newest: ProcessVersion
    since: tuple[str, ...]
    text: str = ""
    changes: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()


def behind(proposal: Proposal) -> Behind | None:
    """What happened to the process since a proposal was made; None where nothing did, or no step changes."""
    newest = proposal.organisation.process_versions.first()
    if not proposal.text or newest is None or newest.pk == proposal.base_id:
        return None
    before, edited, now = (
        process_in(each) if each else None
        for each in (proposal.base.text if proposal.base else "", proposal.text, newest.text)
    )
    if before is None or edited is None or now is None:
        return Behind(newest, (), conflicts=("the version that it was made on can no longer be read",))
    since = changes_of(proposal.base.text if proposal.base else "", newest.text)
    try:
        text = rewritten(newest.text, rebased(before, edited, now))
    except Refused as refused:
        names = names_in(edited, now, before)
        return Behind(newest, since, conflicts=tuple(named(line, names) for line in refused.found.splitlines()))
    changes = changes_of(newest.text, text)
    if process_in(text) is None:
        return Behind(newest, since, conflicts=("both together make a process that is not right",))
    said = () if changes else ("the newest process says all of it already",)
    return Behind(newest, since, numbered(text, newest.number), changes, said)


@transaction.atomic
def decline(*, by: User, proposal: Proposal, reason: str, revision: int | None = None, now: datetime) -> None:
    """Says no, and why. Raises `Refused` without a reason, and as every answer does (`_to_answer`)."""
    locked = _to_answer(by, proposal, revision)
    said = reason_in(reason, "why it is declined, in words that its author understands", "write it down", WORDS)
    end(locked, Proposal.State.DECLINED, by=by, said=said, now=now)


@transaction.atomic
def adopt(
    *, by: User, proposal: Proposal, words: str = "", revision: int | None = None, now: datetime
) -> ProcessVersion | None:
    """Makes it the process at once: the new version; None where no step changes.

    Raises `Refused` for who may not change the process where it changes, and where that changed since.
    """
    locked = _to_answer(by, proposal, revision)
    said = clean(words).strip()
    must_fit(said, "answer", WORDS)
    version = None
    if locked.text:
        if not may(by, Right.CHANGE_PROCESS):
            raise Refused(
                f"{by}, who may not change the process", "sales operations or an admin", "hand it over, or try it"
            )
        _fits(locked)
        version = save_process(by=by, text=locked.text, note=f"Proposal {locked.pk}: {locked.title}", now=now)
    end(locked, Proposal.State.ADOPTED, by=by, said=said, now=now, adopted_as=version)
    return version


@transaction.atomic
def try_it(*, by: User, proposal: Proposal, revision: int | None = None, now: datetime) -> Experiment:
    """Has it tried: a trial to be planned, owned by whoever answers.

    Raises `Refused` where the process changed since.
    """
    locked = _to_answer(by, proposal, revision)
    if locked.text:
        _fits(locked)
    experiment = draft(by=by, title=locked.title, question=_question(locked), new_process=locked.text, now=now)
    locked.experiment = experiment
    end(locked, Proposal.State.TRIED, by=by, said="", now=now)
    return experiment


@transaction.atomic
def bring_up(*, by: User, proposal: Proposal, now: datetime) -> Proposal:
    """Makes the edit again on the newest process, for its author and for who may answer it.

    Raises `Refused` with every place where the process since says something else.
    """
    Organisation.objects.select_for_update().get(pk=proposal.organisation_id)
    locked = Proposal.objects.select_for_update().get(pk=proposal.pk)
    own = by.pk == locked.author_id or may(by, Right.OWN_TRIALS)
    if by.organisation_id != locked.organisation_id or not own:
        raise Refused("a proposal of somebody else", "one's own, or one to answer", "ask its owner")
    must_wait(locked)
    found = behind(locked)
    if found is None:
        raise Refused("an edit of the newest process", "one that is older", "answer it")
    if found.conflicts:
        raise Refused(
            "\n".join(found.conflicts),
            "an edit that fits the newest process",
            "its author can make it anew on the newest process",
        )
    locked.base, locked.text = found.newest, found.text
    locked.revision, locked.changed_at = locked.revision + 1, now
    locked.save(update_fields=["base", "text", "revision", "changed_at"])
    said = f"from version {proposal.base.number if proposal.base else '?'} to version {found.newest.number}"
    note(locked, ProposalEvent.Kind.REBASED, by=by, now=now, said=said, changes=found.changes)
    return locked


def follow_trials(*, now: datetime, only: Proposal | None = None) -> int:
    """Ends the proposals whose trial was decided, and opens those again whose trial was withdrawn; how many.

    `only` looks at one, whose page is opened before the job has come round.
    """
    over = (Experiment.State.DECIDED, Experiment.State.WITHDRAWN)
    tried = Proposal.objects.filter(state=Proposal.State.TRIED, experiment__state__in=over)
    if only is not None:
        tried = tried.filter(pk=only.pk)
    keys = list(tried.order_by("pk").values_list("pk", flat=True))
    return sum(_follow(key, now) for key in keys)


@transaction.atomic
def _follow(key: int, now: datetime) -> bool:
    locked = Proposal.objects.select_for_update().filter(pk=key, state=Proposal.State.TRIED).first()
    experiment = locked.experiment if locked is not None else None
    if locked is None or experiment is None:
        return False
    if experiment.state == Experiment.State.WITHDRAWN:
        locked.state, locked.answer, locked.answered_by, locked.answered_at = Proposal.State.OPEN, "", None, None
        locked.answer_by, locked.changed_at = now + ANSWER_WITHIN, now
        locked.save()
        note(locked, ProposalEvent.Kind.BACK, by=None, now=now, said="Its trial was withdrawn.", tell=True)
        return True
    decision = ExperimentDecision.objects.filter(protocol__experiment=experiment).first()
    if decision is None:
        return False
    adopted = decision.kind == ExperimentDecision.Kind.ADOPT
    state = Proposal.State.ADOPTED if adopted else Proposal.State.DECLINED
    said = f"Its trial was decided: {decision.get_kind_display().lower()}. {decision.reason}".strip()
    version = decision.process_version if adopted else None
    end(locked, state, by=decision.by, said=said, now=now, adopted_as=version)
    return True


def _to_answer(by: User, proposal: Proposal, revision: int | None) -> Proposal:
    """The proposal, locked behind its organisation (as `save_process` does), to be answered by `by`.

    Raises `Refused` for who may not answer, where somebody did already, and where it says something else by now than
    what was answered.
    """
    if by.organisation_id != proposal.organisation_id or not may(by, Right.OWN_TRIALS):
        raise Refused(f"{by}, who may not answer it", "a manager, operations, an executive or an admin")
    Organisation.objects.select_for_update().get(pk=proposal.organisation_id)
    locked = Proposal.objects.select_for_update().get(pk=proposal.pk)
    must_wait(locked)
    if revision is not None and revision != locked.revision:
        raise Refused(
            f"an answer to wording {revision}, and by now there is wording {locked.revision}",
            "an answer to what it says now",
            "read what changed, then answer",
        )
    return locked


def _fits(proposal: Proposal) -> None:
    """Raises `Refused` where the process is no longer the one that was edited."""
    newest = proposal.organisation.process_versions.first()
    if newest is None or newest.pk != proposal.base_id:
        raise Refused(
            f"an edit of version {proposal.base.number if proposal.base else '?'} of the process, and by now it is at "
            f"version {newest.number if newest else '?'}",
            "an edit of the newest version",
            "bring it up to the newest process, look at what it changes, then answer",
        )


def _question(proposal: Proposal) -> str:
    return cut(f"{proposal.what}\n\nWhy: {proposal.reason}", QUESTION)
