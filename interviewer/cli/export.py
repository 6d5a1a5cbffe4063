"""`interviewer export`: sessions as data, to take elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from interviewer.cli import app, options


@app.command()
def export(
    sessions: Annotated[list[int] | None, typer.Argument(help="Numbers of sessions; all when left out.")] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="A new file; else standard output.")] = None,
) -> None:
    """Write sessions as JSON: every word, judgement and grade."""
    from interviewer.cli import show

    history = options.history()
    found = [history.session(number) for number in sessions] if sessions else list(history.sessions())
    data = [session.model_dump(mode="json") for session in found]
    if output is None:
        show.print_json(data)
        return
    with output.open("x", encoding="utf-8") as file:  # never over a file that is there
        file.write(show.as_json(data))
    typer.echo(f"{len(found)} sessions are in {output}.", err=True)
