"""`interviewer review`: what is due and why, what is weak, what will come."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from interviewer.cli import app, options

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from rich.console import Console

    from interviewer.review import Scheduled


@app.command()
def review(
    count: Annotated[int, typer.Option("--count", "-n", min=1, help="At most this many points in each list.")] = 10,
    as_json: options.JsonOption = False,
) -> None:
    """Show what is due for review and why, weak points by section, and a forecast."""
    from interviewer.cli import show
    from interviewer.review import schedule

    now = options.now().astimezone()
    points = schedule(options.history().sessions(), now)
    if as_json:
        show.print_json(review_as_data(points, now))
        return
    show_review(show.console(), points, now, count)


def review_as_data(points: Sequence[Scheduled], now: datetime) -> dict[str, Any]:
    """The contract of `review --json`."""
    from interviewer.review import due_points, forecast, weak_points, why

    def row(point: Scheduled) -> dict[str, Any]:
        return {
            "bank": point.bank,
            "section": point.section,
            "question": point.question,
            "point": point.point.id,
            "due": point.due.isoformat(),
            "recall": round(point.recall, 3),
            "verdict": point.last.verdict.value,
            "misses": point.misses,
            "seen": len(point.seen),
            "why": why(point, now),
        }

    return {
        "due": [row(point) for point in due_points(points, now)],
        "weak": [row(point) for point in weak_points(points)],
        "forecast": [{"day": day.isoformat(), "points": number} for day, number in forecast(points, now)],
    }


def show_review(out: Console, points: Sequence[Scheduled], now: datetime, count: int) -> None:
    """Due points, weak points by section, and the forecast, as a person reads them."""
    from interviewer.review import due_points, next_due
    from interviewer.words import counted

    if not points:
        out.print("Nothing was practised yet: `interviewer practice` begins.")
        return
    due = due_points(points, now)
    if due:
        questions = len({(point.bank, point.question) for point in due})
        are = "is" if len(due) == 1 else "are"
        out.print(f"{counted(len(due), 'point')} {are} due, in {counted(questions, 'question')}.", style="bold")
        _list_due(out, due[:count], now)
        _say_rest(out, len(due) - count)
        out.print("[dim]`interviewer practice --drill` asks the questions that hold the most of them.[/dim]")
    else:
        day = next_due(points, now)
        out.print(f"Nothing is due today{f'; next on {day:%a %d %b}' if day else ''}.", style="bold")
    _list_sections(out, points, now)
    _list_weak(out, points, count)
    _show_forecast(out, points, now)


def _list_due(out: Console, due: Sequence[Scheduled], now: datetime) -> None:
    from interviewer.cli import show
    from interviewer.review import why

    listing = show.table("question", "point", "why")
    for point in due:
        listing.add_row(point.question, point.point.id, why(point, now))
    out.print(listing)


def _list_sections(out: Console, points: Sequence[Scheduled], now: datetime) -> None:
    from interviewer.cli import show

    titles = {point.section: point.section_title for point in points}
    seen = Counter(point.section for point in points)
    weak = Counter(point.section for point in points if point.is_weak)
    due = Counter(point.section for point in points if point.is_due(now))
    listing = show.table("section", "points seen", "weak", "due", "")
    for section, title in titles.items():
        held = (seen[section] - weak[section]) / seen[section]
        listing.add_row(title, str(seen[section]), str(weak[section]), str(due[section]), show.bar(held))
    out.print("\nBy section", style="bold")
    out.print(listing)


def _list_weak(out: Console, points: Sequence[Scheduled], count: int) -> None:
    from interviewer.cli import show
    from interviewer.review import weak_points

    weak = weak_points(points)
    if not weak:
        return
    out.print("\nWeak points", style="bold")
    listing = show.table("section", "question", "point", "not covered")
    for point in weak[:count]:
        times = f"{point.misses} of {len(point.seen)} times"
        listing.add_row(point.section_title, point.question, point.point.statement, times)
    out.print(listing)
    _say_rest(out, len(weak) - count)


def _show_forecast(out: Console, points: Sequence[Scheduled], now: datetime) -> None:
    from interviewer.cli import show
    from interviewer.review import forecast

    days = forecast(points, now)
    most = max(number for _, number in days) or 1
    out.print("\nForecast", style="bold")
    listing = show.table("day", "points", "")
    for day, number in days:
        listing.add_row(f"{day:%a %d %b}", str(number), show.bar(number / most) if number else "")
    out.print(listing)


def _say_rest(out: Console, more: int) -> None:
    if more > 0:
        out.print(f"… and {more} more (-n shows them).", style="dim")
