"""The addresses of coaching."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
