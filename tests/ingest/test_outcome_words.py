"""Words that say how a deal ended."""

import pytest

from afteraction.ingest.outcome_words import SaidOutcome, said_outcome, says_ended, words_of


@pytest.mark.parametrize(
    ("text", "outcome", "strength"),
    [
        ("Closed Won", "won", "strong"),
        ("closedwon", "won", "strong"),
        ("ClosedLost", "lost", "strong"),
        ("Closed Lost - No Decision", "no_decision", "strong"),
        ("Gewonnen", "won", "strong"),
        ("Gagné", "won", "strong"),
        ("Perdida", "lost", "strong"),
        ("A_APPROVED", "won", "fair"),
        ("Contract signed", "won", "fair"),
        ("Not accepted", "lost", "fair"),
        ("Abgelehnt", "lost", "fair"),
        ("Cancelled by customer", "no_decision", "fair"),
        ("Annulé", "no_decision", "fair"),
        ("A_REGISTERED", "won", "weak"),
    ],
)
def test_words_name_outcomes_more_or_less_plainly(text: str, outcome: str, strength: str) -> None:
    assert said_outcome(text) == SaidOutcome(outcome, strength)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "A_PREACCEPTED",
        "To be signed",
        "Awaiting approval",
        "Verbally accepted",
        "Proposal",
        "O_SENT_BACK",
        "Closed",
        "",
        "123",
    ],
)
def test_other_texts_name_none(text: str) -> None:
    assert said_outcome(text) is None


def test_an_ending_without_a_how_is_known_as_such() -> None:
    assert says_ended("Closed")
    assert says_ended("Abgeschlossen")
    assert not says_ended("Closed Won")
    assert not says_ended("Proposal")


def test_names_fall_into_words_without_accents() -> None:
    assert words_of("Date de clôture") == ["date", "de", "cloture"]
    assert words_of("createdDate2") == ["created", "date", "2"]
