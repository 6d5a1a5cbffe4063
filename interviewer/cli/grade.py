"""`interviewer grade`: a file of answers in, a file of grades out."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from interviewer.cli import app, options

if TYPE_CHECKING:
    from interviewer.batch.grade_file import Grader
    from interviewer.batch.rows import Columns
    from interviewer.rubric import Bank
    from interviewer.settings import Settings


class Via(StrEnum):
    """How answers reach a judge."""

    CALLS = "calls"
    BATCH = "batch"


class Engine(StrEnum):
    """Where answers are graded."""

    LOCAL = "local"
    RAY = "ray"


@app.command()
def grade(
    answers: Annotated[
        str, typer.Argument(help="CSV, TSV, JSON Lines, Parquet or XLSX; a folder or glob of text files; - for stdin.")
    ],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="OUT", help="Where the graded rows go.")
    ] = None,
    form: Annotated[str | None, typer.Option("--format", help="The input's format, if its name does not say.")] = None,
    output_format: Annotated[str | None, typer.Option(help="The output's format, if its name does not say.")] = None,
    question_column: Annotated[str, typer.Option(help="Column that holds the question's id.")] = "question",
    answer_column: Annotated[str, typer.Option(help="Column that holds the answer.")] = "answer",
    question: Annotated[str | None, typer.Option(help="Every answer is to this question.")] = None,
    wide: Annotated[bool, typer.Option("--wide", help="One column per question, named by its id.")] = False,
    concurrency: Annotated[int, typer.Option(min=1, max=1024, help="At most so many answers judged at once.")] = 32,
    resume: Annotated[bool, typer.Option("--resume", help="Judge only what is missing, failed or changed.")] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace an output that exists.")] = False,
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed", help="As --resume; judge also rows with some points ungraded again.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what it would take and cost; ask nobody.")] = False,
    max_cost: Annotated[float | None, typer.Option(min=0, metavar="USD", help="Stop before this is passed.")] = None,
    report: Annotated[Path | None, typer.Option(metavar="HTML", help="Write a page of scores and coverage.")] = None,
    feedback: Annotated[
        bool, typer.Option("--feedback", help="One more column: what to say to the candidate.")
    ] = False,
    engine: Annotated[Engine, typer.Option(help="This machine, or a Ray cluster: a folder of files into one.")] = (
        Engine.LOCAL
    ),
    workers: Annotated[
        int | None, typer.Option(min=1, help="With --engine ray: how many judges; else one a core.")
    ] = None,
    via: Annotated[Via, typer.Option(help="Call by call now, or OpenAI's Batch API: half price, a day.")] = Via.CALLS,
    judge: options.JudgeOption = None,
    model: options.ModelOption = None,
    base_url: options.BaseUrlOption = None,
    bank: options.BankOption = None,
    calibration: options.CalibrationOption = None,
    no_cache: options.NoCacheOption = False,
    as_json: options.JsonOption = False,
) -> None:
    """Grade a file of answers: one row out for every row in, in the same order, every other column kept.

    What was judged is on the disk at once and is never judged again: after a stop, run it again with --resume.
    """
    import secrets

    from pydantic import SecretStr

    from interviewer.batch.grade_file import durable_store, grade_file
    from interviewer.batch.read import STDIN, read_chunks
    from interviewer.batch.write import check_apart, open_output
    from interviewer.cli import cluster, show_batch
    from interviewer.cli.batches import place_order
    from interviewer.errors import InputError
    from interviewer.rubric import Bank

    settings = options.settings_from(judge, model, base_url, bank, calibration=calibration)
    rubrics = Bank.load(options.bank_path(settings))
    columns = _columns(rubrics, question_column, answer_column, question, wide)
    if engine is Engine.RAY:
        if dry_run or via is Via.BATCH or max_cost is not None or report is not None or feedback:
            raise InputError("--dry-run, --via batch, --max-cost, --report and --feedback do not go with --engine ray.")
        cluster.run(answers, rubrics, columns, output, settings, form, concurrency, workers, as_json=as_json)
        return
    if dry_run and settings.judge and not settings.has_model:
        settings = settings.model_copy(
            update={"api_key": SecretStr("nobody is asked")}
        )  # a price is known before a key
    grader = _grader(settings, rubrics, concurrency, max_cost, feedback=feedback)
    if dry_run:
        with durable_store(settings, None, cache=not no_cache) as store:
            show_batch.dry_run(grader, read_chunks(answers, columns, form), store, retry=retry_failed, as_json=as_json)
        return
    again = resume or retry_failed
    path, kind = open_output(output, output_format, again=again, overwrite=overwrite)
    check_apart(answers, path, report)
    if via is Via.BATCH:
        if no_cache or max_cost is not None or report is not None or feedback:
            raise InputError(
                "--no-cache, --max-cost, --report and --feedback do not go with --via batch; --dry-run shows its price."
            )
        place_order(grader, (answers, form), columns, (path, kind), retry=retry_failed, as_json=as_json)
        return
    shown = show_batch.RunShown(grader, answers, report, as_json=as_json)
    if answers != STDIN:
        shown.count(read_chunks(answers, columns, form))
    with durable_store(settings, path, cache=not no_cache, keep=again) as store, shown:
        rows = read_chunks(answers, columns, form)
        name = secrets.token_hex(8)
        grade_file(grader, rows, store, (path, kind), name, retry=retry_failed, observe=shown.update, told=shown.tell)
    shown.say()


def _columns(bank: Bank, question_column: str, answer_column: str, question: str | None, wide: bool) -> Columns:
    from interviewer.batch.rows import Columns

    asked = None if question is None else bank[question].id
    return Columns(question_column, answer_column, asked, frozenset(r.id for r in bank) if wide else frozenset())


def _grader(settings: Settings, bank: Bank, concurrency: int, max_cost: float | None, *, feedback: bool) -> Grader:
    from interviewer.batch.ask import billed_model
    from interviewer.batch.budget import Budget
    from interviewer.batch.grade_file import RETRIES, Grader
    from interviewer.batch.pace import Pace, paced_client
    from interviewer.errors import InputError
    from interviewer.price import price_of
    from interviewer.scoring import Usage

    if "max_retries" not in settings.model_fields_set:
        settings = settings.model_copy(update={"max_retries": RETRIES})
    pace = Pace(concurrency)
    client = paced_client(pace, settings.timeout) if settings.has_model else None
    judge = options.judge_from(settings, client)
    if max_cost is not None and price_of(Usage(), billed_model(judge), settings.base_url) is None:
        raise InputError(f"--max-cost needs a price, and none is known for the model {judge.info.model!r}.")
    return Grader(bank, judge, settings, pace, Budget(max_cost), client, feedback)
