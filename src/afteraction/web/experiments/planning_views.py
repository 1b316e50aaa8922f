"""Planning a trial: the list, a new one, its plan with the size shown while it is filled in, signatures, versions."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from afteraction.errors import Refused
from afteraction.web.experiments import selectors, services, signing
from afteraction.web.experiments.answers import kept
from afteraction.web.experiments.confirming import confirm
from afteraction.web.experiments.models import Experiment, Protocol
from afteraction.web.experiments.planning import Planned, Planning, over, told
from afteraction.web.experiments.planning_forms import taken
from afteraction.web.experiments.trial_views import the_trial, trial_page
from afteraction.web.experiments.verifying import contains, verify, verify_all
from afteraction.web.people.access import needs, signed_in
from afteraction.web.people.models import User
from afteraction.web.people.roles import Right, may

_TABS = (("proposals", "Proposals"), ("trials", "Trials"), ("before-and-after", "Before and after"))
_STATES = (
    Experiment.State.RUNNING,
    Experiment.State.ENDED,
    Experiment.State.DRAFT,
    Experiment.State.DECIDED,
    Experiment.State.WITHDRAWN,
)


@needs(Right.PROPOSE)
@require_GET
def trials(request: HttpRequest) -> HttpResponse:
    """Every trial, those that run first."""
    user = signed_in(request)
    decided = Prefetch("protocols", Protocol.objects.prefetch_related("decisions"))
    rows = list(selectors.experiments_for(user).prefetch_related(decided).order_by("-changed_at", "-pk")[:300])
    groups = [(state.label, [each for each in rows if each.state == state]) for state in _STATES]
    context = {
        "groups": [(label, found) for label, found in groups if found],
        "tabs": _TABS,
        "owns": may(user, Right.OWN_TRIALS),
        "verified": verify_all(user.organisation),
    }
    return render(request, "experiments/list.html", context)


@needs(Right.OWN_TRIALS)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Begins a plan from nothing; a proposal begins one from its own page."""
    refused = None
    given = {name: request.POST.get(name, "") for name in ("title", "question")}
    if request.method == "POST":
        try:
            made = services.draft(
                by=signed_in(request), title=given["title"], question=given["question"], now=timezone.now()
            )
        except Refused as error:
            refused = error
        else:
            return redirect("trial-plan", made.pk)
    context = {"refused": refused, **given}
    return render(request, "experiments/new.html", context, status=422 if refused else 200)


@needs(Right.OWN_TRIALS)
@require_http_methods(["GET", "POST"])
def plan(request: HttpRequest, key: int) -> HttpResponse:
    """The planning page. Saved at any time; whole it can be signed."""
    user = signed_in(request)
    planning = _planning(user, key)
    if isinstance(planning, Refused):
        context = {"trial": the_trial(user, key), "refused": planning}
        return render(request, "experiments/no_plan.html", context, status=422)
    sent = request.method == "POST"
    taking = sent and bool(request.POST.get("take"))
    form = planning.form((taken(request.POST) if taking else request.POST) if sent else None)
    refused = None
    if sent and form.is_valid():
        found = planning.planned(form)
        try:
            _save(user, planning, found, form.cleaned_data)
        except Refused as error:
            refused = error
        else:
            if taking or found.document is None:
                messages.success(request, "Saved. It can be signed once nothing is missing.")
                return redirect("trial-plan", key)
            messages.success(request, "Saved. It is whole: you and the sponsor can sign it.")
            return redirect("trial", key)
    bound = form if form.is_bound else planning.form(_as_sent(form))
    context = {
        "trial": planning.experiment,
        "draft": planning.draft,
        "form": form,
        "refused": refused,
        **_sized(planning, planning.planned(bound) if bound.is_valid() else None),
    }
    return render(request, "experiments/planning.html", context, status=422 if sent else 200)


@needs(Right.OWN_TRIALS)
@require_POST
def size(request: HttpRequest, key: int) -> HttpResponse:
    """What the plan comes to as it is filled in at this moment. Nothing is saved."""
    planning = _planning(signed_in(request), key)
    if isinstance(planning, Refused):
        return render(request, "experiments/size.html", {"refused": planning}, status=422)
    form = planning.form(request.POST)
    found = planning.planned(form) if form.is_valid() else None
    context = {"trial": planning.experiment, "form": form, **_sized(planning, found)}
    return render(request, "experiments/size.html", context)


def _sized(planning: Planning, found: Planned | None) -> dict[str, Any]:
    return {"planned": found, "waits": planning.ask_for_history(), "has_record": planning.history is not None}


def _as_sent(form: Any) -> dict[str, Any]:
    """A form as it was left, as if it were sent."""
    return {name: form.initial.get(name, field.initial) for name, field in form.fields.items()} | {
        "sponsor": getattr(form.initial.get("sponsor"), "pk", "")
    }


def _save(user: User, planning: Planning, found: Planned, given: dict[str, Any]) -> None:
    answers = {name: value for name, value in given.items() if name not in ("title", "question", "sponsor")}
    services.save_plan(
        by=user,
        experiment=planning.experiment,
        answers=kept(answers),
        document=found.document,
        title=given["title"],
        question=given["question"],
        sponsor=given["sponsor"],
        now=timezone.now(),
    )


def _planning(user: User, key: int) -> Planning | Refused:
    """What is planned, for those who answer for it; 404 for others. Where nothing is being written: what is, instead.

    Somebody else may have signed meanwhile, or decided: the page that was left open must say so.
    """
    found = the_trial(user, key)
    if not services.answers_for(user, found):
        raise Http404
    draft = selectors.protocol_in_draft(found)
    if over(found):
        state = found.get_state_display().lower()
        return Refused(f"a trial that is {state}", "one that is not over", "plan another; this one stays as it is")
    if draft is None:
        return Refused(
            "a protocol that is locked: both have signed it, and nothing of it can be changed",
            "one that is being written",
            "begin a new version of it, with a reason, at the foot of its page",
        )
    return Planning(user, found, draft, timezone.now())


@needs(Right.OWN_TRIALS)
@require_POST
def sign(request: HttpRequest, key: int) -> HttpResponse:
    """Signs what was shown; the second of the two signatures locks it."""

    def do(user: User, found: Experiment) -> str:
        if not signing.part_of(user, found):
            raise Refused(str(user), "the owner or the sponsor of the trial", "ask one of them")
        confirm(request, user, request.POST.get("password", ""))
        made = signing.sign(by=user, experiment=found, digest=request.POST.get("digest", ""), now=timezone.now())
        return "Signed and locked. The trial runs." if made.locked_at else "Signed. It waits for the other signature."

    return _done(request, key, do)


@needs(Right.OWN_TRIALS)
@require_POST
def begin_version(request: HttpRequest, key: int) -> HttpResponse:
    """Begins the next version of a protocol, with a reason."""
    found = the_trial(signed_in(request), key)
    try:
        why = request.POST.get("why", "")
        services.new_version(by=signed_in(request), experiment=found, why=why, now=timezone.now())
    except Refused as error:
        return trial_page(request, found, 422, refused=error)
    return redirect("trial-plan", key)


@needs(Right.OWN_TRIALS)
@require_POST
def drop_version(request: HttpRequest, key: int) -> HttpResponse:
    """Drops a version that is being written."""

    def do(user: User, found: Experiment) -> str:
        services.drop_version(by=user, experiment=found, now=timezone.now())
        return "Dropped. The protocol in force goes on."

    return _done(request, key, do)


@needs(Right.OWN_TRIALS)
@require_POST
def withdraw(request: HttpRequest, key: int) -> HttpResponse:
    """Ends a trial without a decision."""

    def do(user: User, found: Experiment) -> str:
        services.withdraw(by=user, experiment=found, why=request.POST.get("why", ""), now=timezone.now())
        return "Withdrawn. What came of it stays readable."

    return _done(request, key, do)


@needs(Right.OWN_TRIALS)
@require_POST
def hand_over(request: HttpRequest, key: int) -> HttpResponse:
    """Others answer for a trial from now on."""

    def do(user: User, found: Experiment) -> str:
        owner, sponsor = (_person(user, request.POST.get(name, "")) for name in ("owner", "sponsor"))
        services.hand_over(by=user, experiment=found, owner=owner, sponsor=sponsor, now=timezone.now())
        return f"{owner} and {sponsor} answer for it now."

    return _done(request, key, do)


def _person(user: User, key: str) -> User:
    number = int(key) if key.isdecimal() and len(key) < 19 else 0
    found = User.objects.filter(organisation=user.organisation, pk=number).first()
    if found is None:
        raise Refused("nobody", "an owner and a sponsor", "choose both")
    return found


def _done(request: HttpRequest, key: int, do: Callable[[User, Experiment], str]) -> HttpResponse:
    """Does something to a trial, and leads back to it; refused, its page says why."""
    user = signed_in(request)
    found = the_trial(user, key)
    try:
        said = do(user, found)
    except Refused as error:
        return trial_page(request, found, 422, refused=error)
    messages.success(request, said)
    return redirect("trial", key)


@needs(Right.PROPOSE)
@require_GET
def protocol(request: HttpRequest, key: int, version: int) -> HttpResponse:
    """A locked version of a protocol, in words and as the text that was hashed."""
    found = the_trial(signed_in(request), key)
    shown = found.protocols.exclude(locked_at=None).filter(version=version).first()
    if shown is None:
        raise Http404
    context = {
        "trial": found,
        "protocol": shown,
        "heading": f"Protocol, version {shown.version}",
        "told": told(shown),
        "signatures": shown.signatures.order_by("at"),
        "tampered": verify(found),
    }
    return render(request, "experiments/protocol.html", context)


@needs(Right.PROPOSE)
@require_GET
def ledger(request: HttpRequest, key: int) -> HttpResponse:
    """What was settled when, each with its seal; whether a receipt's seal is in it."""
    found = the_trial(signed_in(request), key)
    receipt = request.GET.get("receipt", "").strip()
    context = {
        "trial": found,
        "entries": found.ledger.order_by("-place")[:500],
        "tampered": verify(found),
        "receipt": receipt,
        "met": contains(found, receipt) if receipt else None,
    }
    return render(request, "experiments/ledger.html", context)
