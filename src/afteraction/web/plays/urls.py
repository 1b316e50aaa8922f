"""The addresses of plays."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
