"""Practice over a pipe, then every command that looks back on it."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from month import BANK, Candidate, practise

from interviewer.history import History
from interviewer.judges.local import LocalJudge
from interviewer.resources import bank_folder
from interviewer.rubric import Bank
from interviewer.settings import Settings

Cli = Callable[..., Any]


@pytest.fixture
def practised() -> None:
    """A session of last week, on two questions."""
    then = datetime.now(UTC) - timedelta(days=7)
    history = History.open(Settings(_env_file=None).data_folder, then)
    questions = ["dicom-format", "clinical-disagreement"]
    practise(Bank.load(bank_folder(BANK)), questions, "practice", Candidate(3), LocalJudge(), lambda: then, history)


def test_without_any_session_each_command_says_how_to_begin(cli: Cli):
    for command in ("progress", "review"):
        result = cli(command)
        assert (result.exit_code, "`interviewer practice` begins" in result.stdout) == (0, True)
    assert json.loads(cli("review", "--json").stdout)["due"] == []
    assert json.loads(cli("progress", "--json").stdout)["sessions"] == []
    assert "Nothing is due" in cli("practice", "--drill").stdout


@pytest.mark.usefixtures("practised")
def test_progress_and_review_look_back(cli: Cli):
    assert cli("progress").stdout.startswith("1 session on 1 day: none in a row now, 1 at best.")
    due = json.loads(cli("review", "--json").stdout)["due"]
    assert due
    assert all("7 days ago" in point["why"] for point in due)
    assert f"{len(due)} point" in cli("review").stdout


@pytest.mark.usefixtures("practised")
def test_a_drill_asks_what_is_due_until_nothing_is(cli: Cli):
    result = cli("practice", "--drill", "-n", "5", input="/dont-know\n---\n/dont-know\n")
    assert result.exit_code == 0, result.output
    assert [session["mode"] for session in json.loads(cli("sessions", "--json").stdout)] == ["practice", "drill"]
    assert "Nothing is due" in cli("practice", "--drill").stdout


@pytest.mark.usefixtures("practised")
def test_a_drill_keeps_to_a_section(cli: Cli):
    assert "Nothing is due" in cli("practice", "--drill", "--section", "advanced").stdout


@pytest.mark.usefixtures("practised")
def test_a_report_is_markdown_or_a_page(cli: Cli, tmp_path: Path):
    assert cli("report", 1).stdout.startswith("# Interview report: AI Medical Imaging Analyst")
    page = tmp_path / "report.html"
    assert cli("report", 1, "-o", page).exit_code == 0
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    again = cli("report", 1, "-o", page)
    assert (again.exit_code, "exists" in again.stderr) == (1, True)


@pytest.mark.usefixtures("practised")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("report", "9"), "interviewer sessions"),
        (("report", "1", "-o", "report.pdf"), ".html"),
        (("report", "1", "-o", "nowhere/report.md"), "No such file"),
        (("export", "--anki"), "-o"),
        (("export", "--anki", "--csv", "-o", "x.csv"), "Choose one"),
    ],
)
def test_a_mistake_is_told_in_a_line(cli: Cli, arguments: tuple[str, ...], said: str):
    result = cli(*arguments)
    assert result.exit_code == 1
    assert said in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.usefixtures("practised")
def test_sessions_leave_as_json_rows_and_cards(cli: Cli, tmp_path: Path):
    (session,) = json.loads(cli("export", "--json").stdout)
    assert [question["rubric"]["id"] for question in session["questions"]] == ["dicom-format", "clinical-disagreement"]
    rows = list(csv.DictReader(io.StringIO(cli("export", "--csv").stdout)))
    assert {row["question"] for row in rows} == {"dicom-format", "clinical-disagreement"}
    deck = tmp_path / "missed.apkg"
    assert cli("export", "--anki", "-o", deck).exit_code == 0
    assert "collection.anki2" in zipfile.ZipFile(deck).namelist()


def test_a_model_answer_is_given_on_request(cli: Cli):
    assert "DICOM is the common standard" in cli("model-answer", "dicom-format").stdout
    assert "- you argued with data" in cli("model-answer", "clinical-disagreement").stdout
