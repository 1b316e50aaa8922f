"""The page of leading measures."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from afteraction.web.insights.selectors import newest_results
from afteraction.web.insights.views import tabs_for
from afteraction.web.people.access import needs, signed_in
from afteraction.web.people.roles import Right
from afteraction.web.plays import leading


@needs(Right.SEE_INSIGHTS)
@require_GET
def measures(request: HttpRequest) -> HttpResponse:
    """What goes before wins, and the weeks that this person may see; nothing of anyone else is on the page."""
    user = signed_in(request)
    figures = leading.figures_for(user)
    context: dict[str, Any] = {
        "tabs": tabs_for(user),
        "figures": figures,
        "has_results": newest_results(user.organisation) is not None,
    }
    if figures is not None:
        context |= {
            "rows": leading.lead_rows(figures),
            "found": figures.content["found"],
            "refused": figures.content["refused"],
            "own": leading.own_trends(user, figures),
            "teams": leading.team_trends(user, figures),
        }
    return render(request, "plays/leading.html", context)
