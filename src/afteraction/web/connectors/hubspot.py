"""HubSpot over its CRM API (v3) with the token of a private app: lists and searches page by page, stages with history.

The ids of what is new come from a list (everything) or a search (what changed), the rows from batch reads, so that no
address grows with the number of properties. A search ends at 10,000 results; asking for ids above the last one instead
of the next page never gets there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from afteraction.web.connectors.client import Client, Declined
from afteraction.web.connectors.source import Page, Readable, Row, not_accepted, tested

ADDRESS: Final = "https://api.hubapi.com"
_PER_PAGE: Final = 100
_WITH_HISTORY: Final = 50
"""The most records that one batch read gives with the history of a property."""


@dataclass(frozen=True)
class _Object:
    """`tied` names the objects that belong to it, and the column that their ids come into."""

    properties: str
    tied: Mapping[str, str]
    changed: str = "hs_lastmodifieddate"
    history: str = ""


_TOUCHED: Final = {"deals": "associateddealids", "contacts": "associatedcontactids"}
_OBJECTS: Final = {
    "deals": _Object(
        "dealname dealstage pipeline amount deal_currency_code createdate closedate closed_lost_reason dealtype "
        "hubspot_owner_id hs_analytics_source hs_deal_stage_probability hs_is_closed hs_is_closed_won "
        "hs_lastmodifieddate hs_object_id",
        {"companies": "associatedcompanyids"},
        history="dealstage",
    ),
    "companies": _Object(
        "name domain industry numberofemployees country annualrevenue lifecyclestage type createdate "
        "hs_lastmodifieddate hs_object_id",
        {},
    ),
    "contacts": _Object(
        "email firstname lastname jobtitle associatedcompanyid lifecyclestage createdate lastmodifieddate hs_object_id",
        {},
        changed="lastmodifieddate",
    ),
    "calls": _Object("hs_call_title hs_call_duration hs_timestamp hubspot_owner_id hs_lastmodifieddate", _TOUCHED),
    "meetings": _Object(
        "hs_meeting_title hs_meeting_start_time hs_timestamp hubspot_owner_id hs_lastmodifieddate", _TOUCHED
    ),
    "emails": _Object("hs_email_subject hs_timestamp hubspot_owner_id hs_lastmodifieddate", _TOUCHED),
}
_WRITTEN_OUT: Final = frozenset({"textarea", "html", "file", "calculation_equation"})
_TESTS: Final = {
    "pipelines": "/crm/v3/pipelines/deals",
    "owners": "/crm/v3/owners?limit=1",
    **{name: f"/crm/v3/objects/{name}?limit=1" for name in _OBJECTS},
}


class HubSpot:
    """The objects that the record is made of. Deletions do not travel: what is deleted there stays here."""

    objects: tuple[str, ...] = tuple(_TESTS)
    required = frozenset({"deals", "pipelines"})
    whole = frozenset({"pipelines", "owners"})

    def __init__(self, client: Client, token: str) -> None:
        self._client = client
        client.headers["Authorization"] = f"Bearer {token}"
        self._properties: dict[str, list[str]] = {}

    def page(self, name: str, since: datetime | None, after: str | None) -> Page:
        """As `Source.page`."""
        if name == "pipelines":
            return self._pipelines()
        if name == "owners":
            return self._owners(after)
        ids, following = self._listed(name, after) if since is None else self._changed(name, since, after)
        return Page(self._read(name, ids), following)

    def test(self) -> list[Readable]:
        """As `Source.test`: which scopes the private app has."""
        found = []
        for name, path in _TESTS.items():
            try:
                self._ask("GET", path)
            except Declined as declined:
                found.append(tested(name, declined))
            else:
                found.append(tested(name, None))
        return found

    def _listed(self, name: str, after: str | None) -> tuple[list[str], str | None]:
        query = {"limit": str(_PER_PAGE), "properties": "hs_object_id"} | ({"after": after} if after else {})
        answer = self._ask("GET", f"/crm/v3/objects/{name}", query)
        return [str(each["id"]) for each in answer["results"]], _next(answer)

    def _changed(self, name: str, since: datetime, after: str | None) -> tuple[list[str], str | None]:
        milliseconds = str(int(since.timestamp() * 1000))
        filters = [
            {"propertyName": _OBJECTS[name].changed, "operator": "GTE", "value": milliseconds},
            {"propertyName": "hs_object_id", "operator": "GT", "value": after or "0"},
        ]
        asked = {
            "filterGroups": [{"filters": filters}],
            "sorts": [{"propertyName": "hs_object_id", "direction": "ASCENDING"}],
            "properties": ["hs_object_id"],
            "limit": _PER_PAGE,
        }
        answer = self._ask("POST", f"/crm/v3/objects/{name}/search", body=asked)
        ids = [str(each["id"]) for each in answer["results"]]
        return ids, ids[-1] if ids and _next(answer) else None

    def _read(self, name: str, ids: Sequence[str]) -> dict[str, list[Row]]:
        wanted = _OBJECTS[name]
        found: list[Row] = []
        history: list[Row] = []
        size = _WITH_HISTORY if wanted.history else _PER_PAGE
        ties = {column: self._tied(name, other, ids) for other, column in wanted.tied.items()} if ids else {}
        for start in range(0, len(ids), size):
            asked: dict[str, Any] = {
                "inputs": [{"id": key} for key in ids[start : start + size]],
                "properties": self._names(name),
            }
            if wanted.history:
                asked["propertiesWithHistory"] = [wanted.history]
            for record in self._ask("POST", f"/crm/v3/objects/{name}/batch/read", body=asked)["results"]:
                key = str(record["id"])
                tied = {column: ";".join(of.get(key, ())) or None for column, of in ties.items()}
                found.append({"id": key, **record["properties"], "archived": record.get("archived", False), **tied})
                history += [
                    {"deal_id": key, "name": wanted.history, "value": past["value"], "timestamp": past["timestamp"]}
                    for past in record.get("propertiesWithHistory", {}).get(wanted.history, ())
                ]
        return {name: found} | ({"deal_property_history": history} if wanted.history else {})

    def _tied(self, name: str, other: str, ids: Sequence[str]) -> dict[str, list[str]]:
        """The ids of the other objects by the ids of these; those with none are not among them."""
        asked = {"inputs": [{"id": key} for key in ids]}
        answer = self._ask("POST", f"/crm/v3/associations/{name}/{other}/batch/read", body=asked)
        return {
            str(each["from"]["id"]): list(dict.fromkeys(str(to["id"]) for to in each["to"]))
            for each in answer.get("results", ())
        }

    def _names(self, name: str) -> list[str]:
        """The properties to read; of deals also those that the organisation added itself, but for long texts."""
        if name not in self._properties:
            names = _OBJECTS[name].properties.split()
            if name == "deals":
                told = self._ask("GET", "/crm/v3/properties/deals")["results"]
                own = [p for p in told if not p.get("hubspotDefined") and p.get("fieldType") not in _WRITTEN_OUT]
                names += sorted(p["name"] for p in own if p["name"] not in names)
            self._properties[name] = names
        return self._properties[name]

    def _pipelines(self) -> Page:
        pipelines: list[Row] = []
        stages: list[Row] = []
        for each in self._ask("GET", "/crm/v3/pipelines/deals")["results"]:
            pipelines.append({"pipeline_id": each["id"], "label": each["label"], "display_order": each["displayOrder"]})
            for stage in each["stages"]:
                told = stage.get("metadata", {})
                row = {"stage_id": stage["id"], "label": stage["label"], "pipeline_id": each["id"]}
                closed = told.get("isClosed")
                chance = told.get("probability")
                won = closed == "true" and float(chance or 0) >= 1
                stages.append({**row, "is_closed": closed, "probability": chance, "closed_won": won})
        return Page({"pipelines": pipelines, "pipeline_stages": stages}, None)

    def _owners(self, after: str | None) -> Page:
        query = {"limit": str(_PER_PAGE)} | ({"after": after} if after else {})
        answer = self._ask("GET", "/crm/v3/owners", query)
        owners: list[Row] = []
        teams: list[Row] = []
        for each in answer["results"]:
            names = {"first_name": each.get("firstName"), "last_name": each.get("lastName")}
            owners.append({"owner_id": each["id"], "email": each.get("email"), **names})
            main = sorted(each.get("teams") or (), key=lambda team: not team.get("primary"))[:1]
            teams += [{"owner_id": each["id"], "team_id": team["name"]} for team in main]
        return Page({"owners": owners, "owner_teams": teams}, _next(answer))

    def _ask(self, method: str, path: str, query: Mapping[str, str] | None = None, body: Any = None) -> Any:
        try:
            return self._client.ask(method, path, query, body)
        except Declined as declined:
            if declined.status == 401:
                next_step = "make a new token in HubSpot (Settings, Integrations, Private Apps) and enter it"
                raise not_accepted("HubSpot", "the token", declined, next_step) from declined
            raise


def _next(answer: Mapping[str, Any]) -> str | None:
    after = answer.get("paging", {}).get("next", {}).get("after")
    return str(after) if after else None
