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
    path("experiments/before-after/", before_after_views.changes, name="before-and-after"),
    path("experiments/before-after/new/", before_after_views.state, name="before-and-after-state"),
    path("experiments/before-after/<int:key>/", before_after_views.change, name="before-and-after-change"),
    path(
        "experiments/before-after/<int:key>/deals/<int:version>/",
        before_after_views.deals,
        name="before-and-after-deals",
    ),
    path("experiments/", planning_views.trials, name="trials"),
    path("experiments/new/", planning_views.new, name="trial-new"),
    path("experiments/<int:key>/", trial_views.trial, name="trial"),
    path("experiments/<int:key>/plan/", planning_views.plan, name="trial-plan"),
    path("experiments/<int:key>/plan/size/", planning_views.size, name="trial-size"),
    path("experiments/<int:key>/sign/", planning_views.sign, name="trial-sign"),
    path("experiments/<int:key>/version/", planning_views.begin_version, name="trial-version"),
    path("experiments/<int:key>/drop/", planning_views.drop_version, name="trial-drop"),
    path("experiments/<int:key>/withdraw/", planning_views.withdraw, name="trial-withdraw"),
    path("experiments/<int:key>/hand-over/", planning_views.hand_over, name="trial-hand-over"),
    path("experiments/<int:key>/protocols/<int:version>/", planning_views.protocol, name="trial-protocol"),
    path("experiments/<int:key>/ledger/", planning_views.ledger, name="trial-ledger"),
    path("experiments/on-deal", on_deal_views.asked_on_deal, name="trials-on-deal"),
    path("experiments/<int:key>/tell", on_deal_views.tell, name="trial-tell"),
    path("experiments/<int:key>/deals", running_views.deals, name="trial-deals"),
    path("experiments/<int:key>/decide", result_views.decide, name="trial-decide"),
    path("experiments/<int:key>/exploratory", result_views.exploratory, name="trial-exploratory"),
    path("experiments/<int:key>/account.pdf", result_views.account, name="trial-account"),
    path("experiments/<int:key>/recheck", result_views.recheck, name="trial-recheck"),
]
