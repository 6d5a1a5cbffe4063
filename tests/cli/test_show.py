"""What a person sees of a grade, piped: marks, numbers and words, no colour needed."""

from __future__ import annotations

import io

from conftest import make_rubric
from rich.console import Console
from rich.padding import Padding

from interviewer.answer import Span
from interviewer.cli.show import bar, console, show_grade, table
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


def test_a_statement_that_does_not_fit_goes_on_under_its_own_beginning():
    long = make_rubric(points=[RUBRIC.points[0].model_copy(update={"statement": "The water boils. " * 6})])
    grade = make_grade(long, "0", JudgeInfo(name="x"), [Judgement(point="boil", verdict=Verdict.MISSING)])
    out = Console(file=io.StringIO(), width=60, highlight=False)
    show_grade(out, long, grade, "Well.", "A hint.")
    first, second = [line for line in out.file.getvalue().splitlines() if "water" in line or "boils." in line][:2]
    assert first.index("1. The") == 17
    assert len(second) - len(second.lstrip()) == 17


def test_whole_columns_are_never_broken_however_narrow_the_terminal():
    listing = table("id", "question", whole=("id",))
    listing.add_row("classification-vs-segmentation", "What is the difference between these two? " * 3)
    out = Console(file=io.StringIO(), width=60)
    out.print(listing)
    assert "classification-vs-segmentation " in out.file.getvalue()


def test_piped_output_has_no_blanks_at_the_ends_of_lines(capsys):
    out = console()
    out.print(table("id", "a column"))
    out.print(Padding("padded", (0, 0, 0, 2)))
    out.print("a piece ", end="")
    out.print("and another")
    assert capsys.readouterr().out == "id  a column\n  padded\na piece and another\n"
