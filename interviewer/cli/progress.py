"""`interviewer progress`: scores over time, by section and by point."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from interviewer.cli import app, options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from interviewer.progress import Progress

_BARS = "▁▂▃▄▅▆▇█"


@app.command()
def progress(
    count: Annotated[int, typer.Option("--count", "-n", min=1, help="At most this many lines in each list.")] = 10,
    as_json: options.JsonOption = False,
) -> None:
    """Show how practice goes: score by session and section, coverage by point, days in a row."""
    from interviewer.cli import show
    from interviewer.progress import progress as progress_of

    found = progress_of(options.history().sessions(), options.now().astimezone())
    if as_json:
        show.print_json(found.model_dump(mode="json"))
        return
    show_progress(show.console(), found, count)


def show_progress(out: Console, found: Progress, count: int) -> None:
    """Progress as a person reads it."""
    if not found.sessions:
        out.print("Nothing was practised yet: `interviewer practice` begins.")
        return
    streak = f"{found.streak} in a row" if found.streak else "none in a row"
    out.print(
        f"{_counted(len(found.sessions), 'session')} on {_counted(found.days, 'day')}: {streak} now, "
        f"{found.longest} at best.",
        style="bold",
    )
    scores = [session.score for session in found.sessions if session.score is not None]
    if len(scores) > 1:
        line = sparkline(scores[-60:])
        out.print(f"Score by session  [cyan]{line}[/cyan]  {scores[0]:g} at first, {scores[-1]:g} at last")
    _list_sessions(out, found, count)
    _list_sections(out, found)
    _list_points(out, found, count)


def sparkline(scores: Sequence[float]) -> str:
    """Scores in 0–100 as a row of bars: `sparkline([0, 50, 100])` is '▁▅█'."""
    return "".join(_BARS[round(score / 100 * (len(_BARS) - 1))] for score in scores)


def _list_sessions(out: Console, found: Progress, count: int) -> None:
    from interviewer.cli import show

    out.print("\nLatest sessions", style="bold")
    listing = show.table("session", "day", "mode", "questions", "covered", "hints", "score", "")
    for session in found.sessions[-count:]:
        listing.add_row(
            str(session.id),
            f"{session.day:%Y-%m-%d}",
            session.mode,
            str(session.questions),
            f"{session.covered} of {session.judged}",
            str(session.hints),
            "none" if session.score is None else f"{session.score:.1f}",
            "" if session.score is None else show.bar(session.score / 100),
        )
    out.print(listing)


def _list_sections(out: Console, found: Progress) -> None:
    from interviewer.cli import show

    if not found.sections:
        return
    out.print("\nBy section", style="bold")
    listing = show.table("section", "questions", "mean score", "", "session by session")
    for section in found.sections:
        listing.add_row(
            section.title,
            str(section.questions),
            f"{section.score:.1f}",
            show.bar(section.score / 100),
            sparkline(section.by_session[-24:]),
        )
    out.print(listing)


def _list_points(out: Console, found: Progress, count: int) -> None:
    from interviewer.cli import show

    lacking = [point for point in found.points if point.covered < point.judged]
    if not lacking:
        return
    out.print("\nLeast covered points", style="bold")
    listing = show.table("question", "point", "covered", "last time")
    for point in lacking[:count]:
        listing.add_row(point.question, point.statement, f"{point.covered} of {point.judged}", point.last.value)
    out.print(listing)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
