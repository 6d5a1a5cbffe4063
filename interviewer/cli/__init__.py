"""The command line: one file per command; this one ties them together and turns failures into messages and codes.

Only light modules are imported here: `--help` must not wait for a client or a model.
"""

from __future__ import annotations

from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from interviewer.errors import ExitCode, InterviewerError


class _Commands(TyperGroup):
    """Runs a command and says its failure in one place. Only here does the program exit."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except InterviewerError as error:
            if ctx.params.get("debug"):
                raise
            typer.echo(f"Error: {error}", err=True)
            raise typer.Exit(error.exit_code) from None
        except KeyboardInterrupt:
            typer.echo("Interrupted.", err=True)
            raise typer.Exit(ExitCode.INTERRUPTED) from None
        except OSError as error:
            if ctx.params.get("debug"):
                raise
            place = f"{error.filename}: " if error.filename else ""
            typer.echo(f"Error: {place}{error.strerror or error}.", err=True)
            raise typer.Exit(ExitCode.ERROR) from None


app = typer.Typer(cls=_Commands, no_args_is_help=True, pretty_exceptions_enable=False, add_completion=True)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"interviewer {version('interviewer')}")
        raise typer.Exit


@app.callback()
def _root(
    debug: Annotated[bool, typer.Option("--debug", help="Show the full traceback of an error.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Practise interviews and grade answers: every point judged on its own, every verdict with a quote."""


def main() -> None:
    """The `interviewer` command."""
    app()


from interviewer.cli import (  # noqa: E402  # they add themselves to `app`
    agreement,
    demo,
    export,
    forget,
    grade,
    judges,
    model_answer,
    practice,
    progress,
    report,
    resume,
    review,
    rubrics,
    score,
    sessions,
    show_session,
)

__all__ = [
    "agreement",
    "app",
    "demo",
    "export",
    "forget",
    "grade",
    "judges",
    "main",
    "model_answer",
    "practice",
    "progress",
    "report",
    "resume",
    "review",
    "rubrics",
    "score",
    "sessions",
    "show_session",
]
