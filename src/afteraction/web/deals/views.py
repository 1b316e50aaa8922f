"""The list of deals, its export and saved views, and the page of a deal."""

from functools import partial
from urllib.parse import parse_qsl

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from afteraction.web.chips import CHIPS
from afteraction.web.deals import selectors, services
from afteraction.web.deals.charts import chance_chart
from afteraction.web.deals.evidence import evidence_of
from afteraction.web.deals.export import csv_lines
from afteraction.web.deals.filters import DealFilters, FilterForm
from afteraction.web.deals.paging import PER_PAGE
from afteraction.web.deals.similar import similar_deals
from afteraction.web.insights.editions import in_time, number_at
from afteraction.web.people.access import needs, signed_in
from afteraction.web.people.roles import Right, may

_FURTHER = frozenset({"segment", "team", "source", "competitor", "box", "low", "high", "date", "since", "until"})
"""The filters that stand behind "More filters"."""
_MARKS = tuple((name, CHIPS[name].word) for name in ("done", "late", "out_of_order", "skipped"))


@needs(Right.SEE_DEALS)
@require_GET
def deals(request: HttpRequest) -> HttpResponse:
    """The list, narrowed and sorted as the address says."""
    user = signed_in(request)
    state = selectors.index_state(user)
    filters, form = DealFilters.read(request.GET, state)
    page, found = selectors.deal_list(user, filters, request.GET.get("page", ""), PER_PAGE, state)
    whole = not page.previous and not page.next
    context = {
        "state": state,
        "may_import": may(user, Right.IMPORT_DATA),
        "form": form,
        "filters": filters,
        "page": page,
        "query": filters.query(),
        # What finding the page did not tell is counted by a request of its own.
        "count": selectors.Count(len(page.deals)) if whole else found,
        "views": selectors.views_for(user),
        "narrowed": _narrowed(filters, form),
        "further": sum(name in _FURTHER for name, _value in parse_qsl(filters.query())),
        "links": {side: _page(filters, cursor) for side, cursor in (("previous", page.previous), ("next", page.next))},
    }
    return render(request, "deals/list.html", context)


def _narrowed(filters: DealFilters, form: FilterForm) -> list[tuple[str, str, str]]:
    """Each filter in words, with the address of the list without it."""
    found = []
    for name, value in parse_qsl(filters.query(sort=False)):
        field = form.fields[name]
        choices = getattr(field.widget, "choices", None)
        word = dict(choices).get(value, value) if choices else value
        found.append((str(field.label or name.capitalize()), str(word), f"?{filters.without(name).query()}"))
    return found


def _page(filters: DealFilters, cursor: str) -> str:
    query = filters.query()
    return f"?{query}{'&' if query else ''}page={cursor}" if cursor else ""


@needs(Right.SEE_DEALS)
@require_GET
def count(request: HttpRequest) -> HttpResponse:
    """How many deals the list has, as a piece of the page."""
    user = signed_in(request)
    filters, _form = DealFilters.read(request.GET)
    return HttpResponse(f"{selectors.count_for(user, filters)} deals", content_type="text/plain; charset=utf-8")


@needs(Right.SEE_DEALS)
@require_GET
def export(request: HttpRequest) -> HttpResponseBase:
    """All deals of the list as CSV."""
    filters, _form = DealFilters.read(request.GET)
    user = signed_in(request)
    lines = csv_lines(selectors.deals_for(user, filters), partial(number_at, in_time(user.organisation)))
    headers = {"Content-Disposition": 'attachment; filename="deals.csv"', "X-Content-Type-Options": "nosniff"}
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)


@require_POST
@needs(Right.SEE_DEALS)
def save_view(request: HttpRequest) -> HttpResponse:
    """Keep the list as it is under a name."""
    user = signed_in(request)
    filters, _form = DealFilters.read(QueryDict(request.POST.get("query", "")))
    shared = bool(request.POST.get("shared"))
    try:
        view = services.save_view(user=user, name=request.POST.get("name", ""), filters=filters, shared=shared)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, f"Saved the view “{view.name}”.")
    return redirect(f"{reverse('deals')}?{filters.query()}")


@require_POST
@needs(Right.SEE_DEALS)
def delete_view(request: HttpRequest, view_id: int) -> HttpResponse:
    """Throw a view of one's own away."""
    if not services.delete_view(user=signed_in(request), view_id=view_id):
        raise Http404
    messages.success(request, "The view is deleted.")
    return redirect("deals")


@needs(Right.SEE_DEALS)
@require_GET
def deal(request: HttpRequest, deal_id: str) -> HttpResponse:
    """One deal: its course against the process, its chances, its box, and deals like it."""
    user = signed_in(request)
    found = selectors.deal_for(user, deal_id)
    if found is None:
        raise Http404
    state = selectors.index_state(user)
    evidence = evidence_of(found, state)
    similar = similar_deals(found)
    context = {
        "deal": found,
        "state": state,
        "evidence": evidence,
        "timeline": selectors.timeline_of(found, state, evidence),
        "chart": chance_chart(evidence.chances, found.outcome) if evidence else None,
        "last_chance": evidence.chances[-1] if evidence and evidence.chances else None,
        "marks": _MARKS,
        "similar": similar,
        "nearest": similar.deals[:8],
    }
    return render(request, "deals/deal.html", context)
