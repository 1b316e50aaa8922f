"""Pages of figures about leads: where they die, promises, what became of them, attribution, the score."""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from afteraction.web.leads.agreeing import in_force
from afteraction.web.leads.charts import calibration_chart
from afteraction.web.leads.models import LeadResult
from afteraction.web.leads.pages import tabs_for
from afteraction.web.leads.selectors import lead_index, result_of
from afteraction.web.people.access import needs, signed_in
from afteraction.web.people.roles import Right, may

_BY: Final = {"source": "Source", "campaign": "Campaign", "content": "Content", "channel": "Channel"}
_CHANNELS: Final = 12


@needs(Right.SEE_LEADS)
@require_GET
def deaths(request: HttpRequest) -> HttpResponse:
    """Where and why leads die."""
    context, figures = _frame(request, LeadResult.Kind.DEATHS)
    steps = figures.get("steps", [])
    return render(request, "leads/deaths.html", context | {"most": max((s["came"] for s in steps), default=0)})


@needs(Right.SEE_LEADS)
@require_GET
def promises(request: HttpRequest) -> HttpResponse:
    """How well both sides keep what they promised."""
    context, _figures = _frame(request, LeadResult.Kind.LOOP)
    return render(request, "leads/promises.html", context)


@needs(Right.SEE_LEADS)
@require_GET
def outcomes(request: HttpRequest) -> HttpResponse:
    """What became of leads, by source, campaign, content or channel, and by month."""
    context, figures = _frame(request, LeadResult.Kind.OUTCOMES)
    known = figures.get("by", {})
    by = request.GET.get("by", "source")
    by = by if by in known else next(iter(known), "source")
    context |= {"by": by, "facts": [(name, _BY.get(name, name)) for name in known], "became": known.get(by)}
    compared = (known.get(by) or {}).get("compared") or {}
    verdicts = {each["group"]: each for each in compared.get("groups", ())}
    groups = (known.get(by) or {}).get("groups", ())
    context["rows"] = [(each, verdicts.get(each["group"])) for each in groups]
    return render(request, "leads/outcomes.html", context)


@needs(Right.SEE_LEADS)
@require_GET
def attribution(request: HttpRequest) -> HttpResponse:
    """All rules of attribution side by side."""
    context, figures = _frame(request, LeadResult.Kind.ATTRIBUTION)
    by = request.GET.get("by", "channel")
    by = by if by in figures else "channel"
    found = figures.get(by)
    context |= {"by": by, "facts": [(name, _BY[name]) for name in ("channel", "campaign")], "found": found}
    if found and "rules" in found:
        context |= {"rows": _channels(found), "more": max(len(found["channels"]) - _CHANNELS, 0)}
        context["concord"], context["concord_columns"] = _concord(found["concord"])
    return render(request, "leads/attribution.html", context)


def _channels(found: dict[str, Any]) -> list[dict[str, Any]]:
    """The channels with what each rule gives them, those first that rules give most."""
    views = {each["channel"]: each for each in found["views"]}
    rows = []
    for place, name in enumerate(found["channels"]):
        given = [rule["credits"][place] for rule in found["rules"]]
        rows.append({"name": name, "credits": given, "view": views.get(name)})
    rows.sort(key=lambda row: -max(each["share"]["value"] for each in row["credits"]))
    return rows[:_CHANNELS]


def _concord(pairs: list[dict[str, Any]]) -> tuple[list[tuple[str, list[Any]]], list[str]]:
    """How alike every two rules rank the channels, as the upper half of a square; nothing where it cannot be told."""
    known = {(each["one"], each["other"]): each["correlation"] for each in pairs}
    rows = list(dict.fromkeys(one for one, _other in known))
    columns = list(dict.fromkeys(other for _one, other in known))
    return [(one, [known.get((one, other)) for other in columns]) for one in rows], columns


@needs(Right.SEE_LEADS)
@require_GET
def score(request: HttpRequest) -> HttpResponse:
    """How good the score is: does it tell, and does it mean what it says."""
    context, figures = _frame(request, LeadResult.Kind.SCORE)
    if "accuracy" in figures:
        context["chart"] = calibration_chart(figures["accuracy"]["curve"])
    return render(request, "leads/score.html", context)


def _frame(request: HttpRequest, kind: LeadResult.Kind) -> tuple[dict[str, Any], dict[str, Any]]:
    """What all these pages show, and the figures of this one; none before a job has made them."""
    user = signed_in(request)
    kept = result_of(user.organisation, kind)
    figures = kept.figures if kept else {}
    state = lead_index(user)
    context = {
        "tabs": tabs_for(user),
        "result": kept,
        "figures": figures,
        "refused": figures.get("refused", {}).get("refused"),
        "any": state is not None,
        "may_import": may(user, Right.IMPORT_DATA),
        "agreement": in_force(user.organisation),
    }
    return context, figures
