"""What a buyer sees: the questionnaire behind the link of a mail. No sign-in, and nothing about the deal.

Every link that may not be answered gets one and the same page: unknown, expired, used or declined. Nothing is changed
by opening a page, since programs that look into mails open links too.
"""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from afteraction.errors import Refused
from afteraction.web.buyers import answering, limits, links
from afteraction.web.buyers.models import BuyerAnswer, Invitation, Programme
from afteraction.web.buyers.models.programme import Language
from afteraction.web.buyers.page import questionnaire, words_for
from afteraction.web.buyers.programme import company_of, programme_of
from afteraction.web.buyers.questions import LARGEST_BODY, Given, of_answer, read
from afteraction.web.buyers.selectors import known_drivers
from afteraction.web.buyers.unsubscribing import unsubscribe
from afteraction.web.buyers.words import WORDS
from afteraction.web.isolation.scope import bind

_COOKIE: Final = "mine"
"""The only cookie: it lets the browser that sent an answer change it for an hour, and is sent to its page alone."""
_METHODS: Final = ["GET", "HEAD", "POST"]
"""Programs that check the links of mails ask with HEAD."""
View = Callable[..., HttpResponse]


def for_buyers(view: View) -> View:
    """What holds for every page here: limits of how often and how much, nothing kept, indexed or told elsewhere.

    No CSRF token, which would need a cookie: whoever can forge a request here knows the link, and needs no forging.
    """

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, token: str) -> HttpResponse:
        who = limits.address_of(request)
        if limits.WRONG.is_over(who) or limits.ALL.is_over(who):
            answer = _page(request, "too_many", 429)
            answer["Retry-After"] = "60"
        elif _size(request) > LARGEST_BODY:
            answer = _page(request, "too_long", 413)
        else:
            limits.ALL.add(who)
            answer = view(request, token)
            if answer.status_code == 404:
                limits.WRONG.add(who)
        answer["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        answer["Referrer-Policy"] = "no-referrer"
        answer["Cache-Control"] = "no-store"
        return answer

    return guarded


@for_buyers
@require_http_methods(_METHODS)
def questions(request: HttpRequest, token: str) -> HttpResponse:
    """The questionnaire; a POST sends it."""
    now = timezone.now()
    invitation = _opened(links.open_invitation(token, now=now))
    if invitation is None:
        return _mine(request, token, now)
    programme = programme_of(invitation.asking.organisation)
    language = _language(request, programme, invitation)
    if request.method != "POST":
        return _questions(request, token, programme, invitation, answering.given_so_far(invitation))
    try:
        given = _given(request, invitation)
    except Refused:
        return _page(request, "too_long", 413)
    try:
        key = answering.send(invitation=invitation, given=given, language=language, now=now)
    except Refused:
        if given.is_empty:
            return _questions(request, token, programme, invitation, given, status=422)
        return _closed(request)  # somebody else has answered with the same link at the same moment
    if not key:
        return _thanks(request, programme, language, anonymous=True)
    answer = redirect("buyer-questions", token)
    answer.set_cookie(
        _COOKIE,
        key,
        max_age=int(answering.CHANGEABLE.total_seconds()),
        path=reverse("buyer-questions", args=[token]),
        secure=settings.HTTPS,
        httponly=True,
        samesite="Strict",
    )
    return answer


@for_buyers
@require_POST
def draft(request: HttpRequest, token: str) -> HttpResponse:
    """Keeps what has been typed so far."""
    now = timezone.now()
    invitation = _opened(links.open_invitation(token, now=now))
    if invitation is None:
        return _closed(request)
    try:
        answering.keep(invitation=invitation, given=_given(request, invitation), now=now)
    except Refused:
        return _page(request, "too_long", 413)
    return HttpResponse(status=204)


@for_buyers
@require_http_methods(_METHODS)
def decline(request: HttpRequest, token: str) -> HttpResponse:
    """Someone would rather not answer. Opening the page changes nothing."""
    invitation = _opened(links.open_invitation(token, now=timezone.now()))
    if invitation is None:
        return _closed(request)
    if request.method != "POST":
        return redirect("buyer-questions", token)
    answering.decline(invitation=invitation)
    return _told(request, invitation, "declined")


@for_buyers
@require_http_methods(_METHODS)
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """Never being asked again: works with every link ever mailed. Mail programs send the POST by themselves."""
    invitation = _opened(links.any_invitation(token))
    if invitation is None:
        return _closed(request)
    if request.method != "POST":
        return _told(request, invitation, "unsubscribe", token=token)
    unsubscribe(invitation=invitation, now=timezone.now())
    return _told(request, invitation, "unsubscribed")


def _opened(invitation: Invitation | None) -> Invitation | None:
    """From here on the request sees what is of the organisation that asks, and nothing else."""
    if invitation is not None:
        bind(invitation.asking.organisation_id)
    return invitation


def _mine(request: HttpRequest, token: str, now: datetime) -> HttpResponse:
    """To the browser that has just answered: thanks, and for an hour the way to change it. To others nothing."""
    key = request.COOKIES.get(_COOKIE, "")
    invitation = _opened(links.any_invitation(token)) if key else None
    answer = answering.changeable(invitation, key, now=now)
    if invitation is None or answer is None:
        return _closed(request)
    programme = programme_of(answer.organisation)
    language = _language(request, programme, invitation)
    if request.method == "POST":
        return _changed(request, token, programme, invitation, answer)
    if "change" in request.GET:
        return _questions(request, token, programme, invitation, of_answer(answer), changing=True)
    return _thanks(request, programme, language)


def _changed(
    request: HttpRequest, token: str, programme: Programme, invitation: Invitation, answer: BuyerAnswer
) -> HttpResponse:
    try:
        given = _given(request, invitation)
    except Refused:
        return _page(request, "too_long", 413)
    language = _language(request, programme, invitation)
    try:
        answering.change(answer=answer, given=given, language=language, now=timezone.now())
    except Refused:
        return _questions(request, token, programme, invitation, given, changing=True, status=422)
    return redirect("buyer-questions", token)


def _given(request: HttpRequest, invitation: Invitation) -> Given:
    organisation = invitation.asking.organisation
    return read(request.POST, request.POST.getlist("drivers"), known_drivers(organisation))


def _language(request: HttpRequest, programme: Programme, invitation: Invitation) -> str:
    asked = request.GET.get("l") or request.POST.get("l") or invitation.language
    return asked if asked in programme.languages or asked == invitation.language else programme.languages[0]


def _questions(
    request: HttpRequest,
    token: str,
    programme: Programme,
    invitation: Invitation,
    given: Given,
    *,
    changing: bool = False,
    status: int = 200,
) -> HttpResponse:
    language = _language(request, programme, invitation)
    about = questionnaire(programme, invitation, given, language, changing=changing)
    about |= {"token": token, "nothing": status == 422}
    return render(request, "buyers/questions.html", about, status=status)


def _thanks(request: HttpRequest, programme: Programme, language: str, *, anonymous: bool = False) -> HttpResponse:
    words = words_for(language, company_of(programme))
    about = {
        "words": words,
        "language": language,
        "company": company_of(programme),
        "title": words["thanks"],
        "text": words["thanks_anonymous" if anonymous else "thanks_text"],
        "change": not anonymous,
    }
    return render(request, "buyers/told.html", about)


def _told(request: HttpRequest, invitation: Invitation, what: str, token: str = "") -> HttpResponse:
    programme = programme_of(invitation.asking.organisation)
    language = _language(request, programme, invitation)
    words = words_for(language, company_of(programme))
    title = words["unsubscribe_title" if what == "unsubscribe" else what]
    about = {
        "words": words,
        "language": language,
        "company": company_of(programme),
        "title": title,
        "text": words[f"{what}_text"],
        "token": token,
    }
    return render(request, "buyers/told.html", about)


def _closed(request: HttpRequest) -> HttpResponse:
    return _page(request, "closed", 404)


def _page(request: HttpRequest, what: str, status: int) -> HttpResponse:
    """A page that knows nothing of any link; in the language of the browser."""
    language = _of_browser(request)
    words = WORDS[language]
    about = {"words": words, "language": language, "title": words[what], "text": words[f"{what}_text"]}
    return render(request, "buyers/told.html", about, status=status)


def _of_browser(request: HttpRequest) -> str:
    for part in request.headers.get("Accept-Language", "")[:200].split(","):
        if (code := part.strip()[:2].lower()) in WORDS:
            return code
    return Language.ENGLISH.value


def _size(request: HttpRequest) -> int:
    told: Any = request.META.get("CONTENT_LENGTH") or 0
    return int(told) if str(told).isdecimal() else LARGEST_BODY + 1
