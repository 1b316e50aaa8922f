"""The addresses of coaching."""

from django.urls import path

from afteraction.web.coaching import craft_views, views

urlpatterns = [
    path("coaching/", views.coaching, name="coaching"),
    path("coaching/new/", views.new_pair, name="coaching-new"),
    path("coaching/pairs/<int:key>/", views.pair, name="coaching-pair"),
    path("coaching/pairs/<int:key>/change/", views.change_pair, name="coaching-change"),
    path("coaching/pairs/<int:key>/drop/", views.drop_pair, name="coaching-drop"),
    path("coaching/pairs/<int:key>/prepare/", views.prepare, name="coaching-prepare"),
    path("coaching/pairs/<int:key>/calendar.ics", views.pair_calendar, name="coaching-calendar"),
    path("coaching/meetings/<int:key>/", views.meeting, name="coaching-meeting"),
    path("coaching/meetings/<int:key>/notes/", views.save_notes, name="coaching-notes"),
    path("coaching/meetings/<int:key>/private/", views.save_private, name="coaching-private"),
    path("coaching/meetings/<int:key>/items/<int:item>/", views.talk, name="coaching-talk"),
    path("coaching/meetings/<int:key>/commit/", views.commit, name="coaching-commit"),
    path("coaching/meetings/<int:key>/end/", views.end, name="coaching-end"),
    path("coaching/meetings/<int:key>/skip/", views.skip, name="coaching-skip"),
    path("coaching/meetings/<int:key>/lesson/", views.lesson, name="coaching-lesson"),
    path("coaching/commitments/<int:key>/", views.decide, name="coaching-decide"),
    path("coaching/questions/", craft_views.questions, name="coaching-questions"),
    path("coaching/questions/<int:key>/", craft_views.rate, name="coaching-rate"),
    path("coaching/skills/", craft_views.skills, name="coaching-skills"),
    path("coaching/skills/list/", craft_views.skill_list, name="coaching-skill-list"),
    path("coaching/skills/of/<int:key>/", craft_views.skills_of_rep, name="coaching-skills-of"),
    path("coaching/effect/", craft_views.effect, name="coaching-effect"),
]
