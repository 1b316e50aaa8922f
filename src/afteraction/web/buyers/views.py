"""The buyer's voice for people of the organisation: who is asked, who answered, what was said."""

from typing import Final
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from afteraction.errors import Refused
from afteraction.web.buyers import selectors, withholding
from afteraction.web.buyers.forms import PersonForm, WithholdForm
from afteraction.web.buyers.interviewing import may_interview
from afteraction.web.buyers.models import Asking, BuyerAnswer, Invitation
from afteraction.web.buyers.programme import programme_of
from afteraction.web.buyers.reading import anonymous_card, answer_card, figures_for
from afteraction.web.buyers.visibility import Part, parts, visible_answers
from afteraction.web.deals.paging import key_page
from afteraction.web.people.access import needs, signed_in
from afteraction.web.people.models import User
from afteraction.web.people.roles import Right, may
from afteraction.web.reviews.models import Review

PER_PAGE: Final = 50
ANSWERS_PER_PAGE: Final = 20
_MOST_WITHHELD: Final = 12
TABS: Final = (
    ("buyers", "Overview"),
    ("buyers-asked", "Who is asked"),
    ("buyers-answers", "Answers"),
    ("interviews", "Interviews"),
)


@needs(Right.SEE_BUYERS)
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """Who answers, what that does to what we hear, who is withheld."""
    user = signed_in(request)
    figures = selectors.figures_of(user.organisation)
    withheld = selectors.withholding_for(user, figures)
    waiting = selectors.visible_askings(user, Asking.State.PREVIEW)
    about = {
        "programme": programme_of(user.organisation),
        "standing": selectors.standing_of(user.organisation),
        "figures": figures_for(figures),
        "withheld": [row for row in withheld if row["count"]][:_MOST_WITHHELD],
        "withholding": withheld,
        "never": sum(not row["count"] for row in withheld),
        "preview": [(each, withholding.may_withhold(user, each.review)) for each in waiting[:8]],
        "newest": _cards(user, list(visible_answers(user)[:4])),
        "may_set_up": may(user, Right.ASK_BUYERS),
    }
    return _page(request, "buyers/overview.html", about)


@needs(Right.SEE_BUYERS)
@require_GET
def asked(request: HttpRequest) -> HttpResponse:
    """The deals about which a buyer is asked, was asked, or is not."""
    user, state = signed_in(request), request.GET.get("state", "")
    state = state if state in Asking.State.values else ""
    page = Paginator(selectors.visible_askings(user, state), PER_PAGE).get_page(request.GET.get("page"))
    return _page(request, "buyers/asked.html", {"page": page, "state": state, "states": Asking.State.choices})


@needs(Right.SEE_BUYERS)
@require_GET
def asking(request: HttpRequest, key: int) -> HttpResponse:
    """One deal: whom it asks, and what came of it."""
    return _asking(request, _found(signed_in(request), key))


@needs(Right.SEE_BUYERS)
@require_POST
def withhold(request: HttpRequest, key: int) -> HttpResponse:
    """Keeps the buyer of a deal from being asked, with a reason."""
    user = signed_in(request)
    found, form = _withheld_by(user, key), WithholdForm(request.POST)
    if not form.is_valid():
        return _asking(request, found, withhold=form)
    try:
        withholding.withhold(by=user, asking=found, now=timezone.now(), **form.cleaned_data)
    except Refused as refused:
        return _asking(request, found, withhold=form, refused=refused)
    messages.success(request, f"The buyer of “{found}” is not asked. The reason is counted.")
    return redirect("buyer-asking", key)


@needs(Right.SEE_BUYERS)
@require_POST
def release(request: HttpRequest, key: int) -> HttpResponse:
    """Takes a withholding back."""
    user = signed_in(request)
    found = _withheld_by(user, key)
    try:
        withholding.release(by=user, asking=found, now=timezone.now())
    except Refused as refused:
        return _asking(request, found, refused=refused)
    messages.success(request, f"“{found}” is in preview again.")
    return redirect("buyer-asking", key)


@needs(Right.SEE_BUYERS)
@require_POST
def add_person(request: HttpRequest, key: int) -> HttpResponse:
    """Someone more of the buyer is asked."""
    user = signed_in(request)
    found = _found(user, key)
    form = PersonForm(request.POST, languages=programme_of(user.organisation).languages)
    if not form.is_valid():
        return _asking(request, found, person=form)
    try:
        withholding.add_person(by=user, asking=found, now=timezone.now(), **form.cleaned_data)
    except Refused as refused:
        return _asking(request, found, person=form, refused=refused)
    messages.success(request, f"{form.cleaned_data['email']} is asked when the preview is over.")
    return redirect("buyer-asking", key)


@needs(Right.SEE_BUYERS)
@require_POST
def remove_person(request: HttpRequest, key: int) -> HttpResponse:
    """One of several people is not asked."""
    user = signed_in(request)
    askings = selectors.visible_askings(user)
    invitation = get_object_or_404(Invitation, pk=key, asking__in=askings)
    _withheld_by(user, invitation.asking_id)
    try:
        withholding.remove_person(by=user, invitation=invitation)
    except Refused as refused:
        return _asking(request, _found(user, invitation.asking_id), refused=refused)
    return redirect("buyer-asking", invitation.asking_id)


@needs(Right.SEE_BUYERS)
@require_GET
def answers(request: HttpRequest) -> HttpResponse:
    """What buyers said, newest first; with `of=anonymous` what was said anonymously."""
    user = signed_in(request)
    anonymous = request.GET.get("of") == "anonymous"
    deal = request.GET.get("deal", "")
    about: dict[str, object]
    if anonymous:
        unnamed = Paginator(selectors.anonymous_answers(user), ANSWERS_PER_PAGE).get_page(request.GET.get("page"))
        names = selectors.driver_names(user.organisation)
        cards, about = [anonymous_card(each, names) for each in unnamed], {"page": unnamed}
    else:
        found = visible_answers(user)
        if deal:
            # By deal only for those who may know of which deal an answer is.
            keys = [each.pk for each in found.filter(review__deal_id=deal) if Part.DEAL in parts(user, each)]
            found = found.filter(pk__in=keys)
        page = key_page(found, "answered_at", True, request.GET.get("page", ""), ANSWERS_PER_PAGE)
        prefetch_related_objects(page.rows, "review")
        sides = {"previous": page.previous, "next": page.next}
        links = {
            side: f"?{urlencode({name: value for name, value in (('deal', deal), ('page', at)) if value})}"
            if at
            else ""
            for side, at in sides.items()
        }
        cards, about = _cards(user, list(page.rows)), {"links": links}
    about |= {
        "cards": cards,
        "anonymous": anonymous,
        "held": selectors.held_answers(user.organisation) if anonymous else 0,
        "programme": programme_of(user.organisation),
        "may_set_up": may(user, Right.ASK_BUYERS),
    }
    return _page(request, "buyers/answers.html", about)


@needs(Right.SEE_BUYERS)
@require_GET
def answer(request: HttpRequest, key: int) -> HttpResponse:
    """One answer, as far as this person may read it."""
    user = signed_in(request)
    found = get_object_or_404(visible_answers(user), pk=key)
    return render(request, "buyers/answer.html", {"each": _cards(user, [found])[0], "tabs": TABS})


def _cards(user: User, found: list[BuyerAnswer]) -> list[dict[str, object]]:
    names = selectors.driver_names(user.organisation)
    return [answer_card(user, each, names) for each in found]


def _found(user: User, key: int) -> Asking:
    found = selectors.visible_askings(user).filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def _withheld_by(user: User, key: int) -> Asking:
    """A deal that someone may keep from being asked; the rep of it sees it, and may not."""
    found = _found(user, key)
    if not withholding.may_withhold(user, found.review):
        raise PermissionDenied
    return found


def _asking(
    request: HttpRequest,
    found: Asking,
    *,
    withhold: WithholdForm | None = None,
    person: PersonForm | None = None,
    refused: Refused | None = None,
) -> HttpResponse:
    user = signed_in(request)
    programme = programme_of(user.organisation)
    may_withhold = withholding.may_withhold(user, found.review)
    open_to_change = found.state in (Asking.State.PREVIEW, Asking.State.NOBODY)
    said = visible_answers(user).filter(review=found.review)
    about = {
        "asking": found,
        "review": found.review,
        "programme": programme,
        "people": list(found.invitations.order_by("pk")),
        "may_withhold": may_withhold,
        "may_interview": may_interview(user, found.review),
        "withhold": withhold or WithholdForm(),
        "person": person or PersonForm(languages=programme.languages),
        "may_add": open_to_change and (may_withhold or found.review.person_id == user.pk),
        "refused": refused,
        "answers": _cards(user, list(said)),
        "withdrawn": found.review.state == Review.State.WITHDRAWN,
        "tabs": TABS,
    }
    status = 422 if refused or (withhold and withhold.errors) or (person and person.errors) else 200
    return render(request, "buyers/asking.html", about, status=status)


def _page(request: HttpRequest, template: str, about: dict[str, object]) -> HttpResponse:
    return render(request, template, {"tabs": TABS, **about})
