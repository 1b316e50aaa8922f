"""The plan of a trial on its page: what is tried, how it is judged, who signed; and planning it while it is a draft."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count

from afteraction.analysis.experiment_power import Size
from afteraction.process.model import Process
from afteraction.web.deals.models import IndexState
from afteraction.web.experiments import selectors, services, signing
from afteraction.web.experiments.answers import answers_of, asked_of, protocol_of, wished_of
from afteraction.web.experiments.document import ProtocolDocument
from afteraction.web.experiments.estimating import facts_of
from afteraction.web.experiments.history import History, history_of
from afteraction.web.experiments.ledger_tasks import keep_trial_history
from afteraction.web.experiments.models import Experiment, Protocol
from afteraction.web.experiments.planning_forms import DEFAULTS, PlanForm, first_day, measures
from afteraction.web.experiments.sizing import Sizing, sizing
from afteraction.web.experiments.telling import Answer, Figure, answer, document_of, few_words, figures, protocol_words
from afteraction.web.insights.selectors import newest_results, process_in
from afteraction.web.jobs.services import enqueue
from afteraction.web.people.models import Organisation, User
from afteraction.web.people.roles import RIGHTS, Right


def plan_block(user: User, experiment: Experiment) -> dict[str, Any]:
    """The context of experiments/plan.html, as `plan` there."""
    draft = selectors.protocol_in_draft(experiment)
    answers = services.answers_for(user, experiment)
    versions = _versions(experiment)
    return {
        "in_force": versions[0] if versions else None,
        "versions": versions[1:],
        "next_version": len(versions) + 1,
        "draft": draft,
        "draft_note": "Not locked yet" if draft and draft.text else "Something is missing",
        "draft_told": told(draft) if draft and draft.text else None,
        "draft_signatures": list(draft.signatures.order_by("at")) if draft else [],
        "part": signing.part_of(user, experiment),
        "signed": bool(draft and draft.signatures.filter(person=user).exists()),
        "answers": answers,
        "sponsors": _people(experiment.organisation) if answers else [],
        "writable": draft is not None and answers and not over(experiment),
        "changeable": draft is None and experiment.state in (Experiment.State.RUNNING, Experiment.State.ENDED),
        "over": over(experiment),
        "has_password": user.has_usable_password(),
    }


def _versions(experiment: Experiment) -> list[dict[str, Any]]:
    """The locked protocols, newest first, each with its looks and why the next one took its place."""
    found, replaced = [], ""
    for each in experiment.protocols.exclude(locked_at=None).annotate(taken=Count("looks")).order_by("-version"):
        title = "The protocol" if each.version == 1 else f"The protocol, version {each.version}"
        signatures = list(each.signatures.order_by("at"))
        row = {"protocol": each, "title": title, "signatures": signatures, "looks": each.taken, "replaced": replaced}
        found.append({**row, **told(each)})
        replaced = each.why
    return found


def told(protocol: Protocol) -> dict[str, Any]:
    """A protocol as its page shows it: `arms` and `words`; neither where it cannot be read any more."""
    document = document_of(protocol)
    return {"arms": document.arms, "words": protocol_words(document)} if document else {"arms": (), "words": ()}


@dataclass(frozen=True)
class Planned:
    """What a filled-in form comes to: its size, and the protocol or what is missing before it can be signed."""

    size: Sizing | None
    document: ProtocolDocument | None
    missing: tuple[str, ...]
    answer: Answer | None = None
    figures: tuple[Figure, ...] = ()
    few: str = ""


class Planning:
    """What the planning page of an experiment knows: the record, the process, and the form with its choices."""

    def __init__(self, user: User, experiment: Experiment, draft: Protocol, now: datetime) -> None:
        self.user, self.experiment, self.draft, self.now = user, experiment, draft, now
        self.history: History | None = history_of(experiment.organisation)
        self.process: Process | None = process_of(experiment)
        self.names: Mapping[str, str] = measures(self.process, self.history)
        shown = newest_results(experiment.organisation)
        self.verdicts = {each["step"]: each["verdict"] for each in shown.figures["steps"]} if shown else {}

    def form(self, data: Any = None) -> PlanForm:
        """The form, as it was left or as it is sent."""
        written = document_of(self.draft) if self.draft.text else None
        answers = answers_of(written) if written else dict(self.draft.document.get("answers") or {})
        initial = {**DEFAULTS, "measure": "won", "starts_on": first_day(self.now.date()), **answers}
        initial |= {name: getattr(self.experiment, name) for name in ("title", "question", "sponsor")}
        initial["owner"] = self.experiment.owner_id
        if initial["unit"] == "deal":
            initial["kind"] = DEFAULTS["kind"]  # what is offered first where reps or teams are drawn
        return PlanForm(self.user, self.names, self.history, data, initial=initial)

    def planned(self, form: PlanForm) -> Planned:
        """What the form comes to. It must be valid."""
        given, missing = form.cleaned_data, form.missing(self.now.date())
        if self.history is None:
            return Planned(None, None, ("the record, which is being read",))
        if not given["effect"]:
            return Planned(None, None, tuple(missing))
        asked, wished = asked_of(given, self.names), wished_of(given)
        found = sizing(self.history, asked, wished, self.process, self.verdicts)
        whole = missing or self._whole(given, found)
        document = whole if isinstance(whole, ProtocolDocument) else None
        return Planned(
            size=found,
            document=document,
            missing=() if isinstance(whole, ProtocolDocument) else tuple(whole),
            answer=answer(found, asked.measure, wished),
            figures=tuple(figures(found, asked.measure)),
            few=few_words(found),
        )

    def _whole(self, given: Mapping[str, Any], found: Sizing) -> ProtocolDocument | list[str]:
        if self.history is None or not isinstance(found.answer, Size):
            return ["a question that can be answered"]
        units = asked_of({**given, "units": found.record.clusters}, self.names)
        facts = facts_of(self.history, units, self.process) if given["kind"] == "pairs" else {}
        return protocol_of(given, found, found.answer, self.names, self.history.teams_of_owners(), facts)

    def ask_for_history(self) -> bool:
        """Has the record read by a job where it was not yet; whether there is anything to wait for."""
        state = IndexState.objects.filter(organisation=self.experiment.organisation).first()
        if self.history is not None or state is None or not state.version:
            return False
        enqueue(keep_trial_history, organisation_id=self.experiment.organisation_id)
        return True


def process_of(experiment: Experiment) -> Process | None:
    """The process on paper as it would be with the change, else as it is; None where there is none."""
    if experiment.new_process:
        return process_in(experiment.new_process)
    newest = experiment.organisation.process_versions.first()
    return process_in(newest.text) if newest else None


def over(experiment: Experiment) -> bool:
    """Whether a trial was decided or withdrawn: a version that was being written then is no plan any more."""
    return experiment.state in (Experiment.State.DECIDED, Experiment.State.WITHDRAWN)


def _people(organisation: Organisation) -> list[User]:
    roles = [role for role, rights in RIGHTS.items() if Right.OWN_TRIALS in rights]
    return list(User.objects.filter(organisation=organisation, role__in=roles, is_active=True).order_by("name", "pk"))
