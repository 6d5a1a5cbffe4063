from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from interviewer.answer import Answer
from interviewer.evidence import locate_quote

ANSWER = Answer("It’s the “standard” format — every scanner\r\n  writes it.")


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ('it\'s the "standard" FORMAT', "It’s the “standard” format"),
        ("format - every scanner writes", "format — every scanner\r\n  writes"),
        ("writes it.", "writes it."),
        ("  every\n scanner ", "every scanner"),
    ],
)
def test_case_space_quotes_and_dashes_may_differ(quote: str, found: str):
    span = locate_quote(quote, ANSWER)
    assert span is not None
    assert span.text == found
    assert ANSWER.text[span.start : span.end] == found


@pytest.mark.parametrize("quote", ["every scaner writes it", "can", "", " … ", "the standard format"])
def test_a_changed_word_a_part_of_a_word_or_nothing_is_not_found(quote: str):
    assert locate_quote(quote, ANSWER) is None


def test_a_match_inside_a_word_does_not_hide_a_later_whole_one():
    span = locate_quote("scan", Answer("scanners scan"))
    assert span is not None
    assert (span.start, span.end) == (9, 13)


@given(st.text(min_size=1), st.integers(0, 200), st.integers(1, 50))
def test_a_quote_that_is_found_is_the_very_text_at_its_place(text: str, start: int, length: int):
    answer = Answer(text)
    quote = text[start : start + length]
    span = locate_quote(quote, answer)
    if span is not None:
        assert text[span.start : span.end] == span.text


@given(st.lists(st.from_regex(r"[a-z]{1,8}", fullmatch=True), min_size=3, max_size=12), st.data())
def test_a_run_of_the_answers_words_is_always_found(words: list[str], data: st.DataObject):
    start = data.draw(st.integers(0, len(words) - 1))
    end = data.draw(st.integers(start + 1, len(words)))
    assume(start < end)
    span = locate_quote(" ".join(words[start:end]).upper(), Answer("  ".join(words)))
    assert span is not None
    assert span.text == "  ".join(words[start:end])
