"""Addresses of what is said over all reviews: drivers, agreement, accountability, reminders."""

from django.urls import URLPattern, path

from afteraction.web.reviews import account_views, agreement_views, driver_views

urlpatterns: list[URLPattern] = [
    path("reviews/drivers/", driver_views.drivers, name="review-drivers"),
    path("reviews/drivers/add/", driver_views.add, name="review-driver-add"),
    path("reviews/drivers/reasons/", driver_views.reasons, name="review-driver-reasons"),
    path("reviews/drivers/versions/", driver_views.versions, name="review-driver-versions"),
    path("reviews/drivers/of/<str:key>/", driver_views.driver, name="review-driver"),
    path("reviews/drivers/of/<str:key>/merge/", driver_views.merge, name="review-driver-merge"),
    path("reviews/drivers/of/<str:key>/retire/", driver_views.retire, name="review-driver-retire"),
    path("reviews/accountability/", account_views.account, name="review-accountability"),
    path("reviews/accountability/reviews/", account_views.behind, name="review-behind"),
    path("reviews/accountability/reviews.csv", account_views.export, name="review-export"),
    path("reviews/agreement/", agreement_views.agreement, name="review-agreement"),
    path("reviews/agreement/reviews/", agreement_views.behind, name="review-agreement-behind"),
    path("reviews/agreement/test/<str:key>/", agreement_views.test, name="review-driver-test"),
    path("reviews/reminders/", account_views.reminders, name="review-reminders"),
]
