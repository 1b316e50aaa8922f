"""The addresses of leads."""

from django.urls import URLPattern, path

from afteraction.web.leads import action_views, agreement_views, feedback_views, figure_views, views

urlpatterns: list[URLPattern] = [
    path("leads/", views.inbox, name="leads"),
    path("leads/all/", views.leads, name="leads-all"),
    path("leads.csv", views.export, name="leads-export"),
    path("leads-count", views.count, name="leads-count"),
    path("leads/returned/", feedback_views.returned, name="leads-returned"),
    path("leads/returned/answer", feedback_views.answer, name="leads-answer"),
    path("leads/answers/<int:key>/seen", action_views.see_answer, name="leads-answer-seen"),
    path("leads/promises/", figure_views.promises, name="leads-promises"),
    path("leads/deaths/", figure_views.deaths, name="leads-deaths"),
    path("marketing/", figure_views.outcomes, name="leads-outcomes"),
    path("leads/attribution/", figure_views.attribution, name="leads-attribution"),
    path("leads/score/", figure_views.score, name="leads-score"),
    path("leads/agreement/", agreement_views.agreement, name="lead-agreement"),
    path("leads/agreement/new", agreement_views.propose, name="lead-agreement-new"),
    path("leads/agreement/try", agreement_views.try_it, name="lead-agreement-try"),
    path("leads/queues", agreement_views.keep_queue, name="lead-queues"),
    path("leads/agreement/<int:number>/", agreement_views.version, name="lead-agreement-version"),
    path("leads/agreement/<int:number>/sign", agreement_views.sign, name="lead-agreement-sign"),
    path("leads/agreement/<int:number>/withdraw", agreement_views.withdraw, name="lead-agreement-withdraw"),
    path("leads/<int:key>/", views.lead, name="lead"),
    path("leads/<int:key>/accept", action_views.accept, name="lead-accept"),
    path("leads/<int:key>/tried", action_views.tried, name="lead-tried"),
    path("leads/<int:key>/return", action_views.give_back, name="lead-return"),
    path("leads/<int:key>/convert", action_views.convert, name="lead-convert"),
    path("leads/<int:key>/snooze", action_views.snooze, name="lead-snooze"),
    path("leads/<int:key>/reassign", action_views.reassign, name="lead-reassign"),
    path("leads/<int:key>/hand-over", action_views.hand_over, name="lead-hand-over"),
    path("leads/<int:key>/nurture", action_views.nurture, name="lead-nurture"),
    path("leads/<int:key>/bury", action_views.bury, name="lead-bury"),
    path("leads/<int:key>/merge", action_views.merge, name="lead-merge"),
]
