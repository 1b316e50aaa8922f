"""What invented lessons speak of: topics of a sale with the words people use for them, and words that say nothing."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Topic:
    """A topic: its name, the place in the sale where it comes up (0 the first of four stages), and its phrases.

    Each phrase is said in one of several ways; `other` ways are what a colleague would write for the same.
    """

    name: str
    stage: int
    phrases: tuple[tuple[str, ...], ...]


def _topic(name: str, stage: int, *phrases: str) -> Topic:
    return Topic(name, stage, tuple(tuple(phrase.split("|")) for phrase in phrases))


TOPICS: Final = (
    _topic(
        "budget",
        0,
        "ask who holds the budget|find out whose budget it is",
        "the fiscal year|the budget year",
        "money set aside|funds that are approved",
    ),
    _topic(
        "pain",
        0,
        "the cost of doing nothing|what waiting costs them",
        "the problem in numbers|figures of the pain",
        "hours lost each week|time wasted every week",
    ),
    _topic(
        "sponsor",
        0,
        "find a sponsor in the board|win a director as sponsor",
        "who gains from it|whose goal it serves",
        "a champion inside|an ally in the house",
    ),
    _topic(
        "timing",
        0,
        "the event that forces a date|a deadline of their own",
        "contract renewal of the old system|expiry of the present contract",
        "a compelling date|a date they cannot move",
    ),
    _topic(
        "persona",
        0,
        "talk to the users early|speak with those who use it",
        "the head of operations|the operations lead",
        "the people on the shop floor|staff on the floor",
    ),
    _topic(
        "referral",
        0,
        "ask for an introduction|get introduced",
        "a customer they know|a mutual customer",
        "a call with a peer|a peer conversation",
    ),
    _topic(
        "workshop",
        1,
        "hold a workshop with all departments|run a joint workshop",
        "map the present workflow|draw the current workflow",
        "agree on the target picture|settle the target state",
    ),
    _topic(
        "integration",
        1,
        "check the interfaces|clarify integration",
        "the ERP connector|a connector to the ERP",
        "their architect|the enterprise architect",
    ),
    _topic(
        "migration",
        1,
        "plan the data migration|lay out how data is migrated",
        "legacy records|old master data",
        "a rehearsal of the cut-over|a trial cut-over",
    ),
    _topic(
        "security",
        1,
        "send the security questionnaire early|hand over the security answers first",
        "the information security officer|the CISO",
        "penetration test report|results of the pen test",
    ),
    _topic(
        "privacy",
        1,
        "the data protection agreement|data processing terms",
        "where data is hosted|hosting in region",
        "the privacy officer|the data protection officer",
    ),
    _topic(
        "demo",
        1,
        "show a demo with their own data|demonstrate on data of theirs",
        "three screens at most|few screens",
        "let them click|hand over the mouse",
    ),
    _topic(
        "pilot",
        1,
        "limit the pilot|keep the pilot small",
        "success criteria in writing|written criteria of success",
        "four weeks|a month at most",
    ),
    _topic(
        "reference",
        2,
        "arrange a reference call|set up a call with a reference",
        "same industry|their own industry",
        "let customers speak|have a customer tell it",
    ),
    _topic(
        "return",
        2,
        "build the business case together|write the return calculation jointly",
        "payback in months|months to payback",
        "their controller|the controlling department",
    ),
    _topic(
        "references_site",
        2,
        "visit an installation|go and see a running site",
        "travel with two of theirs|take two of them along",
        "production as it is|a real production day",
    ),
    _topic(
        "price",
        2,
        "name the price range early|mention the price level at once",
        "before the offer|ahead of the proposal",
        "no surprise|nobody is shocked",
    ),
    _topic(
        "options",
        2,
        "offer three packages|propose three options",
        "a middle one|the middle package",
        "the smaller start|a smaller first step",
    ),
    _topic(
        "rivals",
        2,
        "ask what the rival promised|find out the competing promise",
        "the gap in their support|weak support there",
        "compare line by line|a comparison in lines",
    ),
    _topic(
        "proposal",
        2,
        "walk through the proposal in person|present the offer face to face",
        "one page on top|a summary page",
        "their words|the wording of the buyer",
    ),
    _topic(
        "procurement",
        3,
        "bring procurement in early|involve purchasing soon",
        "the supplier form|vendor registration",
        "payment terms|terms of payment",
    ),
    _topic(
        "legal",
        3,
        "send the contract to counsel|let legal read the contract",
        "liability clause|limits of liability",
        "redlines in one round|one round of changes",
    ),
    _topic(
        "discount",
        3,
        "trade, never give|a concession only for something",
        "volume for term|longer term for a discount",
        "the final round|last negotiation",
    ),
    _topic(
        "signature",
        3,
        "ask who signs|learn the signatory",
        "absence and holidays|vacations of the signer",
        "two signatures|a second signature",
    ),
    _topic(
        "stall",
        3,
        "agree on a mutual plan|write a joint close plan",
        "dates for each step|a date per task",
        "silence for two weeks|a fortnight without reply",
    ),
    _topic(
        "board",
        3,
        "prepare the board paper|write the paper for the board",
        "five slides|a deck of five",
        "the meeting of the board|board session",
    ),
)
DETAILS: Final = (
    ("The {who} at {customer} asked for the {thing} twice", "Twice the {who} of {customer} wanted the {thing}"),
    ("Show the {thing} to the {who} first", "First of all the {who} gets to see the {thing}"),
    ("At {customer} the {thing} decided it", "It was the {thing} that settled it at {customer}"),
    ("Bring a {who} who knows the {thing}", "Take along a {who} with experience of the {thing}"),
    ("Send the {thing} before the visit to {customer}", "The {thing} has to be sent ahead of the {customer} visit"),
    ("Their {who} compared the {thing} with the {other}", "The {thing} was set against the {other} by the {who}"),
    ("Ask the {who} how many minutes the {thing} takes", "How long the {thing} takes, the {who} can tell"),
    ("Without the {thing} the {who} says no", "The {who} refuses as long as the {thing} is missing"),
)
"""What makes one lesson another than the next one on the same topic, each in two ways of saying it."""
CONTEXTS: Final = (
    "with the {who}",
    "at {customer}",
    "before the {thing}",
    "when the {who} is new",
    "where a {thing} is used",
)
"""When a phrase of a topic holds, in the words of the lesson's own case."""
WHO: Final = (
    "treasurer", "nurse", "plant manager", "works council", "auditor", "trainee", "forklift driver", "consultant",
    "founder", "dispatcher", "librarian", "head of sales", "facility manager", "dean", "quality officer",
    "shift leader", "buyer of chemicals", "payroll clerk", "store manager", "field engineer", "actuary", "translator",
    "port agent", "laboratory head",
)  # fmt: skip
THINGS: Final = (
    "lease", "maintenance fee", "shift plan", "spreadsheet of stock", "organisation chart", "tender notice",
    "diesel bill", "ward printer", "call statistics", "branch map", "validation file", "award letter",
    "insurance audit", "video of two minutes", "training plan", "packing list", "energy contract",
    "minutes of the meeting", "test bench", "price index", "customs form", "sample report", "badge system", "error log",
)  # fmt: skip
FILLERS: Final = (
    "It worked because we did it before anyone asked",
    "Do it in the first half of the stage",
    "Without that the deal loses weeks",
    "We learned it the hard way",
    "Write down what they say and send it the same day",
    "It takes an hour and saves ten",
    "Nobody thinks of it when things are busy",
    "Keep it short and use plain words",
    "It helps the customer decide, whatever the decision is",
    "A colleague can do it with you the first time",
)
NOISE: Final = (
    "call with the team", "next meeting on Tuesday", "sent the minutes", "waiting for an answer", "they liked it",
    "follow up", "budget talk", "internal meeting", "contract questions", "new contact", "good mood", "short call",
)  # fmt: skip
STAGES: Final = ("Qualify", "Discover", "Propose", "Negotiate")
SEGMENTS: Final = ("Enterprise", "Mid-market", "Small business")
COMPETITORS: Final = ("Corvane", "Ostrava Soft", "Lumeris", "Kestrel")
SOURCES: Final = ("Inbound", "Outbound", "Partner")
