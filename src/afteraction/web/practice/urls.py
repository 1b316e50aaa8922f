"""The addresses of practice. The worker lies below /practice/, since a worker serves what lies beside it alone."""

from django.urls import path

from afteraction.web.practice import device_views, views

urlpatterns = [
    path("practice/", views.practice, name="practice"),
    path("practice/plan/", views.plan, name="practice-plan"),
    path("practice/forget/", views.forget, name="practice-forget"),
    path("practice/session/", device_views.session, name="practice-session"),
    path("practice/worker.js", device_views.worker, name="practice-worker"),
    path("practice/cards/", device_views.cards, name="practice-cards"),
    path("practice/answers/", device_views.answers, name="practice-answers"),
]
