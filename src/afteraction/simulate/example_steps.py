"""The steps of the example organisations, and the touches between them."""

from afteraction.simulate.organisation import FollowUp, StepModel

_SMALL, _LARGE = "Small business", "Enterprise"

STEPS = (
    StepModel(
        "qualification_call", "Qualification call", "Qualification call", "Qualify", 0.9, 2.5,
        discipline=0.6, repeats=0.2, channel="call", minutes=25,
        required=True, exit=True, within_days=7, buyer="says what made them look now",
    ),
    StepModel(
        "discovery_call", "Discovery call", "Discovery call", "Discover", 0.75, 5.0, effect=0.5,
        discipline=0.8, quality=0.2, repeats=0.25, channel="call", minutes=50, from_buyer=0.1,
        required=True, exit=True, within_days=14, before=("demo", "proposal"),
        buyer="agrees that the problem is worth solving",
    ),
    StepModel(
        "buying_committee", "Buying committee meeting", "Buying committee met", "Discover", 0.45, 10.0, effect=0.55,
        discipline=0.9, quality=0.3, habit={_SMALL: -0.8, _LARGE: 0.6}, segment_effect={_LARGE: 0.5},
        opens_doors=True, repeats=0.1, minutes=60, buyer="brings everyone who has a say",
    ),
    StepModel(
        "demo", "Product demo", "Product demo", "Discover", 0.66, 10.0,
        discipline=0.5, quality=0.7, repeats=0.2, minutes=60, from_buyer=0.3, required=True, within_days=21,
        before=("proposal",), buyer="tries the product on a case of their own",
    ),
    StepModel(
        "business_case", "Business case", "Business case written", "Propose", 0.4, 6.0, effect=0.35,
        discipline=0.6, quality=-0.3, habit={_SMALL: -2.0, _LARGE: 2.0}, channel="document", minutes=120,
        buyer="gives the figures and checks the result",
    ),
    StepModel(
        "proposal", "Proposal sent", "Proposal sent", "Propose", 0.92, 4.0,
        discipline=0.4, repeats=0.2, channel="document", minutes=90, required=True, exit=True, within_days=10,
        before=("legal_review", "contract"), buyer="reads it and answers with questions",
    ),
    StepModel(
        "early_discount", "Discount offered", "Early discount", "Propose", 0.45, 5.0, effect=-0.42,
        discipline=-0.2, quality=1.4, channel="mail", minutes=10, from_buyer=0.4,
        buyer="is offered a lower price before asking for one",
    ),
    StepModel(
        "reference_call", "Reference call", "Reference call", "Propose", 0.5, 8.0,
        discipline=0.4, quality=0.9, channel="call", minutes=30, from_buyer=0.3,
        buyer="speaks with a customer of ours",
    ),
    StepModel(
        "executive_meeting", "Executive meeting", "Executive meeting", "Propose", 0.35, 8.0, effect=0.35,
        discipline=0.7, quality=0.2, habit={_SMALL: -0.7, _LARGE: 0.7}, minutes=50, role="manager",
        buyer="the one who signs says what matters to them",
    ),
    StepModel(
        "close_plan", "Mutual close plan", "Mutual close plan", "Negotiate", 0.5, 3.0, effect=0.3,
        discipline=0.9, quality=0.2, repeats=0.2, channel="document", minutes=40, within_days=10,
        buyer="agrees to dates and who does what",
    ),
    StepModel(
        "legal_review", "Legal review", "Legal review", "Negotiate", 0.5, 4.0,
        discipline=0.2, quality=0.4, habit={_SMALL: -1.2, _LARGE: 1.2}, channel="document", minutes=30, from_buyer=0.6,
        buyer="sends their changes to the contract",
    ),
    StepModel(
        "contract", "Contract sent", "Contract sent", "Negotiate", 0.5, 10.0, leak=True,
        channel="document", minutes=20, buyer="signs",
    ),
    StepModel(
        "kick_off", "Kick-off scheduled", "Kick-off scheduled", "Negotiate", 0.5, 10.0, leak=True,
        minutes=30, buyer="names the project team",
    ),
)  # fmt: skip

FOLLOW_UPS = (
    FollowUp("Follow-up mail", "mail", 8.0, 0.3, 0.01, after=("call", "meeting", "document"), chance=0.97, days=0.1),
    FollowUp("Follow-up call", "call", 12.0, 0.2, 0.008, after=("document",), chance=0.85, days=0.5),
)
