"""Every command that the README shows does what it says."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def commands() -> list[str]:
    lines = [line for kind, block in BLOCKS if kind in {"sh", "console"} for line in block.splitlines()]
    lines = [line.removeprefix("$ ").split("  #")[0].strip() for line in lines]
    return [line.replace(".venv/bin/", "") for line in lines if "interviewer" in line and "venv .venv" not in line]


def first_block(section: str) -> str:
    return re.search(rf"^## {section}\n.*?^```sh\n(.*?)^```", README, re.DOTALL | re.MULTILINE)[1].strip()


def test_setting_up_and_testing_are_one_line_each():
    assert "\n" not in first_block("Quick start")
    assert first_block("Quick start").endswith("interviewer demo")
    assert "\n" not in first_block("Tests")
    assert "pytest" in first_block("Tests")


@pytest.mark.parametrize("command", commands())
def test_the_command_runs(command: str, cli, tmp_path: Path):
    Path("my-answer.txt").write_text("DICOM is the standard format for medical images.")
    Path("answers.csv").write_text("question,answer\ndicom-format,DICOM is the standard format.\n")
    rows = [f"dicom-format,A standard number {n}.,universal-standard,missing\n" for n in range(4)]
    Path("labels.csv").write_text("question,answer,point,label\n" + "".join(rows))
    Path("guide.md").write_text("# Tea\n\n## All\n\n### Why tea?\n\nIt is warm, and it is good.\n")
    shown = re.match(r'echo "(?P<said>.*)" \| (?P<rest>.*)', command)
    words = shlex.split(shown["rest"] if shown else command)
    if words[0] in {"export", "pip"}:
        return
    assert words.pop(0) == "interviewer"
    if words[:2] == ["rubrics", "check"]:
        assert cli("rubrics", "build", "guide.md", "-o", "my-bank").exit_code == 0
    if "--calibration" in words:
        assert cli("calibrate", "labels.csv", "-o", "coach.yaml").exit_code == 0
    result = cli(*words, input=shown["said"] if shown else "Nothing to say.\n---\n")
    is_draft = words[:2] == ["rubrics", "check"]
    assert ("this is a draft" in result.stderr) is is_draft
    assert result.exit_code == is_draft, result.output
