"""Addresses of people: coming in for the first time, and settings."""

from django.urls import URLPattern, path

from afteraction.web.people import views

urlpatterns: list[URLPattern] = [
    path("accounts/join/", views.join, name="join"),
    path("accounts/join/<str:token>/", views.follow_invitation, name="follow-invitation"),
    path("settings/", views.organisation, name="settings"),
    path("settings/people/", views.people, name="people"),
    path("settings/people/invite/", views.invite, name="invite"),
    path("settings/people/<int:key>/", views.person, name="person"),
    path("settings/people/<int:key>/invite-again/", views.invite_again, name="invite-again"),
    path("settings/people/<int:key>/withdraw/", views.withdraw, name="withdraw"),
    path("settings/people/<int:key>/deactivate/", views.deactivate, name="deactivate"),
    path("settings/people/<int:key>/activate/", views.activate, name="activate"),
    path("settings/roles/", views.roles, name="roles"),
    path("settings/mail/", views.mail, name="mail"),
    path("settings/trail/", views.changes, name="trail"),
]
