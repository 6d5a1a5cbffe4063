"""The command line: one file per command; this one ties them together and turns failures into messages and codes.

Only light modules are imported here: `--help` must not wait for a client or a model.
"""

from __future__ import annotations

import os
import sys
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
        except BrokenPipeError:  # as in `interviewer demo | head`: nobody reads on, and nothing is wrong
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(ExitCode.OK) from None
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


# Each command adds itself to `app` when its module is imported.
from interviewer.cli import agreement as _agreement  # noqa: E402, F401
from interviewer.cli import batches as _batches  # noqa: E402, F401
from interviewer.cli import calibrate as _calibrate  # noqa: E402, F401
from interviewer.cli import demo as _demo  # noqa: E402, F401
from interviewer.cli import dispute as _dispute  # noqa: E402, F401
from interviewer.cli import export as _export  # noqa: E402, F401
from interviewer.cli import forget as _forget  # noqa: E402, F401
from interviewer.cli import grade as _grade  # noqa: E402, F401
from interviewer.cli import judges as _judges  # noqa: E402, F401
from interviewer.cli import model_answer as _model_answer  # noqa: E402, F401
from interviewer.cli import practice as _practice  # noqa: E402, F401
from interviewer.cli import progress as _progress  # noqa: E402, F401
from interviewer.cli import report as _report  # noqa: E402, F401
from interviewer.cli import resume as _resume  # noqa: E402, F401
from interviewer.cli import review as _review  # noqa: E402, F401
from interviewer.cli import rubrics as _rubrics  # noqa: E402, F401
from interviewer.cli import score as _score  # noqa: E402, F401
from interviewer.cli import sessions as _sessions  # noqa: E402, F401
from interviewer.cli import show_session as _show_session  # noqa: E402, F401
from interviewer.cli import stability as _stability  # noqa: E402, F401

__all__ = ["app", "main"]
