"""The organisation: its name, teams, roles, mail, and the audit trail."""

from datetime import datetime

from django.utils import timezone
from ninja import Field, Query, Schema

from afteraction.web.api.requests import ApiRequest, Body
from afteraction.web.api.routes import Part
from afteraction.web.api.scopes import Scope
from afteraction.web.people import mailing, selectors, services
from afteraction.web.people.models import Organisation, Role
from afteraction.web.people.trail import PER_PAGE, trail

part = Part("organisation")


class OrganisationIn(Body):
    """What the organisation is called."""

    name: str = Field(min_length=1, max_length=200, pattern=r"\S", examples=["Northwind Systems"])


class OrganisationOut(Schema):
    """The organisation."""

    name: str
    created_at: datetime


class TeamOut(Schema):
    """A team."""

    id: int
    name: str


class TeamList(Schema):
    """The teams by name."""

    items: list[TeamOut]


class OwnerList(Schema):
    """Owners of deals in the record whom nobody here is yet: whom to invite. At most 500."""

    items: list[str]


class RoleOut(Schema):
    """A role and what it may do."""

    role: str
    label: str
    rights: list[str]


class RoleList(Schema):
    """The roles."""

    items: list[RoleOut]


class MailOut(Schema):
    """How mail leaves."""

    set_up: bool = Field(description="False where mail is only printed to the console of the server.")
    address: str
    security: str
    sender: str


class SentOut(Schema):
    """A test that has left."""

    sent_to: str
    at: datetime


class ChangeOut(Schema):
    """A field with its value before and after; empty where there was none."""

    field: str
    before: str
    after: str


class EntryOut(Schema):
    """One change of one thing."""

    id: int
    at: datetime
    who: str
    done: str = Field(description="created, changed or deleted.")
    kind: str
    what: str
    changes: list[ChangeOut]


class TrailQuery(Schema):
    """What the audit trail is narrowed by."""

    before: int | None = Field(None, ge=1, le=2**63 - 1, description="`next` of another page.")
    actor: int | None = Field(None, ge=1, le=2**63 - 1, description="The id of a person.")


class TrailOut(Schema):
    """A page of changes, newest first."""

    items: list[EntryOut] = Field(max_length=PER_PAGE)
    next: int | None = Field(description="What to send as `before` for the next page; null on the last one.")


@part.get("/organisation", scope=Scope.PEOPLE_READ, answer=OrganisationOut)
def get_organisation(request: ApiRequest) -> OrganisationOut:
    """Get the organisation."""
    return _organisation_out(request.user.organisation)


@part.put("/organisation", scope=Scope.PEOPLE_WRITE, answer=OrganisationOut)
def rename_organisation(request: ApiRequest, organisation: OrganisationIn) -> OrganisationOut:
    """Rename the organisation."""
    return _organisation_out(services.rename_organisation(by=request.user, name=organisation.name))


@part.get("/teams", scope=Scope.PEOPLE_READ, answer=TeamList)
def list_teams(request: ApiRequest) -> TeamList:
    """List the teams."""
    return TeamList(
        items=[TeamOut(id=each.pk, name=each.name) for each in selectors.teams_of(request.user.organisation)]
    )


@part.get("/owners-without-account", scope=Scope.PEOPLE_READ, answer=OwnerList)
def list_owners_without_account(request: ApiRequest) -> OwnerList:
    """List the owners of deals whom nobody here is yet."""
    return OwnerList(items=selectors.owners_without_account(request.user.organisation))


@part.get("/roles", scope=Scope.PEOPLE_READ, answer=RoleList)
def list_roles(request: ApiRequest) -> RoleList:  # noqa: ARG001
    """List the roles and what each may do."""
    rows = selectors.roles_table()
    return RoleList(
        items=[
            RoleOut(role=role.value, label=role.label, rights=[str(row.right) for row in rows if row.given[place]])
            for place, role in enumerate(Role)
        ]
    )


@part.get("/mail", scope=Scope.PEOPLE_READ, answer=MailOut)
def get_mail(request: ApiRequest) -> MailOut:  # noqa: ARG001
    """Get how mail leaves."""
    server = mailing.mail_server()
    return MailOut(set_up=server.set_up, address=server.address, security=server.security, sender=server.sender)


@part.post("/mail/test", scope=Scope.PEOPLE_WRITE, answer=SentOut, status=201, refused=409, keyed=False)
def send_test_mail(request: ApiRequest) -> SentOut:
    """Mail a few words to yourself.

    It takes no Idempotency-Key: every call is a mail.
    """
    mailing.send_test(to=request.user)
    return SentOut(sent_to=request.user.email, at=timezone.now())


@part.get("/trail", scope=Scope.PEOPLE_READ, answer=TrailOut)
def list_changes(request: ApiRequest, asked: Query[TrailQuery]) -> TrailOut:
    """List who changed what when, newest first."""
    page = trail(request.user.organisation, before=asked.before, actor=asked.actor)
    return TrailOut(
        items=[
            EntryOut(
                id=each.key,
                at=each.at,
                who=each.who,
                done=each.done,
                kind=each.kind,
                what=each.what,
                changes=[ChangeOut(**vars(change)) for change in each.changes],
            )
            for each in page.entries
        ],
        next=page.earlier,
    )


def _organisation_out(organisation: Organisation) -> OrganisationOut:
    return OrganisationOut(name=organisation.name, created_at=organisation.created_at)
