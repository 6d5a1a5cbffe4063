from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from test_report import asked, session

from interviewer.history import TurnKind
from interviewer.progress import progress, streak

NOW = datetime(2026, 5, 10, 18, 0, tzinfo=UTC)
DAY = date(2026, 5, 10)


@pytest.mark.parametrize(
    ("ago", "length"),
    [((), 0), ((0,), 1), ((1,), 1), ((2, 3), 0), ((0, 1, 2), 3), ((1, 2, 4), 2), ((0, 2), 1)],
)
def test_a_streak_is_unbroken_up_to_today_or_yesterday(ago: tuple[int, ...], length: int):
    assert streak([DAY - timedelta(days=days) for days in ago], DAY) == length


def test_nothing_practised_is_no_progress_and_no_error():
    found = progress([], NOW)
    assert (found.sessions, found.sections, found.points, found.streak, found.longest) == ((), (), (), 0, 0)


def test_a_session_in_which_nothing_was_said_counts_for_nothing():
    silent = session(1, asked().model_copy(update={"turns": (), "rounds": (), "grade": None}))
    assert progress([silent], NOW).days == 0


def test_scores_are_told_by_session_and_by_section():
    other = asked().model_copy(update={"section": "more", "section_title": "More"})
    found = progress([session(7, asked()), session(8, asked(), other)], NOW)
    assert [(s.id, s.score, s.covered, s.judged) for s in found.sessions] == [(7, 60, 1, 2), (8, 60, 2, 4)]
    assert [(s.title, s.questions, s.by_session) for s in found.sections] == [
        ("Basics", 2, (60, 60)),
        ("More", 1, (60,)),
    ]
    assert (found.streak, found.longest, found.days) == (2, 2, 2)


def test_the_least_covered_points_come_first_and_ungraded_ones_not_at_all():
    found = progress([session(7, asked())], NOW)
    assert [(p.point, p.covered, p.judged) for p in found.points] == [("kinds", 0, 1), ("boil", 1, 1)]


def test_hints_are_counted():
    hinted = asked()
    hint = hinted.turns[0].model_copy(update={"kind": TurnKind.HINT})
    found = progress([session(7, hinted.model_copy(update={"turns": (hint, *hinted.turns)}))], NOW)
    assert found.sessions[0].hints == 1
