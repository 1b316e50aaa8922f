"""The addresses of content. /c/ is for buyers, who have no sign-in."""

from django.urls import URLPattern, path

from afteraction.web.content import deal_views, insight_views, request_views, views

urlpatterns: list[URLPattern] = [
    path("content/", views.library, name="content"),
    path("content/new/", views.new, name="content-new"),
    path("content/stale/", views.stale, name="content-stale"),
    path("content/of-deal/", deal_views.of_deal, name="content-of-deal"),
    path("content/pieces/<int:key>/", views.piece, name="content-piece"),
    path("content/pieces/<int:key>/edit/", views.edit, name="content-edit"),
    path("content/pieces/<int:key>/renew/", views.renew, name="content-renew"),
    path("content/pieces/<int:key>/approve/", views.approve, name="content-approve"),
    path("content/pieces/<int:key>/retire/", views.retire, name="content-retire"),
    path("content/pieces/<int:key>/rate/", views.rate, name="content-rate"),
    path("content/pieces/<int:key>/use/", views.use, name="content-use"),
    path("content/pieces/<int:key>/deals/", views.deals, name="content-deals"),
    path("content/pieces/<int:key>/used/", deal_views.used, name="content-used"),
    path("content/pieces/<int:key>/link/", deal_views.link, name="content-link"),
    path("content/requests/", request_views.requests, name="content-requests"),
    path("content/requests/new/", request_views.new, name="content-request-new"),
    path("content/requests/<int:key>/", request_views.one, name="content-request"),
    path("content/requests/<int:key>/vote/", request_views.vote, name="content-vote"),
    path("content/requests/<int:key>/answer/", request_views.answer, name="content-answer"),
    path("content/insights/", insight_views.insights, name="content-insights"),
    path("content/insights/new/", insight_views.new, name="content-insight-new"),
    path("content/insights/<int:key>/", insight_views.one, name="content-insight"),
    path("content/insights/<int:key>/save/", insight_views.act, {"what": "save"}, name="content-insight-save"),
    path("content/insights/<int:key>/check/", insight_views.act, {"what": "check"}, name="content-insight-check"),
    path("content/insights/<int:key>/approve/", insight_views.act, {"what": "approve"}, name="content-insight-approve"),
    path("content/insights/<int:key>/drop/", insight_views.act, {"what": "drop"}, name="content-insight-drop"),
    path("content/consent/", insight_views.consent, name="content-consent"),
    path("c/<str:token>/", deal_views.open_link, name="content-open"),
]
