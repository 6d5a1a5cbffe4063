from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interviewer.answer import Answer
from interviewer.grader import grade_answer
from interviewer.judges.local import LocalJudge
from interviewer.resources import bank_folder
from interviewer.rubric import load_rubric

DICOM = load_rubric(bank_folder("ai-medical-imaging-analyst") / "dicom-format.yaml")
STRONG = (
    "DICOM is the standard format in which every hospital and every vendor stores and exchanges medical images. The "
    "header holds metadata: patient information, the modality and acquisition parameters such as slice thickness. "
    "A pipeline has to parse the DICOM files to extract the pixel data, and it also reads the clinical context from "
    "the metadata, not only the pixels."
)
VAGUE = "It is something that hospitals use with computers, and it is quite important for doing good work, I think."


def score(text: str) -> float:
    found = asyncio.run(grade_answer(LocalJudge(), DICOM, text)).score
    assert found is not None
    return found


def test_a_strong_answer_scores_well_above_a_vague_one():
    assert score(STRONG) >= score(VAGUE) + 50


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   \n ",
        "asdf qwer zxcv uiop hjkl bnm tyui",
        "ok",
        "I do not know.",
        DICOM.question,
        f"Good question! {DICOM.question}",
        "🙂🙂🙂 ...",
    ],
)
def test_nothing_said_scores_nothing(text: str):
    assert score(text) == 0


def test_every_credit_carries_evidence_and_every_judgement_a_reason():
    for judgement in LocalJudge().judge_now(DICOM, Answer(STRONG)):
        assert judgement.reason
        assert judgement.evidence or judgement.verdict == "missing"


@given(st.text())
def test_evidence_is_the_very_text_of_the_answer(text: str):
    answer = Answer(f"{STRONG} {text} {VAGUE}")
    for judgement in LocalJudge().judge_now(DICOM, answer):
        for span in judgement.evidence:
            assert answer.text[span.start : span.end] == span.text != ""


def test_a_list_point_counts_its_items_under_any_of_their_names():
    (judgement,) = [j for j in LocalJudge().judge_now(DICOM, Answer(STRONG)) if j.point == "metadata"]
    assert set(judgement.items) == {"patient information", "modality", "acquisition parameters"}


def test_the_judge_says_who_it_is_and_how_far_to_trust_it():
    judge = LocalJudge()
    assert judge.info.name == "local"
    assert judge.info.model
    assert "κ" in judge.trust
