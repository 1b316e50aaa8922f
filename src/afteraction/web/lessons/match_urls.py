"""Addresses of lessons on open deals and of near duplicates."""

from django.urls import path

from afteraction.web.lessons import duplicate_views, on_deal_views

urlpatterns = [
    path("lessons/on-deal", on_deal_views.lessons_on_deal, name="lessons-on-deal"),
    path("lessons/on-own-deals", on_deal_views.lessons_for_own_deals, name="lessons-on-own-deals"),
    path("lessons/<int:lesson_id>/say", on_deal_views.say, name="lesson-say"),
    path("lessons/alike", duplicate_views.alike, name="lessons-alike"),
    path("lessons/duplicates/", duplicate_views.duplicates, name="lesson-duplicates"),
    path("lessons/duplicates/look", duplicate_views.look, name="lesson-duplicates-look"),
    path("lessons/duplicates/<int:pair_id>/merge", duplicate_views.merge, name="lesson-pair-merge"),
    path("lessons/duplicates/<int:pair_id>/differ", duplicate_views.tell_apart, name="lesson-pair-differ"),
    path("lessons/merges/<int:merge_id>/undo", duplicate_views.undo, name="lesson-merge-undo"),
]
