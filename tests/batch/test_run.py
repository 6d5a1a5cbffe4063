from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import make_rubric

from interviewer.answer import Answer
from interviewer.batch.ask import Calls
from interviewer.batch.budget import Budget
from interviewer.batch.jobs import MAX_ANSWER_CHARS, Jobs
from interviewer.batch.pace import Pace
from interviewer.batch.results import Result
from interviewer.batch.rows import Chunk, Row
from interviewer.batch.run import Run, Tally, kind_of
from interviewer.cache import JudgementStore
from interviewer.errors import AnswerTooLong, JudgeError
from interviewer.judgement import Judgement, Verdict
from interviewer.judges.base import Judged
from interviewer.rubric import Bank, Rubric, Section
from interviewer.scoring import JudgeInfo, Usage
from interviewer.settings import Settings

BANK = Bank(
    id="b", title="Bank", sections=(Section(id="s", title="Section", questions=("tea",)),), rubrics=(make_rubric(),)
)


class Judge:
    """Judges by the first word of the answer: 'fails', 'half', 'long', 'breaks', 'no-key'; all else is missing."""

    trust = ""
    info = JudgeInfo(name="scripted", model="m")

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def judge(self, rubric: Rubric, answer: Answer) -> Judged:
        self.asked.append(answer.text)
        await asyncio.sleep(0)
        word = answer.text.split()[0]
        if word == "long":
            raise AnswerTooLong("too long")
        if word == "breaks":
            raise ZeroDivisionError("of ours")
        if word == "no-key":
            raise JudgeError("no key")
        verdicts = [
            Verdict.UNGRADED if word == "fails" or (word == "half" and n) else Verdict.MISSING for n in range(3)
        ]
        judgements = [
            Judgement(point=p.id, verdict=v, reason="no reply within 60 seconds" if v is Verdict.UNGRADED else "")
            for p, v in zip(rubric.points, verdicts, strict=True)
        ]
        return Judged(judgements=tuple(judgements), usage=Usage(requests=1, input_tokens=10, output_tokens=1))


class World:
    """A store, a judge, and what was written."""

    def __init__(self, path: Path) -> None:
        self.store = JudgementStore(path)
        self.judge = Judge()
        self.written: list[tuple[Row, Result]] = []

    def grade(self, *answers: str, name: str = "run", size: int = 4, **options) -> Tally:
        settings = Settings(_env_file=None)
        asks = Calls(self.judge, Pace(8), Budget(), settings)
        run = Run(Jobs(BANK, self.judge.info), asks, self.store, name, ahead=2, **options)
        self.written = []
        return asyncio.run(run.grade(chunks(answers, size), self.write))

    def write(self, chunk: Chunk, results) -> None:
        self.written += [(row, result) for row, result in zip(chunk.rows, results, strict=True) if result is not None]

    @property
    def statuses(self) -> list[str]:
        return [result.status.value for _, result in self.written]


def chunks(answers: tuple[str, ...], size: int) -> Iterator[Chunk]:
    rows = [Row(n, "tea", text) for n, text in enumerate(answers, 1)]
    for start in range(0, len(rows), size):
        some = tuple(rows[start : start + size])
        yield Chunk(some, [{} for _ in some])


@pytest.fixture
def world(tmp_path: Path):
    made = World(tmp_path / "judgements.sqlite")
    yield made
    made.store.close()


def test_every_row_is_written_once_in_order(world):
    world.grade(*(f"answer {n}" for n in range(50)))
    assert [row.number for row, _ in world.written] == list(range(1, 51))


def test_one_bad_row_is_never_the_end_of_the_others(world):
    world.grade("a", "fails", "half", "long", "breaks", "", "w" * (MAX_ANSWER_CHARS + 1), "b")
    assert world.statuses == [
        "graded", "failed", "incomplete", "rejected", "failed", "graded", "rejected", "graded",
    ]  # fmt: skip
    assert world.written[5][1].score == 0
    assert world.written[4][1].error == "ZeroDivisionError: of ours"


def test_the_same_answer_is_judged_once_wherever_it_stands(world):
    tally = world.grade(*["same", "same ", "other"] * 10)
    assert sorted(world.judge.asked) == ["other", "same"]
    assert (tally.judged, tally.twins, tally.rows) == (2, 28, 30)


def test_a_second_run_judges_only_what_is_new(world):
    world.grade("a", "b", "c")
    world.judge.asked.clear()
    tally = world.grade("a", "changed", "c", name="second")
    assert world.judge.asked == ["changed"]
    assert (tally.kept, tally.judged) == (2, 1)


def test_what_failed_is_judged_again_and_what_is_incomplete_only_on_request(world):
    world.grade("fails", "half", "a")
    world.judge.asked.clear()
    world.grade("fails", "half", "a", name="second")
    assert world.judge.asked == ["fails"]
    world.judge.asked.clear()
    world.grade("fails", "half", "a", name="third", retry=True)
    assert world.judge.asked == ["fails", "half"]


def test_a_failure_is_asked_about_once_a_run_however_often_it_stands(world):
    world.grade(*["fails"] * 20, patience=5)
    assert world.judge.asked == ["fails"]
    assert world.statuses == ["failed"] * 20


def test_a_judge_that_cannot_be_asked_ends_the_run_and_what_was_judged_is_written_and_kept(world):
    with pytest.raises(JudgeError, match="no key"):
        world.grade("a", "b", "c", "d", "no-key", "e", "f", "g", "h", size=4)
    assert world.statuses[:4] == ["graded"] * 4
    world.judge.asked.clear()
    world.grade("a", "b", "c", "d", name="second")
    assert world.judge.asked == []


def test_a_server_that_only_fails_is_given_up_on(world):
    with pytest.raises(JudgeError, match=r"5 answers in a row .* --resume"):
        world.grade(*(f"fails {n}" for n in range(100)), patience=5)
    assert len(world.judge.asked) < 40


def test_every_report_of_progress_counts_only_what_is_in_the_store(world):
    def counted(tally: Tally) -> None:
        with JudgementStore(world.store.path) as other:
            assert other._db.execute("SELECT count(*) FROM judged").fetchone()[0] >= tally.judged

    world.grade(*(f"answer {n}" for n in range(30)), observe=counted)


def test_an_interrupted_run_has_written_what_was_judged(world):
    def interrupt(tally: Tally) -> None:
        if tally.judged == 6:
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        world.grade(*(f"answer {n}" for n in range(40)), observe=interrupt)
    assert len(world.written) >= 6
    judged = len(world.written)
    world.judge.asked.clear()
    tally = world.grade(*(f"answer {n}" for n in range(40)), name="second")
    assert (tally.kept, len(world.judge.asked)) == (judged, 40 - judged)


def test_the_kind_of_a_failure_is_short():
    assert kind_of("The judge gave no usable verdict: the server failed with HTTP 500: oh dear.") == (
        "the server failed with HTTP 500"
    )
    assert kind_of("The judge gave no usable verdict: no reply within 60 seconds.") == "no reply within 60 seconds"


def test_a_twin_in_a_like_question_gets_what_is_said_to_its_own(tmp_path: Path):
    """Both share a judgement, for only what decides verdicts is in the key; feedback speaks to each as its question does."""
    story = make_rubric(id="story", style="behavioural")
    assert story.hash == BANK["tea"].hash
    section = Section(id="s", title="Section", questions=("tea", "story"))
    both = Bank(id="b", title="Bank", sections=(section,), rubrics=(*BANK.rubrics, story))
    judge, written = Judge(), []
    with JudgementStore(tmp_path / "s.sqlite") as store:
        asks = Calls(judge, Pace(8), Budget(), Settings(_env_file=None))
        run = Run(Jobs(both, judge.info, feedback=True), asks, store, "run")
        rows = (Row(1, "tea", "some words"), Row(2, "story", "some words"))
        asyncio.run(run.grade([Chunk(rows, [{}, {}])], lambda _, results: written.extend(results)))
    assert judge.asked == ["some words"]
    assert written[0].feedback != written[1].feedback
    assert "story" in written[1].feedback


def test_a_row_that_cannot_be_made_costs_no_other_also_on_a_second_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def breaks(_: Rubric, answer: Answer) -> tuple[str, ...]:
        if "odd" in answer.text:
            raise ZeroDivisionError("of ours")
        return ()

    monkeypatch.setattr("interviewer.grader.suspicions", breaks)
    world = World(tmp_path / "s.sqlite")
    for name in ("first", "second"):
        world.grade("plain words", "odd words", "more words", name=name)
        assert world.statuses == ["graded", "failed", "graded"]
    assert world.written[1][1].error == "ZeroDivisionError: of ours"
    assert len(world.judge.asked) == 3
