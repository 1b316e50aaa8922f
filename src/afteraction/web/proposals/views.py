"""The list of proposals, one proposal, and making and changing one."""

from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from afteraction.errors import Refused
from afteraction.web.people.access import needs, signed_in
from afteraction.web.people.roles import Right, may
from afteraction.web.proposals import answering, selectors, services
from afteraction.web.proposals.asking import Asked, Page
from afteraction.web.proposals.forms import ListForm, OwnerForm
from afteraction.web.proposals.models import Proposal
from afteraction.web.proposals.selectors import STATES, ProposalList
from afteraction.web.proposals.shown import page_of

TABS: Final = (("proposals", "Proposals"), ("trials", "Trials"), ("before-and-after", "Before and after"))
_ALWAYS: Final = ("open", "tried", "adopted", "declined", "all")


@needs(Right.PROPOSE)
@require_GET
def proposals(request: HttpRequest) -> HttpResponse:
    """The proposals by state."""
    user, now = signed_in(request), timezone.now()
    asked = ProposalList.read(request.GET)
    counts = selectors.counts_of(user, asked, now=now)
    page = selectors.page_of(selectors.listed(user, asked, now=now), request.GET.get("page"))
    context = {
        "tabs": TABS,
        "asked": asked,
        "form": ListForm(asked),
        "page": page,
        "now": now,
        "states": [
            (state, word, counts[state], f"?{asked.query(state=state)}")
            for state, word in STATES.items()
            if state in _ALWAYS or counts[state] or state == asked.state
        ],
        "any": selectors.proposals_for(user).exists(),
    }
    return render(request, "proposals/list.html", context)


@needs(Right.PROPOSE)
@require_GET
def proposal(request: HttpRequest, key: int) -> HttpResponse:
    """One proposal: what it changes, why, who stands behind it, and what became of it."""
    user, found, now = signed_in(request), proposal_or_404(request, key), timezone.now()
    if found.state == Proposal.State.TRIED and answering.follow_trials(now=now, only=found):
        found = proposal_or_404(request, key)
    selectors.seen(user, found, now=now)
    return shown(request, found)


def shown(request: HttpRequest, found: Proposal, refused: Refused | None = None, **others: Any) -> HttpResponse:
    """The page of a proposal, with what was refused."""
    user = signed_in(request)
    context = page_of(user, found, now=timezone.now()) | {
        "refused": refused,
        "owner_form": OwnerForm(user.organisation, found.owner_id),
        "may_change_process": may(user, Right.CHANGE_PROCESS),
        "before": list(selectors.evidence_before(found)[:5]),
        **others,
    }
    return render(request, "proposals/proposal.html", context, status=422 if refused else 200)


def proposal_or_404(request: HttpRequest, key: int) -> Proposal:
    """A proposal that the visitor may read."""
    found = selectors.proposal_for(signed_in(request), key)
    if found is None:
        raise Http404
    return found


@needs(Right.PROPOSE)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Proposes a change: of the process, by form or as its text, or a script or a question in words."""
    user = signed_in(request)
    page = Page.made(user, Asked.read(request, user), _sent(request))
    refused = None
    if request.method == "POST" and (wish := page.wish) is not None:
        try:
            made = services.propose(by=user, wish=wish, now=timezone.now())
        except Refused as found:
            refused = found
        else:
            owner = f"{made.owner} answers" if made.owner else "Somebody answers"
            messages.success(request, f"It is proposed. {owner} by {made.answer_by:%-d %B}.")
            return redirect("proposal", made.pk)
    context = page.context() | {"refused": refused, "step": request.GET.get("step", "")[:120]}
    return render(request, "proposals/new.html", context, status=422 if request.method == "POST" else 200)


@needs(Right.PROPOSE)
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, key: int) -> HttpResponse:
    """Changes one's own proposal while it waits, from what it says or (`?anew`) from the process as it is."""
    user, found = signed_in(request), proposal_or_404(request, key)
    if found.author_id != user.pk or found.state != Proposal.State.OPEN:
        raise Http404
    asked = Asked.read(request, user)
    number = asked.base.number if asked.base else None
    asked = asked.of(found, anew="anew" in request.GET)
    names = ("title", "what", "reason", "expected_points")
    page = Page.made(user, asked, _sent(request), {name: getattr(found, name) for name in names})
    refused = None
    if request.method == "POST" and (wish := page.wish) is not None:
        try:
            if found.text and asked.base is not None and asked.base.number != number:
                raise _moved(number)
            services.change(by=user, proposal=found, wish=wish, now=timezone.now())
        except Refused as error:
            refused = error
        else:
            messages.success(request, "Changed. Who stands behind it and who answers it are told.")
            return redirect("proposal", found.pk)
    context = page.context() | {"refused": refused, "editing": found, "anew": "anew" in request.GET}
    return render(request, "proposals/new.html", context, status=422 if request.method == "POST" else 200)


@needs(Right.PROPOSE)
@require_POST
def check(request: HttpRequest) -> HttpResponse:
    """What an edit would change, in words, while it is made."""
    user = signed_in(request)
    asked = Asked.read(request, user)
    key = request.POST.get("editing", "")
    if key.isdecimal() and len(key) < 18 and (found := selectors.proposal_for(user, int(key))) is not None:
        asked = asked.of(found, anew=request.POST.get("anew") == "yes")
    page = Page.made(user, asked, request.POST)
    return render(request, "proposals/preview.html", page.context())


def _sent(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _moved(number: int | None) -> Refused:
    return Refused(
        f"an edit of version {number} of the process, and by now the proposal is of another",
        "an edit of the version that the proposal is of",
        "open it again; what you filled in is still below",
    )
