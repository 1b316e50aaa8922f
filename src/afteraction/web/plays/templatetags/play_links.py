"""Where pages of the process and of lessons show the plays that belong to them."""

from typing import Any

from django import template
from django.template.context import RequestContext

from afteraction.web.coaching.steps import names_of_steps
from afteraction.web.insights.selectors import newest_results
from afteraction.web.lessons.models import Lesson
from afteraction.web.people.models import User
from afteraction.web.people.roles import Right, may
from afteraction.web.plays.selectors import plays_by_step, plays_of_lesson

register = template.Library()


@register.inclusion_tag("plays/of_process.html", takes_context=True)
def plays_of_process(context: RequestContext) -> dict[str, Any]:
    """The published plays of each step of the process; nothing where there are none."""
    user: User = context["user"]
    found = plays_by_step(user) if may(user, Right.SEE_LESSONS) else {}
    names = names_of_steps(newest_results(user.organisation)) if found else {}
    order = [*names, *(step for step in found if step not in names)]
    return {"rows": [(step, names.get(step, step), found[step]) for step in order if step in found]}


@register.inclusion_tag("plays/of_lesson.html", takes_context=True)
def plays_with(context: RequestContext, lesson: Lesson) -> dict[str, Any]:
    """The plays that a lesson belongs to."""
    user: User = context["user"]
    return {"plays": plays_of_lesson(user, lesson.pk) if may(user, Right.SEE_LESSONS) else ()}
