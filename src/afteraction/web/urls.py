"""Every address. Each app has its own; the home page and health are here."""

from django.urls import include, path

from afteraction.web import health
from afteraction.web.people import views as people
from afteraction.web.upkeep import metrics

urlpatterns = [
    path("", people.home, name="home"),
    path("healthz", health.healthz, name="healthz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("accounts/", include("afteraction.web.people.account_urls")),
    path("", include("afteraction.web.people.urls")),
    path("", include("afteraction.web.deals.urls")),
    path("", include("afteraction.web.insights.urls")),
    path("", include("afteraction.web.reviews.account_urls")),
    path("", include("afteraction.web.data.urls")),
    path("", include("afteraction.web.buyers.public_urls")),
    path("", include("afteraction.web.buyers.urls")),
    path("", include("afteraction.web.reviews.urls")),
    path("", include("afteraction.web.lessons.urls")),
    path("", include("afteraction.web.plays.urls")),
    path("", include("afteraction.web.walls.urls")),
    path("", include("afteraction.web.coaching.urls")),
    path("", include("afteraction.web.practice.urls")),
    path("", include("afteraction.web.proposals.urls")),
    path("", include("afteraction.web.experiments.urls")),
    path("", include("afteraction.web.leads.urls")),
    path("", include("afteraction.web.content.urls")),
    path("", include("afteraction.web.listening.urls")),
    path("", include("afteraction.web.meetings.urls")),
    path("", include("afteraction.web.api.urls")),
    path("", include("afteraction.web.connectors.urls")),
]
