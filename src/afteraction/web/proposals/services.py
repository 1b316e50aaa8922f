"""What may be done with proposals: made, changed, supported, talked about, handed over, withdrawn.

Answers are in `answering`.
"""

from datetime import datetime
from typing import Final

from django.db import transaction

from afteraction.errors import Refused
from afteraction.process.rewriting import rewritten
from afteraction.report.text import clean
from afteraction.web.experiments.wording import must_fit
from afteraction.web.insights.models import ProcessVersion
from afteraction.web.insights.selectors import process_in
from afteraction.web.people.models import Organisation, User
from afteraction.web.people.roles import Right, may
from afteraction.web.proposals.finding import Evidence, Finding
from afteraction.web.proposals.models import Proposal, ProposalComment, ProposalEvent, ProposalSupport
from afteraction.web.proposals.owners import ANSWER_WITHIN, owner_for
from afteraction.web.proposals.telling import note
from afteraction.web.proposals.writing import WORDS, Ready, Wish, changes_of, checked, same_process

_MOST_COMPARED: Final = 200
"""Open proposals that a new one is compared with, the newest."""
_ENDED: Final = (Proposal.State.DECLINED, Proposal.State.WITHDRAWN)


@transaction.atomic
def propose(*, by: User, wish: Wish, now: datetime) -> Proposal:
    """A new proposal, with an owner who is to answer it within `ANSWER_WITHIN`.

    Raises `Refused` for who may not, with everything that is wrong in it, and where the same is proposed already.
    """
    if not may(by, Right.PROPOSE):
        raise Refused(f"{by}, who may not propose", "somebody of the organisation", "ask an admin")
    Organisation.objects.select_for_update().get(pk=by.organisation_id)  # so that of two at once one is the second
    ready = checked(by.organisation, wish)
    if (same := _same(by.organisation, ready)) is not None:
        raise Refused(f"what proposal {same.pk} asks for: {same.title}", "a change of its own", "support that one")
    return _made(by.organisation, by, ready, now)


@transaction.atomic
def change(*, by: User, proposal: Proposal, wish: Wish, now: datetime) -> Proposal:
    """What the author says anew while it waits: who answers an older wording is told so.

    Raises `Refused` for anyone but the author, once it is answered, and with everything that is wrong in it.
    """
    locked = _locked(proposal)
    if locked.author_id != by.pk:
        raise Refused("a proposal of somebody else", "one's own", "say in a comment what should be different")
    must_wait(locked)
    ready = checked(by.organisation, wish)
    if (same := _same(by.organisation, ready, but=locked.pk)) is not None:
        raise Refused(f"what proposal {same.pk} asks for: {same.title}", "a change of its own", "support that one")
    locked.kind, locked.title, locked.what, locked.reason = ready.kind, ready.title, ready.what, ready.reason
    locked.base, locked.text, locked.expected_points = ready.base, ready.text, ready.expected_points
    locked.revision, locked.changed_at = locked.revision + 1, now
    locked.save()
    note(locked, ProposalEvent.Kind.CHANGED, by=by, now=now, changes=ready.changes, tell=True)
    return locked


@transaction.atomic
def comment(*, by: User, proposal: Proposal, text: str, now: datetime) -> ProposalComment:
    """What somebody says to a proposal, with their name. Raises `Refused` without words, or with too many."""
    _belongs(by, proposal)
    said = clean(text).strip()
    if not said or len(said) > WORDS:
        raise Refused("no words" if not said else f"{len(said):,} characters", f"1 to {WORDS:,} characters", "say it")
    return ProposalComment.objects.create(proposal=proposal, person=by, text=said, at=now)


@transaction.atomic
def support(*, by: User, proposal: Proposal, on: bool, now: datetime) -> bool:
    """Stands behind a proposal, or no longer; whether by now they do. Twice is once.

    Raises `Refused` for one's own, and for one that is over.
    """
    _belongs(by, proposal)
    locked = _locked(proposal)
    if locked.author_id == by.pk:
        raise Refused("one's own proposal", "one of somebody else", "ask colleagues what they think of it")
    if locked.state not in (Proposal.State.OPEN, Proposal.State.TRIED):
        raise Refused(f"a proposal that is over: {locked.get_state_display().lower()}", "one that waits or is tried")
    if on:
        ProposalSupport.objects.get_or_create(proposal=locked, person=by, defaults={"at": now})
    else:
        ProposalSupport.objects.filter(proposal=locked, person=by).delete()
    return on


@transaction.atomic
def hand_over(*, by: User, proposal: Proposal, to: User, now: datetime) -> None:
    """Another is to answer it, within as much time again. Raises `Refused` where either may not answer proposals."""
    _belongs(by, proposal)
    locked = _locked(proposal)
    must_wait(locked)
    if not may(by, Right.OWN_TRIALS):
        raise Refused(f"{by}, who does not answer proposals", "somebody who does", "ask its owner")
    if to.organisation_id != locked.organisation_id or not may(to, Right.OWN_TRIALS):
        raise Refused(f"{to}, who may not answer proposals", "a manager, operations, an executive or an admin")
    if to.pk == locked.owner_id:
        raise Refused(f"{to}, who owns it already", "somebody else")
    locked.owner, locked.answer_by, locked.changed_at = to, now + ANSWER_WITHIN, now
    locked.save(update_fields=["owner", "answer_by", "changed_at"])
    note(locked, ProposalEvent.Kind.HANDED, by=by, now=now, said=f"to {to}")


def hand_on(*, now: datetime) -> int:
    """Gives proposals whose owner can no longer answer them to somebody who can; how many."""
    waiting = Proposal.objects.filter(state=Proposal.State.OPEN).select_related("owner")
    lost = [each.pk for each in waiting if each.owner is None or not may(each.owner, Right.OWN_TRIALS)]
    return sum(_handed_on(key, now) for key in lost)


@transaction.atomic
def _handed_on(key: int, now: datetime) -> bool:
    locked = Proposal.objects.select_for_update().get(pk=key)
    to = owner_for(locked.organisation, locked.author)
    if locked.state != Proposal.State.OPEN or to is None or to.pk == locked.owner_id:
        return False
    locked.owner, locked.answer_by, locked.changed_at = to, max(locked.answer_by, now + ANSWER_WITHIN), now
    locked.save(update_fields=["owner", "answer_by", "changed_at"])
    note(locked, ProposalEvent.Kind.HANDED, by=None, now=now, said=f"to {to}, since nobody else could answer it")
    return True


@transaction.atomic
def withdraw(*, by: User, proposal: Proposal, reason: str = "", now: datetime) -> None:
    """The author takes it back while it waits; it stays readable."""
    locked = _locked(proposal)
    if locked.author_id != by.pk:
        raise Refused("a proposal of somebody else", "one's own", "decline it, if it is yours to answer")
    must_wait(locked)
    said = clean(reason).strip()
    must_fit(said, "reason", WORDS)
    end(locked, Proposal.State.WITHDRAWN, by=by, said=said, now=now)


@transaction.atomic
def propose_from_analysis(*, organisation: Organisation, finding: Finding, now: datetime) -> Proposal | None:
    """Proposes what the analysis found; None where that is proposed already, or there is nothing to change any more.

    The same finding (`key`) is never proposed twice while the first waits, is tried or was adopted. One that was
    declined or withdrawn is proposed again only when its evidence differs (`Evidence.differs_from`).
    """
    locked = Organisation.objects.select_for_update().get(pk=organisation.pk)  # two analyses may end at once
    before = Proposal.objects.filter(organisation=locked, origin=Proposal.Origin.ANALYSIS, finding=finding.key)
    last = before.order_by("-pk").first()
    if last is not None:
        again = finding.evidence.differs_from(Evidence.read(last.evidence))
        if last.state not in _ENDED or not again:
            return None
    base, text = locked.process_versions.first(), ""
    if finding.change is not None:
        process = process_in(base.text) if base is not None else None
        if process is None or base is None:
            return None
        edited = finding.change(process)
        text = rewritten(base.text, edited) if edited != process else ""
        if not text:
            return None
    ready = Ready(
        kind=finding.kind,
        title=finding.title[:160],
        what=finding.what[:WORDS],
        reason=finding.reason[:WORDS],
        text=text,
        base=base if text else None,
        changes=changes_of(base.text, text) if base is not None and text else (),
        expected_points=finding.expected_points,
    )
    if _same(locked, ready) is not None:
        return None  # a colleague asks for it already
    return _made(locked, None, ready, now, finding)


def withdraw_finding(*, proposal: Proposal, because: str, now: datetime) -> None:
    """The analysis takes back what it proposed, since newer results no longer say so. Only while it waits."""
    with transaction.atomic():
        locked = _locked(proposal)
        if locked.state == Proposal.State.OPEN and locked.origin == Proposal.Origin.ANALYSIS:
            end(locked, Proposal.State.WITHDRAWN, by=None, said=because, now=now)


def end(
    locked: Proposal, state: Proposal.State, *, by: User | None, said: str, now: datetime,
    adopted_as: ProcessVersion | None = None,
) -> None:  # fmt: skip
    """The last word on a proposal that the caller holds locked; everyone concerned hears of it."""
    locked.state, locked.answer, locked.answered_by, locked.answered_at = state, said[:WORDS], by, now
    locked.adopted_as, locked.changed_at = adopted_as, now
    locked.save()
    note(locked, ProposalEvent.Kind(state.value), by=by, now=now, said=said, tell=True)


def must_wait(proposal: Proposal) -> None:
    """Raises `Refused` where a proposal has its answer, saying whose and when."""
    if proposal.state != Proposal.State.OPEN:
        who = f" by {proposal.answered_by}" if proposal.answered_by else ""
        when = f" on {proposal.answered_at:%-d %B %Y}" if proposal.answered_at else ""
        raise Refused(
            f"a proposal that was answered{who}{when}: {proposal.get_state_display().lower()}",
            "one that waits for an answer",
            "read what was answered; nothing was changed",
        )


def _made(
    organisation: Organisation, by: User | None, ready: Ready, now: datetime, finding: Finding | None = None
) -> Proposal:
    proposal = Proposal.objects.create(
        organisation=organisation,
        kind=ready.kind,
        title=ready.title,
        what=ready.what,
        reason=ready.reason,
        base=ready.base,
        text=ready.text,
        expected_points=ready.expected_points,
        origin=Proposal.Origin.PERSON if finding is None else Proposal.Origin.ANALYSIS,
        finding=finding.key if finding else "",
        evidence=finding.evidence.as_document() if finding else {},
        author=by,
        owner=owner_for(organisation, by),
        answer_by=now + ANSWER_WITHIN,
        made_at=now,
        changed_at=now,
    )
    note(proposal, ProposalEvent.Kind.MADE, by=by, now=now, changes=ready.changes)
    return proposal


def _same(organisation: Organisation, ready: Ready, but: int | None = None) -> Proposal | None:
    """An open proposal that makes the same edit of the same version, or says the same words."""
    if not ready.text:
        told = Proposal.objects.filter(organisation=organisation, state=Proposal.State.OPEN, text="", kind=ready.kind)
        return told.filter(what=ready.what).exclude(pk=but or 0).first()
    others = Proposal.objects.filter(organisation=organisation, state=Proposal.State.OPEN, base=ready.base)
    others = others.exclude(pk=but or 0).exclude(text="").order_by("-pk")[:_MOST_COMPARED]
    return next((each for each in others if same_process(each.text, ready.text)), None)


def _belongs(by: User, proposal: Proposal) -> None:
    if by.organisation_id != proposal.organisation_id or not may(by, Right.PROPOSE):
        raise Refused("a proposal of another organisation", "one of one's own")


def _locked(proposal: Proposal) -> Proposal:
    return Proposal.objects.select_for_update().get(pk=proposal.pk)
