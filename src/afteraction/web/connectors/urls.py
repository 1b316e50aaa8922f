"""Addresses of connectors."""

from django.urls import path

from afteraction.web.connectors import views

urlpatterns = [
    path("settings/connectors/", views.connectors, name="connectors"),
    path("settings/connectors/folder/look/", views.look_into_folder, name="look-into-folder"),
    path("settings/connectors/<str:kind>/", views.connector, name="connector"),
    path("settings/connectors/<str:kind>/test/", views.test, name="test-connector"),
    path("settings/connectors/<str:kind>/run/", views.run, name="run-connector"),
    path("settings/connectors/<str:kind>/switch/", views.switch, name="switch-connector"),
    path("settings/connectors/<str:kind>/remove/", views.remove, name="remove-connector"),
]
