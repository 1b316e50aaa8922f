"""CRMs on this machine that speak as Salesforce and HubSpot do, over TLS, and fail as they do."""

import datetime as dt
import ipaddress
import json
import re
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass
class Asked:
    """A request as the server saw it."""

    method: str
    path: str
    query: dict[str, str]
    body: Any
    headers: dict[str, str]


@dataclass
class Answer:
    """What it says. `cut` sends only so many bytes of the body, then hangs up."""

    body: Any = field(default_factory=dict)
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut: int | None = None
    raw: bytes | None = None


Script = Callable[[Asked], Answer]


def certificate(folder: Path) -> Path:
    """A certificate of this machine that signs itself, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "localhost.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + secret)
    return path


@dataclass
class Server:
    """A server that runs: its address and everything it was asked. `script` may be replaced while it does."""

    address: str
    script: Script
    asked: list[Asked] = field(default_factory=list)

    def paths(self) -> list[str]:
        return [each.path for each in self.asked]


@contextmanager
def serving(script: Script, pem: Path, tls: bool = True) -> Iterator[Server]:
    """A server that answers by a script until the block ends."""
    told = Server("", script)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _any(self) -> None:
            parts = urlsplit(self.path)
            content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            is_json = "json" in (self.headers.get("Content-Type") or "")
            body = json.loads(content) if is_json else {k: v[0] for k, v in parse_qs(content.decode()).items()}
            query = {key: values[0] for key, values in parse_qs(parts.query).items()}
            asked = Asked(self.command, parts.path, query, body, dict(self.headers.items()))
            told.asked.append(asked)
            answer = told.script(asked)
            out = json.dumps(answer.body).encode() if answer.raw is None else answer.raw
            self.send_response(answer.status)
            for name, value in {"Content-Type": "application/json", **answer.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(out)))
            self.end_headers()
            self.wfile.write(out if answer.cut is None else out[: answer.cut])
            self.close_connection = True

        do_GET = do_POST = _any  # noqa: N815

        def log_message(self, *_args: Any) -> None:
            """Nothing on the console."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    told.address = f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


OPPORTUNITIES = [
    {
        "Id": f"006{n:012}",
        "Name": f"Deal {n}",
        "StageName": ("Closed Won", "Closed Lost", "Negotiation")[n % 3],
        "IsClosed": n % 3 < 2,
        "IsWon": n % 3 == 0,
        "AccountId": "001000000000001",
        "OwnerId": "005000000000001",
        "Amount": 1000.5 + n,
        "CreatedDate": f"2025-01-{n % 27 + 1:02}T10:00:00.000+0000",
        "CloseDate": f"2025-03-{n % 27 + 1:02}",
        "SystemModstamp": "2025-03-30T10:00:00.000+0000",
        "IsDeleted": False,
        "Region__c": None if n % 2 else "North",
    }
    for n in range(7)
]
HISTORY = [
    {
        "Id": f"008{n:012}",
        "OpportunityId": each["Id"],
        "StageName": each["StageName"],
        "CreatedDate": f"2025-02-{n % 27 + 1:02}T10:00:00.000+0000",
        "CreatedById": "005000000000001",
        "IsDeleted": False,
    }
    for n, each in enumerate(OPPORTUNITIES)
]
SALESFORCE: dict[str, list[dict[str, Any]]] = {
    "Opportunity": OPPORTUNITIES,
    "OpportunityHistory": HISTORY,
    "Account": [{"Id": "001000000000001", "Name": "Initech", "Website": "https://initech.example", "Industry": "IT",
                 "OwnerId": "005000000000001", "BillingCountry": "NL", "Type": None}],
    "User": [{"Id": "005000000000001", "Username": "ada@x.example", "FirstName": "Ada", "LastName": "Winter",
              "ProfileId": "00e000000000001", "IsActive": True, "Email": "ada@x.example"}],
    "Task": [{"Id": "00T000000000001", "WhatId": OPPORTUNITIES[0]["Id"], "WhoId": None, "Subject": "Call",
              "Status": "Completed", "TaskSubtype": "Call", "ActivityDate": "2025-02-01", "IsClosed": True,
              "OwnerId": "005000000000001", "CreatedDate": "2025-02-01T10:00:00.000+0000", "IsDeleted": False}],
}  # fmt: skip


@dataclass
class FakeSalesforce:
    """Its data, three rows a page. A session ends after `session` requests; `changed` is what changed since."""

    session: int = 10_000
    per_page: int = 3
    data: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: dict(SALESFORCE))
    signed_in: int = 0
    left: int = 0

    def __call__(self, asked: Asked) -> Answer:
        if asked.path == "/services/oauth2/token":
            if asked.body.get("client_secret") != "s3cret":
                return Answer({"error": "invalid_client", "error_description": "invalid client credentials"}, 400)
            self.signed_in += 1
            self.left = self.session
            host = asked.headers["Host"]
            return Answer({"access_token": f"token-{self.signed_in}", "instance_url": f"https://{host}"})
        if asked.headers.get("Authorization") != f"Bearer token-{self.signed_in}" or self.left <= 0:
            return Answer([{"errorCode": "INVALID_SESSION_ID", "message": "Session expired or invalid"}], 401)
        self.left -= 1
        return self._page(asked)

    def _page(self, asked: Asked) -> Answer:
        if found := re.fullmatch(r".*/sobjects/(\w+)/describe", asked.path):
            rows = self.data.get(found[1])
            if not rows:
                return Answer([{"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}], 404)
            fields = [{"name": n, "type": "string", "custom": n.endswith("__c")} for n in rows[0]]
            return Answer({"fields": [*fields, {"name": "Description", "type": "textarea", "custom": False}]})
        if asked.path.endswith("/query"):
            query = asked.query["q"]
            name, start = re.search(r" FROM (\w+)(?: WHERE|$)", query)[1], 0  # type: ignore[index]
        else:
            name, _, text = asked.path.rsplit("/", 1)[1].partition("-")
            start = int(text)
        rows = self.data[name]
        page = [{"attributes": {"type": name}, **row} for row in rows[start : start + self.per_page]]
        end = start + self.per_page
        more = {"nextRecordsUrl": f"/services/data/v62.0/query/{name}-{end}"} if end < len(rows) else {}
        return Answer({"totalSize": len(rows), "done": not more, "records": page, **more})


@dataclass
class FakeHubSpot:
    """`deals` deals of which every third is won; list pages of four."""

    deals: int = 9
    per_page: int = 4

    def __call__(self, asked: Asked) -> Answer:
        if asked.headers.get("Authorization") != "Bearer pat-1":
            return Answer({"category": "INVALID_AUTHENTICATION", "message": "The token is expired"}, 401)
        path = asked.path.removeprefix("/crm/v3/")
        if path == "pipelines/deals":
            stages = [("s1", "Qualify", "false", "0.2"), ("s2", "Won", "true", "1.0"), ("s3", "Lost", "true", "0.0")]
            made = [{"id": i, "label": t, "metadata": {"isClosed": c, "probability": p}} for i, t, c, p in stages]
            return Answer({"results": [{"id": "default", "label": "Sales", "displayOrder": 0, "stages": made}]})
        if path == "owners":
            owner = {"id": "77", "email": "ada@x.example", "firstName": "Ada", "lastName": "Winter"}
            teams = [{"id": "5", "name": "South", "primary": False}, {"id": "6", "name": "North", "primary": True}]
            return Answer({"results": [{**owner, "teams": teams}]})
        if path == "properties/deals":
            own = {"name": "region", "fieldType": "text", "hubspotDefined": False}
            long = {"name": "story", "fieldType": "textarea", "hubspotDefined": False}
            return Answer({"results": [own, long, {"name": "hs_x", "fieldType": "text", "hubspotDefined": True}]})
        if path.startswith("associations/"):
            return self._tied(path, asked)
        name = path.split("/")[1]
        if path.endswith("/batch/read"):
            assert len(asked.body["inputs"]) <= (50 if name == "deals" else 100)
            return Answer({"results": [self._record(name, each["id"]) for each in asked.body["inputs"]]})
        if name == "emails":
            return Answer({"category": "MISSING_SCOPES", "message": "needs sales-email-read"}, 403)
        return self._ids(name, path, asked)

    def _ids(self, name: str, path: str, asked: Asked) -> Answer:
        known = [
            str(100 + n) for n in range({"deals": self.deals, "companies": 1, "contacts": 1, "calls": 2}.get(name, 0))
        ]
        if path.endswith("/search"):
            above = int(asked.body["filterGroups"][0]["filters"][1]["value"])
            left = [each for each in known if int(each) > above][-2 if above == 0 else 0 :]
            return Answer({"total": len(left), "results": [{"id": each} for each in left]})
        start = int(asked.query.get("after", "0"))
        following = start + self.per_page
        paging = {"paging": {"next": {"after": str(following)}}} if following < len(known) else {}
        return Answer({"results": [{"id": each} for each in known[start:following]], **paging})

    def _tied(self, path: str, asked: Asked) -> Answer:
        _, name, other, *_ = path.split("/")
        to = {"companies": "100", "deals": "100", "contacts": "100"}[other]
        ids = [each["id"] for each in asked.body["inputs"]]
        return Answer(
            {"results": [{"from": {"id": i}, "to": [{"id": to, "type": f"{name}_to_{other}"}]} for i in ids]}, 207
        )

    def _record(self, name: str, key: str) -> dict[str, Any]:
        n = int(key)
        properties = {
            "deals": {
                "dealname": f"Deal {key}", "dealstage": ("s1", "s2", "s3")[n % 3], "pipeline": "default",
                "amount": "1200", "createdate": "2025-01-02T10:00:00Z", "closedate": "2025-04-02T10:00:00Z",
                "hubspot_owner_id": "77", "hs_lastmodifieddate": "2025-04-03T10:00:00Z", "region": "North",
            },
            "companies": {"name": "Initech", "domain": "initech.example", "createdate": "2025-01-01T10:00:00Z"},
            "contacts": {"email": "bo@initech.example", "firstname": "Bo", "lastname": "Lee",
                         "createdate": "2025-01-01T10:00:00Z", "associatedcompanyid": "100"},
            "calls": {"hs_call_title": "Intro", "hs_call_duration": "120000", "hs_timestamp": "2025-01-05T10:00:00Z",
                      "hubspot_owner_id": "77"},
        }[name]  # fmt: skip
        past = [
            {"value": ("s1", "s2", "s3")[n % 3], "timestamp": "2025-03-02T10:00:00Z", "sourceType": "CRM_UI"},
            {"value": "s1", "timestamp": "2025-01-02T10:00:00Z", "sourceType": "CRM_UI"},
        ]
        history = {"propertiesWithHistory": {"dealstage": past}} if name == "deals" else {}
        return {"id": key, "properties": {**properties, "hs_object_id": key}, "archived": False, **history}
