"""Organisations to try things on. What they sell is software to companies; who they are is invented."""

from dataclasses import replace

from afteraction.simulate.example_steps import FOLLOW_UPS, STEPS
from afteraction.simulate.organisation import (
    Campaign,
    ContentModel,
    LeadModel,
    Level,
    Organisation,
    SegmentModel,
    StageModel,
    Traps,
    TriggerKind,
)

_ALL_TRAPS = Traps()


def default_organisation(traps: Traps = _ALL_TRAPS) -> Organisation:
    """Reps of different skill and discipline, steps that help, hurt and do nothing, all traps but a hidden cause."""
    return Organisation(
        name="Lindenhall Software",
        segments=(
            SegmentModel("Small business", 0.5, 0.35, 0.75, 9_000, 0.6, 2.0, (0.75, 0.25, 0.0, 0.0)),
            SegmentModel("Mid-market", 0.33, 0.0, 1.1, 32_000, 0.7, 3.2, (0.1, 0.6, 0.3, 0.0)),
            SegmentModel("Enterprise", 0.17, -0.7, 1.6, 120_000, 0.8, 5.0, (0.0, 0.05, 0.45, 0.5)),
        ),
        sizes=(
            Level("up to 50", 0.4, 0.1),
            Level("51 to 250", 0.3, 0.0),
            Level("251 to 1000", 0.2, -0.1),
            Level("over 1000", 0.1, -0.15),
        ),
        sources=(
            Level("Outbound", 0.28, -0.5),
            Level("Website", 0.24, 0.1),
            Level("Event", 0.14, -0.1),
            Level("Webinar", 0.12, -0.3),
            Level("Partner", 0.12, 0.4),
            Level("Referral", 0.1, 0.8),
        ),
        competitors=(
            Level("None", 0.4, 0.4),
            Level("Vertexa", 0.24, -0.5),
            Level("Corvane", 0.18, -0.1),
            Level("Built in-house", 0.18, -0.3),
        ),
        deal_types=(
            Level("New business", 0.68, -0.2),
            Level("Expansion", 0.22, 0.6),
            Level("Cross-sell", 0.1, 0.1),
        ),
        industries=("Manufacturing", "Retail", "Financial services", "Health", "Logistics", "Public sector", "Media"),
        countries=("DE", "AT", "NL", "FR", "IT", "ES", "CZ", "SE"),
        stages=(
            StageModel("Qualify", 12.5, 0.26, None, 0.1, 0.1),
            StageModel("Discover", 20.0, 0.24, None, -0.2, 0.25),
            StageModel("Propose", 16.5, 0.2, -2.7, -0.6, 0.5),
            StageModel("Negotiate", 15.0, 1.0, -0.85, -1.0, 0.75, shape=1.0),
        ),
        steps=STEPS,
        follow_ups=FOLLOW_UPS,
        leads=LeadModel(
            campaigns=(
                Campaign("Search ads", "Website", 0.45, 0.3),
                Campaign("Buyer's guide", "Website", 0.35, 0.5),
                Campaign("Newsletter", "Website", 0.2, 0.22),
                Campaign("Spring trade fair", "Event", 0.6, 0.25),
                Campaign("Customer day", "Event", 0.4, 0.6),
                Campaign("Cost calculator webinar", "Webinar", 0.5, 0.3),
                Campaign("Product tour webinar", "Webinar", 0.5, 0.2),
                Campaign("Partner introductions", "Partner", 1.0, 0.6),
                Campaign("Customer referrals", "Referral", 1.0, 0.75),
            )
        ),
        triggers=(
            TriggerKind("executive move", 0.25, 2.2, 0.4),
            TriggerKind("funding", 0.2, 1.8, 0.1),
            TriggerKind("expansion", 0.25, 1.3, 0.0),
            TriggerKind("legislation", 0.3, 1.0, 0.0),
            TriggerKind("acquisition", 0.12, 1.0, 0.0),
            TriggerKind("layoffs", 0.15, 1.0, 0.0),
        ),
        content=ContentModel(
            pieces=(
                ("Company overview", "deck"),
                ("Product overview", "deck"),
                ("Feature comparison", "paper"),
                ("Logistics customer story", "case study"),
                ("Cost calculator", "tool"),
                ("Security paper", "paper"),
                ("Health customer story", "case study"),
                ("Implementation guide", "guide"),
                ("Price list", "price list"),
                ("Industry benchmark", "paper"),
            ),
            helpful="Cost calculator",
            effect=0.3,
        ),
    ).with_traps(traps)


def chance_only(traps: Traps = _ALL_TRAPS) -> Organisation:
    """The same organisation with reps and teams who are all alike: who wins more than others has luck or better deals.

    No rep is more careful than another either, so the trap of clustering is off whatever is asked for.
    """
    organisation = default_organisation(replace(traps, clustering=False))
    return replace(organisation, people=replace(organisation.people, skill_spread=0.0, team_spread=0.0))


def null_effects(traps: Traps = _ALL_TRAPS) -> Organisation:
    """The same organisation in which no step does anything: whoever finds an effect has been misled."""
    organisation = default_organisation(traps)
    return organisation.with_effects({step.id: 0.0 for step in organisation.steps})
