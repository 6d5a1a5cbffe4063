from __future__ import annotations

import re

import pytest
from conftest import make_rubric

from interviewer.feedback import addressed, by_importance, feedback, note, what_is_lacking
from interviewer.judgement import Judgement, Verdict
from interviewer.resources import shipped
from interviewer.rubric import Bank
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


STORY = make_rubric(
    style="behavioural",
    points=[
        {
            "id": "data",
            "statement": "The candidate argued with data.",
            "follow_up": "What did you bring?",
            "explanation": "Figures settle it.",
        },
        {
            "id": "safety",
            "statement": "The resolution put safety first.",
            "follow_up": "How did it end?",
            "explanation": "It is common ground.",
        },
    ],
)


def test_a_behavioural_point_is_said_to_the_candidate_not_about_them():
    judgements = [Judgement(point=p.id, verdict=Verdict.MISSING) for p in STORY.points]
    text = feedback(STORY, make_grade(STORY, "0", JudgeInfo(name="x"), judgements))
    assert "Next time, let your story show that you argued with data." in text
    assert "Then show that the resolution put safety first." in text
    assert "candidate" not in text


def test_the_story_is_commented_on_within_the_three_sentences():
    judgements = [Judgement(point=p.id, verdict=Verdict.MISSING) for p in STORY.points]
    text = feedback(STORY, make_grade(STORY, "0", JudgeInfo(name="x"), judgements), "One should talk to people.")
    assert "make plain the situation" in text
    assert len(re.findall(r"[.!?](?=\s|$)", text)) == 3


@pytest.mark.parametrize(
    ("statement", "spoken"),
    [
        ("The candidate follows research.", "you follow research."),
        ("The candidate was willing to give way.", "you were willing to give way."),
        ("The candidate's learning is a habit.", "your learning is a habit."),
        ("The candidate tries the model", "you try the model."),
        ("The water boils.", "the water boils."),
        ("DICOM is a standard.", "DICOM is a standard."),
    ],
)
def test_a_statement_is_turned_to_the_candidate(statement: str, spoken: str):
    assert addressed(statement) == spoken


def test_no_statement_of_the_bank_is_left_in_the_third_person():
    bank = Bank.load(shipped("rubrics") / "ai-medical-imaging-analyst")
    for point in (point for rubric in bank for point in rubric.points):
        assert not addressed(point.statement).lower().startswith("the candidate")


@pytest.mark.parametrize("verdict", Verdict)
def test_every_verdict_short_of_covered_comes_with_a_note(verdict: Verdict):
    judgement = Judgement(point="boil", verdict=verdict, reason="Why not.")
    assert bool(note(RUBRIC["boil"], judgement)) is (verdict is not Verdict.COVERED)
