"""`interviewer report`: a session to be sent on, as Markdown or as one HTML page."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from interviewer.cli import app, options


@app.command()
def report(
    session: Annotated[int, typer.Argument(help="Its number: see `interviewer sessions`.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="A new file: .html or .md; else Markdown on standard output.")
    ] = None,
) -> None:
    """Report on a session: scores, answers with their evidence marked, what to study, the trend."""
    from interviewer.cli.files import write_new
    from interviewer.errors import InputError
    from interviewer.report import make_report, to_html, to_markdown

    forms = {".html": to_html, ".htm": to_html, ".md": to_markdown, ".markdown": to_markdown}
    if output is not None and output.suffix.lower() not in forms:
        raise InputError(f"{output}: a report is a page (.html) or Markdown (.md); name the file so.")
    history = options.history()
    made = make_report(history.session(session), history.sessions())
    if output is None:
        sys.stdout.buffer.write(to_markdown(made).encode("utf-8"))
        return
    write_new(output, forms[output.suffix.lower()](made), "The report is")
