from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import make_rubric

from interviewer.answer import Answer
from interviewer.judgement import Judgement, Verdict
from interviewer.judges.base import Judged
from interviewer.judges.panel import PanelJudge
from interviewer.rubric import Rubric
from interviewer.scoring import JudgeInfo
from interviewer.stability import flip_rates, overall

RUBRIC = make_rubric()


class FickleJudge:
    """Sure of all points but 'boil', on which it says what comes next in its list."""

    trust = "none"
    info = JudgeInfo(name="fickle")

    def __init__(self, *on_boil: Verdict) -> None:
        self.next: Iterator[Verdict] = iter(on_boil)

    async def judge(self, rubric: Rubric, answer: Answer) -> Judged:
        boil = next(self.next)
        verdicts = {point.id: boil if point.id == "boil" else Verdict.MISSING for point in rubric.points}
        return Judged(judgements=tuple(Judgement(point=p, verdict=v) for p, v in verdicts.items()))


def test_the_flip_rate_is_the_share_of_votes_against_the_most_frequent_one():
    covered, missing, ungraded = Verdict.COVERED, Verdict.MISSING, Verdict.UNGRADED
    judge = FickleJudge(covered, covered, covered, missing, covered, ungraded, covered, covered)
    answers = [(RUBRIC, "One."), (RUBRIC, "Two.")]
    rates = asyncio.run(flip_rates(PanelJudge([judge], 4), answers))
    by_point = {rate.point: rate for rate in rates}
    assert list(by_point) == ["boil", "kinds", "pot"]
    assert (by_point["boil"].answers, by_point["boil"].flips, by_point["boil"].ungraded) == (2, 0.25, 0.125)
    assert by_point["pot"].flips == 0
    assert overall(rates).flips == pytest.approx(0.25 / 3)


def test_a_blank_answer_cannot_flip():
    (rate, *_) = asyncio.run(flip_rates(PanelJudge([FickleJudge()], 2), [(RUBRIC, " ")]))
    assert (rate.answers, rate.flips) == (1, 0)


def test_the_command_prints_the_flip_rate_of_each_point(cli: Callable[..., Any], tmp_path: Path):
    path = tmp_path / "answers.csv"
    path.write_text("question,answer\ndicom-format,DICOM is a standard that every scanner uses.\n")
    shown = cli("stability", path, "--judge", "local", "--repeat", "3")
    assert shown.exit_code == 0, shown.stderr
    assert "universal-standard" in shown.stdout
    data = json.loads(cli("stability", path, "--judge", "local", "--json").stdout)
    assert data["overall"] == {"question": "all", "point": "all", "answers": 4, "flips": 0.0, "ungraded": 0.0}
    assert len(data["points"]) == 4


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.csv", "question,answer\ndicom-formt,DICOM\n", "Did you mean dicom-format"),
        ("a.csv", "frage,answer\ndicom-format,DICOM\n", "has no column 'question'"),
        ("a.csv", "question,answer\n", "holds no answers"),
        ("a.jsonl", "not json\n", "neither CSV nor JSON Lines"),
        ("a.jsonl", "[1]\n", "neither CSV nor JSON Lines"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(cli: Callable[..., Any], tmp_path: Path, name: str, text: str, said: str):
    path = tmp_path / name
    path.write_text(text)
    result = cli("stability", path, "--judge", "local")
    assert result.exit_code == 1
    assert said in result.stderr
