"""Addresses of reviews."""

from django.urls import path

from afteraction.web.reviews import calibration_views, expectation_views, rules_views, views

urlpatterns = [
    path("reviews/", views.reviews, name="reviews"),
    path("reviews/<int:key>/", views.review, name="review"),
    path("reviews/<int:key>/save/", views.save, name="review-save"),
    path("reviews/<int:key>/finish/", views.finish, name="review-finish"),
    path("reviews/<int:key>/skip/", views.skip, name="review-skip"),
    path("reviews/expectation/", expectation_views.expectation, name="expectation"),
    path("reviews/calibration/", calibration_views.calibration, name="calibration"),
    path("reviews/calibration/consent/", calibration_views.consent, name="calibration-consent"),
    path("settings/reviews/", rules_views.rules, name="review-rules"),
    path("settings/reviews/drawn/", rules_views.drawn, name="review-rules-drawn"),
]
