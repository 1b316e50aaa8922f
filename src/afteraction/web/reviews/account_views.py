"""Who reviews and what it costs them, the reviews behind each number, and one's own reminders."""

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from afteraction.web.people.access import needs, signed_in
from afteraction.web.people.models import User
from afteraction.web.people.roles import Right
from afteraction.web.reviews import accountability, digest
from afteraction.web.reviews.pages import TABS
from afteraction.web.reviews.rules import rules_of


@needs(Right.SEE_REVIEWS)
@require_GET
def account(request: HttpRequest) -> HttpResponse:
    """Done, due, overdue, skipped, left out by the draw; minutes and inputs; by month, team and person."""
    user = signed_in(request)
    kept = accountability.account_of(user)
    if kept is None:
        return render(request, "reviews/no_account.html", {"tabs": TABS})
    people = accountability.person_rows(user, kept.content)
    trend, unreviewed = accountability.input_trend(kept.content), kept.content["unreviewed"]
    content = {
        "tabs": TABS,
        "kept": kept,
        "whole": accountability.whole_row(kept.content),
        "trend": trend,
        "inputs": "–" if trend.now is None else f"{trend.now:.1f}",
        "inputs_n": f"{trend.n:,}",
        "unreviewed_shown": f"{unreviewed:,}",
        "unreviewed_note": "Checked against every ended deal." if not unreviewed else "This must be 0.",
        "words": list(accountability.WORDS.values()),
        "months": accountability.month_rows(kept.content),
        "teams": accountability.team_rows(kept.content),
        "people": people,
        "people_note": _note(len(people)),
        "teams_note": _note(len(kept.content["teams"])),
        "unreviewed": unreviewed,
        "unreviewed_deals": kept.content["unreviewed_deals"],
        "since": date.fromisoformat(kept.content["since"][:10]),
    }
    return render(request, "reviews/accountability.html", content)


@needs(Right.SEE_REVIEWS)
@require_GET
def behind(request: HttpRequest) -> HttpResponse:
    """The reviews behind a number."""
    user = signed_in(request)
    wanted = accountability.Wanted.read(request.GET)
    page = accountability.behind(user, wanted, request.GET.get("page", ""), today=_today(user))
    start = f"?{wanted.query}{'&' if wanted.query else ''}page="
    links = {side: f"{start}{cursor}" if cursor else "" for side, cursor in
             (("previous", page.previous), ("next", page.next))}  # fmt: skip
    content = {"tabs": TABS, "wanted": wanted, "page": page, "links": links, "today": _today(user)}
    return render(request, "reviews/behind.html", content)


@needs(Right.SEE_REVIEWS)
@require_GET
def export(request: HttpRequest) -> HttpResponseBase:
    """The reviews behind a number as CSV, with what this person may read of them."""
    user = signed_in(request)
    reviews = accountability.Wanted.read(request.GET).narrow(user, today=_today(user))
    headers = {"Content-Disposition": 'attachment; filename="reviews.csv"', "X-Content-Type-Options": "nosniff"}
    lines = accountability.csv_lines(user, reviews)
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)


@needs(Right.SEE_REVIEWS)
@require_http_methods(["GET", "POST"])
def reminders(request: HttpRequest) -> HttpResponse:
    """Whether one is reminded by mail; nobody else's switch is here."""
    user = signed_in(request)
    if request.method == "POST":
        wanted = "wanted" in request.POST
        digest.set_reminders(person=user, wanted=wanted)
        messages.success(request, "You will be reminded." if wanted else "You will get no more reminders by mail.")
        return redirect("review-reminders")
    rules = rules_of(user.organisation, now=timezone.now())
    zone = digest.local_day(rules, now=timezone.now()).tzinfo
    content = {"tabs": TABS, "wanted": digest.wants_reminders(user), "rules": rules, "zone": str(zone)}
    return render(request, "reviews/reminders.html", content)


def _note(rows: int) -> str:
    return f"The {accountability.MOST_ROWS} with the most overdue" if rows >= accountability.MOST_ROWS else ""


def _today(user: User) -> date:
    now = timezone.now()
    return digest.local_day(rules_of(user.organisation, now=now), now=now).date()
