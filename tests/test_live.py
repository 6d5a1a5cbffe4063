"""A running session loses nothing: it can be taken up from its history after any step, and survives a full disk."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from conftest import make_rubric
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from interviewer.answer import Answer
from interviewer.errors import AnswerTooLong, HistoryError, JudgeError, StoreError
from interviewer.history import History, Outcome, Plan, TurnKind
from interviewer.interview import Ask, Close, FollowUp, JudgeNow
from interviewer.judgement import Judgement, Verdict
from interviewer.judges.base import Judged
from interviewer.live import LiveSession
from interviewer.rubric import Bank, Rubric, Section
from interviewer.scoring import JudgeInfo

NOW = datetime(2026, 5, 1, tzinfo=UTC)
RUBRICS = (make_rubric(), make_rubric(id="coffee", question="How do you make good coffee?"))
BANK = Bank(
    id="drinks",
    title="Drinks",
    sections=(Section(id="hot", title="Hot", questions=("tea", "coffee")),),
    rubrics=RUBRICS,
)


class WordJudge:
    """Covers a point whose id is said; fails when told to."""

    info = JudgeInfo(name="word")
    trust = "It goes by one word."

    def __init__(self, failure: Exception | None = None) -> None:
        self.failure = failure

    async def judge(self, rubric: Rubric, answer: Answer) -> Judged:
        if self.failure:
            raise self.failure
        verdicts = [(p.id, Verdict.COVERED if p.id in answer.text else Verdict.MISSING) for p in rubric.points]
        return Judged(judgements=tuple(Judgement(point=point, verdict=verdict) for point, verdict in verdicts))


def begin(history: History | None = None, spare: Callable[[], History] | None = None, **plan) -> LiveSession:
    wanted = Plan(questions=("tea", "coffee"), **plan)
    return LiveSession.begin(BANK, "drinks", "practice", WordJudge(), wanted, lambda: NOW, history, spare)


def resumed(live: LiveSession) -> LiveSession:
    return LiveSession(live.history.session(live.session.id), BANK, live.history, lambda: NOW, None)


def judge(live: LiveSession, failure: Exception | None = None) -> None:
    asyncio.run(live.judge(WordJudge(failure)))


def answer(live: LiveSession, text: str, **turn) -> None:
    live.took(TurnKind.ANSWER, "?", text, **turn)
    judge(live)


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History.open(tmp_path / "data", NOW)


def test_a_session_asks_every_question_and_ends():
    live = begin(max_follow_ups=1)
    assert isinstance(live.move, Ask)
    answer(live, "Water.")
    assert isinstance(live.move, FollowUp)
    answer(live, "boil")
    assert isinstance(live.move, Close)
    assert live.close().grade.score == 60
    assert live.question.id == "coffee"
    live.took(TurnKind.SKIP, "?")
    assert live.close().outcome is Outcome.SKIPPED
    assert live.move is None
    assert [question.id for question in live.session.questions] == ["tea", "coffee"]


ACTS = st.sampled_from(["answer", "cover", "dont-know", "skip", "hint", "back", "type", "stop"])


@settings(max_examples=15)
@example(acts=["answer", "answer", "type", "back"])
@given(acts=st.lists(ACTS, max_size=15))
def test_after_every_step_the_history_holds_the_session_as_it_stands(tmp_path_factory, acts: list[str]):
    history = History.open(tmp_path_factory.mktemp("data"), NOW)
    live = begin(history)
    for act in acts:
        move = live.move
        if move is None:
            break
        if isinstance(move, JudgeNow):
            judge(live)
        elif isinstance(move, Close):
            live.close()
        elif act == "back":
            live.go_back()
        elif act == "hint":
            live.take_hint("?")
        elif act == "type":
            live.typed("?", "boi", 1.5)
        elif act == "stop":
            live.stop()
        else:
            kind = {"dont-know": TurnKind.DONT_KNOW, "skip": TurnKind.SKIP}.get(act, TurnKind.ANSWER)
            live.took(kind, "?", {"cover": "boil kinds", "answer": "Hm.\x00"}.get(act, ""), 2.0)
        comes_next = live.move
        again = resumed(live)
        assert again.session == live.session
        assert again.draft == live.draft
        assert live.stopped or again.move == comes_next
    history.database.engine.dispose()


def test_going_back_begins_a_question_anew_and_then_the_one_before():
    live = begin()
    assert not live.go_back(), "there is none before the first"
    live.took(TurnKind.SKIP, "?")
    live.close()
    answer(live, "Beans.")
    assert live.go_back()
    assert (live.question.id, live.question.attempt, live.question.turns) == ("coffee", 2, ())
    assert live.go_back()
    assert (live.question.id, live.question.attempt, live.question.closed) == ("tea", 2, None)


def test_who_stops_is_graded_on_what_they_said():
    live = begin()
    live.took(TurnKind.ANSWER, "?", "boil")
    live.stop()
    assert isinstance(live.move, JudgeNow)
    judge(live)
    assert isinstance(live.move, Close)
    live.close()
    assert live.move is None
    assert [question.id for question in live.session.questions] == ["tea"]
    assert live.session.score == 60


def test_the_clocks_of_an_exam_run_over_all_turns_and_the_draft():
    live = begin(seconds=100, total_seconds=150)
    assert live.seconds_left == (100, 150)
    live.took(TurnKind.ANSWER, "?", "Water.", 30)
    judge(live)
    live.typed("?", "boi", 20)
    assert live.seconds_left == (50, 100)
    live.took(TurnKind.TIME_OVER, "?", "boi", 70)
    judge(live)
    live.close()
    assert live.seconds_left == (50, 50), "what is left in all limits what is left for a question"


def test_an_answer_that_does_not_fit_is_ungraded_with_the_reason():
    live = begin()
    live.took(TurnKind.ANSWER, "?", "word " * 9)
    judge(live, AnswerTooLong("The answer does not fit."))
    assert {j.verdict for j in live.interview.judgements} == {Verdict.UNGRADED}
    assert live.interview.judgements[0].reason == "The answer does not fit."


def test_when_the_judge_cannot_be_asked_the_answer_waits_for_a_resumed_session(history: History):
    live = begin(history)
    live.took(TurnKind.ANSWER, "?", "boil")
    with pytest.raises(JudgeError):
        judge(live, JudgeError("no key"))
    again = resumed(live)
    assert isinstance(again.move, JudgeNow)
    judge(again)
    assert again.interview.judgements[0].verdict is Verdict.COVERED


def test_a_full_disk_moves_the_session_elsewhere_and_says_so(history: History, tmp_path: Path):
    live = begin(history, lambda: History.open(tmp_path / "spare", NOW))
    answer(live, "Water.")

    history.database.engine.dispose()

    @event.listens_for(history.database.engine, "connect")
    def _full(connection, _record):
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")

    answer(live, "boil " * 100_000)
    assert "the disk is full" in live.notices[0]
    assert str(tmp_path / "spare") in live.notices[0]
    moved = History.open(tmp_path / "spare", NOW).session(live.session.id)
    assert moved == live.session
    assert moved.questions[0].text.startswith("Water.\n\nboil")
    assert history.session(1).questions[0].text == "Water."


def test_a_cache_that_fails_costs_a_call_and_no_session():
    class Store:
        def get(self, _key):
            raise StoreError("The cache is gone.")

    live = begin()
    live.took(TurnKind.ANSWER, "?", "boil")
    asyncio.run(live.judge(WordJudge(), Store()))
    live.took(TurnKind.ANSWER, "?", "kinds")
    asyncio.run(live.judge(WordJudge(), Store()))
    assert live.notices == ["Going on without the cache. The cache is gone."]
    assert live.close().grade.score == 100


def test_a_session_held_by_two_processes_at_once_is_refused_to_the_later(history: History):
    live = begin(history)
    live.took(TurnKind.ANSWER, "?", "boil")
    other = resumed(live)
    judge(live)
    with pytest.raises(HistoryError, match="Another process"):
        judge(other)


def test_a_clock_set_back_changes_nothing_in_the_order(history: History):
    times = iter(NOW - timedelta(hours=hour) for hour in range(100))
    plan = Plan(questions=("tea", "coffee"))
    live = LiveSession.begin(BANK, "drinks", "practice", WordJudge(), plan, lambda: next(times), history)
    answer(live, "One.")
    answer(live, "Two.")
    assert resumed(live).interview.answers == ("One.", "Two.")
    assert resumed(live).session == live.session
