"""Which section of the results is on which page."""

from dataclasses import dataclass
from typing import Final

from django.urls import reverse

from afteraction.web.insights.results import Saved


@dataclass(frozen=True)
class InsightPage:
    """A page: the name of its URL, its label among the tabs, its title, what it answers, and its sections in order."""

    url: str
    label: str
    title: str
    lead: str
    sections: tuple[str, ...]


OVERVIEW: Final = InsightPage(
    "insights", "Overview", "What wins and loses",
    "Why deals are won, as far as the record can tell, and how sure it is.",
    ("summary",),
)  # fmt: skip
STEPS: Final = InsightPage(
    "insights-steps", "Steps", "What each step does",
    "How much more often comparable deals are won with a step, a way of working or a kind of deal, beside what plain "
    "win rates say.",
    ("effects", "behaviours", "kinds-of-deals"),
)  # fmt: skip
REPS: Final = InsightPage(
    "insights-reps", "Reps", "Mix, skill and luck",
    "What comes with the deals, what a person adds, and what is chance. A win rate alone is none of them.",
    ("reps",),
)  # fmt: skip
QUALIFICATION: Final = InsightPage(
    "insights-qualification", "Qualification", "Good business and bad business",
    "What an hour of work brings in which kind of deals, and what walking away earlier would have saved and cost.",
    ("qualification",),
)  # fmt: skip
TIME: Final = InsightPage(
    "insights-time", "Time", "When deals end", "How long deals take to be won, lost or to fade, and where they stall.",
    ("when-deals-end", "time-in-stage", "won-and-lost"),
)  # fmt: skip
BOXES: Final = InsightPage(
    "insights-boxes", "Deserved or lucky", "Deserved or lucky",
    "Every ended deal in one of four boxes: was it worked by the process, and did it end as its chance had it?",
    ("boxes",),
)  # fmt: skip
CHANCES: Final = InsightPage(
    "insights-chances", "Chances", "The chance of winning",
    "How well the chance of a deal is known at each stage, and the win rates of every group.",
    ("win-probability", "win-rates"),
)  # fmt: skip
RECORD: Final = InsightPage(
    "insights-record", "The record", "What this is based on",
    "What is in the record, how good it is, what could not be answered from it, and how the figures are made.",
    ("record", "quality", "refused", "methods", "glossary"),
)  # fmt: skip
INSIGHT_PAGES: Final = (OVERVIEW, STEPS, REPS, QUALIFICATION, TIME, BOXES, CHANCES, RECORD)
_LEADING: Final = ("insights-leading", "Leading measures")
"""Worked out beside the analysis, by web/plays."""
TABS: Final = (*((page.url, page.label) for page in INSIGHT_PAGES[:-1]), _LEADING, (RECORD.url, RECORD.label))
_ELSEWHERE: Final = {"process": "process", "adherence": "process", "variants": "process", "claims": "claims"}
_PAGE_OF: Final = {section: page.url for page in INSIGHT_PAGES for section in page.sections} | _ELSEWHERE


def link_to(shown: Saved, anchor: str) -> str:
    """Where a section or a figure of the results is shown."""
    url = _PAGE_OF.get(shown.section_of(anchor), "insights")
    return f"{reverse(url)}#{anchor}"
