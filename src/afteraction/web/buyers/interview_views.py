"""Interviews: the list, a new one, and coding a transcript."""

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from afteraction.analysis.transcript import turns
from afteraction.errors import NotEnoughData, Refused
from afteraction.web.buyers import coding as services
from afteraction.web.buyers import language_model
from afteraction.web.buyers.coders import agreement_of_coders
from afteraction.web.buyers.interviewing import change_consent, may_interview, save_interview
from afteraction.web.buyers.models import Code, Coding, Interview
from afteraction.web.buyers.models.interviews import LONGEST_TRANSCRIPT
from afteraction.web.buyers.models.programme import Language
from afteraction.web.buyers.page import questionnaire, words_for
from afteraction.web.buyers.questions import Given, read
from afteraction.web.buyers.selectors import known_drivers
from afteraction.web.buyers.tasks import ask_model
from afteraction.web.buyers.views import TABS
from afteraction.web.buyers.visibility import Part, interview_parts, visible_interviews
from afteraction.web.jobs.services import enqueue
from afteraction.web.people.access import needs, signed_in
from afteraction.web.people.models import User
from afteraction.web.people.roles import Right, may
from afteraction.web.reviews.models import Driver, Review
from afteraction.web.reviews.taxonomy import drivers_of


class InterviewForm(forms.Form):
    """Who was asked by whom, when, and what they agreed to."""

    interviewee = forms.CharField(label="Who was asked", max_length=200, required=False)
    interviewer = forms.CharField(label="Who asked", max_length=200)
    held_on = forms.DateField(label="On", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    language = forms.ChoiceField(choices=Language.choices)
    consent = forms.ChoiceField(
        choices=Interview.Consent.choices,
        required=False,
        label="What they agreed to",
        help_text="Ask before you begin.",
    )
    transcript = forms.CharField(
        required=False,
        max_length=LONGEST_TRANSCRIPT,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text="A line that begins with a name and a colon begins what that person says.",
    )


@needs(Right.SEE_BUYERS)
@require_GET
def interviews(request: HttpRequest) -> HttpResponse:
    """The interviews whose text this person may read, and how far coders agree."""
    user = signed_in(request)
    found = visible_interviews(user) | Interview.objects.filter(organisation=user.organisation, made_by=user)
    rows = [(each, interview_parts(user, each)) for each in found.distinct().prefetch_related("codings__coder")[:200]]
    search = request.GET.get("search", "").strip()[:100]
    about = {
        "search": search,
        "deals": _to_interview(user, search) if may(user, Right.CODE_INTERVIEWS) else [],
        "rows": [(each, Part.DEAL in may_see or each.made_by_id == user.pk) for each, may_see in rows],
        **_agreement(user),
        "may_code": may(user, Right.CODE_INTERVIEWS),
        "tabs": TABS,
    }
    return render(request, "buyers/interviews.html", about)


@needs(Right.CODE_INTERVIEWS)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, key: int) -> HttpResponse:
    """An interview about a deal: the guided form, or a transcript, or both."""
    user = signed_in(request)
    review = get_object_or_404(Review, pk=key, organisation=user.organisation)
    if not may_interview(user, review):
        raise Http404
    sent = request.POST if request.method == "POST" else None
    form = InterviewForm(sent, initial={"interviewer": str(user), "held_on": timezone.localdate()})
    refused, given = None, Given()
    if request.method == "POST" and form.is_valid():
        try:
            given = read(request.POST, request.POST.getlist("drivers"), known_drivers(user.organisation))
            made = save_interview(by=user, review=review, now=timezone.now(), given=given, **form.cleaned_data)
        except Refused as error:
            refused = error
        else:
            messages.success(request, "The interview is kept.")
            return redirect("interview", made.pk)
    about = guided(user, review, given) | {"form": form, "review": review, "refused": refused, "tabs": TABS}
    return render(request, "buyers/interview_new.html", about, status=422 if form.is_bound else 200)


@needs(Right.SEE_BUYERS)
@require_GET
def interview(request: HttpRequest, key: int) -> HttpResponse:
    """One interview: its text, one's own coding, and those of others once one's own is done."""
    return _interview(request, _found(signed_in(request), key))


@needs(Right.CODE_INTERVIEWS)
@require_POST
def begin(request: HttpRequest, key: int) -> HttpResponse:
    """Begins one's own coding."""
    user = signed_in(request)
    found = _found(user, key)
    try:
        services.begin_coding(by=user, interview=found, now=timezone.now())
    except Refused as refused:
        return _interview(request, found, refused)
    return redirect("interview", key)


@needs(Right.CODE_INTERVIEWS)
@require_POST
def code(request: HttpRequest, key: int) -> HttpResponse:
    """One step of one's own coding: confirm, reject, add a passage, finish."""
    user, now = signed_in(request), timezone.now()
    found = _found(user, key)
    own = get_object_or_404(Coding, interview=found, coder=user)
    try:
        if "finish" in request.POST:
            services.finish_coding(by=user, coding=own, now=now)
        elif passage := request.POST.get("passage"):
            start, _dash, end = passage.partition("-")
            drivers = drivers_of(user.organisation, now=now)
            driver = get_object_or_404(drivers, pk=_whole(request.POST.get("driver", "")))
            services.add_code(by=user, coding=own, driver=driver, start=_whole(start), end=_whole(end), now=now)
        else:
            confirmed = "confirm" in request.POST
            chosen = get_object_or_404(
                Code, coding=own, pk=_whole(request.POST.get("confirm" if confirmed else "reject", ""))
            )
            services.decide(by=user, code=chosen, confirmed=confirmed, now=now)
    except Refused as refused:
        return _interview(request, found, refused)
    return redirect("interview", key)


@needs(Right.CODE_INTERVIEWS)
@require_POST
def consent(request: HttpRequest, key: int) -> HttpResponse:
    """Writes down what the interviewee agrees to now."""
    user = signed_in(request)
    found = _found(user, key)
    try:
        change_consent(by=user, interview=found, consent=request.POST.get("consent", ""))
    except Refused as refused:
        return _interview(request, found, refused)
    messages.success(request, "The consent is written down.")
    return redirect("interview", key)


@needs(Right.CODE_INTERVIEWS)
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, key: int) -> HttpResponse:
    """Shows the very text that a language model would get; a POST sends it."""
    user, now = signed_in(request), timezone.now()
    found = _found(user, key)
    own = get_object_or_404(Coding, interview=found, coder=user, done_at=None)
    if not language_model.is_configured():
        raise Http404
    if request.method == "POST":
        try:
            made = language_model.confirm_sending(by=user, coding=own, seal_shown=request.POST.get("seal", ""), now=now)
        except Refused as refused:
            return _interview(request, found, refused)
        enqueue(ask_model, request_id=made.pk)
        messages.success(request, "The text is on its way. What comes back appears below as suggestions.")
        return redirect("interview", key)
    sent = language_model.messages_for(own, list(drivers_of(user.organisation, now=now)))
    about = {"interview": found, "sent": sent, "seal": language_model.seal(sent), "tabs": TABS, **_model()}
    return render(request, "buyers/ask_model.html", about)


def guided(user: User, review: Review, given: Given) -> dict[str, object]:
    """The questions of the questionnaire, as an interviewer asks them."""
    from afteraction.web.buyers.models import Asking, Invitation
    from afteraction.web.buyers.programme import company_of, programme_of

    programme = programme_of(user.organisation)
    asking = Asking(organisation=user.organisation, review=review)
    about = questionnaire(programme, Invitation(asking=asking), given, "en", changing=True)
    return about | {"words": words_for("en", company_of(programme), review.account_name)}


def _model() -> dict[str, object]:
    from django.conf import settings

    return {"model": settings.LLM_MODEL, "address": settings.LLM_URL}


def _found(user: User, key: int) -> Interview:
    found = Interview.objects.filter(organisation=user.organisation, pk=key)
    interview = get_object_or_404(found.select_related("review", "answer"))
    if not interview_parts(user, interview) and interview.made_by_id != user.pk:
        raise Http404
    return interview


def _interview(request: HttpRequest, found: Interview, refused: Refused | None = None) -> HttpResponse:
    user = signed_in(request)
    codings = list(found.codings.select_related("coder").order_by("pk"))
    own = next((each for each in codings if each.coder_id == user.pk), None)
    codes = list(own.codes.select_related("driver")) if own else []
    # Others' codings influence nobody: they are seen by those who have finished their own, or cannot code.
    compares = own.done_at is not None if own else not services.may_code(user, found)
    others = [each for each in codings if each != own and each.done_at and compares]
    may_see = interview_parts(user, found)
    about = {
        "interview": found,
        "review": found.review if Part.DEAL in may_see or found.made_by_id == user.pk else None,
        "named": Part.NAME in may_see or found.made_by_id == user.pk,
        "own": own,
        "suggested": [(c, found.transcript[c.start : c.end]) for c in codes if c.state == Code.State.SUGGESTED],
        "confirmed": [(c, found.transcript[c.start : c.end]) for c in codes if c.state == Code.State.CONFIRMED],
        "others": [(each, _quotes(each, found)) for each in others],
        "turns": turns(found.transcript),
        "drivers": drivers_of(user.organisation, now=timezone.now()) if own and not own.done_at else (),
        "driver": _whole(request.GET.get("driver", "")),
        "may_code": services.may_code(user, found),
        "may_interview": may_interview(user, found.review),
        "consents": Interview.Consent.choices,
        "requests": list(own.requests.order_by("-pk")[:3]) if own else [],
        "model_is_there": language_model.is_configured(),
        "refused": refused,
        "tabs": TABS,
    }
    return render(request, "buyers/interview.html", about, status=422 if refused else 200)


def _quotes(coding: Coding, interview: Interview) -> list[tuple[Driver, str]]:
    found = coding.codes.filter(state=Code.State.CONFIRMED).select_related("driver")
    return [(code.driver, interview.transcript[code.start : code.end]) for code in found]


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 12 else 0


def _to_interview(user: User, search: str) -> list[Review]:
    """Deals that ended last which someone may interview about, by a word of the deal or its account."""
    found = Review.objects.filter(organisation=user.organisation, ended_at=None)
    if search:
        found = found.filter(Q(name__icontains=search) | Q(account_name__icontains=search))
    newest = found.select_related("person").order_by("-closed_at", "-id")[:60]
    return [review for review in newest if may_interview(user, review)][:6]


def _agreement(user: User) -> dict[str, object]:
    found = agreement_of_coders(user.organisation)
    span = "" if isinstance(found, NotEnoughData) else f"{found.low:.2f} to {found.high:.2f}"
    return {"agreement": found, "agreement_span": span}
