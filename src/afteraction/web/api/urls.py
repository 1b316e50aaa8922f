"""Addresses of the API, and of the page where its tokens are made. After those of deals, whose converter it takes."""

from django.urls import URLPattern, URLResolver, path

from afteraction.web.api import pages
from afteraction.web.api.v1 import api

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", api.urls),
    path("settings/tokens/", pages.tokens, name="tokens"),
    path("settings/tokens/<int:key>/revoke/", pages.revoke, name="token-revoke"),
]
