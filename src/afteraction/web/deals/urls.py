"""Addresses of deals. What is no deal stands outside /deals/, where any id may follow."""

from django.urls import path, register_converter

from afteraction.web.deals import views
from afteraction.web.deals.converters import DealIdConverter

register_converter(DealIdConverter, "deal_id")

urlpatterns = [
    path("deals/", views.deals, name="deals"),
    path("deals.csv", views.export, name="deals-export"),
    path("deals-count", views.count, name="deals-count"),
    path("deal-views/", views.save_view, name="deal-views"),
    path("deal-views/<int:view_id>/delete", views.delete_view, name="deal-view-delete"),
    path("deals/<deal_id:deal_id>/", views.deal, name="deal"),
]
