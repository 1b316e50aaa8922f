"""Text on a page."""

from hypothesis import given
from hypothesis import strategies as st

from afteraction.report.text import clean, shorten, width, wrap


@given(st.text(), st.integers(min_value=20, max_value=300), st.integers(min_value=1, max_value=4))
def test_wrapped_text_keeps_to_its_lines_and_its_width(text: str, limit: int, lines: int) -> None:
    wrapped = wrap(text, 12, limit, lines)
    assert 1 <= len(wrapped) <= lines
    assert all(width(line, 12) <= limit for line in wrapped)


def test_text_that_fits_is_left_alone() -> None:
    assert wrap("Discovery call", 12, 200, 2) == ["Discovery call"]
    assert shorten("Discovery call", 12, 200) == "Discovery call"


def test_a_long_word_is_broken_and_what_does_not_fit_ends_in_an_ellipsis() -> None:
    assert wrap("x" * 60, 12, 100, 2)[-1].endswith("…")


@given(st.text(st.characters()))
def test_clean_text_has_no_character_that_xml_forbids(text: str) -> None:
    kept = clean(text)
    assert not any(ord(character) < 32 and character not in "\t\n\r" for character in kept)
    assert "\u202e" not in kept


def test_clean_leaves_mark_up_as_the_text_it_is() -> None:
    assert clean("<b>&amp;</b>") == "<b>&amp;</b>"
