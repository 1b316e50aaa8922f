"""Addresses that buyers get by mail. They are short, and say nothing."""

from django.urls import path

from afteraction.web.buyers import public_views as views

urlpatterns = [
    path("b/<str:token>/", views.questions, name="buyer-questions"),
    path("b/<str:token>/draft/", views.draft, name="buyer-draft"),
    path("b/<str:token>/decline/", views.decline, name="buyer-decline"),
    path("b/<str:token>/unsubscribe/", views.leave, name="buyer-unsubscribe"),
]
