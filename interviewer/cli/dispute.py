"""`interviewer dispute`: overrule one verdict of a grade. The score of that grade stays; the word is kept as a label."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from interviewer.cli import app, options

if TYPE_CHECKING:
    from interviewer.rubric import Rubric
    from interviewer.scoring import Grade
    from interviewer.settings import Settings


class _By(StrEnum):
    CANDIDATE = "candidate"
    COACH = "coach"


class _Verdict(StrEnum):
    COVERED = "covered"
    PARTIAL = "partial"
    MISSING = "missing"
    CONTRADICTED = "contradicted"


@app.command()
def dispute(
    question: Annotated[str, typer.Argument(help="The id of the question.")],
    point: Annotated[str, typer.Argument(help="The id of the point whose verdict is wrong.")],
    verdict: Annotated[_Verdict, typer.Argument(help="What it should have been.")],
    file: Annotated[
        str | None, typer.Option("--file", "-f", metavar="FILE|-", help="The answer; else the last one in a session.")
    ] = None,
    reason: Annotated[str, typer.Option(help="Why, in a sentence.")] = "",
    by: Annotated[_By, typer.Option(help="Who says so.")] = _By.CANDIDATE,
    judge: options.JudgeOption = None,
    model: options.ModelOption = None,
    base_url: options.BaseUrlOption = None,
    bank: options.BankOption = None,
) -> None:
    """Overrule one verdict. What you say is kept, and `agreement disputes` and `calibrate disputes` learn from it."""
    from datetime import UTC, datetime

    from interviewer.cli.score import read_answer
    from interviewer.disputes import Dispute, add_dispute
    from interviewer.errors import InputError
    from interviewer.judgement import Verdict

    settings = options.settings_from(judge, model, base_url, bank)
    if file is not None:
        rubric, text = options.find_rubric(settings, question), read_answer(file)
        rubric[point]  # a wrong name is said before anything is judged
        grade = _graded(settings, rubric, text)
    else:
        rubric, text, grade = _last(question)
        rubric[point]
    said = grade[point]
    wanted = Verdict(verdict.value)
    if said.verdict is wanted:
        raise InputError(f"The verdict on {point!r} is {wanted} already; there is nothing to dispute.")
    kept = Dispute(
        when=datetime.now(UTC), by=by.value, rubric=rubric, answer=text, point=point, label=wanted, judged=said.verdict,
        judge=grade.judge, reason=reason,
    )  # fmt: skip
    path = add_dispute(settings.data_folder, kept)
    typer.echo(f"{question}, {point}: {grade.judge.label} said {said.verdict}, you say {wanted}. Kept in {path}.")


def _graded(settings: Settings, rubric: Rubric, text: str) -> Grade:
    import asyncio

    from interviewer.grader import grade_answer

    with options.store_from(settings, no_cache=False) as store:
        return asyncio.run(grade_answer(options.judge_from(settings), rubric, text, store))


def _last(question: str) -> tuple[Rubric, str, Grade]:
    """The rubric, answer and grade of the last time that this question was graded in a session.

    Raises:
        InputError: it never was.

    """
    from interviewer.errors import InputError

    asked = [q for session in options.history().sessions() for q in session.questions if q.id == question and q.grade]
    if not asked or asked[-1].grade is None:
        raise InputError(f"No session has a graded answer to {question!r}. Give the answer with --file.")
    last = asked[-1]
    return last.rubric, last.text, asked[-1].grade
