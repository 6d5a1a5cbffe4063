from __future__ import annotations

import pytest
from conftest import make_rubric

from interviewer.hints import hint, outline
from interviewer.resources import bank_folder
from interviewer.rubric import Bank
from interviewer.words import content_stems

RUBRIC = make_rubric()


def test_hints_say_more_each_time():
    boil, kinds, _ = RUBRIC.points
    assert hint(RUBRIC, boil, 0) == "A full answer makes 3 points, 2 of them essential."
    assert hint(RUBRIC, kinds, 0) == "There are 3 things that could be named here; 2 of them are enough."
    assert hint(RUBRIC, boil, 1) == f"One point in outline: {outline(boil, RUBRIC.question)}"


def test_an_outline_shows_first_letters_only():
    assert outline(RUBRIC.points[0], RUBRIC.question) == "The w____ has to b___ before it is p_____."


@pytest.mark.parametrize("rubric", list(Bank.load(bank_folder("ai-medical-imaging-analyst"))), ids=lambda r: r.id)
def test_no_outline_of_the_bank_tells_a_word_that_the_question_has_not_told(rubric):
    for point in rubric.points:
        told = content_stems(outline(point, rubric.question)) & content_stems(point.statement)
        assert all(len(stem) < 3 for stem in told - content_stems(rubric.question)), told
