"""Who the token belongs to, and what it may do."""

from datetime import datetime

from django.utils import timezone
from ninja import Field, Schema

from afteraction.web.api import tokens
from afteraction.web.api.requests import ApiRequest
from afteraction.web.api.routes import Part
from afteraction.web.people.roles import RIGHTS

part = Part("me")


class TokenOut(Schema):
    """The token of this request."""

    name: str
    prefix: str = Field(description="How its secret begins.", examples=["aft_3kQ2xM"])
    scopes: list[str] = Field(examples=[["deals:read", "insights:read"]])
    expires_at: datetime
    limit: int = Field(description="Requests a minute.", examples=[600])


class MeOut(Schema):
    """The person whose token this is."""

    id: int
    email: str = Field(examples=["noor@example.com"])
    name: str
    role: str = Field(examples=["manager"])
    team: str | None
    owner_name: str | None = Field(description="How the record names them as the owner of deals.")
    organisation: str
    rights: list[str] = Field(description="What the role may do.", examples=[["see deals", "state a claim"]])
    token: TokenOut


@part.get("/me", scope=None, answer=MeOut)
def get_me(request: ApiRequest) -> MeOut:
    """Whose token this is.

    With the role, its rights, and the scopes of the token: the first call to make.
    """
    user, token = request.user, request.token
    return MeOut(
        id=user.pk,
        email=user.email,
        name=user.name,
        role=user.role,
        team=user.team.name if user.team else None,
        owner_name=user.owner_name or None,
        organisation=user.organisation.name,
        rights=sorted(RIGHTS[user.role]),
        token=TokenOut(
            name=token.name,
            prefix=token.prefix,
            scopes=token.scopes,
            expires_at=token.expires_at,
            limit=request.rate.limit,
        ),
    )


@part.delete("/me/token", scope=None, answer=None, status=204)
def revoke_this_token(request: ApiRequest) -> None:
    """Revoke the token of this request.

    It opens nothing from then on. Tokens are made on the page API tokens, or with `afteraction token`.
    """
    tokens.revoke(user=request.user, key=request.token.pk, now=timezone.now())
