"""`progress`, `review` and the report after a month of practice, held by a made-up clock and candidate."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import pytest
from month import BANK, DAYS, DAYS_OFF, month
from rich.console import Console

from interviewer.cli.progress import show_progress
from interviewer.cli.review import review_as_data, show_review
from interviewer.judgement import Verdict
from interviewer.progress import progress
from interviewer.report import make_report, to_html, to_markdown
from interviewer.review import drill, forecast, schedule
from interviewer.session import Session

END = datetime(2026, 5, 31, 20, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def sessions() -> list[Session]:
    return month(END)


def printed(show, *arguments) -> str:
    out = Console(file=io.StringIO(), width=100, highlight=False)
    show(out, *arguments)
    return out.file.getvalue()


def test_progress_tells_the_month(sessions: list[Session]):
    text = printed(show_progress, progress(sessions, END), 3)
    lines = text.splitlines()
    assert lines[0] == "26 sessions on 26 days: 9 in a row now, 9 at best."
    assert lines[1].startswith("Score by session  ")
    assert len(lines[1].split()[3]) == DAYS - len(DAYS_OFF)
    assert [line.split()[1] for line in lines[2:] if line.startswith(("24 ", "25 ", "26 "))] == [
        "2026-05-29",
        "2026-05-30",
        "2026-05-31",
    ]
    assert "Scenario-Based" in text
    assert text.index("Least covered points") > text.index("By section")


def test_the_streak_is_lost_by_a_day_without_practice(sessions: list[Session]):
    assert progress(sessions, END + timedelta(days=1)).streak == 9
    assert progress(sessions, END + timedelta(days=2)).streak == 0


def test_who_drills_gets_better_at_what_was_drilled(sessions: list[Session]):
    """Of the points that were missed at first and asked again, more are held at the end than not."""
    again = [p for p in schedule(sessions, END) if len(p.seen) > 1 and p.seen[0].verdict is not Verdict.COVERED]
    assert len(again) > 50
    assert sum(not point.is_weak for point in again) > len(again) / 2


def test_review_says_what_is_due_and_why(sessions: list[Session]):
    points = schedule(sessions, END)
    text = printed(show_review, points, END, 5)
    lines = text.splitlines()
    due = review_as_data(points, END)["due"]
    assert lines[0].startswith(f"{len(due)} points are due, in ")
    assert due == sorted(due, key=lambda row: row["recall"])
    assert f"{due[0]['question']}" in lines[2]
    assert due[0]["why"] in lines[2]
    for heading in ("By section", "Weak points", "Forecast"):
        assert f"\n{heading}\n" in text
    assert "Sun 31 May" in text


def test_a_drill_brings_back_what_is_due(sessions: list[Session]):
    points = schedule(sessions, END)
    first = drill(points, END, BANK)[0]
    held = sum(point.question == first for point in points if point.is_due(END))
    assert held == max(sum(p.question == q and p.is_due(END) for p in points) for q in {p.question for p in points})


def test_what_was_drilled_today_is_not_due_today(sessions: list[Session]):
    last = sessions[-1]
    assert last.mode == "drill"
    asked = {question.id for question in last.questions}
    assert not [point for point in schedule(sessions, END) if point.question in asked and point.is_due(END)]


def test_everything_that_was_seen_falls_due_one_day(sessions: list[Session]):
    points = schedule(sessions, END)
    assert sum(number for _, number in forecast(points, END, 3650)) == len(points)


def test_the_month_is_the_same_each_time(sessions: list[Session]):
    assert [s.score for s in month(END)] == [s.score for s in sessions]


def test_the_report_on_the_last_session_shows_the_month(sessions: list[Session]):
    report = make_report(sessions[-1], sessions, UTC)
    assert len(report.trend) == 26
    page = to_html(report)
    assert page.count('class="dot') == 26
    assert "01 May" not in page.partition("Over time")[0]
    assert to_markdown(report).count("\n## ") == 2 + len(report.parts)
