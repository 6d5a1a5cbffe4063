from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

from interviewer.judges.encoder import LONGEST_ANSWER, Encoder, shipped_weights
from interviewer.judges.trees import VERDICTS
from interviewer.resources import bank_folder
from interviewer.rubric import Rubric, load_rubric

DICOM = load_rubric(bank_folder("ai-medical-imaging-analyst") / "dicom-format.yaml")
ENCODER = Encoder(*shipped_weights())
ANSWER = "Every vendor stores its scans as DICOM files, and the header tells which machine made them."


def test_every_point_has_four_scores():
    assert ENCODER.scores(DICOM, ANSWER).shape == (len(DICOM.points), len(VERDICTS))


def test_the_verdict_of_a_point_does_not_depend_on_the_other_points():
    alone = Rubric(id="one", question=DICOM.question, points=DICOM.points[1:2])
    together = ENCODER.scores(DICOM, ANSWER)[1]
    assert ENCODER.scores(alone, ANSWER)[0] == pytest.approx(together, abs=1e-3)


def test_a_rubric_remembered_is_a_rubric_read():
    first, again = (ENCODER.scores(DICOM, ANSWER) for _ in range(2))
    assert np.array_equal(first, again)


def test_an_answer_of_any_length_is_read():
    assert np.isfinite(ENCODER.scores(DICOM, "scan " * (2 * LONGEST_ANSWER))).all()
    assert np.isfinite(ENCODER.scores(DICOM, "")).all()


def test_the_scores_are_the_same_to_the_last_bit_however_many_threads_there_are():
    code = (
        "from interviewer.judges.encoder import Encoder, shipped_weights; from interviewer.rubric import load_rubric;"
        "import sys; from pathlib import Path; rubric = load_rubric(Path(sys.argv[1]));"
        "text = ' '.join(point.statement for point in rubric.points);"
        "print(Encoder(*shipped_weights()).scores(rubric, text).tobytes().hex())"
    )
    path = str(bank_folder("ai-medical-imaging-analyst") / "dicom-format.yaml")
    found = {
        subprocess.run(
            [sys.executable, "-c", code, path], env=os.environ | {"OPENBLAS_NUM_THREADS": threads},
            capture_output=True, check=True,
        ).stdout
        for threads in ("1", "2", "4")
    }  # fmt: skip
    assert len(found) == 1
