"""What is written is read again, by any number of processes, whatever became of the file."""

from __future__ import annotations

import multiprocessing
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from conftest import make_rubric

from interviewer.database import FILE
from interviewer.errors import HistoryError, UnknownName
from interviewer.history import AskedQuestion, Draft, History, Outcome, Plan, Round, Session, Turn, TurnKind
from interviewer.judgement import Judgement, Verdict
from interviewer.scoring import JudgeInfo, Usage, make_grade

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
RUBRIC = make_rubric()
JUDGE = JudgeInfo(name="local")


def begin(history: History) -> int:
    plan = Plan(questions=("tea",))
    return history.begin(
        Session(
            id=0, started=NOW, bank="tea", title="Tea maker", mode="practice", judge=JUDGE, trust="A bit.", plan=plan
        )
    )


def asked(attempt: int = 1) -> AskedQuestion:
    return AskedQuestion(place=1, attempt=attempt, section="s", section_title="Section", rubric=RUBRIC, asked=NOW)


def turn(text: str, kind: TurnKind = TurnKind.ANSWER, **fields) -> Turn:
    return Turn(kind=kind, prompt="Why?", text=text, said=NOW, seconds=3.5, **fields)


def judgements(verdict: Verdict = Verdict.MISSING) -> tuple[Judgement, ...]:
    return tuple(Judgement(point=point.id, verdict=verdict, reason="So.") for point in RUBRIC.points)


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History.open(tmp_path / "data", NOW)


def test_a_session_is_read_as_it_was_written(history: History, tmp_path: Path):
    number = begin(history)
    history.ask(number, asked())
    turns = (turn("Water."), turn("", TurnKind.HINT), turn("And leaves.", point="kinds"))
    for said in turns:
        history.add_turn(number, 1, 1, said)
    done = Round(answers=1, judgements=judgements(), usage=Usage(requests=1, input_tokens=9), judged=NOW)
    history.add_round(number, 1, 1, done)
    grade = make_grade(RUBRIC, "hash", JUDGE, judgements())
    history.close(number, asked().model_copy(update={"outcome": Outcome.ANSWERED, "grade": grade, "closed": NOW}))
    history.end(number, NOW)

    (session,) = History.open(tmp_path / "data", NOW).sessions()
    assert session == history.session(number)
    assert (session.title, session.mode, session.ended, session.score) == ("Tea maker", "practice", NOW, 0)
    (question,) = session.questions
    assert (question.rubric, question.turns, question.rounds, question.grade) == (RUBRIC, turns, (done,), grade)
    assert question.text == "Water.\n\nAnd leaves."
    assert question.hints == 1


def test_a_later_attempt_takes_the_place_of_an_earlier(history: History):
    number = begin(history)
    for attempt, text in ((1, "First."), (2, "Second.")):
        history.ask(number, asked(attempt))
        history.add_turn(number, 1, attempt, turn(text))
    assert [question.text for question in history.session(number).questions] == ["Second."]


def test_a_draft_is_kept_until_something_is_said(history: History):
    number = begin(history)
    history.ask(number, asked())
    for text in ("W", "Wa", "Water"):
        history.keep_draft(number, Draft(place=1, attempt=1, prompt="Why?", text=text), NOW)
    history.add_turn(number, 1, 1, turn("Think.", TurnKind.HINT))
    assert history.draft(number).text == "Water"
    history.add_turn(number, 1, 1, turn("Water."))
    assert history.draft(number) is None


def test_a_forgotten_session_leaves_nothing_behind(history: History, tmp_path: Path):
    number = begin(history)
    history.ask(number, asked())
    history.add_turn(number, 1, 1, turn("Secret words."))
    other = begin(history)
    assert history.forget([number]) == 1
    assert [session.id for session in history.sessions()] == [other]
    with sqlite3.connect(tmp_path / "data" / FILE) as connection:
        assert connection.execute("SELECT COUNT(*) FROM turns").fetchone() == (0,)
    connection.close()
    with pytest.raises(UnknownName, match="There is no session '1'"):
        history.session(number)


def test_numbers_are_not_used_again(history: History):
    number = begin(history)
    history.forget()
    assert begin(history) > number


def _write(folder: Path, sessions: int) -> None:
    for _ in range(sessions):
        history = History.open(folder, NOW)
        number = begin(history)
        history.ask(number, asked())
        for n in range(5):
            history.add_turn(number, 1, 1, turn(f"{number}-{n}"))


def test_processes_that_write_at_once_lose_nothing(tmp_path: Path):
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_write, args=(tmp_path / "data", 4)) for _ in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0, 0]
    sessions = History.open(tmp_path / "data", NOW).sessions()
    assert len(sessions) == 8
    for session in sessions:
        assert session.questions[0].interview().answers == tuple(f"{session.id}-{n}" for n in range(5))


def test_a_database_of_a_newer_version_is_refused_and_left_alone(history: History, tmp_path: Path):
    path = tmp_path / "data" / FILE
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(HistoryError, match="newer version") as error:
        History.open(tmp_path / "data", NOW)
    assert "INTERVIEWER_DATA_DIR" in str(error.value)
    assert path.exists()


@pytest.mark.parametrize("damage", ["not a database", "a page overwritten"])
def test_a_damaged_database_is_kept_aside_and_named(tmp_path: Path, damage: str):
    folder = tmp_path / "data"
    path = folder / FILE
    history = History.open(folder, NOW)
    for _ in range(50):
        history.ask(begin(history), asked())
    history.database.engine.dispose()
    content = path.read_bytes()
    broken = b"gone" * 9999 if damage == "not a database" else content[:4096] + b"\xa5" * 8192 + content[12288:]
    path.write_bytes(broken)
    again = History.open(folder, NOW)
    kept = folder / "history.damaged-20260501-120000.db"
    assert str(kept) in again.notice
    assert kept.read_bytes() == broken
    assert again.sessions() == ()
    assert begin(again) == 1
    assert History.open(folder, NOW).notice == ""


def test_a_folder_that_cannot_be_made_says_so(tmp_path: Path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(HistoryError, match="Sessions cannot be kept there"):
        History.open(tmp_path / "file" / "data", NOW)


def test_a_full_disk_is_one_clear_line_and_what_was_kept_stays(history: History):
    number = begin(history)
    history.ask(number, asked())
    with history.database.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.rollback()

    from sqlalchemy import event

    history.database.engine.dispose()

    @event.listens_for(history.database.engine, "connect")
    def _full(connection, _record):
        connection.execute(f"PRAGMA max_page_count = {pages}")

    with pytest.raises(HistoryError, match="the disk is full"):
        history.add_turn(number, 1, 1, turn("x" * 1_000_000))
    assert history.session(number).questions[0].turns == ()
