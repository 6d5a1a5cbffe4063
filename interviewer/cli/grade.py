"""`interviewer grade`: a file of answers in, a file of grades out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

from interviewer.cli import app, options


@app.command()
def grade(
    answers: Annotated[Path, typer.Argument(help="CSV or JSON Lines, one answer a row.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Where the graded rows go (.csv or .jsonl).")],
    question_column: Annotated[str, typer.Option(help="Column that holds the question's id.")] = "question",
    answer_column: Annotated[str, typer.Option(help="Column that holds the answer.")] = "answer",
    concurrency: Annotated[int, typer.Option(min=1, max=512, help="Answers judged at once.")] = 8,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace an output that exists.")] = False,
    judge: options.JudgeOption = None,
    model: options.ModelOption = None,
    base_url: options.BaseUrlOption = None,
    bank: options.BankOption = None,
    as_json: options.JsonOption = False,
) -> None:
    """Grade a file of answers: one row out for every row in, in the same order, every other column kept."""
    from rich.progress import Progress

    from interviewer.batch.rows import RowWriter, format_of, read_rows
    from interviewer.batch.run import grade_rows, run
    from interviewer.cli import show
    from interviewer.errors import InputError
    from interviewer.rubric import Bank

    if output.exists() and not overwrite:
        raise InputError(f"{output} exists. Choose another name, or replace it with --overwrite.")
    format_of(output)
    settings = options.settings_from(judge, model, base_url, bank)
    rubrics = Bank.load(options.bank_path(settings))
    used = options.judge_from(settings)
    rows = list(read_rows(answers, question_column, answer_column))
    with RowWriter(output) as writer, Progress(console=_stderr(), transient=True) as progress:
        task = progress.add_task(f"Grading with {used.info.label}", total=len(rows))

        def write(row: object, result: dict[str, object]) -> None:
            writer.write(row.columns, result)  # type: ignore[attr-defined]  # a Row; its type is not loaded for --help
            progress.advance(task)

        graded = grade_rows(rows, rubrics, used, question_column, answer_column, concurrency)
        statuses = run(graded, write)
    if as_json:
        show.print_json({"rows": len(rows), "statuses": dict(statuses), "judge": used.info.model_dump()})
        return
    parts = [f"{statuses[name]} {name}" for name in ("graded", "incomplete", "rejected", "failed") if statuses[name]]
    typer.echo(f"{len(rows)} rows: {', '.join(parts) or 'nothing to grade'}. Written to {output}.")
    typer.echo(used.trust)


def _stderr() -> Console:
    from rich.console import Console

    return Console(stderr=True)
