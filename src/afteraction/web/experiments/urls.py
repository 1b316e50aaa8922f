"""The addresses of experiments."""

from django.urls import URLPattern, path

from afteraction.web.experiments import (
    before_after_views,
    on_deal_views,
    planning_views,
    result_views,
    running_views,
    trial_views,
)

urlpatterns: list[URLPattern] = [
    path("trials/before-after/", before_after_views.changes, name="before-and-after"),
    path("trials/before-after/new/", before_after_views.state, name="before-and-after-state"),
    path("trials/before-after/<int:key>/", before_after_views.change, name="before-and-after-change"),
    path("trials/before-after/<int:key>/deals/<int:version>/", before_after_views.deals, name="before-and-after-deals"),
    path("trials/", planning_views.trials, name="trials"),
    path("trials/new/", planning_views.new, name="trial-new"),
    path("trials/<int:key>/", trial_views.trial, name="trial"),
    path("trials/<int:key>/plan/", planning_views.plan, name="trial-plan"),
    path("trials/<int:key>/plan/size/", planning_views.size, name="trial-size"),
    path("trials/<int:key>/sign/", planning_views.sign, name="trial-sign"),
    path("trials/<int:key>/version/", planning_views.begin_version, name="trial-version"),
    path("trials/<int:key>/drop/", planning_views.drop_version, name="trial-drop"),
    path("trials/<int:key>/withdraw/", planning_views.withdraw, name="trial-withdraw"),
    path("trials/<int:key>/hand-over/", planning_views.hand_over, name="trial-hand-over"),
    path("trials/<int:key>/protocols/<int:version>/", planning_views.protocol, name="trial-protocol"),
    path("trials/<int:key>/ledger/", planning_views.ledger, name="trial-ledger"),
    path("trials/on-deal", on_deal_views.asked_on_deal, name="trials-on-deal"),
    path("trials/<int:key>/tell", on_deal_views.tell, name="trial-tell"),
    path("trials/<int:key>/deals", running_views.deals, name="trial-deals"),
    path("trials/<int:key>/decide", result_views.decide, name="trial-decide"),
    path("trials/<int:key>/exploratory", result_views.exploratory, name="trial-exploratory"),
    path("trials/<int:key>/account.pdf", result_views.account, name="trial-account"),
    path("trials/<int:key>/recheck", result_views.recheck, name="trial-recheck"),
]
