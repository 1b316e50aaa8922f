"""The addresses of lessons."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
