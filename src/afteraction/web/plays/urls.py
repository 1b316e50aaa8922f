"""The addresses of plays and leading measures."""

from django.urls import URLPattern, path

from afteraction.web.plays import leading_views, views

urlpatterns: list[URLPattern] = [
    path("plays/", views.plays, name="plays"),
    path("plays/new/", views.new, name="play-new"),
    path("plays/<int:key>/", views.play, name="play"),
    path("plays/<int:key>/edit/", views.edit, name="play-edit"),
    path("plays/<int:key>/publish/", views.publish, name="play-publish"),
    path("plays/<int:key>/retire/", views.retire, name="play-retire"),
    path("plays/<int:key>/measure/", views.measure, name="play-measure"),
    path("plays/<int:key>/progress/", views.progress, name="play-progress"),
    path("plays/<int:key>/versions/<int:number>/", views.version, name="play-version"),
    path("insights/leading/", leading_views.measures, name="insights-leading"),
]
