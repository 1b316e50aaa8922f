"""The addresses of lessons."""

from django.urls import URLPattern

from afteraction.web.lessons.match_urls import urlpatterns as of_matching

urlpatterns: list[URLPattern] = [*of_matching]
