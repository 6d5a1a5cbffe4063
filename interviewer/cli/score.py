"""`interviewer score`: one written answer, graded."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from interviewer.cli import app, options
from interviewer.errors import ExitCode


@app.command()
def score(
    question: Annotated[str, typer.Argument(help="The id of the question: see `interviewer rubrics list`.")],
    file: Annotated[
        str | None, typer.Option("--file", "-f", metavar="FILE|-", help="The answer; standard input when left out.")
    ] = None,
    judge: options.JudgeOption = None,
    repeat: options.RepeatOption = None,
    until_stable: options.UntilStableOption = False,
    model: options.ModelOption = None,
    base_url: options.BaseUrlOption = None,
    bank: options.BankOption = None,
    calibration: options.CalibrationOption = None,
    no_cache: options.NoCacheOption = False,
    as_json: options.JsonOption = False,
) -> None:
    """Grade one written answer, read from a file or standard input. Exit code 3: judging failed on some point."""
    import asyncio

    from interviewer.cli import show
    from interviewer.feedback import feedback
    from interviewer.grader import grade_answer

    settings = options.settings_from(
        judge, model, base_url, bank, repeat=repeat, until_stable=until_stable or None, calibration=calibration
    )
    rubric = options.find_rubric(settings, question)
    text = read_answer(file)
    used = options.judge_from(settings)
    with options.store_from(settings, no_cache) as store:
        grade = asyncio.run(grade_answer(used, rubric, text, store))
    said = feedback(rubric, grade, text)
    if as_json:
        show.print_json(show.grade_as_data(grade, said, used.trust))
    else:
        out = show.console()
        out.print(rubric.question, style="bold")
        out.print(f"Judge: {grade.judge.label}", style="dim")
        out.print()
        show.show_grade(out, rubric, grade, said, used.trust, text)
    if grade.failed or grade.score is None:
        raise typer.Exit(ExitCode.UNGRADED)


def read_answer(file: str | None) -> str:
    """The text of a file or of standard input, byte-order mark left out, line ends as they are.

    Raises:
        InputError: it cannot be read, or is not UTF-8.

    """
    from interviewer.errors import InputError
    from interviewer.yaml_source import read_text

    if file not in (None, "-"):
        return read_text(Path(file))
    if sys.stdin.isatty():
        typer.echo("Type the answer; end it with Ctrl-D on a line of its own.", err=True)
    try:
        return sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"Standard input is not UTF-8 (byte {error.start + 1}). Convert it and try again.") from None
