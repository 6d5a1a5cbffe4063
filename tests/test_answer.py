from __future__ import annotations

import re

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


@given(st.text() | st.text(st.sampled_from("aBé \n\t\u00a0\u200b’“ﬁ¨İ\r-"), max_size=20))
def test_the_folded_text_is_that_of_the_folding_with_places(text: str):
    assert Answer(text).folded_text == fold(text)[0]


PIECES = [
    "a",
    "B",
    "foo",
    "and ",
    "so\n",
    " which ",
    ".",
    "!",
    "?",
    ";",
    "\n",
    " ",
    ",",
    ":",
    "–",
    '"',
    "’",
    "(",
    "e.g.",
    "No.",
    "7",
]
# The patterns of `answer.py` as one would write them who does not mind how long they take.
PLAIN_SENTENCE_END = re.compile(
    r"(?<=[.!?])[\"'”’)\]]*\s+(?=[\"'“‘(\[]?[A-Z0-9])|\n+|;\s+|(?<=[.!?])\s+(?=[a-z])",
)
PLAIN_CLAUSE_END = re.compile(
    r",\s+|:\s+|\s+[–—-]\s+|\s+(?=(?:and|but|so|because|whereas|while|which|although)\s)",
)
PLAIN_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|approx|resp|fig|dr|mr|mrs|prof|no|cf)\.|\b[A-Z]\.)$", re.IGNORECASE
)


def plainly_cut(text: str, start: int, end: int, at: re.Pattern[str]) -> list[str]:
    pieces, here = [], start
    for match in at.finditer(text, start, end):
        if at is PLAIN_SENTENCE_END and PLAIN_ABBREVIATION.search(text, here, match.start()):
            continue
        pieces.append(text[here : match.start()])
        here = match.end()
    pieces.append(text[here:end])
    return [piece.strip() for piece in pieces if any(map(str.isalnum, piece))]


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_a_text_is_cut_as_the_plain_patterns_cut_it(text: str):
    answer = Answer(text)
    assert [s.text for s in answer.sentences] == plainly_cut(text, 0, len(text), PLAIN_SENTENCE_END)
    for sentence in answer.sentences:
        clauses = [clause.text for clause in answer.clauses(sentence)]
        assert clauses == plainly_cut(text, sentence.start, sentence.end, PLAIN_CLAUSE_END)
