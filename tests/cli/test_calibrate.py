from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import make_rubric

from interviewer.history import AskedQuestion, History, Outcome, Plan, Session, Turn, TurnKind
from interviewer.judgement import Judgement, Verdict
from interviewer.scoring import JudgeInfo, make_grade
from interviewer.settings import load_settings

Cli = Callable[..., Any]
STANDARD = "DICOM is the standard format that every scanner and hospital uses, number {}."
OTHER = "I like pictures of mountains and lakes, number {}, above all in winter."


@pytest.fixture
def labels() -> Path:
    path = Path("labels.csv")
    rows = [(STANDARD.format(n), "covered") for n in range(6)] + [(OTHER.format(n), "missing") for n in range(6)]
    lines = [f'dicom-format,"{text}",universal-standard,{label}' for text, label in rows]
    path.write_text("question,answer,point,label\n" + "\n".join(lines) + "\n")
    return path


def test_calibrate_writes_a_file_that_score_and_agreement_use(cli: Cli, labels: Path):
    result = cli("calibrate", labels, "--judge", "local")
    assert result.exit_code == 0, result.output
    assert "gain (95 % interval)" in result.stdout
    learned = yaml.safe_load(Path("calibration.yaml").read_text())
    assert learned["rubrics"][0]["rubric"] == "dicom-format"
    scored = cli("score", "dicom-format", "--calibration", "calibration.yaml", "--json", input=STANDARD)
    assert len(json.loads(scored.stdout)["judge"]["calibration"]) == 12
    measured = cli("agreement", labels, "--calibration", "calibration.yaml", "--resamples", 10, "--json")
    assert json.loads(measured.stdout)["judge"]["calibration"]


def test_a_calibration_that_does_not_fit_is_refused(cli: Cli, labels: Path):
    cli("calibrate", labels, "--judge", "local")
    path = Path("calibration.yaml")
    learned = yaml.safe_load(path.read_text())
    learned["rubrics"][0]["hash"] = "0" * 16
    learned["rubrics"][0]["points"]["universal-standard"] = "1" * 16
    path.write_text(yaml.safe_dump(learned))
    result = cli("score", "dicom-format", "--calibration", path, input=STANDARD)
    assert result.exit_code == 1
    assert "has changed since the calibration was learned" in result.stderr
    path.write_text(yaml.safe_dump(learned | {"judge": {"name": "chat", "model": "m"}}))
    assert "learned for the judge chat (m)" in cli("score", "dicom-format", "--calibration", path, input="x").stderr


def test_calibrate_never_overwrites_by_itself_and_says_when_there_is_too_little(cli: Cli, labels: Path):
    cli("calibrate", labels, "--judge", "local")
    assert "exists. Choose another name" in cli("calibrate", labels).stderr
    assert "folds need as many" in cli("calibrate", labels, "--folds", 30, "--overwrite").stderr


def test_a_dispute_is_kept_and_feeds_agreement(cli: Cli):
    Path("answer.txt").write_text("Nothing.")
    reason = ("--reason", "He shrugged at the right moment.", "--by", "coach")
    said = cli("dispute", "dicom-format", "universal-standard", "covered", "--file", "answer.txt", *reason)
    assert said.exit_code == 0, said.output
    assert "said missing, you say covered" in said.stdout
    kept = json.loads(Path(said.stdout.partition("Kept in ")[2].strip().rstrip(".")).read_text())
    assert (kept["by"], kept["judged"], kept["label"], kept["reason"]) == ("coach", "missing", "covered", reason[1])
    measured = json.loads(cli("agreement", "disputes", "--judge", "local", "--resamples", 0, "--json").stdout)
    assert (measured["n"], len(measured["false_denial"])) == (1, 1)


def test_a_dispute_needs_a_grade_and_a_verdict_that_differs(cli: Cli):
    Path("answer.txt").write_text("Nothing.")
    same = cli("dispute", "dicom-format", "universal-standard", "missing", "-f", "answer.txt")
    assert "is missing already" in same.stderr
    assert "Did you mean" in cli("dispute", "dicom-format", "universal", "covered", "-f", "answer.txt").stderr
    assert "No session has a graded answer" in cli("dispute", "dicom-format", "universal-standard", "missing").stderr


def test_without_a_file_the_last_graded_answer_of_a_session_is_meant(cli: Cli):
    now, rubric, judge = datetime(2026, 5, 1, tzinfo=UTC), make_rubric(), JudgeInfo(name="local")
    missed = [Judgement(point=point.id, verdict=Verdict.MISSING) for point in rubric.points]
    said = ("Heat the water.", "Until it bubbles.")
    asked = AskedQuestion(
        place=1, attempt=1, section="s", section_title="Section", rubric=rubric, asked=now, closed=now, outcome=Outcome.ANSWERED,
        turns=tuple(Turn(kind=TurnKind.ANSWER, prompt="Why?", text=text, said=now) for text in said),
        grade=make_grade(rubric, "hash", judge, missed),
    )  # fmt: skip
    plan = Plan(questions=("tea",))
    session = {"id": 0, "started": now, "bank": "tea", "title": "Tea maker", "mode": "practice", "judge": judge}
    History.open(load_settings().data_folder, now).copy(
        Session.model_validate(session | {"trust": "A bit.", "plan": plan, "questions": (asked,)})
    )
    result = cli("dispute", "tea", "boil", "covered")
    assert result.exit_code == 0, result.output
    kept = json.loads((load_settings().data_folder / "disputes.jsonl").read_text())
    assert kept["answer"] == "Heat the water.\n\nUntil it bubbles."
    assert kept["rubric"]["id"] == "tea"
