"""The addresses of proposals."""

from django.urls import URLPattern, path

from afteraction.web.proposals import answer_views, views

urlpatterns: list[URLPattern] = [
    path("changes/", views.proposals, name="proposals"),
    path("changes/new/", views.new, name="proposal-new"),
    path("changes/new/check/", views.check, name="proposal-check"),
    path("changes/<int:key>/", views.proposal, name="proposal"),
    path("changes/<int:key>/change/", views.change, name="proposal-change"),
    path("changes/<int:key>/support/", answer_views.support, name="proposal-support"),
    path("changes/<int:key>/comment/", answer_views.comment, name="proposal-comment"),
    path("changes/<int:key>/answer/", answer_views.answer, name="proposal-answer"),
    path("changes/<int:key>/hand-over/", answer_views.hand_over, name="proposal-hand-over"),
    path("changes/<int:key>/bring-up/", answer_views.bring_up, name="proposal-bring-up"),
    path("changes/<int:key>/withdraw/", answer_views.withdraw, name="proposal-withdraw"),
]
