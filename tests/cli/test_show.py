"""What a person sees of a grade, piped: marks, numbers and words, no colour needed."""

from __future__ import annotations

import io

from conftest import make_rubric
from rich.console import Console

from interviewer.answer import Span
from interviewer.cli.show import bar, show_grade
from interviewer.judgement import Judgement, Verdict
from interviewer.scoring import JudgeInfo, make_grade

RUBRIC = make_rubric()
TEXT = "Boil it first. Cold pots are best."


def shown(answer: str) -> str:
    grade = make_grade(
        RUBRIC,
        "0",
        JudgeInfo(name="x"),
        [
            Judgement(point="boil", verdict=Verdict.COVERED, evidence=(Span(start=0, end=14, text=TEXT[:14]),)),
            Judgement(point="kinds", verdict=Verdict.MISSING),
            Judgement(point="pot", verdict=Verdict.CONTRADICTED, evidence=(Span(start=15, end=34, text=TEXT[15:]),)),
        ],
    )
    out = Console(file=io.StringIO(), width=80, highlight=False)
    show_grade(out, RUBRIC, grade, "Well.", "A hint.", answer)
    return "\n".join(line.rstrip() for line in out.file.getvalue().splitlines())


def test_the_answer_is_marked_with_the_numbers_of_its_points():
    assert (
        shown(TEXT)
        == """\
  Boil it first.[1] Cold pots are best.[3]

  ✓ covered      1. The water has to boil before it is poured.
                 “Boil it first.”
  ✗ missing      2. Several kinds of leaves can be chosen.
                 It matters because it does.
  ! contradicted 3. A warmed pot keeps the heat.
                 “Cold pots are best.”
                 A misconception. In truth: A warmed pot keeps the heat. It
                 matters because it does.

Score 60 of 100
Well.
A hint."""
    )


def test_without_the_answer_the_points_stand_alone():
    assert shown("").startswith("  ✓ covered      1.")


def test_a_bar_is_as_long_as_its_share():
    assert [bar(share, 4) for share in (0, 0.5, 1, 7)] == ["░░░░", "██░░", "████", "████"]
