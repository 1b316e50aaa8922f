"""The forms of connectors. What they accept is checked again by the services."""

from typing import Any

from django import forms

from afteraction.web.connectors.hubspot import ADDRESS
from afteraction.web.connectors.models import Connector


class Secret(forms.PasswordInput):
    """A secret is never sent to the browser, and browsers must not offer it for the sign-in of a person."""

    def __init__(self) -> None:
        super().__init__(attrs={"autocomplete": "off", "spellcheck": "false"}, render_value=False)


class SalesforceForm(forms.Form):
    """How Salesforce is reached."""

    address = forms.CharField(
        max_length=200, label="My Domain address", help_text="As https://example.my.salesforce.com"
    )
    client_id = forms.CharField(max_length=300, label="Consumer key", widget=forms.TextInput({"autocomplete": "off"}))
    secret = forms.CharField(max_length=300, label="Consumer secret", required=False, widget=Secret())
    every = forms.ChoiceField(label="Runs", choices=Connector.Every.choices, initial=Connector.Every.NIGHT)


class HubSpotForm(forms.Form):
    """How HubSpot is reached."""

    address = forms.CharField(max_length=200, label="Address", initial=ADDRESS)
    secret = forms.CharField(max_length=300, label="Token of the private app", required=False, widget=Secret())
    every = forms.ChoiceField(label="Runs", choices=Connector.Every.choices, initial=Connector.Every.NIGHT)


FORMS: dict[str, Any] = {Connector.Kind.SALESFORCE: SalesforceForm, Connector.Kind.HUBSPOT: HubSpotForm}
