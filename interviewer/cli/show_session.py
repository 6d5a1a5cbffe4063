"""`interviewer show`: one session as it went."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from interviewer.cli import app, options

if TYPE_CHECKING:
    from rich.console import Console

    from interviewer.history import AskedQuestion


@app.command(name="show")
def show_session(
    session: Annotated[int, typer.Argument(help="Its number: see `interviewer sessions`.")],
    as_json: options.JsonOption = False,
) -> None:
    """Show a session: what was asked and said, every verdict with its words, the scores."""
    from interviewer.cli import show
    from interviewer.cli.practice import summary

    found = options.history().session(session)
    if as_json:
        show.print_json(found.model_dump(mode="json"))
        return
    out = show.console()
    out.print(
        f"Session {found.id}: {found.title}, {found.mode}, {found.started.astimezone():%Y-%m-%d %H:%M}", style="bold"
    )
    out.print(f"Judge: {found.judge.label}\n", style="dim")
    for question in found.questions:
        _show_question(out, question, found.trust)
    summary(out, found)
    if not found.ended:
        out.print(f"It is not over: `interviewer resume {found.id}` goes on.", style="yellow")


def _show_question(out: Console, question: AskedQuestion, trust: str) -> None:
    from rich.padding import Padding
    from rich.text import Text

    from interviewer.answer import Answer
    from interviewer.cli import show
    from interviewer.feedback import feedback

    looks = {
        "answer": "",
        "time-over": "(time over) ",
        "dont-know": "I don't know.",
        "skip": "(skipped)",
        "hint": "Hint: ",
    }
    asked = ""
    for turn in question.turns:
        if turn.prompt != asked:
            out.print(Text(asked := turn.prompt, style="bold cyan"))
        said = looks[turn.kind.value] + Answer(turn.text).clean  # no control character reaches the terminal
        out.print(Padding(Text(said, style="green" if turn.kind.value == "hint" else ""), (0, 0, 1, 2)))
    if question.grade is not None:
        said = feedback(question.rubric, question.grade, question.text)
        show.show_grade(out, question.rubric, question.grade, said, trust, question.text)
        out.print()
