"""The list of trigger events, one of them with the sentence that shows it, and corrections by one tap."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from afteraction.errors import Refused
from afteraction.web.deals.models import Deal
from afteraction.web.listening import acting, correcting, selectors
from afteraction.web.listening.kinds import KINDS, word_of
from afteraction.web.listening.models import TriggerEvent
from afteraction.web.listening.pages import TABS, back_to, event_or_404, say_refused, sent_text
from afteraction.web.listening.selectors import Asked
from afteraction.web.listening.views import later_of
from afteraction.web.people.access import needs, signed_in
from afteraction.web.people.roles import Right, may


@needs(Right.LISTEN)
@require_GET
def events(request: HttpRequest) -> HttpResponse:
    """Every trigger event, the newest on top."""
    user, asked = signed_in(request), Asked.read(request.GET)
    page = selectors.events_list(user, asked, request.GET.get("page"))
    context = {
        "tabs": TABS,
        "asked": asked,
        "page": page,
        "kinds": KINDS.items(),
        "said": [(value, word) for value, word in TriggerEvent.Said.choices if value],
        "links": {
            "previous": f"?{asked.query(page=page.previous_page_number())}" if page.has_previous() else "",
            "next": f"?{asked.query(page=page.next_page_number())}" if page.has_next() else "",
        },
        "questions": correcting.questions_of(user.organisation),
        "none": correcting.NONE,
        "narrowed": bool(asked.query()),
        "heard": selectors.anything_heard(user.organisation),
        "owns_sources": may(user, Right.OWN_SOURCES),
    }
    return render(request, "listening/events.html", context)


@needs(Right.LISTEN)
@require_GET
def event(request: HttpRequest, key: int) -> HttpResponse:
    """One event: what shows it, who tells it, what is done about it."""
    return _page(request, event_or_404(request, key))


def _page(request: HttpRequest, found: TriggerEvent, refused: Refused | None = None) -> HttpResponse:
    user = signed_in(request)
    deals = Deal.objects.filter(organisation=user.organisation, account_id=found.account_id)
    context = {
        "event": found,
        "items": found.story.items.select_related("source").order_by("published_at", "pk")[:50],
        "others": found.story.events.exclude(pk=found.pk).order_by("account"),
        "kinds": KINDS.items(),
        "deals": deals.order_by("-last_event_at", "-id")[:20],
        "deal": deals.filter(deal_id=found.deal_id).first() if found.deal_id else None,
        "whys": acting.WHYS.items(),
        "later": acting.LATER.items(),
        "makes_leads": may(user, Right.WORK_LEADS) or may(user, Right.OWN_LEADS),
        "refused": refused,
    }
    return render(request, "listening/event.html", context, status=422 if refused else 200)


@require_POST
@needs(Right.LISTEN)
def say(request: HttpRequest, key: int) -> HttpResponse:
    """What becomes of one event."""
    found, sent = event_or_404(request, key), request.POST
    try:
        acting.say(
            by=signed_in(request), event=found, said=sent.get("said", ""), now=timezone.now(),
            why=sent_text(sent, "why"), again_on=later_of(request),
        )  # fmt: skip
    except Refused as refused:
        return _page(request, found, refused)
    return redirect(back_to(request, "listening")) if sent.get("back") else redirect("listening-event", key)


@require_POST
@needs(Right.LISTEN)
def correct(request: HttpRequest, key: int) -> HttpResponse:
    """The right kind, or the right account (none: the word “none”)."""
    user, found, sent = signed_in(request), event_or_404(request, key), request.POST
    try:
        if kind := sent.get("kind", ""):
            correcting.correct_kind(by=user, event=found, kind=kind)
            messages.success(request, f"It is {word_of(kind).lower()} now. Later items are read by that.")
        elif sent.get("none"):
            correcting.not_ours(by=user, event=found, now=timezone.now())
            messages.success(request, "It is about none of our accounts. The name is not taken for one any more.")
        else:
            asked = sent_text(sent, "account")
            moved = correcting.correct_account(by=user, event=found, account_id=asked, now=timezone.now())
            messages.success(request, f"It is about {moved.account} now. The name is read so from now on.")
    except Refused as refused:
        return _page(request, found, refused)
    return redirect("listening-event", key)


@require_POST
@needs(Right.LISTEN)
def answer_name(request: HttpRequest) -> HttpResponse:
    """Which account an ambiguous name means."""
    sent = request.POST
    try:
        correcting.answer_name(
            by=signed_in(request),
            text=sent_text(sent, "text"),
            account_id=sent_text(sent, "account"),
            now=timezone.now(),
        )
        messages.success(request, "Learned. You are not asked about this name again.")
    except Refused as refused:
        say_refused(request, refused)
    return redirect("listening-events")


@require_POST
@needs(Right.WORK_LEADS, Right.OWN_LEADS)
def lead(request: HttpRequest, key: int) -> HttpResponse:
    """Makes a lead of an event."""
    made = acting.lead_of(by=signed_in(request), event=event_or_404(request, key), now=timezone.now())
    messages.success(request, f"{made} is a lead now. Its clock runs.")
    return redirect("listening-event", key)


@require_POST
@needs(Right.LISTEN)
def deal(request: HttpRequest, key: int) -> HttpResponse:
    """Says which deal came of an event."""
    found = event_or_404(request, key)
    try:
        acting.of_deal(by=signed_in(request), event=found, deal_id=sent_text(request.POST, "deal"), now=timezone.now())
    except Refused as refused:
        return _page(request, found, refused)
    return redirect("listening-event", key)
