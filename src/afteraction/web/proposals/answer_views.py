"""What people do on the page of a proposal: say something, stand behind it, answer it, hand it over, take it back."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from afteraction.errors import Refused
from afteraction.web.people.access import needs, signed_in
from afteraction.web.people.roles import Right
from afteraction.web.proposals import answering, services
from afteraction.web.proposals.owners import who_may_answer
from afteraction.web.proposals.shown import page_of
from afteraction.web.proposals.views import proposal_or_404, shown


@needs(Right.PROPOSE)
@require_POST
def support(request: HttpRequest, key: int) -> HttpResponse:
    """Stands behind it, or no longer: one tap."""
    user, found, now = signed_in(request), proposal_or_404(request, key), timezone.now()
    try:
        services.support(by=user, proposal=found, on=request.POST.get("on") == "yes", now=now)
    except Refused as refused:
        return shown(request, found, refused)
    if request.headers.get("HX-Request"):
        return render(request, "proposals/support.html", page_of(user, found, now=now))
    return redirect("proposal", found.pk)


@needs(Right.PROPOSE)
@require_POST
def comment(request: HttpRequest, key: int) -> HttpResponse:
    """Says something to it."""
    user, found = signed_in(request), proposal_or_404(request, key)
    text = request.POST.get("text", "")
    try:
        services.comment(by=user, proposal=found, text=text, now=timezone.now())
    except Refused as refused:
        return shown(request, found, refused, said=text)
    return redirect(f"{request.path.removesuffix('comment/')}#discussion")


@needs(Right.OWN_TRIALS)
@require_POST
def answer(request: HttpRequest, key: int) -> HttpResponse:
    """Answers it: try it, adopt it at once, decline it."""
    user, found, now = signed_in(request), proposal_or_404(request, key), timezone.now()
    which, said, seen = (request.POST.get(name, "") for name in ("answer", "words", "revision"))
    if which not in ("try", "adopt", "decline"):
        return HttpResponseBadRequest("Found no answer; expected try, adopt or decline.")
    revision = int(seen) if seen.isdecimal() and len(seen) < 9 else None
    try:
        if which == "try":
            experiment = answering.try_it(by=user, proposal=found, revision=revision, now=now)
            messages.success(request, "A trial is drafted. Plan it here: what is measured, and how long it takes.")
            return redirect("trial", experiment.pk)
        if which == "adopt":
            version = answering.adopt(by=user, proposal=found, words=said, revision=revision, now=now)
            text = f"Version {version.number} is the process now. " if version else "It is adopted. "
        else:
            answering.decline(by=user, proposal=found, reason=said, revision=revision, now=now)
            text = "It is declined. "
    except Refused as refused:
        return shown(request, proposal_or_404(request, key), refused, said_words=said, said_answer=which)
    messages.success(request, f"{text}Its author and who stands behind it are told.")
    return redirect("proposal", found.pk)


@needs(Right.OWN_TRIALS)
@require_POST
def hand_over(request: HttpRequest, key: int) -> HttpResponse:
    """Another is to answer it."""
    user, found = signed_in(request), proposal_or_404(request, key)
    to = next((one for one in who_may_answer(user.organisation) if str(one.pk) == request.POST.get("to")), None)
    if to is None:
        raise Http404
    try:
        services.hand_over(by=user, proposal=found, to=to, now=timezone.now())
    except Refused as refused:
        return shown(request, found, refused)
    messages.success(request, f"{to} answers it.")
    return redirect("proposal", found.pk)


@needs(Right.PROPOSE)
@require_POST
def bring_up(request: HttpRequest, key: int) -> HttpResponse:
    """Makes its edit again on the newest process."""
    user, found = signed_in(request), proposal_or_404(request, key)
    try:
        answering.bring_up(by=user, proposal=found, now=timezone.now())
    except Refused as refused:
        return shown(request, found, refused)
    messages.success(request, "It is an edit of the newest process now. Look at what it changes before you answer.")
    return redirect("proposal", found.pk)


@needs(Right.PROPOSE)
@require_POST
def withdraw(request: HttpRequest, key: int) -> HttpResponse:
    """The author takes it back."""
    user, found = signed_in(request), proposal_or_404(request, key)
    reason = request.POST.get("reason", "")
    try:
        services.withdraw(by=user, proposal=found, reason=reason, now=timezone.now())
    except Refused as refused:
        return shown(request, found, refused)
    messages.success(request, "You took it back. It stays readable.")
    return redirect("proposal", found.pk)
