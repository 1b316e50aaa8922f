"""The addresses of experiments."""

from django.urls import URLPattern, path

from afteraction.web.experiments import trial_views

urlpatterns: list[URLPattern] = [
    path("trials/<int:key>/", trial_views.trial, name="trial"),
]
