"""`interviewer forget`: sessions deleted from this machine."""

from __future__ import annotations

from typing import Annotated

import typer

from interviewer.cli import app, options


@app.command()
def forget(
    sessions: Annotated[list[int] | None, typer.Argument(help="Their numbers: see `interviewer sessions`.")] = None,
    every: Annotated[bool, typer.Option("--all", help="All of them.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Delete sessions with every word said in them."""
    from interviewer.errors import InputError

    if bool(sessions) == every:
        raise InputError("Say which sessions to forget: their numbers, or --all.")
    history = options.history()
    for number in sessions or []:
        history.session(number)  # an unknown number is an error before anything is deleted
    what = "all sessions" if every else f"session {', '.join(str(number) for number in sessions or [])}"
    if not yes:
        typer.confirm(f"Delete {what} for good?", abort=True)
    typer.echo(f"{history.forget(sessions)} forgotten.")
