"""The inbox, the list of leads with its export, and the page of a lead."""

from urllib.parse import parse_qsl

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from afteraction.web.leads import feedback, selectors
from afteraction.web.leads.agreeing import in_force, terms_of
from afteraction.web.leads.export import csv_lines
from afteraction.web.leads.filters import FilterForm, LeadFilters
from afteraction.web.leads.forms import ConvertForm, GiveForm, SnoozeForm
from afteraction.web.leads.life import ENDED, OF_MARKETING, OF_SALES
from afteraction.web.leads.models import Lead
from afteraction.web.leads.pages import lead_or_404, tabs_for
from afteraction.web.leads.reasons_of_score import reasons_of
from afteraction.web.leads.visibility import leads_for
from afteraction.web.people.access import needs, signed_in
from afteraction.web.people.roles import Right, may

_LATER = 20


@needs(Right.SEE_LEADS)
@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    """The next lead of whoever works them, with the time that is left; others get the list."""
    user = signed_in(request)
    if not may(user, Right.WORK_LEADS):
        return redirect("leads-all")
    return render(request, "leads/inbox.html", inbox_context(request))


def inbox_context(request: HttpRequest) -> dict[str, object]:
    """What the inbox shows."""
    user, now = signed_in(request), timezone.now()
    first, further = selectors.inbox(user, now)
    later = selectors.put_off(user, now)
    return {
        "tabs": tabs_for(user),
        "first": first,
        "further": further,
        "later": list(later[:_LATER]),
        "later_count": later.count(),
        "notices": list(feedback.notices(user)[:5]),
        "agreement": in_force(user.organisation),
        "terms": terms_of(user.organisation),
        "any": selectors.lead_index(user) is not None,
        "now": now,
    }


@needs(Right.SEE_LEADS)
@require_GET
def leads(request: HttpRequest) -> HttpResponse:
    """The leads that someone may see, narrowed as the address says."""
    user, now = signed_in(request), timezone.now()
    state = selectors.lead_index(user)
    filters, form = LeadFilters.read(request.GET, state)
    page = selectors.lead_page(user, filters, now, request.GET.get("page", ""))
    query = filters.query()
    context = {
        "tabs": tabs_for(user),
        "state": state,
        "any": state is not None or leads_for(user).exists(),
        "may_import": may(user, Right.IMPORT_DATA),
        "form": form,
        "page": page,
        "query": query,
        "count": f"{len(page.rows):,}" if not page.previous and not page.next else "",
        "narrowed": _narrowed(filters, form),
        "links": {
            side: f"?{query}{'&' if query else ''}page={cursor}" if cursor else ""
            for side, cursor in (("previous", page.previous), ("next", page.next))
        },
        "now": now,
    }
    return render(request, "leads/list.html", context)


def _narrowed(filters: LeadFilters, form: FilterForm) -> list[tuple[str, str, str]]:
    """Each filter in words, with the address of the list without it."""
    found = []
    for name, value in parse_qsl(filters.query()):
        field = form.fields[name]
        choices = getattr(field, "choices", None) or getattr(field.widget, "choices", None)
        word = dict(choices).get(value, value) if choices else value
        label = str(field.label or name.capitalize())
        found.append((label, str(word).replace("_", " "), f"?{filters.without(name).query()}"))
    return found


@needs(Right.SEE_LEADS)
@require_GET
def count(request: HttpRequest) -> HttpResponse:
    """How many leads the list has, as a piece of the page."""
    filters, _form = LeadFilters.read(request.GET)
    words = f"{selectors.count_of(signed_in(request), filters, timezone.now())} leads"
    return HttpResponse(words, content_type="text/plain; charset=utf-8")


@needs(Right.SEE_LEADS)
@require_GET
def export(request: HttpRequest) -> HttpResponseBase:
    """All leads of the list as CSV."""
    user, (filters, _form) = signed_in(request), LeadFilters.read(request.GET)
    lines = csv_lines(filters.narrow(leads_for(user), user, timezone.now()))
    headers = {"Content-Disposition": 'attachment; filename="leads.csv"', "X-Content-Type-Options": "nosniff"}
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)


@needs(Right.SEE_LEADS)
@require_GET
def lead(request: HttpRequest, key: int) -> HttpResponse:
    """One lead: where it stands, its clock, what happened to it, and what may be done."""
    return render(request, "leads/lead.html", lead_context(request, lead_or_404(request, key)))


def lead_context(request: HttpRequest, found: Lead) -> dict[str, object]:
    """What the page of a lead shows."""
    user, now = signed_in(request), timezone.now()
    works, owns = may(user, Right.WORK_LEADS), may(user, Right.OWN_LEADS)
    agreement = in_force(user.organisation)
    return {
        "tabs": tabs_for(user),
        "lead": found,
        "inbox": selectors.inbox_lead(found, now),
        "agreement": agreement,
        "terms": terms_of(user.organisation),
        "course": selectors.course_of(found),
        "returns": list(found.returns.select_related("answer__person", "person").order_by("-at")),
        "may_work": works and found.state in OF_SALES,
        "may_take": works and found.state == "new",
        "may_convert": works and found.state not in ENDED,
        "may_hand": owns and (found.state in OF_MARKETING or found.state in ("dead", "lost")),
        "may_bury": owns and found.state in (*OF_MARKETING, *OF_SALES),
        "may_give": (works or owns) and found.state in (*OF_SALES, "converted"),
        "give_form": GiveForm(user),
        "snooze_form": SnoozeForm(),
        "convert_form": ConvertForm(initial={"deal": found.deal_id}),
        "score": reasons_of(found),
        "now": now,
    }
