"""The addresses of lessons."""

from django.urls import URLPattern, path

from afteraction.web.lessons import views
from afteraction.web.lessons.match_urls import urlpatterns as of_matching

urlpatterns: list[URLPattern] = [
    path("lessons/", views.lessons, name="lessons"),
    path("lessons/new", views.new, name="lesson-new"),
    path("lessons/of-finding", views.of_finding, name="lesson-of-finding"),
    path("lessons/<int:key>/", views.lesson, name="lesson"),
    path("lessons/<int:key>/edit", views.edit, name="lesson-edit"),
    path("lessons/<int:key>/move", views.move, name="lesson-move"),
    path("lessons/<int:key>/add-deal", views.add_deal, name="lesson-add-deal"),
    path("lessons/<int:key>/deals", views.deals, name="lesson-deals"),
    *of_matching,
]
