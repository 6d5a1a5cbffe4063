"""Files that a command leaves behind: new ones only, never over one that is there."""

from __future__ import annotations

from pathlib import Path

import typer

from interviewer.errors import InputError


def write_new(path: Path, content: str | bytes, what: str) -> None:
    """Write a new file and say so on standard error: 'The report is in report.html.'.

    Raises:
        InputError: there is such a file.

    """
    try:
        with path.open("xb") as file:
            file.write(content.encode("utf-8") if isinstance(content, str) else content)
    except FileExistsError:
        raise InputError(f"{path} exists. Choose another name, or delete it first.") from None
    typer.echo(f"{what} in {path}.", err=True)
