"""The addresses of walls."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
