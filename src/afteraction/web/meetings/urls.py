"""The addresses of the joint meeting."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
