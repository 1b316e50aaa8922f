"""The craft behind coaching: questions worth asking, skills and how both see them, and what coaching changed."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from afteraction.errors import NotEnoughData, Refused
from afteraction.report.wording import percent, points
from afteraction.web.coaching import questions as craft
from afteraction.web.coaching import skills as skilled
from afteraction.web.coaching.measuring import ADHERENCE, PAY, effect_told
from afteraction.web.coaching.models import CoachingFigures, Question, Skill
from afteraction.web.coaching.pages import TABS
from afteraction.web.coaching.steps import names_of_steps
from afteraction.web.coaching.visibility import assessment_readers, both_given
from afteraction.web.insights.selectors import newest_results
from afteraction.web.people.access import needs, signed_in
from afteraction.web.people.models import User
from afteraction.web.people.roles import Right, may


@needs(Right.SEE_LESSONS)
@require_http_methods(["GET", "POST"])
def questions(request: HttpRequest) -> HttpResponse:
    """The library of questions; sent to, it takes another one in."""
    user, refused = signed_in(request), None
    stage = request.GET.get("stage", "")
    if request.method == "POST":
        sent = request.POST
        try:
            craft.add_question(by=user, text=sent.get("text", ""), stage=sent.get("stage", ""), now=timezone.now())
        except Refused as found:
            refused = found
        else:
            messages.success(request, "Your question is in the library.")
            return redirect("coaching-questions")
    shown = newest_results(user.organisation)
    conformance = shown.figures.get("conformance") if shown else None
    stages = list(dict.fromkeys(step["stage"] for step in (conformance or {}).get("steps", ())))
    context = {
        "tabs": TABS, "rows": craft.question_rows(user, stage), "stages": stages, "stage": stage, "refused": refused,
        "sent": request.POST,
    }  # fmt: skip
    return render(request, "coaching/questions.html", context, status=422 if refused else 200)


@require_POST
@needs(Right.SEE_LESSONS)
def rate(request: HttpRequest, key: int) -> HttpResponse:
    """Says whether a question was useful."""
    user = signed_in(request)
    question = Question.objects.filter(organisation=user.organisation, pk=key).first()
    if question is None:
        raise Http404
    try:
        craft.rate_question(by=user, question=question, useful=request.POST.get("useful") == "yes", now=timezone.now())
    except Refused as refused:
        raise Http404 from refused
    stage = request.POST.get("stage", "")
    query = f"?{urlencode({'stage': stage})}" if stage else ""
    return redirect(f"{reverse('coaching-questions')}{query}#question-{key}")


@needs(Right.SEE_LESSONS)
@require_GET
def skills(request: HttpRequest) -> HttpResponse:
    """One's own skills, or the reps whom one leads."""
    user = signed_in(request)
    seen = skilled.reps_seen(user)
    if seen == [user]:
        return redirect("coaching-skills-of", user.pk)
    context = {
        "tabs": TABS,
        "reps": [(each, skilled.current(user, each)) for each in seen],
        "skills": skilled.skills_of(user.organisation),
        "names": names_of_steps(newest_results(user.organisation)),
        "owns": may(user, Right.OWN_LESSONS),
    }
    return render(request, "coaching/skills.html", context)


@needs(Right.SEE_LESSONS)
@require_http_methods(["GET", "POST"])
def skills_of_rep(request: HttpRequest, key: int) -> HttpResponse:
    """The skills of a rep: what the record shows, what both say; sent to, it takes one's own view."""
    user = signed_in(request)
    rep = next((each for each in skilled.reps_seen(user) if each.pk == key), None)
    if rep is None:
        raise Http404
    refused = None
    if request.method == "POST":
        try:
            _give(request, user, rep)
        except Refused as found:
            refused = found
        else:
            return redirect("coaching-skills-of", rep.pk)
    assessment = skilled.current(user, rep)
    if assessment is None or (both_given(assessment) and "again" in request.GET):
        asking = bool(skilled.managers_of(rep)) or user != rep
    else:
        asking = not both_given(assessment)
    own_done = _own_done(user, assessment)
    context = {
        "tabs": TABS,
        "rep": rep,
        "own": user == rep,
        "rows": skilled.skill_rows(user, rep, assessment, newest_results(user.organisation)),
        "assessment": assessment,
        "both": assessment is not None and both_given(assessment),
        "asking": asking,
        "own_done": own_done,
        "levels": list(enumerate(skilled.LEVELS, 1)),
        "readers": assessment_readers(user, assessment) if assessment else _readers_before(user, rep),
        "refused": refused,
    }
    return render(request, "coaching/skills_of.html", context, status=422 if refused else 200)


def _readers_before(user: User, rep: User) -> str:
    managers = skilled.managers_of(rep)
    other = (managers[0] if managers else None) if user == rep else rep
    return (
        f"{other or 'Your manager'} sees what you say here once both of you have given theirs, and you see theirs "
        "then: neither is swayed by the other. Nobody else reads it, not even an admin."
    )


def _own_done(user: User, assessment: Any) -> bool:
    if assessment is None:
        return False
    done = assessment.rep_done_at if user.pk == assessment.rep_id else assessment.manager_done_at
    return done is not None


def _give(request: HttpRequest, user: User, rep: User) -> None:
    now = timezone.now()
    levels = {
        int(name.removeprefix("level-")): int(value)
        for name, value in request.POST.items()
        if name.removeprefix("level-").isdecimal() and isinstance(value, str) and value in "12345" and value
    }
    notes = {key: str(request.POST.get(f"note-{key}", "")) for key in levels}
    assessment = skilled.begin_assessment(by=user, rep=rep, now=now)
    assessment = skilled.give_assessment(by=user, assessment=assessment, now=now, levels=levels, notes=notes)
    messages.success(
        request,
        "Both have given their view: here they are side by side."
        if both_given(assessment)
        else "Your view is kept. You see the other one when it has been given.",
    )


@require_POST
@needs(Right.OWN_LESSONS)
def skill_list(request: HttpRequest) -> HttpResponse:
    """Makes skills of the steps of the process, or words one anew."""
    user, sent = signed_in(request), request.POST
    try:
        if sent.get("from") == "process":
            made = skilled.skills_from_process(by=user)
            messages.success(request, f"{len(made)} skills were made of the steps of the process. Reword them freely.")
        else:
            skill = Skill.objects.filter(organisation=user.organisation, pk=_key(sent.get("skill"))).first()
            skilled.save_skill(
                by=user, skill=skill, name=sent.get("name", ""), description=sent.get("description", ""),
                steps=sent.getlist("step"), retired=sent.get("retired") == "yes", now=timezone.now(),
            )  # fmt: skip
    except Refused as refused:
        messages.error(request, f"Found {refused.found}; expected {refused.expected}.")
    return redirect("coaching-skills")


def _key(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else 0


@needs(Right.SEE_INSIGHTS)
@require_GET
def effect(request: HttpRequest) -> HttpResponse:
    """What coaching changed, over everyone: nobody is named."""
    figures = CoachingFigures.objects.filter(organisation=signed_in(request).organisation).first()
    content = figures.content if figures else {}
    context = {
        "tabs": TABS,
        "figures": figures,
        "parts": [
            ("Did it change what people do?", "of the coached step kept, each time that it was due",
             _effect(content.get(ADHERENCE))),
            ("Did it pay?", "of the deals of coached reps won, of those that ended", _effect(content.get(PAY))),
        ],
    }  # fmt: skip
    return render(request, "coaching/effect.html", context)


def _effect(content: dict[str, Any] | None) -> dict[str, Any] | None:
    """An estimate as people read it, or why there is none."""
    found = effect_told(content)
    if found is None:
        return None
    if isinstance(found, NotEnoughData):
        return {"refused": found}
    lead = found.lead
    return {
        "verdict": found.verdict,
        "value": f"{points(found.effect.value)} points",
        "interval": f"{points(found.effect.low)} to {points(found.effect.high)}",
        "n": f"{found.coached_reps:,} coached reps, {found.other_reps:,} others, {found.due:,} times",
        "before": percent(found.before),
        "after": percent(found.after),
        "others": f"{points(found.others)} points",
        "plain": f"{points(found.after - found.before)} points",
        "predicted": f"{points(found.predicted.value)} ({points(found.predicted.low)} to "
        f"{points(found.predicted.high)})",
        "lead": f"{points(lead.value)} ({points(lead.low)} to {points(lead.high)})" if lead else "",
        "moved_before": found.moved_before,
        "left_out": found.left_out,
    }
