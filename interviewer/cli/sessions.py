"""`interviewer sessions`: what was practised so far."""

from __future__ import annotations

from typing import Annotated

import typer

from interviewer.cli import app, options


@app.command()
def sessions(
    count: Annotated[int, typer.Option("--count", "-n", min=1, help="At most this many, the latest.")] = 20,
    as_json: options.JsonOption = False,
) -> None:
    """List the sessions kept on this machine, the latest last."""
    from interviewer.cli import show

    found = options.history().sessions()[-count:]
    if as_json:
        show.print_json(
            [
                {
                    "id": session.id,
                    "started": session.started.isoformat(),
                    "ended": session.ended.isoformat() if session.ended else None,
                    "mode": session.mode,
                    "title": session.title,
                    "asked": len(session.questions),
                    "planned": len(session.plan.questions),
                    "score": session.score,
                }
                for session in found
            ]
        )
        return
    out = show.console()
    if not found:
        out.print("There are no sessions yet: `interviewer practice` begins one.")
        return
    listing = show.table("session", "started", "mode", "bank", "questions", "score", "")
    for session in found:
        listing.add_row(
            str(session.id),
            f"{session.started.astimezone():%Y-%m-%d %H:%M}",
            session.mode,
            session.title,
            f"{len(session.grades)} of {len(session.plan.questions)}",
            "" if session.score is None else f"{session.score:.1f}",
            "" if session.ended else "can be resumed",
        )
    out.print(listing)
