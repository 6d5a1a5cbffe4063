"""The laws of the conversation about one question, whatever the candidate does and the judge finds."""

from __future__ import annotations

from datetime import UTC, datetime

from conftest import make_rubric
from hypothesis import given
from hypothesis import strategies as st

from interviewer.answer import Answer
from interviewer.interview import Ask, Close, FollowUp, Interview, JudgeNow, Outcome, Turn, TurnKind
from interviewer.judgement import Judgement, Verdict
from interviewer.rubric import Kind
from interviewer.scoring import JudgeInfo

RUBRIC = make_rubric()
NOW = datetime(2026, 5, 1, tzinfo=UTC)


def says(interview: Interview, text: str, kind: TurnKind = TurnKind.ANSWER) -> Interview:
    move = interview.next_move()
    point = move.point.id if isinstance(move, FollowUp) else None
    return interview.took(Turn(kind=kind, point=point, prompt="?", text=text, said=NOW))


def found(interview: Interview, point: str, verdict: Verdict, since: int = 0) -> Judgement:
    """A judgement with evidence from character `since` of what was said."""
    text = interview.text
    evidence = (Answer(text).span(since, len(text)),) if text[since:].strip() else ()
    return Judgement(point=point, verdict=verdict, evidence=evidence)


def judged(interview: Interview, verdict: str, **others: str) -> Interview:
    assert isinstance(interview.next_move(), JudgeNow)
    verdicts = {p.id: Verdict(others.get(p.id, verdict)) for p in RUBRIC.points}
    since = len(interview.text) - len(interview.answers[-1])
    return interview.judged([found(interview, point, v, since) for point, v in verdicts.items()], NOW)


def test_a_question_is_asked_answered_judged_followed_up_and_closed():
    interview = Interview(rubric=RUBRIC)
    assert isinstance(interview.next_move(), Ask)
    interview = judged(says(interview, "One."), "missing")
    move = interview.next_move()
    assert isinstance(move, FollowUp)
    assert move.point.id == "boil", "the heaviest core point that is open"
    interview = judged(says(interview, "Two."), "missing")
    assert interview.text == "One.\n\nTwo."
    assert interview.next_move().point.id == "kinds", "never the same one twice"
    interview = judged(says(interview, "Three."), "missing")
    assert isinstance(interview.next_move(), Close)


def test_nothing_core_missing_means_no_follow_up():
    interview = judged(says(Interview(rubric=RUBRIC), "All."), "covered", pot="missing")
    assert isinstance(interview.next_move(), Close)


def test_a_covered_point_stays_covered_when_the_judge_sees_it_no_more():
    interview = judged(says(Interview(rubric=RUBRIC), "It boils."), "missing", boil="covered")
    interview = judged(says(interview, "Green tea."), "missing")
    assert [j.verdict for j in interview.judgements] == ["covered", "missing", "missing"]


def test_a_covered_point_falls_when_the_candidate_now_contradicts_it():
    interview = judged(says(Interview(rubric=RUBRIC), "It boils."), "missing", boil="covered")
    interview = judged(says(interview, "Lukewarm will do."), "missing", boil="contradicted")
    assert interview.judgements[0].verdict is Verdict.CONTRADICTED


def test_a_contradiction_found_in_the_older_words_does_not_take_a_covered_point_away():
    interview = judged(says(Interview(rubric=RUBRIC), "It boils."), "missing", boil="covered")
    interview = says(interview, "Green tea.")
    again = [found(interview, p.id, Verdict.CONTRADICTED) for p in RUBRIC.points]
    assert interview.judged(again, NOW).judgements[0].verdict is Verdict.COVERED


def test_who_does_not_know_the_question_is_graded_and_not_pressed():
    interview = judged(says(Interview(rubric=RUBRIC), "", TurnKind.DONT_KNOW), "missing")
    assert isinstance(interview.next_move(), Close)
    assert interview.grade(JudgeInfo(name="test")).score == 0


def test_who_does_not_know_a_follow_up_is_not_judged_again():
    interview = judged(says(Interview(rubric=RUBRIC), "One."), "missing")
    interview = says(interview, "", TurnKind.DONT_KNOW)
    assert interview.next_move().point.id == "kinds"


def test_a_skipped_question_has_no_grade():
    interview = says(Interview(rubric=RUBRIC), "", TurnKind.SKIP)
    assert isinstance(interview.next_move(), Close)
    assert interview.outcome is Outcome.SKIPPED
    assert interview.judgements == ()


def test_time_over_is_judged_and_closes():
    interview = says(Interview(rubric=RUBRIC), "The water has t", TurnKind.TIME_OVER)
    assert isinstance(judged(interview, "missing").next_move(), Close)


VERDICTS = st.lists(st.sampled_from(Verdict), min_size=len(RUBRIC.points), max_size=len(RUBRIC.points))
WORDS = st.text(st.sampled_from("ab .\n\x00é"), max_size=12)


@given(
    limit=st.integers(0, 5),
    kinds=st.lists(st.sampled_from(TurnKind), max_size=20),
    texts=st.lists(WORDS, min_size=20, max_size=20),
    rounds=st.lists(st.tuples(VERDICTS, st.booleans()), min_size=8, max_size=8),
)
def test_it_ends_never_repeats_and_never_lowers_a_covered_point_without_a_contradiction(limit, kinds, texts, rounds):
    interview = Interview(rubric=RUBRIC, max_follow_ups=limit)
    asked: list[str] = []
    given = [kind for kind in kinds if kind is not TurnKind.HINT]
    moves = 0
    while not isinstance(move := interview.next_move(), Close):
        moves += 1
        assert moves <= 2 * (1 + limit) + 1, "it ends"
        if isinstance(move, JudgeNow):
            before = {j.point: j.verdict for j in interview.judgements}
            verdicts, in_latest = rounds.pop()
            since = len(interview.text) - len(interview.answers[-1]) if in_latest else 0
            judgements = [
                found(interview, point.id, verdict, since)
                for point, verdict in zip(RUBRIC.points, verdicts, strict=True)
            ]
            interview = interview.judged(judgements, NOW)
            for after, new in zip(interview.judgements, judgements, strict=True):
                if before.get(after.point) is Verdict.COVERED and after.verdict is not Verdict.COVERED:
                    assert after == new
                    assert after.verdict is Verdict.CONTRADICTED
            continue
        if isinstance(move, FollowUp):
            assert move.point.id not in asked, "never the same one twice"
            assert move.point.kind is Kind.CORE
            assert move.point in interview.open_points
            asked.append(move.point.id)
        kind = given.pop() if given else TurnKind.ANSWER
        interview = says(interview, texts.pop(), kind)
    assert len(asked) <= limit
    if interview.outcome is Outcome.ANSWERED:
        assert len(interview.grade(JudgeInfo(name="test")).judgements) == len(RUBRIC.points)
