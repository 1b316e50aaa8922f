"""The list of reviews, and one review: the record, the rep's part, the manager's part."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from afteraction.errors import Refused
from afteraction.report.wording import many
from afteraction.web.people.access import needs, signed_in
from afteraction.web.people.roles import Right, may
from afteraction.web.reviews import services
from afteraction.web.reviews.answering import given
from afteraction.web.reviews.forms import ListForm
from afteraction.web.reviews.likely import likely_drivers
from afteraction.web.reviews.listing import LISTS, ReviewList, counts_for, next_for, review_page
from afteraction.web.reviews.models import Answer, Review
from afteraction.web.reviews.pages import TABS
from afteraction.web.reviews.reading import Reading, reading_of, review_for
from afteraction.web.reviews.templatetags.review_words import as_time
from afteraction.web.reviews.told import Told, told_of
from afteraction.web.reviews.visibility import readers
from afteraction.web.reviews.voices import voices_of


@needs(Right.SEE_REVIEWS)
@require_GET
def reviews(request: HttpRequest) -> HttpResponse:
    """The reviews of someone, of their team or of everyone, by what is to be done with them."""
    user, today = signed_in(request), timezone.now().date()
    asked = ReviewList.read(user, request.GET)
    page = review_page(user, asked, request.GET.get("page", ""), today=today)
    counts = counts_for(user, asked, today=today)
    query = asked.query()
    context = {
        "asked": asked,
        "form": ListForm(user, asked),
        "page": page,
        "today": today,
        "lists": [(what, word, counts[what], f"?{asked.query(what=what)}") for what, word in LISTS.items()],
        "tabs": TABS,
        "word": LISTS[asked.what],
        "done_query": asked.query(what="done"),
        "can_change_rules": may(user, Right.CHANGE_DRIVERS),
        "any": any(count.deals for count in counts.values()),
        "links": {
            side: f"?{query}&page={cursor}" if cursor else ""
            for side, cursor in (("previous", page.previous), ("next", page.next))
        },
    }
    return render(request, "reviews/list.html", context)


@needs(Right.SEE_REVIEWS)
@require_GET
def review(request: HttpRequest, key: int) -> HttpResponse:
    """One review: what the record tells, then what people say."""
    return _page(request, _review(request, key), edit="edit" in request.GET)


@require_POST
@needs(Right.SEE_REVIEWS)
def save(request: HttpRequest, key: int) -> HttpResponse:
    """Saves what has been typed so far; answers with the piece of the page that says so."""
    found = _review(request, key)
    try:
        answer = _save(request, found, timezone.now())
    except Refused as refused:
        return render(request, "reviews/saved.html", {"refused": refused}, status=422)
    return render(request, "reviews/saved.html", {"answer": answer})


@require_POST
@needs(Right.SEE_REVIEWS)
def finish(request: HttpRequest, key: int) -> HttpResponse:
    """Saves everything and says that it is whole."""
    user, found, now = signed_in(request), _review(request, key), timezone.now()
    again = Answer.objects.filter(review=found, person=user).exclude(done_at=None).exists()
    try:
        _save(request, found, now)
        answer = services.finish(by=user, review=found, now=now)
    except Refused as refused:
        return _page(request, _review(request, key), edit=True, refused=refused)
    took = f"{many(answer.inputs, 'answer')} by hand in {as_time(answer.seconds)}"
    messages.success(request, "Your changes are saved." if again else f"Thank you. That was {took}.")
    return redirect("review", found.pk)


@require_POST
@needs(Right.SEE_REVIEWS)
def skip(request: HttpRequest, key: int) -> HttpResponse:
    """Takes a review off the list, with a reason."""
    found = _review(request, key)
    try:
        services.skip(by=signed_in(request), review=found, reason=request.POST.get("reason", ""))
    except Refused as refused:
        return _page(request, _review(request, key), refused=refused)
    messages.success(request, "The review is skipped. It counts as skipped, with your reason.")
    return redirect("review", found.pk)


def _review(request: HttpRequest, key: int) -> Review:
    found = review_for(signed_in(request), key)
    if found is None:
        raise Http404
    return found


def _save(request: HttpRequest, review: Review, now: datetime) -> Answer:
    """What was sent, saved as the voice that the sender has in this review."""
    user = signed_in(request)
    voice = services.voice_of(by=user, review=review, now=now)
    sent = given(voice, request.POST, now=now)
    return services.save_answer(
        by=user, review=review, now=now, fields=sent.fields, named=sent.named, inputs=sent.inputs, opened=sent.opened
    )


def _page(request: HttpRequest, review: Review, edit: bool = False, refused: Refused | None = None) -> HttpResponse:
    user, now = signed_in(request), timezone.now()
    told, reading = told_of(review), reading_of(user, review, today=now.date())
    finished = reading.own is not None and reading.own.answer.done_at is not None
    form = _form(told, reading, now) if reading.voice and (edit or not finished) else None
    context = {
        "review": review,
        "told": told,
        "reading": reading,
        "form": form,
        "refused": refused,
        # Whoever is about to answer hears the others afterwards: a cause that is named first is named again.
        "voices": voices_of(user, review, told) if form is None else None,
        "readers": readers(review, user),
        "next": next_for(user, review) if finished else None,
        "today": now.date(),
    }
    return render(request, "reviews/review.html", context, status=422 if refused else 200)


def _form(told: Told, reading: Reading, now: datetime) -> dict[str, Any]:
    """What the form of a voice needs: what was said so far, or what the record suggests."""
    own, review = reading.own, reading.review
    ranked = likely_drivers(review, told, now=now)
    chosen = {named.driver_id for named in own.named} if own else set()
    of_rep = reading.voice == Answer.Voice.REP
    suggested = {each.driver.pk for each in ranked if each.chosen} if of_rep else set()
    first = own is None
    shown = [(each, each.driver.pk in (suggested if first else chosen)) for each in ranked]
    return {
        "voice": reading.voice,
        "answer": own.answer if own else None,
        "expected": own.answer.expected if own else told.expected if of_rep else "",
        "was_expected": told.expected if of_rep else "",
        "choices": Answer.Expected.choices,
        "stances": Answer.Stance.choices,
        "drivers": shown,
        "order": ",".join(str(named.driver_id) for named in own.named) if own else "",
        "suggested": ",".join(str(key) for key in sorted(suggested)),
        "opened": int(now.timestamp()),
        "done": own is not None and own.answer.done_at is not None,
    }
