"""Addresses of the buyer's voice for people of the organisation."""

from django.urls import path

from afteraction.web.buyers import interview_views, settings_views, views

urlpatterns = [
    path("reviews/buyers/", views.overview, name="buyers"),
    path("reviews/buyers/asked/", views.asked, name="buyers-asked"),
    path("reviews/buyers/asked/<int:key>/", views.asking, name="buyer-asking"),
    path("reviews/buyers/asked/<int:key>/withhold/", views.withhold, name="buyer-withhold"),
    path("reviews/buyers/asked/<int:key>/release/", views.release, name="buyer-release"),
    path("reviews/buyers/asked/<int:key>/add/", views.add_person, name="buyer-add-person"),
    path("reviews/buyers/people/<int:key>/remove/", views.remove_person, name="buyer-remove-person"),
    path("reviews/buyers/answers/", views.answers, name="buyers-answers"),
    path("reviews/buyers/answers/<int:key>/", views.answer, name="buyer-answer"),
    path("reviews/buyers/interviews/", interview_views.interviews, name="interviews"),
    path("reviews/buyers/interviews/about/<int:key>/", interview_views.new, name="interview-new"),
    path("reviews/buyers/interviews/<int:key>/", interview_views.interview, name="interview"),
    path("reviews/buyers/interviews/<int:key>/begin/", interview_views.begin, name="interview-begin"),
    path("reviews/buyers/interviews/<int:key>/code/", interview_views.code, name="interview-code"),
    path("reviews/buyers/interviews/<int:key>/consent/", interview_views.consent, name="interview-consent"),
    path("reviews/buyers/interviews/<int:key>/ask/", interview_views.ask, name="interview-ask"),
    path("settings/buyers/", settings_views.programme, name="buyer-programme"),
    path("settings/buyers/mail/<str:language>/", settings_views.mail, name="buyer-mail"),
    path("settings/buyers/words/<str:language>/", settings_views.words, name="buyer-words"),
    path("settings/buyers/sample/<str:language>/", settings_views.sample, name="buyer-sample"),
]
