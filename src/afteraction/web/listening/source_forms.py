"""What people fill in about sources. What it holds is checked again by the services."""

from collections.abc import Mapping
from typing import Final

from django import forms

from afteraction.web.connectors.forms import Secret
from afteraction.web.listening.sources import EVERY


class FeedForm(forms.Form):
    """A feed to listen to."""

    address = forms.CharField(
        max_length=2000,
        label="Address of a feed, or of a site that has one",
        help_text="Such as https://news.example/feed.xml",
        widget=forms.TextInput({"inputmode": "url"}),
    )
    name = forms.CharField(max_length=200, required=False, help_text="Empty: as the feed calls itself.")


class MailboxForm(forms.Form):
    """A mailbox that alert mails go to."""

    host = forms.CharField(max_length=200, label="Mail server (IMAP)", help_text="Such as imap.example.com")
    user = forms.CharField(max_length=200, label="Name at it", widget=forms.TextInput({"autocomplete": "off"}))
    password = forms.CharField(max_length=300, strip=False, widget=Secret())
    folder = forms.CharField(max_length=200, required=False, help_text="Empty: the inbox.")
    name = forms.CharField(max_length=200, required=False, label="Name here")


class WebhookForm(forms.Form):
    """A program that posts what it finds."""

    name = forms.CharField(max_length=200, label="Who posts to it", help_text="Such as: media monitoring")


class SourceForm(forms.Form):
    """What may be changed of a source."""

    name = forms.CharField(max_length=200)
    every = forms.TypedChoiceField(label="Asked", coerce=int, choices=list(EVERY.items()))


FORMS: Final[Mapping[str, type[forms.Form]]] = {"feed": FeedForm, "mailbox": MailboxForm, "webhook": WebhookForm}
