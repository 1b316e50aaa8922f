"""The flaws that a record may have, in words: what each means for the figures, and what to do about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Flaw:
    """A flaw in words; `worst` is its severity when it is common."""

    title: str
    worst: str
    meaning: str
    action: str


FLAWS: Final[Mapping[str, Flaw]] = {
    "no_events": Flaw(
        "Deals without any event",
        "high",
        "Nothing was logged in these deals, so no step can be called done or skipped in them.",
        "Import stage history and activities for the same period, or accept that these deals only count in win rates.",
    ),
    "no_stage_changes": Flaw(
        "Deals without stage history",
        "medium",
        "Time in stage, and which steps were due when, is unknown for these deals.",
        "Turn on stage history in the CRM and export it.",
    ),
    "ended_without_close_time": Flaw(
        "Ended deals without a closing time",
        "medium",
        "Their end is taken from their last stage change or event, so they look shorter or longer than they were.",
        "Map the CRM's close date, and make it required when a deal is closed.",
    ),
    "ends_before_it_starts": Flaw(
        "Deals that end before they begin",
        "medium",
        "One of the two dates is wrong; these deals count as ended at once.",
        "Correct the dates in the CRM. Often the close date was typed in advance, or the deal was entered afterwards.",
    ),
    "closed_before_last_touch": Flaw(
        "Deals with touches after they were closed",
        "medium",
        "Either the close date is wrong or work went on after the decision. Such work is no reason for the outcome.",
        "Check a few of them: if the date is wrong, close deals on the day of the decision.",
    ),
    "owner_missing": Flaw(
        "Deals without an owner",
        "high",
        "They are missing from everything that is said by rep, team and manager.",
        "Map the owner column, and give every deal an owner.",
    ),
    "owner_unknown": Flaw(
        "Deals whose owner is not among the people",
        "medium",
        "Their team and manager are unknown.",
        "Import the list of users from the CRM, with those who have left.",
    ),
    "account_missing": Flaw(
        "Deals without an account",
        "low",
        "Facts about the buyer, such as industry and size, are unknown for these deals.",
        "Link deals to accounts in the CRM.",
    ),
    "lost_reason_missing": Flaw(
        "Lost deals without a reason",
        "low",
        "What the CRM says about these losses cannot be compared with the record or the buyer.",
        "Ask for it in the review of the deal; a mandatory field is answered with the first value of the list.",
    ),
    "lost_reason_dominates": Flaw(
        "One lost reason stands for most losses",
        "medium",
        "A picklist in which one value is nearly always chosen says more about the list than about the losses.",
        "Do not draw conclusions from it. Compare it with reviews and with what buyers say.",
    ),
    "amount_missing": Flaw(
        "Deals without an amount",
        "medium",
        "They are missing from everything that depends on the size of a deal.",
        "Map the amount, and record it as soon as there is a quote.",
    ),
    "amount_zero": Flaw(
        "Deals with an amount of zero or less",
        "medium",
        "Their size is as good as unknown.",
        "Find out whether the CRM overwrites the amount when a deal is lost; export the amount before that.",
    ),
    "amount_depends_on_outcome": Flaw(
        "The amount is known for some outcomes only",
        "high",
        "The amount was emptied or set when the deal ended. It then foretells the outcome without meaning anything, "
        "so the size of deals cannot be used.",
        "Export the amount as it was while the deal was open (the CRM's field history has it).",
    ),
    "amount_far_off": Flaw(
        "Amounts 100 times larger or smaller than usual",
        "low",
        "Usually a slipped digit, a missing currency or a test deal. Sums and means depend on them.",
        "Look at each of them.",
    ),
    "suspected_duplicates": Flaw(
        "Deals that look entered twice",
        "medium",
        "Same account, same amount, opened on the same day. Counted twice, they make figures look surer than they are.",
        "Merge them in the CRM, or leave them if a buyer really ordered twice.",
    ),
    "open_too_long": Flaw(
        "Open deals older than nearly all won ones",
        "medium",
        "Longer open than 95 % of the won deals took. Most are probably lost without anyone having said so.",
        "Close them as no decision, or say what happens next.",
    ),
    "overdue": Flaw(
        "Open deals past their expected close date",
        "low",
        "The date says nothing any more, so a forecast built on it is wrong.",
        "Set a new date or close the deal.",
    ),
    "only_won": Flaw(
        "No deal that was not won",
        "high",
        "Where all ended deals are won, nothing can be said about what makes a deal be won.",
        "Import the lost deals and those without a decision too.",
    ),
    "only_not_won": Flaw(
        "No won deal",
        "high",
        "Where no ended deal is won, nothing can be said about what makes a deal be won.",
        "Import the won deals too, or correct what counts as won in the mapping.",
    ),
    "stage_skipped": Flaw(
        "Moves that skip a stage",
        "medium",
        "The stage was left out, or several were entered at once afterwards. Time in stage is then not what it seems.",
        "If deals of a kind need no such stage, give them a pipeline of their own.",
    ),
    "touches_after_close": Flaw(
        "Touches after the deal was closed",
        "low",
        "Work after the decision cannot have changed it; it is left out where outcomes are compared.",
        "Nothing, if it is delivery or service. Otherwise check the close dates.",
    ),
    "logged_in_bulk": Flaw(
        "Touches logged in bulk",
        "medium",
        "One person logged touches in several deals within ten minutes. The times tell when they were typed in, not "
        "when the work was done, so order and lateness of these steps are uncertain.",
        "Log calls and mail automatically. If it is a mass mailing, leave it out: it is no step of a deal.",
    ),
    "touch_twice": Flaw(
        "Touches logged twice",
        "low",
        "Same deal, activity, person and instant. Counts of touches are too high.",
        "Usually two integrations log the same mail; switch one off.",
    ),
    "no_time_of_day": Flaw(
        "Events that have a date but no time",
        "medium",
        "What happened on the same day has no order except that of the export, so order within a day is uncertain.",
        "Export times, not dates.",
    ),
    "actor_missing": Flaw(
        "Touches without a person",
        "low",
        "Who did it is unknown: managers' own part in deals, and logging in bulk, cannot be seen.",
        "Map the column that says who logged the activity.",
    ),
    "far_off_time": Flaw(
        "Events at impossible times",
        "medium",
        "More than a year after nearly everything else, or before 1990. The latest time in the record counts as now, "
        "so one such event makes all open deals look old.",
        "Correct the dates in the source and import again.",
    ),
}

COLUMNS: Final[Mapping[tuple[str, str], tuple[str, tuple[int, ...]]]] = {
    ("deals", "owner"): ("everything by rep: who follows the process, who learns, whose deals are won", (2, 4, 5)),
    ("deals", "amount"): ("whether the process is waived for big deals; win rates by size", (5,)),
    ("deals", "created_at"): ("how old deals are; they are taken to begin with their first event", (3,)),
    ("deals", "closed_at"): ("when deals ended: months, time to close, what followed the decision", (3,)),
    ("deals", "segment"): ("adherence and win rates by segment", ()),
    ("deals", "source"): ("win rates by source, and what became of marketing's leads", ()),
    ("deals", "lost_reason"): ("what the CRM says about losses, beside what the record and the buyer say", ()),
    ("deals", "competitor"): ("win rates against each competitor", ()),
    ("stage_changes", "at"): (
        "when stages were entered: time in stage, which steps were due, where deals stall",
        (1, 2),
    ),
    ("touches", "at"): ("what was done in deals: every step of the process that is more than a stage", (1, 2, 3, 4)),
    ("touches", "actor"): ("who did it: whether managers take part in deals", (5,)),
    ("touches", "side"): ("whether the buyer took part", ()),
    ("people", "team"): ("adherence by team", (5,)),
    ("people", "manager"): ("whether managers' teams differ in following the process", (5,)),
    ("leads", "created_at"): ("how leads are handed over and what becomes of them", ()),
}
"""Columns worth having: what cannot be answered without them, and which of the five health questions that concerns."""
