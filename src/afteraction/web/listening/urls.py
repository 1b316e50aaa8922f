"""The addresses of listening."""

from django.urls import URLPattern, path

from afteraction.web.listening import event_views, source_urls, views, watch_views

urlpatterns: list[URLPattern] = [
    path("listening/", views.listening, name="listening"),
    path("listening/say", views.say, name="listening-say"),
    path("listening/account", views.account, name="listening-account"),
    path("listening/wall/", views.wall, name="listening-wall"),
    path("listening/pays/", views.pays, name="listening-pays"),
    path("listening/events/", event_views.events, name="listening-events"),
    path("listening/events/<int:key>/", event_views.event, name="listening-event"),
    path("listening/events/<int:key>/say", event_views.say, name="listening-event-say"),
    path("listening/events/<int:key>/correct", event_views.correct, name="listening-correct"),
    path("listening/events/<int:key>/lead", event_views.lead, name="listening-lead"),
    path("listening/events/<int:key>/deal", event_views.deal, name="listening-deal"),
    path("listening/names", event_views.answer_name, name="listening-name"),
    path("listening/watches/", watch_views.watches, name="listening-watches"),
    path("listening/watches/new", watch_views.new, name="listening-watch-new"),
    path("listening/watches/try", watch_views.try_out, name="listening-watch-try"),
    path("listening/watches/<int:key>/", watch_views.watch, name="listening-watch"),
    path("listening/watches/<int:key>/remove", watch_views.remove, name="listening-watch-remove"),
    *source_urls.urlpatterns,
]
