from __future__ import annotations

import re

import pytest
from conftest import make_rubric

from interviewer.feedback import by_importance, feedback, what_is_lacking
from interviewer.judgement import Judgement, Verdict
from interviewer.scoring import JudgeInfo, make_grade

RUBRIC = make_rubric()


def said(*verdicts: str, items: tuple[str, ...] = ()) -> str:
    judgements = [Judgement(point=p.id, verdict=Verdict(v)) for p, v in zip(RUBRIC.points, verdicts, strict=True)]
    judgements[1] = judgements[1].model_copy(update={"items": items})
    return feedback(RUBRIC, make_grade(RUBRIC, "0", JudgeInfo(name="x"), judgements))


def test_what_is_lacking_is_named_heaviest_first():
    text = said("missing", "partial", "missing", items=("green",))
    assert "Next time, say that the water has to boil" in text
    assert text.index("boil") < text.index("1 more of: black, oolong")


def test_a_misconception_comes_first():
    assert "Put right first: the water has to boil" in said("contradicted", "missing", "missing")


def test_full_marks_are_said_plainly():
    assert said("covered", "covered", "covered") == "You covered all 3 points."


def test_without_a_judgement_there_is_no_advice():
    assert "no score" in said("ungraded", "ungraded", "ungraded")


@pytest.mark.parametrize("verdicts", [("missing",) * 3, ("contradicted",) * 3, ("partial", "contradicted", "missing")])
def test_feedback_is_three_sentences_at_most(verdicts: tuple[str, ...]):
    assert len(re.findall(r"[.!?](?=\s|$)", said(*verdicts))) <= 3


def test_importance_is_kind_then_weight():
    assert [p.id for p in by_importance(RUBRIC)] == ["boil", "kinds", "pot"]


def test_a_list_names_the_items_that_are_left():
    judgement = Judgement(point="kinds", verdict=Verdict.MISSING)
    assert what_is_lacking(RUBRIC["kinds"], judgement) == "At least 2 of: green, black, oolong."
