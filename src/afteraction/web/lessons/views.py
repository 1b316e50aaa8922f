"""The list of lessons, one lesson with its life, and what people do with it."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Page
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from afteraction.errors import Refused
from afteraction.web.lessons import findings, selectors, services
from afteraction.web.lessons.comparing import scope_of
from afteraction.web.lessons.forms import DealForm, LessonForm, ListForm, MoveForm
from afteraction.web.lessons.models import Lesson, LessonUse
from afteraction.web.lessons.reading import evidence_of, standing_of
from afteraction.web.lessons.selectors import SIDES, STATES, LessonList
from afteraction.web.lessons.similar import pairs_to_look_at
from afteraction.web.lessons.writing import Words
from afteraction.web.people.access import needs, signed_in
from afteraction.web.people.roles import Right, may

_CHANGES = 50
_WRONG = 10


@needs(Right.SEE_LESSONS)
@require_GET
def lessons(request: HttpRequest) -> HttpResponse:
    """The lessons by state, with what is known of what they do."""
    user, today = signed_in(request), timezone.now().date()
    asked = LessonList.read(request.GET)
    counts = selectors.counts_of(user, asked, today=today)
    page: Page[Lesson] = selectors.page_of(selectors.lessons_for(user, asked, today=today), request.GET.get("page"))
    always = ("", "draft", "tested", "in_use", "kept", "retired")
    context = {
        "asked": asked,
        "form": ListForm(user, asked),
        "page": page,
        "rows": [(lesson, *standing_of(lesson), evidence_of(lesson)) for lesson in page.object_list],
        "states": [
            (state, word, counts[state], f"?{asked.query(state=state)}")
            for state, word in STATES.items()
            if state in always or counts[state] or state == asked.state
        ],
        "links": _links(asked, page),
        "any": selectors.all_lessons(user).exists(),
        "today": today,
        "decides": may(user, Right.OWN_LESSONS),
        "pairs": pairs_to_look_at(user.organisation).count() if may(user, Right.OWN_LESSONS) else 0,
    }
    return render(request, "lessons/list.html", context)


@needs(Right.SEE_LESSONS)
@require_GET
def lesson(request: HttpRequest, key: int) -> HttpResponse:
    """One lesson: what it says, what it does, how it came here."""
    return _page(request, _lesson(request, key))


@needs(Right.SEE_LESSONS)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Writes a lesson."""
    user = signed_in(request)
    first = {"deals": request.GET.get("deal", "")[:300]}
    form = LessonForm(user, request.POST or None, initial=first)
    refused = None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = services.create_lesson(
                by=user,
                words=Words.read(given),
                now=timezone.now(),
                deals=form.deal_ids,
                owner=given["owner"],
                review_on=given["review_on"],
            )
        except Refused as found:
            refused = found
        else:
            messages.success(request, "The lesson is written. It is a draft until somebody decides to try it.")
            return redirect("lesson", made.pk)
    context = {"form": form, "refused": refused}
    return render(request, "lessons/form.html", context, status=422 if form.is_bound else 200)


@needs(Right.SEE_LESSONS)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, key: int) -> HttpResponse:
    """Changes what a lesson says, its owner, and when it is looked at."""
    user, found = signed_in(request), _lesson(request, key)
    if not services.may_change(user, found):
        raise Http404
    form = LessonForm(user, request.POST or None, instance=found)
    refused = None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            services.change_lesson(
                by=user,
                lesson=found,
                words=Words.read(given),
                now=timezone.now(),
                owner=given["owner"],
                review_on=given["review_on"],
            )
        except Refused as why:
            refused = why
        else:
            messages.success(request, "The lesson is changed.")
            return redirect("lesson", key)
    context = {"form": form, "lesson": _lesson(request, key), "refused": refused}
    return render(request, "lessons/form.html", context, status=422 if form.is_bound else 200)


@require_POST
@needs(Right.OWN_LESSONS)
def move(request: HttpRequest, key: int) -> HttpResponse:
    """Moves a lesson on, or back, with a reason."""
    found = _lesson(request, key)
    form = MoveForm(found, request.POST)
    if not form.is_valid():
        return _page(request, found, move_form=form)
    given = form.cleaned_data
    try:
        moved = services.move(
            by=signed_in(request),
            lesson=found,
            to=given["to"],
            why=given["why"],
            now=timezone.now(),
            smallest=given["smallest"],
        )
    except Refused as refused:
        return _page(request, found, refused=refused)
    messages.success(request, f"The lesson is {moved.get_state_display().lower()} now.")
    return redirect("lesson", key)


@require_POST
@needs(Right.SEE_LESSONS)
def add_deal(request: HttpRequest, key: int) -> HttpResponse:
    """Puts a deal behind a lesson, for it or against it."""
    found = _lesson(request, key)
    form = DealForm(request.POST)
    if not form.is_valid():
        return _page(request, found, deal_form=form)
    given = form.cleaned_data
    try:
        services.add_deal(
            by=signed_in(request),
            lesson=found,
            deal_id=given["deal"].strip(),
            contradicts=given["contradicts"],
            note=given["note"],
            now=timezone.now(),
        )
    except Refused as refused:
        return _page(request, found, refused=refused)
    messages.success(request, "The deal stands with the lesson now.")
    return redirect("lesson", key)


@require_POST
@needs(Right.SEE_LESSONS)
def of_finding(request: HttpRequest) -> HttpResponse:
    """Makes a lesson of what the analysis found."""
    key = request.POST.get("of", "")[:200]
    try:
        made, is_new = findings.lesson_of_finding(by=signed_in(request), key=key, now=timezone.now())
    except Refused as refused:
        messages.error(request, f"No lesson was made: found {refused.found}; expected {refused.expected}.")
        return redirect("insights-steps")
    messages.success(request, "A draft of the lesson is made." if is_new else "There is a lesson of this already.")
    return redirect("lesson", made.pk)


@needs(Right.SEE_LESSONS)
@require_GET
def deals(request: HttpRequest, key: int) -> HttpResponse:
    """The deals behind the figures of a lesson: where it was used, or shown and not used."""
    found = _lesson(request, key)
    side = request.GET.get("side", "used")
    side = side if side in SIDES else "used"
    rows = selectors.shown_on(found, side)
    return render(
        request,
        "lessons/deals.html",
        {"lesson": found, "rows": rows[:200], "n": len(rows), "side": side, "sides": SIDES},
    )


def _lesson(request: HttpRequest, key: int) -> Lesson:
    found = selectors.lesson_of(signed_in(request), key)
    if found is None:
        raise Http404
    return found


def _page(
    request: HttpRequest,
    lesson: Lesson,
    refused: Refused | None = None,
    move_form: MoveForm | None = None,
    deal_form: DealForm | None = None,
) -> HttpResponse:
    user, now = signed_in(request), timezone.now()
    wrong = LessonUse.objects.filter(lesson=lesson, said=LessonUse.Said.WRONG).exclude(why="").order_by("-said_at")
    context: dict[str, Any] = {
        "lesson": lesson,
        "scope": scope_of(lesson),
        "evidence": evidence_of(lesson),
        "changes": lesson.changes.select_related("person")[:_CHANGES],
        "supporting": selectors.deals_behind(lesson, contradicts=False),
        "against": selectors.deals_behind(lesson, contradicts=True),
        "wrong": wrong.select_related("person")[:_WRONG],
        "merges": Lesson.objects.filter(merged_into=lesson).order_by("pk"),
        "may_change": services.may_change(user, lesson),
        "decides": may(user, Right.OWN_LESSONS),
        "move_form": move_form or MoveForm(lesson),
        "deal_form": deal_form or DealForm(),
        "refused": refused,
        "today": now.date(),
    }
    bad = refused is not None or move_form is not None or deal_form is not None
    return render(request, "lessons/lesson.html", context, status=422 if bad else 200)


def _links(asked: LessonList, page: "Page[Lesson]") -> dict[str, str]:
    query = asked.query()
    return {
        "previous": f"?{query}&page={page.previous_page_number()}" if page.has_previous() else "",
        "next": f"?{query}&page={page.next_page_number()}" if page.has_next() else "",
    }
