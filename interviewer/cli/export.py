"""`interviewer export`: sessions as data, to take elsewhere."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from interviewer.cli import app, options


@app.command()
def export(
    sessions: Annotated[list[int] | None, typer.Argument(help="Numbers of sessions; all when left out.")] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="A new file; else standard output.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Every word, judgement and grade (the default).")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="One row for each point that was judged.")] = False,
    as_anki: Annotated[
        bool, typer.Option("--anki", help="A deck for Anki of the points not covered the last time; needs -o.")
    ] = False,
) -> None:
    """Write sessions as JSON, as rows for a spreadsheet, or what was missed in them as an Anki deck."""
    from interviewer.cli import show
    from interviewer.cli.files import write_new
    from interviewer.errors import InputError
    from interviewer.export import question_texts, to_anki, to_csv
    from interviewer.review import schedule, weak_points

    if as_json + as_csv + as_anki > 1:
        raise InputError("Choose one of --json, --csv and --anki.")
    if as_anki and output is None:
        raise InputError("A deck is a file: name it, for example with -o missed.apkg.")
    history = options.history()
    found = [history.session(number) for number in sessions] if sessions else list(history.sessions())
    if as_anki and output is not None:
        now = options.now()
        missed = weak_points(schedule(found, now))
        if not missed:
            raise InputError("No point was missed in these sessions, so there is no deck to make.")
        write_new(output, to_anki(missed, question_texts(found), now), f"{len(missed)} points to learn are")
        return
    data = to_csv(found) if as_csv else show.as_json([session.model_dump(mode="json") for session in found])
    if output is not None:
        write_new(output, data, f"{len(found)} sessions are")
        return
    sys.stdout.buffer.write(data.encode("utf-8"))
