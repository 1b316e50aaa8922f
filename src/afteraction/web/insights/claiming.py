"""Claims: stated by anyone, judged by the record in a job, judged again with every new analysis."""

from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils import timezone

from afteraction.analysis.claim import Claim as Asked
from afteraction.analysis.claim import Direction, Judgement, Subject, SubjectKind
from afteraction.errors import Refused
from afteraction.report.figures import plain
from afteraction.report.version import open_version
from afteraction.web.insights import tasks
from afteraction.web.insights.models import Claim
from afteraction.web.insights.selectors import newest_results, process_in
from afteraction.web.jobs.services import enqueue
from afteraction.web.people.models import Organisation, Role, User

MOST: Final = 200
"""Claims of an organisation: each is judged anew with every analysis."""


def state_claim(
    *, by: User, sentence: str, kind: str, name: str, direction: str, level: str = "", segment: str = ""
) -> Claim:
    """Writes a claim down and has it judged. Raises `Refused` when it is there already, or there are too many."""
    if Claim.objects.filter(organisation=by.organisation).count() >= MOST:
        raise Refused(f"{MOST} claims", f"at most {MOST}", "withdraw one that nobody asks about any more")
    try:
        with transaction.atomic():
            claim = Claim.objects.create(
                organisation=by.organisation,
                sentence=sentence.strip(),
                kind=kind,
                name=name,
                level=level,
                direction=direction,
                segment=segment,
                stated_by=by,
            )
            enqueue(tasks.judge_claims, organisation_id=by.organisation_id)
    except IntegrityError as error:
        raise Refused("a claim that says the same", "one that is not on the list yet", "look at its verdict") from error
    return claim


def withdraw_claim(*, by: User, claim: Claim) -> None:
    """Takes a claim off the list: whoever stated it may, and admins. Raises `Refused` for others."""
    if claim.organisation_id != by.organisation_id or not may_withdraw(by, claim):
        raise Refused("a claim that somebody else stated", "one of your own", "ask whoever stated it, or an admin")
    claim.delete()


def may_withdraw(user: User, claim: Claim) -> bool:
    """Whether someone may take this claim off the list."""
    return claim.stated_by_id == user.pk or user.role == Role.ADMIN


def judge(*, organisation: Organisation) -> None:
    """Judges every claim that the newest results have not been held against yet.

    All at once, as the effects behind them are found once. What is refused is kept with its words.
    """
    shown = newest_results(organisation)
    if shown is None:
        return
    analysis = shown.analysis
    waiting = [claim for claim in organisation.claims.all() if claim.judged_by_id != analysis.pk]
    if not waiting:
        return
    text = analysis.process_version.text if analysis.process_version else ""
    process = process_in(text) if text else None
    try:
        with open_version(organisation.home.folder, analysis.data_version) as opened:
            verdicts = opened.judge_claims(process, [_asked(claim) for claim in waiting])
    except Refused as refused:
        for claim in waiting:
            _keep(claim, message=str(refused))
        return
    for claim, found in zip(waiting, verdicts, strict=True):
        _keep(claim, verdict=found.verdict.value, judgement=_in_full(found), judged_by=analysis, message="")


def _asked(claim: Claim) -> Asked:
    kind = SubjectKind(claim.kind)
    return Asked(
        claim.sentence, Subject(kind, names=(claim.name,), level=claim.level), Direction(claim.direction),
        claim.segment or None,
    )  # fmt: skip


def _in_full(found: Judgement) -> dict[str, Any]:
    content: dict[str, Any] = plain(found)
    return content


def _keep(claim: Claim, **changed: Any) -> None:
    """Only what judging says: whatever else became of the claim meanwhile stays, and one withdrawn stays away."""
    Claim.objects.filter(pk=claim.pk).update(judged_at=timezone.now(), **changed)
