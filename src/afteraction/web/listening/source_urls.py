"""The addresses of sources."""

from django.urls import URLPattern, path

from afteraction.web.listening import source_page, source_views
from afteraction.web.listening.hook import hook

urlpatterns: list[URLPattern] = [
    path("listening/sources/", source_views.listed, name="listening-sources"),
    path("listening/sources/add/", source_views.add, name="listening-source-add"),
    path("listening/sources/files/", source_views.hand_in, name="listening-source-files"),
    path("listening/sources/export/", source_views.export, name="listening-sources-export"),
    path("listening/sources/<int:key>/", source_page.source, name="listening-source"),
    path("listening/sources/<int:key>/switch/", source_page.switch, name="listening-source-switch"),
    path("listening/sources/<int:key>/look/", source_page.look, name="listening-source-look"),
    path("listening/sources/<int:key>/token/", source_page.token, name="listening-source-token"),
    path("listening/sources/<int:key>/remove/", source_page.remove, name="listening-source-remove"),
    path("listening/hook/<int:key>/", hook, name="listening-hook"),
]
