"""The addresses of content."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
