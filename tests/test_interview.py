from __future__ import annotations

from conftest import make_rubric

from interviewer.interview import Ask, Close, FollowUp, Interview, JudgeNow, only
from interviewer.judgement import Judgement, Verdict

RUBRIC = make_rubric()


def judged(interview: Interview, verdict: str) -> Interview:
    move = interview.next_move()
    assert isinstance(move, JudgeNow)
    return interview.judged([Judgement(point=p.id, verdict=Verdict(verdict)) for p in move.rubric.points])


def test_a_question_is_asked_answered_judged_followed_up_and_closed():
    interview = Interview(rubric=RUBRIC)
    assert isinstance(interview.next_move(), Ask)
    interview = judged(interview.answered("One."), "missing")
    move = interview.next_move()
    assert isinstance(move, FollowUp)
    assert move.point.id == "boil", "the heaviest core point that is open"
    interview = judged(interview.answered("Two."), "missing")
    assert interview.text == "One.\n\nTwo."
    assert interview.next_move().point.id == "kinds", "never the same one twice"
    interview = judged(interview.answered("Three."), "missing")
    assert isinstance(interview.next_move(), Close)


def test_nothing_core_missing_means_no_follow_up():
    interview = judged(Interview(rubric=RUBRIC).answered("All of it."), "covered")
    assert isinstance(interview.next_move(), Close)


def test_the_rubric_of_open_points_has_a_hash_of_its_own():
    assert only(RUBRIC, RUBRIC.points[:1]).hash != RUBRIC.hash
    assert [p.id for p in only(RUBRIC, RUBRIC.points[2:]).points] == ["pot"]
