from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interviewer.story import Part, story_comment, story_parts

WHOLE = (
    "Last year at our hospital a radiologist refused to use the tool. My task was to find out why. "
    "I collected forty cases and showed them to her. In the end false alarms fell by 30%."
)


def test_a_whole_story_is_told_so():
    assert set(story_parts(WHOLE)) == set(Part)
    assert story_comment(WHOLE) == "Your story has all four parts: situation, task, action and result."


def test_the_part_that_is_not_heard_is_asked_for():
    assert story_comment(WHOLE.rpartition(" In the end")[0]) == (
        "As a story, make plain the result (how it ended and what changed)."
    )


def test_several_parts_are_listed_in_the_order_of_the_telling():
    comment = story_comment("In general one should always talk to people.")
    assert comment.index("situation") < comment.index("task") < comment.index("action") < comment.index("result")


@pytest.mark.parametrize("text", ["", "  \n", "…"])
def test_who_told_nothing_gets_no_comment_on_it(text: str):
    assert story_comment(text) == ""


def test_a_plan_is_no_deed():
    assert Part.ACTION not in story_parts("I would need more data, and I wanted a meeting.")


@given(st.text(max_size=200))
def test_what_was_heard_stands_in_the_answer(text: str):
    for span in story_parts(text).values():
        assert text[span.start : span.end] == span.text


def test_a_hundred_thousand_digits_are_no_story():
    assert Part.RESULT not in story_parts("1" * 100_000)
