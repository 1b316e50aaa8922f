"""Addresses of insights, claims and the process."""

from django.urls import URLPattern, path

from afteraction.web.insights import claim_views, download_views, process_views, views

urlpatterns: list[URLPattern] = [
    path("insights/", views.overview, name="insights"),
    path("insights/steps/", views.steps, name="insights-steps"),
    path("insights/steps/deals/", download_views.behind, name="insights-deals"),
    path("insights/reps/", views.reps, name="insights-reps"),
    path("insights/qualification/", views.qualification, name="insights-qualification"),
    path("insights/time/", views.time, name="insights-time"),
    path("insights/boxes/", views.boxes, name="insights-boxes"),
    path("insights/chances/", views.chances, name="insights-chances"),
    path("insights/record/", views.record, name="insights-record"),
    path("insights/progress/", views.progress, name="insights-progress"),
    path("insights/download/<str:name>", download_views.download, name="insights-download"),
    path("claims/", claim_views.claims, name="claims"),
    path("claims/<int:key>/withdraw/", claim_views.withdraw, name="claim-withdraw"),
    path("process/", process_views.process, name="process"),
    path("process/over-time/", process_views.over_time, name="process-over-time"),
    path("process/versions/", process_views.history, name="process-history"),
    path("process/versions/<int:number>/", process_views.version, name="process-version"),
    path("process/text/", process_views.edit, name="process-edit"),
    path("process/text/check/", process_views.check, name="process-check"),
]
