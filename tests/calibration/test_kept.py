from __future__ import annotations

from pathlib import Path

import pytest
from conftest import make_rubric
from hypothesis import given
from hypothesis import strategies as st

from interviewer.calibration.kept import (
    Calibration,
    Example,
    Gain,
    PointNote,
    ProbabilityMap,
    RubricCalibration,
    dump_calibration,
    load_calibration,
)
from interviewer.errors import CalibrationError
from interviewer.rubric import only
from interviewer.scoring import JudgeInfo

RUBRIC = make_rubric()
LEARNED = Calibration(
    judge=JudgeInfo(name="chat", model="m"),
    answers=12,
    rubrics=(
        RubricCalibration(
            rubric="tea",
            hash=RUBRIC.hash,
            notes=(PointNote(point="boil", credit="Any word for boiling."),),
            examples=(Example(answer="Boil it.", verdicts={"boil": "covered"}),),
        ),
    ),
    map=ProbabilityMap(slope=1, covered=0.5, partial=1.5, shifts={"tea/boil": 0.25}),
    gains=(Gain(part="notes", verdicts=36, before=0.8, after=0.9, gain=0.1, low=0.0, high=0.2, kept=True),),
)


def test_a_calibration_survives_its_file(tmp_path: Path):
    path = tmp_path / "calibration.yaml"
    path.write_text(dump_calibration(LEARNED))
    assert load_calibration(path) == LEARNED


def test_an_edited_note_is_another_calibration_and_a_gain_is_not():
    edited = LEARNED.model_copy(update={"rubrics": (LEARNED.rubrics[0].model_copy(update={"notes": ()}),)})
    assert edited.fingerprint != LEARNED.fingerprint
    assert LEARNED.model_copy(update={"gains": ()}).fingerprint == LEARNED.fingerprint


def test_a_rubric_that_changed_since_is_an_error_and_an_unknown_one_is_not():
    assert LEARNED.of(RUBRIC) == LEARNED.rubrics[0]
    assert LEARNED.of(make_rubric(id="coffee")) is None
    with pytest.raises(CalibrationError, match="The rubric 'tea' has changed since"):
        LEARNED.of(make_rubric(question="How do you make bad tea?"))


def test_a_part_of_the_rubric_is_no_other_rubric_but_a_changed_point_is():
    learned = Calibration(judge=JudgeInfo(name="local"), rubrics=(RubricCalibration.about(RUBRIC),))
    assert learned.of(only(RUBRIC, RUBRIC.points[1:])) == learned.rubrics[0]
    changed = RUBRIC.points[0].model_copy(update={"statement": "The water may be cold."})
    with pytest.raises(CalibrationError, match="has changed since"):
        learned.of(only(RUBRIC.model_copy(update={"points": (changed, *RUBRIC.points[1:])}), [changed]))


def test_another_judge_is_an_error():
    with pytest.raises(CalibrationError, match=r"learned for the judge chat \(m\), and this is local"):
        LEARNED.require(JudgeInfo(name="local"))


def test_a_file_that_is_none_says_where(tmp_path: Path):
    path = tmp_path / "calibration.yaml"
    path.write_text("version: 1\njudge:\n  name: chat\nrubrics:\n- rubric: tea\n")
    with pytest.raises(CalibrationError, match=r"calibration.yaml:5: rubrics.0.hash: Field required"):
        load_calibration(path)


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 3))
def test_a_map_keeps_the_order_of_probabilities_and_covered_below_begun(one: float, other: float, slope: float):
    mapping = ProbabilityMap(slope=slope, covered=0.5, partial=0.1)
    (low, low_begun), (high, _) = (mapping(p, "tea/boil") for p in sorted((one, other)))
    assert 0 <= low <= high <= 1
    assert low <= low_begun
