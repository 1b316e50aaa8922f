"""Salesforce over its REST API: client-credentials sign-in, SOQL, pages by `nextRecordsUrl`.

Salesforce REST API Developer Guide: Query, Query More, sObject Describe; OAuth 2.0 Client Credentials Flow.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from afteraction.errors import Refused
from afteraction.web.connectors.client import AskedToWait, Client, Declined
from afteraction.web.connectors.source import LostPlace, Page, Readable, Row, not_accepted, tested

_API: Final = "/services/data/v62.0"
_LONGEST: Final = 10_000
"""Characters of a query: it travels in the address, which Salesforce takes up to 16 KiB of, encoded."""
_UNREADABLE: Final = frozenset({"address", "location", "base64", "textarea", "encryptedstring", "complexvalue"})
_CHANGED: Final = "SystemModstamp >= {since}"
_OF_CHANGED_DEALS: Final = "OpportunityId IN (SELECT Id FROM Opportunity WHERE SystemModstamp >= {since})"
"""All moves of a deal that changed, so that the last one is always among the files."""


@dataclass(frozen=True)
class _Object:
    """`fields` that are read, as far as this Salesforce has them; none means all that a cell can hold."""

    fields: str = ""
    changed: str = _CHANGED
    always: str = ""


_OBJECTS: Final = {
    "Opportunity": _Object(),
    "OpportunityHistory": _Object("Id OpportunityId StageName CreatedDate CreatedById IsDeleted", _OF_CHANGED_DEALS),
    "Account": _Object(
        "Id Name Website Industry NumberOfEmployees BillingCountry BillingCountryCode ShippingCountry Type "
        "AnnualRevenue Ownership Rating AccountSource ParentId OwnerId IsDeleted SystemModstamp"
    ),
    "Contact": _Object("Id FirstName LastName Email AccountId Title Department LeadSource IsDeleted SystemModstamp"),
    "User": _Object(
        "Id Username FirstName LastName Name Email Title Department Division ManagerId UserRoleId ProfileId IsActive "
        "SystemModstamp",
        changed="",
    ),
    "UserRole": _Object("Id Name ParentRoleId", changed=""),
    "Task": _Object(
        "Id WhatId WhoId Subject Status TaskSubtype Type ActivityDate CompletedDateTime CreatedDate IsClosed OwnerId "
        "CallDurationInSeconds IsDeleted SystemModstamp",
        always="What.Type = 'Opportunity'",
    ),
    "Event": _Object(
        "Id WhatId WhoId Subject Type EventSubtype StartDateTime ActivityDateTime ActivityDate DurationInMinutes "
        "OwnerId IsDeleted SystemModstamp",
        always="What.Type = 'Opportunity'",
    ),
    "Lead": _Object(
        "Id FirstName LastName Company Status LeadSource Industry Rating AnnualRevenue NumberOfEmployees Country "
        "OwnerId IsConverted ConvertedOpportunityId CreatedDate IsDeleted SystemModstamp"
    ),
    "LeadHistory": _Object(
        "Id LeadId Field OldValue NewValue CreatedDate CreatedById IsDeleted",
        "CreatedDate >= {since}",
        "Field IN ('Status', 'created', 'leadConverted')",
    ),
    "Campaign": _Object(
        "Id Name Type Status StartDate NumberOfLeads BudgetedCost NumberSent SystemModstamp", changed=""
    ),
    # Of every lead that changed, or its campaign would be lost.
    "CampaignMember": _Object(
        "Id CampaignId LeadId ContactId CreatedDate", "LeadId IN (SELECT Id FROM Lead WHERE SystemModstamp >= {since})"
    ),
}


class Salesforce:
    """The objects that the record is made of. Deletions do not travel: what is deleted there stays here."""

    objects: tuple[str, ...] = tuple(_OBJECTS)
    required = frozenset({"Opportunity"})
    whole = frozenset(name for name, each in _OBJECTS.items() if not each.changed)

    def __init__(self, client: Client, key: str, secret: str) -> None:
        self._client, self._key, self._secret = client, key, secret

    def page(self, name: str, since: datetime | None, after: str | None) -> Page:
        """As `Source.page`; `after` is Salesforce's own `nextRecordsUrl`."""
        try:
            answer = self._ask(after) if after else self._ask(f"{_API}/query", {"q": self._query(name, since)})
        except Declined as declined:
            if after and declined.code in ("INVALID_QUERY_LOCATOR", "QUERY_TIMEOUT", "NOT_FOUND"):
                raise LostPlace(name) from declined
            raise
        records: list[Row] = [
            {key: v for key, v in record.items() if key != "attributes"} for record in answer["records"]
        ]
        return Page({name: records}, None if answer.get("done", True) else str(answer["nextRecordsUrl"]))

    def test(self) -> list[Readable]:
        """As `Source.test`: which objects the user that the app runs as may see."""
        found = []
        for name in self.objects:
            try:
                self._ask(f"{_API}/sobjects/{name}/describe")
            except Declined as declined:
                found.append(tested(name, declined))
            else:
                found.append(tested(name, None))
        return found

    def _query(self, name: str, since: datetime | None) -> str:
        wanted, fields = _OBJECTS[name], self._fields(name)
        conditions = [wanted.always] if wanted.always else []
        if since is not None and wanted.changed:
            conditions.append(wanted.changed.format(since=since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")))
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        rest = f" FROM {name}{where}"
        while len(", ".join(fields)) + len(rest) > _LONGEST:
            fields.pop()
        return f"SELECT {', '.join(fields)}{rest}"  # SOQL: names come from the describe, no text of people

    def _fields(self, name: str) -> list[str]:
        """The fields to read: the standard ones first, then those that the organisation added itself."""
        told = self._ask(f"{_API}/sobjects/{name}/describe")["fields"]
        there = {f["name"]: f for f in told if f["type"] not in _UNREADABLE}
        wanted = _OBJECTS[name].fields.split() or sorted(there, key=lambda each: (there[each]["custom"], each))
        return [each for each in wanted if each in there]

    def _ask(self, path: str, query: dict[str, str] | None = None) -> Any:
        if "Authorization" not in self._client.headers:
            self._sign_in()
        try:
            return self._client.ask("GET", path, query)
        except Declined as declined:
            if declined.code == "REQUEST_LIMIT_EXCEEDED":
                raise AskedToWait(timedelta(hours=1)) from declined
            if declined.status != 401:
                raise
        self._sign_in()  # a session lasts as long as the organisation's settings say: less than a long import
        try:
            return self._client.ask("GET", path, query)
        except Declined as declined:
            if declined.status == 401:
                next_step = "see that the app's user may use the API"
                raise not_accepted("Salesforce", "the session that it opened itself", declined, next_step) from declined
            raise

    def _sign_in(self) -> None:
        self._client.headers.pop("Authorization", None)
        form = {"grant_type": "client_credentials", "client_id": self._key, "client_secret": self._secret}
        try:
            token = self._client.ask("POST", "/services/oauth2/token", form=form)
        except Declined as declined:
            next_step = "see that the app has the client-credentials flow on and a user to run as; enter both again"
            raise not_accepted("Salesforce", "the consumer key and secret", declined, next_step) from declined
        where = str(token.get("instance_url", self._client.address)).rstrip("/")
        if where != self._client.address:
            raise Refused(
                f"data at {where}", f"data at {self._client.address}", f"enter {where} as the address, then try again"
            )
        self._client.headers["Authorization"] = f"Bearer {token['access_token']}"
