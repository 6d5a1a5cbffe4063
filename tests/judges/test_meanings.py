from __future__ import annotations

import numpy as np
import pytest

from interviewer.answer import Answer
from interviewer.judges.encoder import shipped_weights
from interviewer.judges.meanings import LONGEST_ANSWER, MEANINGS, Meanings
from interviewer.resources import bank_folder
from interviewer.rubric import Rubric, load_rubric

DICOM = load_rubric(bank_folder("ai-medical-imaging-analyst") / "dicom-format.yaml")
ITSELF = Meanings(*shipped_weights())
BEST, MARGIN = MEANINGS.index("meaning_best"), MEANINGS.index("meaning_margin")


def features(text: str, rubric: Rubric = DICOM) -> np.ndarray:
    return ITSELF.features(rubric, Answer(text))


def test_a_paraphrase_is_nearer_than_a_sentence_about_something_else():
    near, far = (
        ITSELF.vectors(["A dog is running across the field.", "Interest rates rose again in March."])
        @ (ITSELF.vectors(["The hound sprints over the meadow."])[0])
    )
    assert near > far + 0.3


def test_a_statement_is_nearest_to_itself():
    for n, point in enumerate(DICOM.points):
        values = features(f"I like tea. {point.statement}")
        assert values[n, BEST] == pytest.approx(1, abs=0.01)  # punctuation between clauses is not read
        assert values[n, MARGIN] > 0


def test_a_sentence_is_read_alone_whatever_stands_beside_it():
    sentence = "The header says which machine made the scan."
    alone = features(sentence)[:, BEST]
    beside = features(f"{sentence} Tea is best without milk in it. I had a good journey.")[:, BEST]
    assert (beside >= alone - 1e-5).all()


def test_a_rubric_of_one_point_without_a_list_has_values_too():
    one = Rubric(id="one", question=DICOM.question, points=[p for p in DICOM.points if not p.items][:1])
    assert np.isfinite(features("Scans are files.", one)).all()


@pytest.mark.parametrize(
    "text", ["x", "…", "scan " * (2 * LONGEST_ANSWER), "Scan. " * LONGEST_ANSWER, "\u200b\n\n", "不知道"]
)
def test_an_answer_of_any_kind_has_values(text: str):
    values = features(text)
    assert values.shape == (len(DICOM.points), len(MEANINGS))
    assert np.isfinite(values).all()
