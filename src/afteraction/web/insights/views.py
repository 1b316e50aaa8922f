"""The pages that show saved results. Thin: what is shown comes from `results` and the modules of rows."""

from collections.abc import Sequence
from typing import Any, Final, TypeVar

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from afteraction.web.insights import pages
from afteraction.web.insights.boxes import box_links
from afteraction.web.insights.effect_rows import behaviour_rows, segments, step_rows
from afteraction.web.insights.forms import SegmentFilter
from afteraction.web.insights.pages import INSIGHT_PAGES, TABS, InsightPage, link_to
from afteraction.web.insights.results import Saved
from afteraction.web.insights.saving import PEOPLE
from afteraction.web.insights.selectors import Standing, claims_of, standing
from afteraction.web.insights.skill_rows import by_skill, people_shares, seen_reps, seen_teams, skill_rows
from afteraction.web.people.access import needs, signed_in
from afteraction.web.people.models import User
from afteraction.web.people.roles import Right, may
from afteraction.web.walls.rep_risks import figures_of, rep_risks

T = TypeVar("T")
PER_PAGE: Final = 50
"""People on a page: a drawing for each of hundreds is more than anyone looks at."""
SKILL_RIGHTS = (Right.SEE_OWN_SKILL, Right.SEE_TEAM_SKILL, Right.SEE_ALL_SKILL)


def frame(user: User, now: Standing) -> dict[str, Any]:
    """What every page of results needs around them: where they come from, and what is under way."""
    shown = now.shown
    return {
        "shown": shown.analysis if shown else None,
        "widths": shown.index["widths"] if shown else "",
        "under_way": now.under_way,
        "unmade": now.unmade,
        "may_import": may(user, Right.IMPORT_DATA),
        "sees_everyone": may(user, Right.SEE_ALL_SKILL),
    }


def tabs_for(user: User) -> list[tuple[str, str]]:
    """The pages of insights that someone may open."""
    skill = any(may(user, right) for right in SKILL_RIGHTS)
    return [(url, label) for url, label in TABS if skill or url != pages.REPS.url]


def page(
    request: HttpRequest, spec: InsightPage, template: str = "insights/sections.html", **context: Any
) -> HttpResponse:
    """A page of results, or what to do when there are none yet."""
    user = signed_in(request)
    now = standing(user.organisation)
    content = frame(user, now) | {"page": spec, "tabs": tabs_for(user)}
    if now.shown is None:
        return render(request, "insights/nothing.html", content)
    content |= {"sections": sections(now.shown, spec.sections, user)} | context
    return render(request, template, content)


def page_of_people(request: HttpRequest, rows: Sequence[T]) -> "Page[T]":
    """Those of the rows that the address asks for."""
    return Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))


def sections(shown: Saved, names: tuple[str, ...], user: User) -> list[str]:
    """Sections as HTML, each followed by the part that names people for those who may see everyone."""
    parts = [part for name in names for part in ((name, name + PEOPLE) if may(user, Right.SEE_ALL_SKILL) else (name,))]
    return [fragment for fragment in map(shown.section, parts) if fragment]


@needs(Right.SEE_INSIGHTS)
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """What wins and loses: where to look first, and the health questions."""
    user = signed_in(request)
    shown = standing(user.organisation).shown
    context: dict[str, Any] = {}
    if shown is not None:
        mine = {url for url, _label in tabs_for(user)}
        context = {
            "headline": shown.index["headline"],
            "pointers": [one | {"href": link_to(shown, one["target"])} for one in shown.index["pointers"]],
            "parts": [part for part in _parts(shown) if part["url"] in mine],
            "claims": claims_of(user.organisation)[:5],
        }
    return page(request, pages.OVERVIEW, "insights/overview.html", **context)


def _parts(shown: Saved) -> list[dict[str, str]]:
    """The other pages, each with the finding of its first section."""
    found = _findings(shown)
    return [
        {"url": one.url, "title": one.title, "finding": found.get(one.sections[0], "") or one.lead}
        for one in INSIGHT_PAGES[1:]
    ]


def _findings(shown: Saved) -> dict[str, str]:
    """What each section found, in a sentence."""
    return {section["id"]: section["finding"] for section in shown.index["sections"]}


@needs(Right.SEE_INSIGHTS)
@require_GET
def steps(request: HttpRequest) -> HttpResponse:
    """What every step and way of working does; in one segment where the results carry that."""
    shown = standing(signed_in(request).organisation).shown
    if shown is None:
        return page(request, pages.STEPS)
    form = SegmentFilter(request.GET, segments(shown.figures))
    segment = form.chosen
    tables = (
        ("Steps", "step", step_rows(shown.figures, segment)),
        ("Ways of working", "way of working", behaviour_rows(shown.figures, segment)),
    )
    context = {"form": form, "segment": segment, "tables": [table for table in tables if table[2]]}
    if not segment:
        context["finding"] = _findings(shown).get("effects", "")
    return page(request, pages.STEPS, "insights/steps.html", **context)


@needs(*SKILL_RIGHTS)
@require_GET
def reps(request: HttpRequest) -> HttpResponse:
    """Mix, skill and luck, of those whom this person may see; nothing of anyone else is on the page."""
    user = signed_in(request)
    shown = standing(user.organisation).shown
    if shown is None:
        return page(request, pages.REPS)
    figures, everyone = shown.figures, may(user, Right.SEE_ALL_SKILL)
    seen, teams = seen_reps(user, figures["reps"]), seen_teams(user, figures["teams"])
    rows: Page[Any] = page_of_people(request, by_skill(seen))
    rows.object_list = skill_rows([*rows], seen, figures["reps"])  # what is not shown is not drawn
    context = {
        "refused": next((one for one in figures["refused"] if one["part"] in ("reps", "win_probability")), None)
        if not figures["reps"]
        else None,
        "rows": rows,
        "teams": skill_rows(by_skill(teams), teams, figures["teams"]),
        "shares": people_shares(figures["people"], len(figures["reps"])),
        "risks": rep_risks(figures_of(user.organisation), {row.name for row in rows.object_list}),
        # The charts of the report show everyone.
        "sections": sections(shown, pages.REPS.sections, user) if everyone else [],
    }
    return page(request, pages.REPS, "insights/reps.html", **context)


@needs(Right.SEE_INSIGHTS)
@require_GET
def qualification(request: HttpRequest) -> HttpResponse:
    """Which business to chase and which to leave."""
    return page(request, pages.QUALIFICATION)


@needs(Right.SEE_INSIGHTS)
@require_GET
def time(request: HttpRequest) -> HttpResponse:
    """When deals end, and where they stall."""
    return page(request, pages.TIME)


@needs(Right.SEE_INSIGHTS)
@require_GET
def boxes(request: HttpRequest) -> HttpResponse:
    """Deserved or lucky."""
    shown = standing(signed_in(request).organisation).shown
    links = box_links(shown.figures) if shown else ()
    return page(request, pages.BOXES, "insights/boxes.html", boxes=links)


@needs(Right.SEE_INSIGHTS)
@require_GET
def chances(request: HttpRequest) -> HttpResponse:
    """How well chances are known, and the win rates."""
    return page(request, pages.CHANCES)


@needs(Right.SEE_INSIGHTS)
@require_GET
def record(request: HttpRequest) -> HttpResponse:
    """What the results are based on."""
    return page(request, pages.RECORD)


@needs(Right.SEE_INSIGHTS)
@require_GET
def progress(request: HttpRequest) -> HttpResponse:
    """What a page asks while a newer analysis is under way: the same line again, or to be loaded anew."""
    now = standing(signed_in(request).organisation)
    response = render(request, "insights/under_way.html", {"under_way": now.under_way})
    if now.under_way is None:
        response["HX-Refresh"] = "true"
    return response
