"""A verdict is a rating; what was missed comes back soon, what was known at once comes back late."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from conftest import make_rubric
from fsrs import Rating
from hypothesis import given
from hypothesis import strategies as st

from interviewer.interview import Outcome, Round
from interviewer.judgement import Judgement, Verdict
from interviewer.review import (
    drill,
    due_points,
    forecast,
    next_due,
    rating,
    schedule,
    weak_points,
    why,
)  # fmt: skip
from interviewer.scoring import JudgeInfo, make_grade
from interviewer.session import AskedQuestion, Plan, Session

NOW = datetime(2026, 5, 1, 18, 0, tzinfo=UTC)
JUDGE = JudgeInfo(name="local")
COVERED, PARTIAL, MISSING, WRONG, UNGRADED = (
    Verdict.COVERED, Verdict.PARTIAL, Verdict.MISSING, Verdict.CONTRADICTED, Verdict.UNGRADED,
)  # fmt: skip


def judged(verdict: Verdict, *others: Verdict) -> list[Judgement]:
    """Judgements of 'boil', 'kinds', 'pot'; those not given as the first."""
    points = ("boil", "kinds", "pot")
    return [Judgement(point=p, verdict=v) for p, v in zip(points, (verdict, *others, *(verdict,) * 3)[:3], strict=True)]


def asked(*rounds: list[Judgement], question: str = "tea", at: datetime = NOW) -> AskedQuestion:
    rubric = make_rubric(id=question)
    final = {j.point: j for found in rounds for j in found}
    return AskedQuestion(
        place=1, attempt=1, section="basics", section_title="Basics", rubric=rubric, asked=at, closed=at,
        outcome=Outcome.ANSWERED,
        rounds=tuple(Round(answers=n, judgements=tuple(found), judged=at) for n, found in enumerate(rounds, 1)),
        grade=make_grade(rubric, "0", JUDGE, [final[p.id] for p in rubric.points]),
    )  # fmt: skip


def session(number: int, *questions: AskedQuestion, bank: str = "b") -> Session:
    return Session(
        id=number, started=NOW, bank=bank, title="Tea maker", mode="practice", judge=JUDGE, trust="",
        plan=Plan(questions=("tea",)), questions=questions,
    )  # fmt: skip


def sat(*verdicts: Verdict, days: int = 1) -> list[Session]:
    """One session for each verdict, `days` apart, the last of them at NOW; every point got the verdict."""
    first = NOW - timedelta(days=days * (len(verdicts) - 1))
    return [
        session(n + 1, asked(judged(verdict), at=first + timedelta(days=days * n)))
        for n, verdict in enumerate(verdicts)
    ]


@pytest.mark.parametrize(
    ("rounds", "expected"),
    [
        ([judged(MISSING)], Rating.Again),
        ([judged(WRONG)], Rating.Again),
        ([judged(PARTIAL)], Rating.Hard),
        ([judged(MISSING), judged(COVERED)], Rating.Good),
        ([judged(COVERED)], Rating.Easy),
        ([judged(UNGRADED)], None),
    ],
)
def test_a_verdict_is_a_rating(rounds: list[list[Judgement]], expected: Rating | None):
    assert rating(asked(*rounds), "boil") is expected


def test_a_question_that_was_skipped_is_no_repetition():
    skipped = asked(judged(MISSING)).model_copy(update={"grade": None, "rounds": ()})
    assert schedule([session(1, skipped)], NOW) == []


def test_the_better_a_point_went_the_later_it_comes_back():
    due = [schedule([session(1, asked(*rounds))], NOW)[0].due for rounds in (
        [judged(MISSING)], [judged(PARTIAL)], [judged(MISSING), judged(COVERED)], [judged(COVERED)],
    )]  # fmt: skip
    assert due == sorted(due)
    assert due[0] >= NOW + timedelta(days=1)
    assert due[-1] > due[-2]


def test_a_point_that_is_held_comes_back_later_each_time():
    held = [schedule(sat(*(COVERED,) * n, days=9), NOW)[0].due for n in (1, 2, 3)]
    assert held == sorted(set(held))


def test_a_lapse_brings_it_back_soon():
    steady, lapsed = (schedule(sat(COVERED, COVERED, last, days=9), NOW)[0] for last in (COVERED, MISSING))
    assert lapsed.due < steady.due
    assert (lapsed.misses, steady.misses) == (1, 0)


def test_what_is_due_is_due_all_day():
    (point, *_) = schedule(sat(MISSING), NOW)
    tomorrow = NOW + timedelta(days=1)
    assert not point.is_due(NOW)
    assert point.is_due(tomorrow.replace(hour=0, minute=1))


def test_why_says_what_when_and_how_likely():
    later = NOW + timedelta(days=3)
    point = schedule(sat(MISSING), later)[0]
    assert why(point, later) == f"missing 3 days ago; {point.recall:.0%} likely to be remembered".replace("%", " %")
    assert 0 < point.recall < 1
    assert why(schedule(sat(PARTIAL), NOW)[0], NOW).startswith("partial today; 100 %")


def test_a_drill_asks_first_what_holds_most_due_points():
    both = session(
        1,
        asked(judged(COVERED, MISSING, COVERED), question="milk"),
        asked(judged(MISSING, MISSING, COVERED)),
        asked(judged(COVERED), question="sugar"),
    )
    elsewhere = session(2, asked(judged(MISSING), question="beans"), bank="coffee")
    tomorrow = NOW + timedelta(days=1)
    points = schedule([both, elsewhere], tomorrow)
    assert drill(points, tomorrow, "b") == ["tea", "milk"]
    assert drill(points, tomorrow, "coffee") == ["beans"]
    assert [p.question for p in due_points(points, tomorrow)].count("tea") == 2


def test_weak_points_are_those_not_covered_the_last_time():
    points = schedule([session(1, asked(judged(MISSING, MISSING, COVERED))), session(2, asked(judged(COVERED, MISSING, COVERED)))], NOW)  # fmt: skip
    assert [(p.point.id, p.misses) for p in weak_points(points)] == [("kinds", 2)]


def test_the_forecast_counts_what_is_overdue_today():
    late = NOW + timedelta(days=20)
    points = schedule(sat(MISSING), late)
    assert forecast(points, late, 3) == [(date(2026, 5, 21), 3), (date(2026, 5, 22), 0), (date(2026, 5, 23), 0)]
    assert next_due(points, late) is None
    assert next_due(points, NOW) == date(2026, 5, 2)


def test_a_clock_set_back_does_not_undo_a_repetition():
    before = [session(1, asked(judged(MISSING), at=NOW)), session(2, asked(judged(COVERED), at=NOW - timedelta(days=400)))]  # fmt: skip
    point = schedule(before, NOW)[0]
    assert [seen.at for seen in point.seen] == [NOW, NOW]
    assert point.due > NOW


@given(st.lists(st.sampled_from(list(Verdict)), max_size=8), st.integers(0, 40))
def test_the_same_history_gives_the_same_schedule(verdicts: list[Verdict], days: int):
    sessions = sat(*verdicts, days=days)
    once = schedule(sessions, NOW)
    assert once == schedule(list(reversed(sessions)), NOW)
    for point in once:
        assert point.due > point.last.at
        assert 0 <= point.recall <= 1
    assert sum(number for _, number in forecast(once, NOW, 40_000)) == len(once)
