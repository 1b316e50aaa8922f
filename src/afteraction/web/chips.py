"""The words, icons and tones of everything that a chip says: verdicts, outcomes, boxes, states of a step or a job.

A chip is never told by its colour alone: the icon and the word say the same.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Chip:
    """What stands on a chip; `tone` is good, fair, poor, won, lost or plain."""

    word: str
    icon: str
    tone: str = "plain"


CHIPS: Final = {
    # Verdicts of a step, a claim, a rep
    "helps": Chip("Helps", "trending-up", "good"),
    "hurts": Chip("Hurts", "trending-down", "poor"),
    "no_effect": Chip("No effect", "minus"),
    "leak": Chip("Follows the decision", "corner-down-right", "fair"),
    "cant_tell": Chip("Can't tell", "circle-dashed"),
    "fact": Chip("Fact", "badge-check", "good"),
    "fiction": Chip("Fiction", "ban", "poor"),
    "above": Chip("Above expected", "arrow-up", "good"),
    "below": Chip("Below expected", "arrow-down", "poor"),
    "as_expected": Chip("As expected", "minus"),
    # Leading measures, plays and what their deals have in common
    "precedes": Chip("Goes before wins", "trending-up", "good"),
    "precedes_fewer": Chip("Goes before fewer wins", "trending-down", "poor"),
    "common": Chip("Common in wins", "badge-check", "good"),
    "rare": Chip("Rare in wins", "arrow-down", "poor"),
    "published": Chip("Published", "badge-check", "good"),
    # Outcomes
    "open": Chip("Open", "circle"),
    "won": Chip("Won", "trophy", "won"),
    "lost": Chip("Lost", "x", "lost"),
    "no_decision": Chip("No decision", "circle-minus", "plain"),
    # Boxes
    "deserved_win": Chip("Deserved win", "trophy", "won"),
    "lucky_win": Chip("Lucky win", "sparkles", "won"),
    "unlucky_loss": Chip("Unlucky loss", "circle-x", "lost"),
    "deserved_loss": Chip("Deserved loss", "x", "lost"),
    "undecided": Chip("Undecided", "circle-minus"),
    # Good risks, and what was new
    "good_risk": Chip("Good risk", "mountain", "good"),
    "long_shot": Chip("Long shot", "mountain", "fair"),
    "new_market": Chip("New market", "compass"),
    "new_account": Chip("New account", "building-2"),
    "new_contacts": Chip("New contacts", "users"),
    "bigger": Chip("Bigger than usual", "trending-up"),
    "new_line": Chip("New line of business", "rocket"),
    # What became of a step
    "done": Chip("Done", "check", "good"),
    "skipped": Chip("Skipped", "circle-dashed", "poor"),
    "late": Chip("Late", "clock", "fair"),
    "out_of_order": Chip("Out of order", "arrow-up-down", "fair"),
    "step_pending": Chip("To do", "circle"),
    "step_excused": Chip("Ended before", "minus"),
    "step_left_out": Chip("Left out", "minus"),
    # States of a review, and how the manager sees what the rep said
    "review_due": Chip("To do", "clock"),
    "review_overdue": Chip("Overdue", "triangle-alert", "poor"),
    "review_skipped": Chip("Skipped", "minus", "fair"),
    "review_left_out": Chip("Not drawn", "circle-dashed"),
    "review_withdrawn": Chip("Withdrawn", "undo-2"),
    "agrees": Chip("Agrees", "check", "good"),
    "differs": Chip("Sees it differently", "git-compare", "fair"),
    "adds": Chip("Agrees, and adds", "plus", "good"),
    # Answers of the health questions
    "yes": Chip("Yes", "circle-check", "good"),
    "partly": Chip("Partly", "circle-minus", "fair"),
    "no": Chip("No", "circle-x", "poor"),
    "cannot_tell": Chip("Cannot tell", "circle-dashed"),
    # Evidence grades, and what the record says of a cause
    "proven": Chip("Proven by the record", "badge-check", "good"),
    "corroborated": Chip("Corroborated", "users", "good"),
    "one_voice": Chip("One voice", "user", "fair"),
    "contradicted": Chip("Contradicted", "ban", "poor"),
    "not_testable": Chip("Not testable", "circle-dashed"),
    "shown": Chip("Shows it", "badge-check", "good"),
    "contrary": Chip("Shows the contrary", "ban", "poor"),
    "absent": Chip("Does not show it", "circle-minus"),
    "unknown": Chip("Cannot tell", "circle-dashed"),
    # What became of a proposal
    "proposal_open": Chip("Waits for an answer", "clock"),
    "proposal_tried": Chip("Being tried", "flask-conical", "fair"),
    "proposal_adopted": Chip("Adopted", "badge-check", "good"),
    "proposal_declined": Chip("Declined", "circle-x", "poor"),
    "proposal_withdrawn": Chip("Withdrawn", "undo-2"),
    # The life of a lesson, and what a look at its deals decides
    "draft": Chip("Draft", "pencil"),
    "tested": Chip("Tested", "flask-conical", "fair"),
    "in_use": Chip("In use", "circle-check", "good"),
    "kept": Chip("Kept", "badge-check", "good"),
    "retired": Chip("Retired", "circle-minus"),
    "challenged": Chip("Challenged", "triangle-alert", "fair"),
    "harmful": Chip("Does harm", "trending-down", "poor"),
    "no_use": Chip("No effect that matters", "minus"),
    "go_on": Chip("Goes on", "circle-dashed"),
    # States of a trial, and what was looked at outside of its protocol
    "trial_draft": Chip("Being planned", "pencil"),
    "trial_running": Chip("Running", "flask-conical", "good"),
    "trial_ended": Chip("Waits for a decision", "gavel", "fair"),
    "trial_decided": Chip("Decided", "badge-check", "good"),
    "trial_withdrawn": Chip("Withdrawn", "undo-2"),
    "exploratory": Chip("Exploratory", "compass", "fair"),
    # Sources of news
    "source_trouble": Chip("In trouble", "triangle-alert", "poor"),
    "source_quiet": Chip("Gone quiet", "clock", "fair"),
    "source_unread": Chip("Partly unreadable", "circle-minus", "fair"),
    "source_well": Chip("Heard", "circle-check", "good"),
    "source_new": Chip("Not heard yet", "circle-dashed"),
    "source_paused": Chip("Paused", "circle-minus"),
    # States of a job or a link
    "waiting": Chip("Waiting", "clock"),
    "running": Chip("Running", "loader-circle"),
    "refused": Chip("Refused", "ban", "fair"),
    "failed": Chip("Failed", "triangle-alert", "poor"),
    "active": Chip("Active", "check", "good"),
    "invited": Chip("Invited", "mail", "fair"),
    "expired": Chip("Invitation expired", "clock", "poor"),
    "deactivated": Chip("Deactivated", "lock"),
}
