"""The addresses of walls."""

from django.urls import path

from afteraction.web.walls import screen_views, views

urlpatterns = [
    path("walls/", views.walls, name="walls"),
    path("walls/write/", views.write, name="wall-write"),
    path("walls/take-back/", views.take_back_by_code, name="wall-code"),
    path("walls/share/<int:key>/", views.share, name="wall-share"),
    path("walls/entries/<uuid:key>/thanks/", views.thank, name="wall-thank"),
    path("walls/entries/<uuid:key>/take-back/", views.take_back, name="wall-take-back"),
    path("walls/recognise/", views.recognise, name="wall-recognise"),
    path("walls/recognition/<int:key>/take-back/", views.take_recognition_back, name="wall-recognition-take-back"),
    path("walls/risks/", views.risks, name="wall-risks"),
    path("walls/screens/", screen_views.screens, name="wall-screens"),
    path("walls/screens/<int:key>/revoke/", screen_views.revoke, name="wall-screen-revoke"),
    path("walls/screen/", screen_views.here, name="wall-screen-here"),
    path("w/<str:token>/", screen_views.screen, name="wall-screen"),
]
