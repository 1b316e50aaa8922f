"""Addresses of data."""

from django.urls import path

from afteraction.web.data import views

urlpatterns = [
    path("data/", views.data, name="data"),
    path("data/compact/", views.compact, name="compact"),
    path("data/imports/", views.begin, name="imports"),
    path("data/imports/<int:key>/", views.import_page, name="import"),
    path("data/imports/<int:key>/state/", views.import_state, name="import-state"),
    path("data/imports/<int:key>/files/", views.add_file, name="import-files"),
    path("data/imports/<int:key>/look/", views.look, name="import-look"),
    path("data/imports/<int:key>/mapping/", views.mapping, name="import-mapping"),
    path("data/imports/<int:key>/discard/", views.discard, name="import-discard"),
    path("data/imports/<int:key>/refusals/", views.refusals, name="import-refusals"),
]
