"""Sessions listed, shown, gone on with, exported and forgotten; and what happens where they cannot be kept."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Cli = Callable[..., Any]

ANSWER = "DICOM is the standard format that every scanner and hospital uses."


@pytest.fixture
def practised(cli: Cli) -> Cli:
    """After one session of one answer."""
    result = cli("practice", "-q", "dicom-format", "-q", "u-net", "--follow-ups", "0", input=f"{ANSWER}\n---\n/end\n")
    assert result.exit_code == 0, result.output
    return cli


def database(tmp_path: Path) -> Path:
    return tmp_path / "home" / "data" / "interviewer" / "history.db"


def test_without_sessions_each_command_says_what_begins_one(cli: Cli):
    assert "`interviewer practice` begins one" in cli("sessions").stdout
    assert "`interviewer practice` begins one" in cli("resume").stderr
    assert json.loads(cli("sessions", "--json").stdout) == []
    assert json.loads(cli("export").stdout) == []
    shown = cli("show", "7")
    assert shown.exit_code == 1
    assert "There is no session '7'" in shown.stderr


def test_a_session_is_listed_and_shown_with_words_verdicts_and_score(practised: Cli):
    (listed,) = json.loads(practised("sessions", "--json").stdout)
    assert (listed["id"], listed["mode"], listed["asked"], listed["planned"]) == (1, "practice", 2, 2)
    assert listed["ended"]
    assert "1 of 2" in practised("sessions").stdout
    shown = practised("show", "1").stdout
    assert ANSWER in shown
    assert "Score " in shown
    assert json.loads(practised("show", "1", "--json").stdout)["questions"][0]["turns"][0]["text"].strip() == ANSWER


def test_a_session_that_is_over_is_not_resumed(practised: Cli):
    result = practised("resume", "1")
    assert result.exit_code == 1
    assert "interviewer show 1" in result.stderr


def test_an_export_holds_everything_and_overwrites_nothing(practised: Cli, tmp_path: Path):
    out = tmp_path / "sessions.json"
    assert practised("export", "1", "-o", out).exit_code == 0
    (session,) = json.loads(out.read_text())
    assert session["questions"][0]["grade"]["rubric"] == "dicom-format"
    assert practised("export", "-o", out).exit_code == 1


def test_forgetting_wants_to_be_told_what_and_asks(practised: Cli, tmp_path: Path):
    assert "--all" in practised("forget").stderr
    assert practised("forget", "1", input="n\n").exit_code == 1
    assert practised("forget", "1", "2", "--yes").exit_code == 1, "an unknown number deletes nothing"
    assert len(json.loads(practised("sessions", "--json").stdout)) == 1
    assert "1 forgotten" in practised("forget", "--all", "--yes").stdout
    assert json.loads(practised("sessions", "--json").stdout) == []
    assert b"every scanner and hospital" not in database(tmp_path).read_bytes(), "not even in the file"


def test_input_that_breaks_off_is_gone_on_with(cli: Cli):
    broken = cli(
        "practice",
        "-q",
        "dicom-format",
        "-q",
        "u-net",
        "--follow-ups",
        "0",
        input=f"{ANSWER}\n---\n".encode() + b"\xff\n",
    )
    assert broken.exit_code == 1
    assert "line 3: not UTF-8" in broken.stderr
    assert "`interviewer resume 1`" in broken.stdout
    result = cli("resume", input="An encoder and a decoder.\n---\n")
    assert result.exit_code == 0, result.output
    assert "Question 2 of 2" in result.stdout
    assert "Question 1 of 2" not in result.stdout
    assert "Mean score" in result.stdout


def test_an_exam_over_a_pipe_gives_feedback_at_the_end(cli: Cli):
    given = f"/hint\n---\n{ANSWER}\n---\n/skip\n---\n"
    out = cli("practice", "-q", "dicom-format", "-q", "u-net", "--follow-ups", "0", "--exam", input=given).stdout
    assert "There are no hints in an exam." in out
    assert "5:00 for this question, 10:00 in all" in out
    assert out.index("Question 2 of 2") < out.index("Score ")


def test_dont_know_is_graded_with_the_explanation(cli: Cli):
    out = cli("practice", "-q", "dicom-format", input="/dont-know\n---\n").stdout
    assert "Score 0 of 100" in out
    assert "missing" in out


def test_a_data_folder_that_cannot_be_used_is_named_and_the_session_kept_elsewhere(
    cli: Cli, monkeypatch, tmp_path: Path
):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("INTERVIEWER_DATA_DIR", str(tmp_path / "file" / "data"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    result = cli("practice", "-q", "dicom-format", "--follow-ups", "0", input=f"{ANSWER}\n---\n")
    assert result.exit_code == 0, result.output
    assert "Sessions cannot be kept there" in result.stdout
    (spare,) = tmp_path.glob("interviewer-*")
    monkeypatch.setenv("INTERVIEWER_DATA_DIR", str(spare))
    assert ANSWER in cli("show", "1").stdout
    monkeypatch.setenv("INTERVIEWER_DATA_DIR", str(tmp_path / "file" / "data"))
    assert cli("sessions").exit_code == 1


def test_a_history_of_a_newer_version_is_refused_in_one_line(practised: Cli, tmp_path: Path):
    connection = sqlite3.connect(database(tmp_path))
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    for command in (("sessions",), ("practice", "-q", "dicom-format")):
        result = practised(*command, input=ANSWER)
        assert result.exit_code == 1
        assert "newer version" in result.stderr
        assert result.stderr.count("\n") == 1


def test_a_damaged_history_is_kept_aside_and_named(practised: Cli, tmp_path: Path):
    for path in database(tmp_path).parent.glob("history.db*"):
        path.write_bytes(b"nothing of a database " * 100)
    result = practised("sessions")
    assert result.exit_code == 0
    assert "history.damaged-" in result.stderr
    assert "no sessions yet" in result.stdout
