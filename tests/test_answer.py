from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from interviewer.answer import Answer, fold


def test_sentences_end_where_a_reader_would_end_them():
    answer = Answer("It’s a file, e.g. a DICOM one.  It holds\nmetadata; more than pixels. U-Net v2.5 works! Really?")
    assert [span.text for span in answer.sentences] == [
        "It’s a file, e.g. a DICOM one.",
        "It holds",
        "metadata",
        "more than pixels.",
        "U-Net v2.5 works!",
        "Really?",
    ]


def test_clauses_are_cut_at_commas_and_conjunctions():
    answer = Answer("First we anonymise, then we train and we never look back.")
    assert [c.text for c in answer.clauses(answer.sentences[0])] == [
        "First we anonymise",
        "then we train",
        "and we never look back.",
    ]


def test_cleaning_drops_what_no_reader_sees_and_keeps_the_rest():
    assert Answer("a\u200bb\u202ec\x00d\r\ne\tf ").clean == "abcd\ne\tf"


def test_an_answer_without_a_letter_or_digit_is_blank():
    assert Answer(" \n\u200b …?! ").is_blank
    assert not Answer("7").is_blank


def test_the_hash_is_that_of_the_cleaned_text():
    assert Answer("a b\r\n").hash == Answer("a\u200b b").hash != Answer("a c").hash


@given(st.text())
def test_every_sentence_and_clause_is_a_span_of_the_text(text: str):
    answer = Answer(text)
    for sentence in answer.sentences:
        for span in (sentence, *answer.clauses(sentence)):
            assert text[span.start : span.end] == span.text != ""


@given(st.text())
def test_folding_gives_every_character_a_place(text: str):
    folded, places = fold(text)
    assert len(folded) == len(places)
    assert places == sorted(places)
    assert all(place < len(text) for place in places)


@given(st.text(st.characters(codec="ascii")))
def test_folding_levels_case(text: str):
    assert fold(text.upper())[0] == fold(text.lower())[0]
