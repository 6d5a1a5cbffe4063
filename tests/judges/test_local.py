from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interviewer.answer import Answer
from interviewer.grader import grade_answer
from interviewer.judges.cues import denials
from interviewer.judges.local import LocalJudge, LocalModel
from interviewer.judges.trees import VERDICTS
from interviewer.resources import bank_folder
from interviewer.rubric import load_rubric
from interviewer.words import words

DICOM = load_rubric(bank_folder("ai-medical-imaging-analyst") / "dicom-format.yaml")
STRONG = (
    "DICOM is the standard format in which every hospital and every vendor stores and exchanges medical images. The "
    "header holds metadata: patient information, the modality and acquisition parameters such as slice thickness. "
    "A pipeline has to parse the DICOM files to extract the pixel data, and it also reads the clinical context from "
    "the metadata, not only the pixels."
)
FAST = LocalJudge(LocalModel.fast())
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
        assert judgement.evidence or judgement.verdict in {"missing", "ungraded"}


@given(st.text())
def test_evidence_is_the_very_text_of_the_answer(text: str):
    answer = Answer(f"{STRONG} {text} {VAGUE}")
    for judgement in FAST.judge_now(DICOM, answer):
        for span in judgement.evidence:
            assert answer.text[span.start : span.end] == span.text != ""


def test_a_list_point_counts_its_items_under_any_of_their_names():
    (judgement,) = [j for j in LocalJudge().judge_now(DICOM, Answer(STRONG)) if j.point == "metadata"]
    assert set(judgement.items) == {"patient information", "modality", "acquisition parameters"}


@pytest.mark.parametrize(
    "text",
    [
        "Standard, vendors, header, metadata, modality, acquisition, pixel, extraction, clinical context, pipeline.",
        "I would talk about the universal standard, the metadata, extracting pixels and extracting context.",
        "dicom",
    ],
)
def test_words_without_a_claim_earn_nothing(text: str):
    assert score(text) == 0


def test_a_point_denied_is_contradicted():
    denied = f"It is not true that {DICOM['extract-pixels'].statement}"
    judged = {j.point: j.verdict for j in LocalJudge().judge_now(DICOM, Answer(denied))}
    assert judged["extract-pixels"] == "contradicted"


def test_not_only_denies_nothing():
    assert not any(denials(words("It reads the header, not only the pixels.")))
    assert any(denials(words("It does not read the header.")))


def test_many_answers_are_judged_as_one_by_one():
    answers = [Answer(text) for text in (STRONG, "ok", VAGUE, DICOM.question)]
    assert FAST.judge_many([(DICOM, answer) for answer in answers]) == [FAST.judge_now(DICOM, a) for a in answers]


def test_probabilities_add_up_to_one_and_are_what_is_decided_by():
    (chances,) = FAST.probabilities_many([(DICOM, Answer(STRONG))])
    assert chances.shape == (len(DICOM.points), len(VERDICTS))
    assert chances.sum(axis=1) == pytest.approx(1)
    for row, judgement in zip(chances, FAST.judge_now(DICOM, Answer(STRONG)), strict=True):
        assert judgement.verdict in {VERDICTS[row.argmax()], "ungraded"}


def test_what_cannot_be_told_is_ungraded_with_its_reason():
    model = replace(LocalModel.fast(), band=1.01)
    for judgement in LocalJudge(model).judge_now(DICOM, Answer(STRONG)):
        assert judgement.verdict == "ungraded"
        assert "cannot tell" in judgement.reason


def test_the_judge_says_who_it_is_and_how_far_to_trust_it():
    judge = LocalJudge()
    assert judge.info.name == "local"
    assert judge.info.model
    assert "κ" in judge.trust
