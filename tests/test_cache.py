from __future__ import annotations

import asyncio
import sqlite3
import zlib
from pathlib import Path

import pytest
from conftest import FakeServer, make_rubric

from interviewer.answer import Answer, Span
from interviewer.cache import Entry, JudgementStore, State, judgement_key, placed_in
from interviewer.errors import StoreError
from interviewer.grader import grade_answer
from interviewer.judgement import Judgement, Verdict
from interviewer.judges.base import Judged
from interviewer.rubric import Rubric
from interviewer.scoring import JudgeInfo, Usage

TEXT = "Boil the water first."


class CountingJudge:
    """Says the same of every answer, and counts how often it was asked."""

    trust = ""

    def __init__(self, verdict: Verdict = Verdict.COVERED, **info: str) -> None:
        self.info = JudgeInfo(name="counting", **info)
        self.verdict = verdict
        self.asked = 0

    async def judge(self, rubric: Rubric, answer: Answer) -> Judged:
        self.asked += 1
        evidence = (answer.span(answer.text.index("Boil"), answer.text.index("first")),)
        judgements = [Judgement(point=p.id, verdict=self.verdict, evidence=evidence) for p in rubric.points]
        return Judged(judgements=tuple(judgements), usage=Usage(requests=1, input_tokens=50, output_tokens=5))


@pytest.fixture
def store(tmp_path: Path):
    with JudgementStore(tmp_path / "cache" / "judgements.sqlite") as opened:
        yield opened


def test_the_same_rubric_judge_and_answer_are_judged_once(rubric, store):
    judge = CountingJudge()
    first = asyncio.run(grade_answer(judge, rubric, TEXT, store))
    second = asyncio.run(grade_answer(judge, rubric, TEXT, store))
    assert judge.asked == 1
    assert second == first.model_copy(update={"usage": Usage()})


def test_without_a_store_every_call_asks_the_judge(rubric):
    judge = CountingJudge()
    for _ in range(2):
        asyncio.run(grade_answer(judge, rubric, TEXT))
    assert judge.asked == 2


@pytest.mark.parametrize(
    "changed",
    [
        {"judge": CountingJudge(prompt="another")},
        {"judge": CountingJudge(calibration="another")},
        {"judge": CountingJudge(settings="temperature=1")},
        {"judge": CountingJudge(model="another")},
        {"rubric": make_rubric(question="How do you make bad tea?")},
        {"text": TEXT + " Then pour."},
    ],
    ids=["prompt", "calibration", "settings", "model", "rubric", "answer"],
)
def test_what_changed_is_never_served_an_old_grade(rubric, store, changed):
    asyncio.run(grade_answer(CountingJudge(), rubric, TEXT, store))
    judge = changed.get("judge", CountingJudge())
    judge.asked = 0
    asyncio.run(grade_answer(judge, changed.get("rubric", rubric), changed.get("text", TEXT), store))
    assert judge.asked == 1


def test_a_text_that_is_cleaned_to_the_same_shares_the_judgement_but_not_the_places(rubric, store):
    judge = CountingJudge()
    asyncio.run(grade_answer(judge, rubric, TEXT, store))
    spaced = f"\n\n  {TEXT}"
    grade = asyncio.run(grade_answer(judge, rubric, spaced, store))
    assert judge.asked == 1
    assert all(spaced[s.start : s.end] == s.text for j in grade.judgements for s in j.evidence)


def test_judgements_whose_evidence_is_not_in_the_text_are_not_placed(rubric):
    evidence = (Span(start=0, end=4, text="Pour"),)
    judged = Judged(judgements=(Judgement(point="boil", verdict=Verdict.COVERED, evidence=evidence),))
    assert placed_in(Answer(TEXT), judged) is None


def test_an_answer_that_could_not_be_judged_is_asked_again(rubric, store):
    judge = CountingJudge(Verdict.UNGRADED)
    for _ in range(2):
        asyncio.run(grade_answer(judge, rubric, TEXT, store))
    assert judge.asked == 2


def test_a_blank_answer_needs_neither_judge_nor_store(rubric, store):
    judge = CountingJudge()
    assert asyncio.run(grade_answer(judge, rubric, " \n", store)).score == 0
    assert judge.asked == 0


def test_an_entry_knows_how_much_was_judged():
    verdicts = {
        State.COMPLETE: (Verdict.COVERED, Verdict.MISSING),
        State.INCOMPLETE: (Verdict.COVERED, Verdict.UNGRADED),
        State.FAILED: (Verdict.UNGRADED, Verdict.UNGRADED),
    }
    for state, pair in verdicts.items():
        judged = Judged(judgements=tuple(Judgement(point=f"p{n}", verdict=v) for n, v in enumerate(pair)))
        assert Entry("k", judged).state is state


def test_what_was_put_is_there_for_the_next_process(rubric, tmp_path):
    path = tmp_path / "judgements.sqlite"
    judge = CountingJudge()
    key = judgement_key(rubric, judge.info, Answer(TEXT))
    judged = asyncio.run(judge.judge(rubric, Answer(TEXT)))
    with JudgementStore(path) as first:
        first.put_many([Entry(f"{key}{n}", judged) for n in range(1200)])
    with JudgementStore(path) as second:
        found = second.get_many([f"{key}{n}" for n in range(1300)])
    assert len(found) == 1200
    assert found[f"{key}7"].judged == judged


def test_many_are_kept_all_or_none(store, rubric):
    judged = asyncio.run(CountingJudge().judge(rubric, Answer(TEXT)))
    with pytest.raises(StoreError):
        store.put_many([Entry("a", judged), Entry(None, judged)])  # type: ignore[arg-type]  # a fault half-way
    assert store.get_many(["a"]) == {}


def test_a_file_that_is_no_store_is_named_with_what_to_do(tmp_path):
    path = tmp_path / "judgements.sqlite"
    path.write_text("this is a diary" * 100)
    with pytest.raises(StoreError, match=r"judgements\.sqlite cannot be opened.*--no-cache"):
        JudgementStore(path)


def test_the_store_never_holds_the_key_of_the_account(server: FakeServer, rubric, store, tmp_path):
    covered = {"reason": "r", "quotes": ["Boil the water"], "verdict": "covered"}
    server.replies(
        {"boil": covered, "kinds": {"reason": "r", "found": [], "contradicted": False, "quotes": []}, "pot": covered}
    )
    asyncio.run(grade_answer(server.judge(), rubric, TEXT, store))
    with sqlite3.connect(store.path) as db:
        rows = db.execute("SELECT * FROM judged").fetchall()
    db.close()
    assert len(rows) == 1
    assert b"sk-secret" not in zlib.decompress(rows[0][2])
