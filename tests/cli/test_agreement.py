from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Cli = Callable[..., Any]


@pytest.fixture
def labels() -> Path:
    path = Path("labels.csv")
    rows = [
        "dicom-format,DICOM is the standard format that every scanner uses.,universal-standard,covered",
        "dicom-format,DICOM is the standard format that every scanner uses.,extract-pixels,missing",
        "dicom-format,I do not know much about pictures and files.,universal-standard,missing",
    ]
    path.write_text("question,answer,point,label\n" + "\n".join(rows) + "\n")
    return path


def test_agreement_prints_figures_with_intervals_and_the_cases(cli: Cli, labels: Path):
    result = cli("agreement", labels, "--judge", "local", "--resamples", 50)
    assert result.exit_code == 0, result.output
    assert "3 verdicts on 2 answers to 1 question" in result.stdout
    assert "Cohen's κ" in result.stdout
    assert "False denial" in result.stdout


def test_agreement_writes_a_page_and_json(cli: Cli, labels: Path):
    options = ("--judge", "local", "--resamples", 50, "-o", "page.html", "-o", "all.json", "--json")
    result = cli("agreement", labels, *options)
    data = json.loads(result.stdout)
    assert (data["n"], data["questions"], data["judge"]["name"]) == (3, 1, "local")
    assert set(data["covered"]) == {"accuracy", "f1", "macro_f1", "kappa", "alpha"}
    assert json.loads(Path("all.json").read_text()) == data
    assert Path("page.html").read_text().startswith("<!doctype html>")


def test_what_is_wrong_is_said_before_anything_is_judged(cli: Cli, labels: Path):
    assert "ends in .html or .json" in cli("agreement", labels, "-o", "report.pdf").stderr
    assert "none of its questions is held aside" in cli("agreement", labels, "--hold-aside").stderr
    assert "no such file or folder" in cli("agreement", "nowhere.csv").stderr
