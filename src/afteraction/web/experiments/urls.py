"""The addresses of experiments."""

from django.urls import URLPattern, path

from afteraction.web.experiments import on_deal_views, running_views, trial_views

urlpatterns: list[URLPattern] = [
    path("trials/<int:key>/", trial_views.trial, name="trial"),
    path("trials/on-deal", on_deal_views.asked_on_deal, name="trials-on-deal"),
    path("trials/<int:key>/tell", on_deal_views.tell, name="trial-tell"),
    path("trials/<int:key>/deals", running_views.deals, name="trial-deals"),
]
