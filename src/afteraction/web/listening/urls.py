"""The addresses of listening."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
