from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from afteraction.analysis.transcript import sentences, turns

TRANSCRIPT = """Ana Ruiz: Thank you for your time. What decided it?
[00:12] Dr. Ben Roth (Acme): The price, mainly.
We also missed a reference!
Cleo 12:05: One more thing: nobody called us back.

We should have told you earlier: that is on us."""


def test_a_transcript_is_split_into_the_turns_of_its_speakers():
    found = turns(TRANSCRIPT)
    assert [(turn.speaker, [each.text for each in turn.sentences]) for turn in found] == [
        ("Ana Ruiz", ["Thank you for your time.", "What decided it?"]),
        ("Dr. Ben Roth (Acme)", ["The price, mainly.", "We also missed a reference!"]),
        (
            "Cleo",
            ["One more thing: nobody called us back.", "We should have told you earlier: that is on us."],
        ),
    ]


def test_a_text_without_speakers_is_one_turn_of_nobody():
    (only,) = turns("It was the price. Nothing else.")
    assert only.speaker == ""
    assert [each.text for each in only.sentences] == ["It was the price.", "Nothing else."]


def test_abbreviations_decimals_and_quotes_do_not_end_a_sentence_too_early():
    said = "Wir zahlten z.B. 3.5 Mio. Euro, d.h. zu viel. Mr. Smith said “No.” Then he left… ¿Por qué? Voilà!"
    assert [each.text for each in sentences(said)][-3:] == ["Then he left…", "¿Por qué?", "Voilà!"]
    assert "z.B. 3.5" in sentences(said)[0].text


def test_paragraphs_and_points_of_a_list_are_sentences_without_a_full_stop():
    assert [each.text for each in sentences("too expensive\n- no reference\n- slow\n\nthat was it")] == [
        "too expensive",
        "- no reference",
        "- slow",
        "that was it",
    ]


@given(st.text(alphabet=st.sampled_from("aB .:!?\n-(12)“é"), max_size=200))
def test_offsets_lead_back_to_the_words_and_nothing_is_said_twice(text):
    found = [each for turn in turns(text) for each in turn.sentences]
    assert all(text[each.start : each.end] == each.text for each in found)
    assert all(one.end <= other.start for one, other in pairwise(found))


@given(st.text(max_size=300))
def test_every_letter_of_a_text_without_speakers_is_in_a_sentence(text):
    covered = "".join(each.text for each in sentences(text))
    assert [each for each in text if each.isalnum()] == [each for each in covered if each.isalnum()]


def test_a_text_without_words_has_no_turns():
    assert turns(" \n … ") == ()
