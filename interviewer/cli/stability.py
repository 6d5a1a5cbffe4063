"""`interviewer stability`: how often a judge changes its mind about the same answer."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from interviewer.cli import app, options


@app.command()
def stability(
    answers: Annotated[Path, typer.Argument(help="CSV or JSON Lines, one answer a row.")],
    repeat: Annotated[int, typer.Option("--repeat", min=2, max=99, metavar="N", help="Judge each answer N times.")] = 5,
    question_column: Annotated[str, typer.Option(help="Column that holds the question's id.")] = "question",
    answer_column: Annotated[str, typer.Option(help="Column that holds the answer.")] = "answer",
    judge: options.JudgeOption = None,
    model: options.ModelOption = None,
    base_url: options.BaseUrlOption = None,
    bank: options.BankOption = None,
    as_json: options.JsonOption = False,
) -> None:
    """Judge a set of answers N times, without the cache, and print the flip rate of each point.

    The flip rate is the share of verdicts that differ from the most frequent one for the same answer.
    """
    import asyncio

    from interviewer.cli import show
    from interviewer.rubric import Bank
    from interviewer.stability import flip_rates, overall

    settings = options.settings_from(judge, model, base_url, bank, repeat=repeat)
    rubrics = Bank.load(options.bank_path(settings))
    used = options.judge_from(settings)
    rows = read_pairs(answers, question_column, answer_column)
    found = asyncio.run(flip_rates(used, [(rubrics[question], text) for question, text in rows]))
    total = overall(found)
    if as_json:
        points = [rate.model_dump() for rate in found]
        show.print_json({"judge": used.info.model_dump(), "overall": total.model_dump(), "points": points})
        return
    listing = show.table("question", "point", "answers", "flip rate", "not judged")
    for rate in [*found, total]:
        listing.add_row(rate.question, rate.point, str(rate.answers), f"{rate.flips:.1%}", f"{rate.ungraded:.1%}")
    out = show.console()
    out.print(listing)
    out.print(f"Judge: {used.info.label}", style="dim")


def read_pairs(path: Path, question: str, answer: str) -> list[tuple[str, str]]:
    """Question and answer of each row of a small file.

    Raises:
        InputError: a row that cannot be read; every row counts here, so none is left out.

    """
    import csv
    import json

    from interviewer.errors import InputError
    from interviewer.yaml_source import read_text

    lines = read_text(path).splitlines(keepends=True)
    try:
        is_csv = path.suffix.lower() == ".csv"
        rows: Any = csv.DictReader(lines, strict=True) if is_csv else map(json.loads, filter(str.strip, lines))
        found = [(str(row[question]), str(row[answer])) for row in rows]
    except (csv.Error, ValueError, TypeError) as error:
        raise InputError(f"{path} is neither CSV nor JSON Lines with an object a row: {error}.") from None
    except KeyError as error:
        raise InputError(f"{path} has no column {error}. Name it with --question-column or --answer-column.") from None
    if not found:
        raise InputError(f"{path} holds no answers.")
    return found
