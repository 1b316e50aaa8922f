"""The page of near duplicates: pairs side by side, merged or told apart, and the merges that can be undone."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from afteraction.errors import Refused
from afteraction.web.jobs.services import enqueue
from afteraction.web.lessons import merging
from afteraction.web.lessons.comparing import compared
from afteraction.web.lessons.match_tasks import find_duplicates
from afteraction.web.lessons.models import LessonMerge, LessonPair
from afteraction.web.lessons.similar import nearest, pairs_to_look_at
from afteraction.web.people.access import needs, signed_in
from afteraction.web.people.roles import Right

_PER_PAGE = 10
_MERGES = 20


@needs(Right.OWN_LESSONS)
@require_GET
def duplicates(request: HttpRequest) -> HttpResponse:
    """Pairs of lessons that say nearly the same, the most similar first, and the newest merges."""
    organisation = signed_in(request).organisation
    page = Paginator(pairs_to_look_at(organisation).select_related("first", "second"), _PER_PAGE).get_page(
        request.GET.get("page")
    )
    merges = LessonMerge.objects.filter(organisation=organisation).select_related("kept", "merged", "by", "undone_by")
    context = {
        "page": page,
        "pairs": compared(page.object_list),
        "merges": merges.order_by("-at", "-id")[:_MERGES],
        "apart": LessonPair.objects.filter(organisation=organisation, state=LessonPair.State.DIFFER).count(),
    }
    return render(request, "lessons/duplicates.html", context)


@require_POST
@needs(Right.OWN_LESSONS)
def look(request: HttpRequest) -> HttpResponse:
    """Have all lessons looked through again."""
    enqueue(find_duplicates, organisation_id=signed_in(request).organisation_id)
    messages.success(request, "All lessons are being looked through. Open this page again in a minute.")
    return redirect("lesson-duplicates")


@require_POST
@needs(Right.OWN_LESSONS)
def merge(request: HttpRequest, pair_id: int) -> HttpResponse:
    """Make one of two: `keep` is the key of the one that stays."""
    user = signed_in(request)
    pairs = LessonPair.objects.filter(organisation=user.organisation).select_related("first", "second")
    pair = get_object_or_404(pairs, pk=pair_id)
    keep = {str(each.pk): each for each in (pair.first, pair.second)}
    kept = keep.pop(request.POST.get("keep", ""), None)
    if kept is None:
        messages.error(request, "Nothing was merged. Found no choice of the one to keep; choose one of the two.")
        return redirect("lesson-duplicates")
    [merged] = keep.values()
    try:
        merging.merge(by=user, kept=kept, merged=merged, now=timezone.now())
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"“{merged.title}” is now part of “{kept.title}”. It can be undone below.")
    return redirect("lesson-duplicates")


@require_POST
@needs(Right.OWN_LESSONS)
def tell_apart(request: HttpRequest, pair_id: int) -> HttpResponse:
    """These two are not the same."""
    user = signed_in(request)
    get_object_or_404(LessonPair, organisation=user.organisation, pk=pair_id)
    try:
        merging.tell_apart(by=user, pair_id=pair_id, now=timezone.now())
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "Noted: they differ. They are not shown as a pair again.")
    return redirect("lesson-duplicates")


@require_POST
@needs(Right.OWN_LESSONS)
def undo(request: HttpRequest, merge_id: int) -> HttpResponse:
    """Take a merge back."""
    user = signed_in(request)
    get_object_or_404(LessonMerge, organisation=user.organisation, pk=merge_id)
    try:
        found = merging.undo(by=user, merge_id=merge_id, now=timezone.now())
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"“{found.merged.title}” stands by itself again.")
    return redirect("lesson-duplicates")


@needs(Right.SEE_LESSONS)
@require_GET
def alike(request: HttpRequest) -> HttpResponse:
    """Lessons like the one that someone is writing, as a piece of the form."""
    asked = request.GET
    text = f"{asked.get('title', '')}. {asked.get('text', '')}"[:4000]
    but = int(asked["but"]) if asked.get("but", "").isdecimal() and len(asked["but"]) < 18 else None
    return render(request, "lessons/alike.html", {"near": nearest(signed_in(request).organisation, text, but=but)})
