"""The settings of the buyer's voice: the programme, its mails, what drivers are called in front of buyers."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_http_methods

from afteraction.errors import Refused
from afteraction.web.buyers.forms import MailForm, ProgrammeForm
from afteraction.web.buyers.mailing import Mail, mail_for
from afteraction.web.buyers.models import Asking, BuyerWords, Invitation, Programme
from afteraction.web.buyers.models.programme import Language
from afteraction.web.buyers.page import questionnaire
from afteraction.web.buyers.programme import (
    change_programme,
    default_words,
    mail_of,
    name_driver,
    programme_of,
    save_mail,
)
from afteraction.web.buyers.questions import Given
from afteraction.web.buyers.words import PLACEHOLDERS
from afteraction.web.people.access import needs, signed_in
from afteraction.web.people.mailing import mail_server
from afteraction.web.people.models import User
from afteraction.web.people.roles import Right, may
from afteraction.web.people.views import SETTINGS
from afteraction.web.reviews.models import Review
from afteraction.web.reviews.taxonomy import drivers_of


@needs(Right.ASK_BUYERS)
@require_http_methods(["GET", "POST"])
def programme(request: HttpRequest) -> HttpResponse:
    """The rules."""
    user = signed_in(request)
    form = ProgrammeForm(request.POST or None, instance=programme_of(user.organisation))
    refused = None
    if request.method == "POST" and form.is_valid():
        try:
            change_programme(by=user, now=timezone.now(), **form.cleaned_data)
        except Refused as error:
            refused = error
        else:
            messages.success(request, "Saved.")
            return redirect("buyer-programme")
    about = {
        "form": form,
        "refused": refused,
        "mail": mail_server(),
        "languages": _languages(user),
        "may_set_up_mail": may(user, Right.MANAGE_PEOPLE),
    }
    return _settings(request, "buyers/programme.html", about, 422 if form.is_bound else 200)


@needs(Right.ASK_BUYERS)
@require_http_methods(["GET", "POST"])
def mail(request: HttpRequest, language: str) -> HttpResponse:
    """The mail of one language, with what it looks like."""
    user = signed_in(request)
    if language not in Language.values:
        raise Http404
    rules = programme_of(user.organisation)
    form = MailForm(request.POST or None, initial=dict(mail_of(rules, language)))
    refused = None
    if request.method == "POST":
        sent = {name: request.POST.get(name, "") for name in form.fields}
        try:
            save_mail(by=user, language=language, texts=sent)
        except Refused as error:
            refused = error
        else:
            messages.success(request, "Saved. This is how it looks now.")
            return redirect("buyer-mail", language)
    about = {
        "form": form,
        "refused": refused,
        "language": Language(language),
        "preview": _sample_mail(rules, language),
        "reminder": _sample_mail(rules, language, reminder=True),
        "placeholders": PLACEHOLDERS.items(),
        "languages": _languages(user),
    }
    return _settings(request, "buyers/mail_settings.html", about, 422 if refused else 200)


@needs(Right.ASK_BUYERS)
@require_http_methods(["GET", "POST"])
def words(request: HttpRequest, language: str) -> HttpResponse:
    """What drivers are called in front of buyers, in one language."""
    user = signed_in(request)
    if language not in Language.values:
        raise Http404
    drivers = list(drivers_of(user.organisation, now=timezone.now()))
    if request.method == "POST":
        for driver in drivers:
            name_driver(by=user, driver=driver, language=language, words=request.POST.get(f"driver-{driver.pk}", ""))
        messages.success(request, "Saved.")
        return redirect("buyer-words", language)
    own = dict(BuyerWords.objects.filter(driver__in=drivers, language=language).values_list("driver", "words"))
    rows = [(driver, default_words(driver, language), own.get(driver.pk, "")) for driver in drivers]
    about = {"rows": rows, "language": Language(language), "languages": _languages(user)}
    return _settings(request, "buyers/words.html", about)


@needs(Right.ASK_BUYERS)
@require_GET
@xframe_options_sameorigin
def sample(request: HttpRequest, language: str) -> HttpResponse:
    """The questionnaire as buyers see it; it leads nowhere."""
    if language not in Language.values:
        raise Http404
    rules = programme_of(signed_in(request).organisation)
    about = questionnaire(rules, _sample(rules, language), Given(), language, changing=True)
    return render(request, "buyers/questions.html", about | {"token": "x", "sample": True, "languages": []})


def _sample(rules: Programme, language: str) -> Invitation:
    review = Review(organisation=rules.organisation, account_name="Example Ltd")
    asking = Asking(organisation=rules.organisation, review=review)
    return Invitation(asking=asking, name="Robin Example", email="robin@example.com", language=language)


def _sample_mail(rules: Programme, language: str, *, reminder: bool = False) -> Mail:
    return mail_for(rules, _sample(rules, language), "your-own-link", reminder=reminder)


def _languages(user: User) -> list[tuple[str, str]]:
    chosen = programme_of(user.organisation).languages
    return [(code, label) for code, label in Language.choices if code in chosen]


def _settings(request: HttpRequest, template: str, about: dict[str, Any], status: int = 200) -> HttpResponse:
    user = signed_in(request)
    tabs = SETTINGS if may(user, Right.MANAGE_PEOPLE) else (("buyer-programme", "Buyer's voice"),)
    return render(request, template, {"settings_tabs": tabs, **about}, status=status)
