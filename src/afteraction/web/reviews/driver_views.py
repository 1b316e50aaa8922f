"""The drivers: to read for everyone, to change for those who may, and what was changed when."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from afteraction.errors import Refused
from afteraction.web.people.access import needs, signed_in
from afteraction.web.people.models import User
from afteraction.web.people.roles import Right, may
from afteraction.web.reviews import taxonomy
from afteraction.web.reviews.account import reasons_of
from afteraction.web.reviews.accountability import account_of
from afteraction.web.reviews.driver_forms import DriverForm, MergeForm, ReasonsForm
from afteraction.web.reviews.models import Driver
from afteraction.web.reviews.pages import DRIVER_TABS, TABS


@needs(Right.SEE_REVIEWS)
@require_GET
def drivers(request: HttpRequest) -> HttpResponse:
    """Every driver: those that may be named first, then those that may no longer."""
    user = signed_in(request)
    everything = list(taxonomy.all_drivers(user.organisation, now=timezone.now()))
    counted = {reason.casefold(): (reason, deals) for reason, deals in _reasons(user)}
    shown = [each for each in everything if each.merged_into_id is None and each.retired_at is None]
    content = _frame(user) | {
        "rows": [_row(each, counted) for each in shown],
        "former": [each for each in everything if each not in shown],
        "newest": user.organisation.taxonomy_versions.select_related("made_by").first(),
    }
    return render(request, "reviews/drivers.html", content)


@needs(Right.CHANGE_DRIVERS)
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """A driver more."""
    user = signed_in(request)
    form = DriverForm(request.POST or None, initial={"outcomes": list(taxonomy.OUTCOMES)})
    if request.method == "POST" and form.is_valid():
        try:
            made = taxonomy.add_driver(by=user, now=timezone.now(), **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, f"Not added: there is {refused.found}.")
        else:
            messages.success(request, f"“{made.name}” may be named from now on.")
            return redirect("review-drivers")
    content = _frame(user) | {"form": form, "driver": None}
    return render(request, "reviews/driver.html", content, status=422 if form.is_bound else 200)


@needs(Right.CHANGE_DRIVERS)
@require_http_methods(["GET", "POST"])
def driver(request: HttpRequest, key: str) -> HttpResponse:
    """One driver, to change."""
    user, found = signed_in(request), _driver(request, key)
    names = ("name", "description", "outcomes", "examples", "crm_reasons")
    form = DriverForm(request.POST or None, initial={name: getattr(found, name) for name in names})
    if request.method == "POST" and form.is_valid():
        try:
            taxonomy.change_driver(by=user, driver=found, now=timezone.now(), **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, f"Not changed: there is {refused.found}.")
        else:
            messages.success(request, f"“{form.cleaned_data['name']}” has been changed.")
            return redirect("review-drivers")
    others = taxonomy.drivers_of(user.organisation, now=timezone.now()).exclude(pk=found.pk)
    content = _frame(user) | {"form": form, "driver": found, "merge": MergeForm(None, list(others))}
    return render(request, "reviews/driver.html", content, status=422 if form.is_bound else 200)


@require_POST
@needs(Right.CHANGE_DRIVERS)
def merge(request: HttpRequest, key: str) -> HttpResponse:
    """Counts a driver for another one."""
    user, found, now = signed_in(request), _driver(request, key), timezone.now()
    form = MergeForm(request.POST, list(taxonomy.drivers_of(user.organisation, now=now).exclude(pk=found.pk)))
    if not form.is_valid():
        messages.error(request, "Not merged: choose a driver that may be named.")
        return redirect("review-driver", key)
    into = _driver(request, form.cleaned_data["into"])
    return _done(
        request,
        lambda: taxonomy.merge_driver(by=user, driver=found, into=into, now=now, note=form.cleaned_data["note"]),
        f"“{found.name}” counts for “{into.name}”; what was said keeps its words.",
    )


@require_POST
@needs(Right.CHANGE_DRIVERS)
def retire(request: HttpRequest, key: str) -> HttpResponse:
    """Takes a driver off the list, or brings it back."""
    user, found, now = signed_in(request), _driver(request, key), timezone.now()
    note = request.POST.get("note", "")
    if found.retired_at is not None:
        says = f"“{found.name}” may be named again."
        return _done(request, lambda: taxonomy.restore_driver(by=user, driver=found, now=now, note=note), says)
    says = f"“{found.name}” may no longer be named; what was said with it stays."
    return _done(request, lambda: taxonomy.retire_driver(by=user, driver=found, now=now, note=note), says)


@needs(Right.SEE_REVIEWS)
@require_http_methods(["GET", "POST"])
def reasons(request: HttpRequest) -> HttpResponse:
    """Which driver each lost reason of the record means."""
    user, now = signed_in(request), timezone.now()
    may_change = may(user, Right.CHANGE_DRIVERS)
    if request.method == "POST" and not may_change:
        raise PermissionDenied
    found = list(taxonomy.drivers_of(user.organisation, now=now))
    sent = request.POST if request.method == "POST" else None
    form = ReasonsForm(sent, _reasons(user), taxonomy.driver_of_reason(user.organisation), found)
    if request.method == "POST" and form.is_valid():
        taxonomy.map_reasons(by=user, now=now, mapping=form.mapping, note="Lost reasons of the CRM")
        messages.success(request, "The lost reasons are sorted.")
        return redirect("review-driver-reasons")
    known = {each.key: each.name for each in found}
    content = _frame(user) | {"form": form, "rows": form.rows(), "known": known}
    return render(request, "reviews/reasons.html", content, status=422 if form.is_bound else 200)


@needs(Right.SEE_REVIEWS)
@require_GET
def versions(request: HttpRequest) -> HttpResponse:
    """What was changed when, by whom, and why."""
    user = signed_in(request)
    taxonomy.drivers_of(user.organisation, now=timezone.now())
    content = _frame(user) | {"editions": taxonomy.editions(user.organisation)}
    return render(request, "reviews/driver_versions.html", content)


def _frame(user: User) -> dict[str, Any]:
    return {"tabs": TABS, "driver_tabs": DRIVER_TABS, "may_change": may(user, Right.CHANGE_DRIVERS)}


def _row(driver: Driver, counted: Mapping[str, tuple[str, int]]) -> tuple[Driver, str, list[str], int]:
    """A driver, the lost deals whose reason means it, these reasons, and how many others it would know."""
    seen = [counted[reason.casefold()] for reason in driver.crm_reasons if reason.casefold() in counted]
    deals = sum(deals for _reason, deals in seen)
    return driver, f"{deals:,}" if deals else "", [reason for reason, _d in seen], len(driver.crm_reasons) - len(seen)


def _reasons(user: User) -> list[tuple[str, int]]:
    """The lost reasons of the record, as they were counted last: counting takes too long for a page."""
    kept = account_of(user)
    if kept is None:
        return reasons_of(user.organisation)
    return [(str(reason), int(deals)) for reason, deals in kept.content["reasons"]]


def _driver(request: HttpRequest, key: str) -> Driver:
    return get_object_or_404(Driver, organisation=signed_in(request).organisation, key=key)


def _done(request: HttpRequest, do: Any, says: str) -> HttpResponse:
    try:
        do()
    except Refused as refused:
        messages.error(request, f"Not done: there is {refused.found}. Expected: {refused.expected}.")
    else:
        messages.success(request, says)
    return redirect("review-drivers")
