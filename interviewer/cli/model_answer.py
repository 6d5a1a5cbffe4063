"""`interviewer model-answer`: what a full answer to a question would be."""

from __future__ import annotations

from typing import Annotated

import typer

from interviewer.cli import app, options


@app.command(name="model-answer")
def model_answer(
    question: Annotated[str, typer.Argument(help="The id of the question: see `interviewer rubrics list`.")],
    judge: options.JudgeOption = None,
    model: options.ModelOption = None,
    base_url: options.BaseUrlOption = None,
    bank: options.BankOption = None,
) -> None:
    """Show an answer that covers every point: a language model's, judged like yours, or the rubric's own words."""
    import asyncio

    from rich.text import Text

    from interviewer.cli import show
    from interviewer.model_answer import model_answer as write

    settings = options.settings_from(judge, model, base_url, bank)
    rubric = options.find_rubric(settings, question)
    writer = options.interviewer_from(settings).model
    answer = asyncio.run(write(rubric, writer, options.judge_from(settings)))
    out = show.console()
    out.print(Text(rubric.question, style="bold cyan"))
    out.print(Text(answer))
