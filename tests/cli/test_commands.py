"""The contract that scripts rely on, and what each kind of bad input says."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Cli = Callable[..., Any]

ANSWER = "DICOM is the standard format that every scanner and hospital uses. We parse it to extract the pixel data."


def test_rubrics_list_json_counts_the_sections(cli: Cli):
    rows = json.loads(cli("rubrics", "list", "--json").stdout)
    assert list(Counter(row["section"] for row in rows).values()) == [5, 10, 10, 10, 10, 5]
    assert all(set(row) >= {"id", "section", "level", "question", "points"} for row in rows)


def test_rubrics_show_json_holds_every_point(cli: Cli):
    shown = json.loads(cli("rubrics", "show", "dicom-format", "--json").stdout)
    assert next(p["id"] for p in shown["points"]) == "universal-standard"
    assert len(shown["hash"]) == 16


def test_rubrics_check_names_file_and_line_and_fails(cli: Cli, tmp_path: Path):
    bank = tmp_path / "bank"
    bank.mkdir()
    (bank / "bank.yaml").write_text("id: b\ntitle: Bank\nsections:\n- id: s\n  title: Sss\n  questions: [one]\n")
    (bank / "one.yaml").write_text("id: one\nquestion: Why?\npoints:\n- id: a\n  statement: Because.\n")
    result = cli("rubrics", "check", bank)
    assert result.exit_code == 1
    assert f"{bank / 'one.yaml'}:4: points.1.follow_up: Field required." in result.stderr
    assert json.loads(cli("rubrics", "check", bank, "--json").stdout)[0]["line"] == 4


def test_rubrics_list_piped_is_a_line_for_each_question_with_tabs_between(cli: Cli):
    lines = cli("rubrics", "list").stdout.splitlines()
    assert len(lines) == 50
    assert lines[1].split("\t")[:4] == ["classification-vs-segmentation", "beginner", "beginner", "4"]


def test_an_unknown_section_near_none_is_answered_with_all_of_them(cli: Cli):
    for command in (["rubrics", "list"], ["practice"]):
        result = cli(*command, "--section", "foo")
        assert result.exit_code == 1
        assert "Known: beginner, intermediate, advanced," in result.stderr


def drafted(cli: Cli, guide: str) -> Path:
    Path("g.md").write_text(guide)
    assert cli("rubrics", "build", "g.md", "-o", "tea").exit_code == 0
    return Path("tea")


def test_drafts_are_reported_by_check_and_left_out_of_practice(cli: Cli):
    bank = drafted(cli, "Why tea?\n\nIt is warm.\n\nWhy coffee?\n\nIt is strong.\n")
    checked = cli("rubrics", "check", bank)
    assert (checked.exit_code, checked.stdout) == (1, "2 faults in tea.\n")
    only_drafts = cli("practice", "--bank", bank)
    assert only_drafts.exit_code == 1
    assert "only drafts" in only_drafts.stderr
    path = bank / "coffee.yaml"
    path.write_text(path.read_text().replace("draft: true\n", ""))
    practised = cli("practice", "--bank", bank, "--judge", "local:fast", input="It is strong.\n---\n")
    assert practised.exit_code == 0
    assert "left out 1 draft;" in practised.stderr
    assert "1 question. Judge" in practised.stdout
    assert " over 1 question.\n" in practised.stdout


def test_one_fault_is_one_fault(cli: Cli):
    bank = drafted(cli, "Why tea?\n\nIt is warm.\n")
    assert cli("rubrics", "check", bank).stdout == "1 fault in tea.\n"
    (bank / "tea.yaml").write_text(
        (bank / "tea.yaml").read_text().replace("draft: true", "").replace("(draft: ask", "(")
    )
    assert cli("rubrics", "check", bank).stdout == "1 rubric in tea: no faults.\n"


@pytest.mark.parametrize("command", [["rubrics", "list"], ["rubrics", "show", "dicom-format"]])
def test_a_reader_who_stops_reading_ends_the_program_quietly(command: list[str]):
    reading, writing = os.pipe()
    os.close(reading)
    ran = subprocess.run(
        [sys.executable, "-m", "interviewer", *command], stdout=writing, stderr=subprocess.PIPE, check=False
    )
    os.close(writing)
    assert (ran.returncode, ran.stderr) == (0, b"")


def test_score_json_is_the_contract(cli: Cli):
    result = cli("score", "dicom-format", "--json", input=ANSWER)
    data = json.loads(result.stdout)
    assert result.exit_code == 0
    assert data["rubric"] == "dicom-format"
    assert 0 < data["score"] <= 100
    assert data["judge"]["name"] == "local"
    assert data["ungraded"] == []
    assert data["feedback"]
    for point in data["points"]:
        assert point["verdict"] in {"covered", "partial", "missing", "contradicted", "ungraded"}
        assert set(point) >= {"id", "verdict", "evidence", "reason"}
        for span in point["evidence"]:
            assert ANSWER[span["start"] : span["end"]] == span["text"]


@pytest.mark.parametrize("text", ["", "   \n", "qwertz uiop asdfg hjkl yxcv"])
def test_an_empty_or_meaningless_answer_scores_0(cli: Cli, text: str):
    assert json.loads(cli("score", "dicom-format", "--json", input=text).stdout)["score"] == 0


def test_evidence_holds_for_the_bytes_that_came_in(cli: Cli):
    text = f"Well.\r\n\r\n{ANSWER}\r\n"
    for point in json.loads(cli("score", "dicom-format", "--json", input=text.encode()).stdout)["points"]:
        for span in point["evidence"]:
            assert text[span["start"] : span["end"]] == span["text"]


def test_score_in_plain_words_names_score_evidence_and_trust(cli: Cli):
    out = cli("score", "dicom-format", input=ANSWER).stdout
    assert "Score " in out
    assert "“DICOM is the standard format" in out
    assert "κ" in out
    assert "\x1b[" not in out


def test_an_unknown_question_suggests_the_nearest(cli: Cli):
    result = cli("score", "dicom-formt", input=ANSWER)
    assert result.exit_code == 1
    assert "Did you mean dicom-format" in result.stderr
    assert "Traceback" not in result.stderr


def test_an_answer_that_is_not_utf8_is_refused_with_its_place(cli: Cli, tmp_path: Path):
    path = tmp_path / "answer.txt"
    path.write_bytes(b"caf\xe9")
    for result in (cli("score", "dicom-format", "-f", path), cli("score", "dicom-format", input=b"caf\xe9")):
        assert result.exit_code == 1
        assert "byte 4" in result.stderr


def test_a_file_that_is_not_there_is_one_line(cli: Cli):
    result = cli("score", "dicom-format", "--file", "nowhere.txt")
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
    assert "nowhere.txt" in result.stderr


def test_a_judge_without_its_key_says_what_to_do(cli: Cli):
    result = cli("score", "dicom-format", "--judge", "chat", input=ANSWER)
    assert result.exit_code == 1
    assert "OPENAI_API_KEY" in result.stderr
    assert "--judge local" in result.stderr


def test_an_unknown_judge_suggests_the_nearest(cli: Cli):
    assert "Did you mean chat" in cli("score", "dicom-format", "--judge", "chatt", input=ANSWER).stderr


def test_a_server_that_is_not_there_leaves_the_answer_ungraded_with_exit_code_3(cli: Cli, monkeypatch):
    monkeypatch.setenv("INTERVIEWER_MAX_RETRIES", "0")
    result = cli("score", "dicom-format", "--json", "--base-url", "http://127.0.0.1:9/v1", input=ANSWER)
    data = json.loads(result.stdout)
    assert result.exit_code == 3
    assert data["score"] is None
    assert len(data["ungraded"]) == len(data["points"])
    assert "connection" in data["points"][0]["reason"]


def test_judges_tells_which_can_be_used_and_why_others_cannot(cli: Cli):
    found = {judge["name"]: judge for judge in json.loads(cli("judges", "--json").stdout)}
    assert found["local"]["available"]
    assert found["local"]["default"]
    assert not found["chat"]["available"]
    assert "OPENAI_API_KEY" in found["chat"]["note"]


def test_grade_writes_a_row_for_every_row_in_order_with_every_column(cli: Cli, tmp_path: Path):
    path, out = tmp_path / "answers.csv", tmp_path / "graded.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["name", "question", "answer", "class"])
        writer.writerow(["Ada", "dicom-format", ANSWER, "7b"])
        writer.writerow(["Bob", "no-such-question", ANSWER, "7b"])
        writer.writerow(["Cid", "dicom-format", "", "7c"])
    result = cli("grade", path, "-o", out)
    assert result.exit_code == 0, result.stderr
    rows = list(csv.DictReader(out.read_text().splitlines()))
    assert [(row["name"], row["class"], row["status"]) for row in rows] == [
        ("Ada", "7b", "graded"),
        ("Bob", "7b", "rejected"),
        ("Cid", "7c", "graded"),
    ]
    assert float(rows[0]["score"]) > 0
    assert "no-such-question" in rows[1]["error"]
    assert rows[1]["score"] == ""
    assert float(rows[2]["score"]) == 0
    assert json.loads(rows[0]["points"])[0]["id"] == "universal-standard"


def test_grade_reads_and_writes_json_lines(cli: Cli, tmp_path: Path):
    path, out = tmp_path / "answers.jsonl", tmp_path / "graded.jsonl"
    path.write_text(json.dumps({"question": "dicom-format", "answer": ANSWER, "n": 1}) + "\nnot json\n")
    assert cli("grade", path, "-o", out).exit_code == 0
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    assert [row["status"] for row in rows] == ["graded", "rejected"]
    assert rows[0]["n"] == 1
    assert isinstance(rows[0]["points"], list)


def test_a_csv_without_the_columns_is_refused_with_what_it_has(cli: Cli, tmp_path: Path):
    path = tmp_path / "answers.csv"
    path.write_text("frage,antwort\nx,y\n")
    result = cli("grade", path, "-o", tmp_path / "out.csv")
    assert result.exit_code == 1
    assert "'question'" in result.stderr
    assert "frage, antwort" in result.stderr


def test_an_output_that_exists_is_not_overwritten_unasked(cli: Cli, tmp_path: Path):
    path, out = tmp_path / "answers.csv", tmp_path / "out.csv"
    path.write_text(f"question,answer\ndicom-format,{ANSWER}\n")
    out.write_text("precious")
    assert cli("grade", path, "-o", out).exit_code == 1
    assert out.read_text() == "precious"


def test_practice_over_a_pipe_asks_follows_up_grades_and_sums_up(cli: Cli):
    answers = f"{ANSWER}\n---\nThe header has the patient ID, the modality and slice thickness.\n---\n"
    out = cli("practice", "-q", "dicom-format", "--follow-ups", "1", input=answers).stdout
    assert "What is DICOM" in out
    assert "Score " in out
    assert "Mean score" in out


def test_practice_refuses_a_section_that_is_not_there(cli: Cli):
    result = cli("practice", "--section", "beginers", input="")
    assert result.exit_code == 1
    assert "Did you mean beginner" in result.stderr


def test_practice_that_ends_at_once_says_so(cli: Cli):
    assert "No question was answered." in cli("practice", input="").stdout


def test_the_demo_shows_the_whole_job_and_what_comes_next(cli: Cli):
    out = cli("demo").stdout
    assert out.count("Question ") >= 3
    assert out.count("Score ") == 3
    assert "interviewer practice" in out
    grades = json.loads(cli("demo", "--json").stdout)
    assert len(grades) == 3
    assert all(grade["score"] is not None for grade in grades)


def test_help_loads_neither_a_client_nor_a_model():
    import subprocess
    import sys

    code = (
        "import sys; from typer.testing import CliRunner; from interviewer.cli import app;"
        "assert CliRunner().invoke(app, ['--help']).exit_code == 0;"
        "print([m for m in ('openai', 'pydantic', 'numpy', 'jinja2', 'tiktoken', 'yaml') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
