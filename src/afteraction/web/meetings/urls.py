"""The addresses of the joint meeting."""

from django.urls import URLPattern, path

from afteraction.web.meetings import views

urlpatterns: list[URLPattern] = [
    path("joint-meetings/", views.meetings, name="joint-meetings"),
    path("joint-meetings/rule/", views.rule, name="joint-meeting-rule"),
    path("joint-meetings/begin/", views.begin, name="joint-meeting-begin"),
    path("joint-meetings/<int:key>/", views.meeting, name="joint-meeting"),
    path("joint-meetings/<int:key>/screen/", views.screen, name="joint-meeting-screen"),
    path("joint-meetings/<int:key>/points/<int:point>/", views.talk, name="joint-meeting-talk"),
    path("joint-meetings/<int:key>/notes/", views.notes, name="joint-meeting-notes"),
    path("joint-meetings/<int:key>/decide/", views.decide, name="joint-meeting-decide"),
    path("joint-meetings/<int:key>/end/", views.end, name="joint-meeting-end"),
    path("joint-meetings/decisions/<int:key>/close/", views.close, name="joint-decision-close"),
]
