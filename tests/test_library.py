from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path

import pytest
from conftest import make_rubric

import interviewer
from interviewer import (
    Bank,
    Grade,
    Judged,
    Judgement,
    JudgementStore,
    Settings,
    Verdict,
    grade,
    grade_async,
    grade_many,
    grade_many_async,
    make_judge,
)
from interviewer.background import BACKGROUND
from interviewer.errors import AnswerTooLong, InputError, SettingsError, UnknownName
from interviewer.rubric import Section
from interviewer.scoring import JudgeInfo

TEA = make_rubric()
BANK = Bank(
    id="drinks", title="Drinks", sections=(Section(id="hot", title="Hot ones", questions=("tea",)),), rubrics=(TEA,)
)


class Counting:
    """Judges by the answer's first word: 'long …' does not fit, 'late …' comes later than what was asked after it."""

    trust = "A fake."
    info = JudgeInfo(name="counting")

    def __init__(self) -> None:
        self.asked = 0
        self.active = 0
        self.most = 0
        self.threads: set[int] = set()

    async def judge(self, rubric, answer):
        self.asked += 1
        self.active += 1
        self.most = max(self.most, self.active)
        self.threads.add(threading.get_ident())
        await asyncio.sleep(0.02 if answer.text.startswith("late") else 0.001)
        self.active -= 1
        if answer.text.startswith("long"):
            raise AnswerTooLong("The answer does not fit.")
        said = answer.span(0, len(answer.text))
        return Judged(
            judgements=tuple(
                Judgement(point=p.id, verdict=Verdict.COVERED, evidence=(said,), reason="") for p in rubric.points
            )
        )


def said(made: Grade) -> str:
    return made["boil"].evidence[0].text


def test_every_name_it_offers_is_there_and_nothing_heavy_is_loaded_for_it():
    assert all(getattr(interviewer, name) for name in interviewer.__all__)
    assert set(interviewer.__all__) <= set(dir(interviewer))
    with pytest.raises(AttributeError, match="no attribute 'grades'"):
        _ = interviewer.grades
    code = "import sys, interviewer; print([m for m in ('pydantic', 'openai', 'numpy', 'typer') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_one_answer_by_the_local_judge():
    bank = Bank.load("ai-medical-imaging-analyst")
    made = grade("dicom-format", "DICOM is the standard format for medical images.", make_judge("local"), bank=bank)
    assert made.rubric == "dicom-format"
    assert made.judge.name == "local"


def test_a_question_without_its_bank_or_that_nobody_knows_is_refused():
    with pytest.raises(InputError, match="Give bank="):
        grade("tea", "Boil it.", Counting())
    with pytest.raises(UnknownName, match="Did you mean tea"):
        grade("teas", "Boil it.", Counting(), bank=BANK)
    with pytest.raises(UnknownName, match="no bank 'nowhere'"):
        Bank.load("nowhere")


def test_an_answer_that_is_too_long_is_ungraded_with_its_reason():
    made = grade(TEA, "long long ago", Counting())
    assert made.score is None
    assert made["boil"].reason == "The answer does not fit."


def test_with_a_store_nothing_is_judged_twice(tmp_path):
    judge = Counting()
    with JudgementStore(tmp_path / "judged.sqlite") as store:
        grades = [grade(TEA, "Boil it.", judge, store=store) for _ in range(3)]
    assert judge.asked == 1
    assert {made.score for made in grades} == {100}


def test_many_keep_their_order_and_are_judged_side_by_side_but_not_more_than_asked():
    judge = Counting()
    texts = [f"{'late' if n % 7 == 0 else 'soon'} {n}" for n in range(60)]
    rows = [("tea", text) if n % 2 else {"question": TEA, "answer": text} for n, text in enumerate(texts)]
    assert [said(made) for made in grade_many(rows, judge, bank=BANK, concurrency=5)] == texts
    assert judge.most == 5


def test_an_endless_input_is_read_only_as_far_as_needed():
    read = []

    def rows():
        for n in count():
            read.append((n, threading.get_ident()))
            yield TEA, f"answer {n}"

    assert len(list(islice(grade_many(rows(), Counting(), concurrency=4), 10))) == 10
    assert len(read) < 40
    assert {thread for _, thread in read} == {threading.get_ident()}, "a cursor may be read only in its own thread"


def test_a_row_at_fault_ends_the_iteration_or_is_a_value_among_the_others():
    rows = [(TEA, "one"), ("coffee", "two"), (TEA, 3), "no row", (TEA, "five")]
    made = list(grade_many(rows, Counting(), bank=BANK, return_exceptions=True))
    assert [isinstance(one, Grade) for one in made] == [True, False, False, False, True]
    assert str(made[1]).startswith("Row 2: There is no question 'coffee'")
    assert str(made[2]) == "Row 3: The answer to 'tea' is int, not text."
    assert str(made[3]).startswith("Row 4 is neither")
    grades = grade_many(rows, Counting(), bank=BANK)
    assert said(next(grades)) == "one"
    with pytest.raises(InputError, match="Row 2"):
        next(grades)
    with pytest.raises(ValueError, match="at least one"):
        list(grade_many(rows, Counting(), concurrency=0))


def test_the_async_forms_give_the_same():
    async def rows():
        for n in range(20):
            yield TEA, f"answer {n}"

    async def main():
        judge = Counting()
        listed = [said(made) async for made in grade_many_async([row async for row in rows()], judge, concurrency=3)]
        streamed = [said(made) async for made in grade_many_async(rows(), judge, concurrency=3)]
        one = await grade_async(TEA, "answer 0", judge)
        assert judge.most <= 3
        return listed, streamed, said(one)

    listed, streamed, one = asyncio.run(main())
    assert listed == streamed == [f"answer {n}" for n in range(20)]
    assert one == "answer 0"


def test_cancelling_reaches_the_judge():
    stopped = threading.Event()

    class Slow(Counting):
        async def judge(self, rubric, answer):
            try:
                await asyncio.sleep(60)
            finally:
                stopped.set()

    async def main():
        async with asyncio.timeout(0.05):
            await grade_async(TEA, "Boil it.", Slow())

    with pytest.raises(TimeoutError):
        asyncio.run(main())
    assert stopped.wait(5)


def test_a_judge_that_waits_for_the_library_is_told_so_instead_of_hanging():
    class Recursive(Counting):
        async def judge(self, rubric, answer):
            return grade(rubric, answer.text, Counting())

    with pytest.raises(RuntimeError, match="await the function ending in _async"):
        grade(TEA, "Boil it.", Recursive())


def test_it_works_again_in_a_forked_process():
    grade(TEA, "Boil it.", Counting())
    code = (
        "import os, sys\nfrom interviewer import Bank, grade, make_judge\n"
        "bank = Bank.load('ai-medical-imaging-analyst')\njudge = make_judge('local')\n"
        "score = lambda: grade(bank['dicom-format'], 'DICOM is a format.', judge).score\n"
        "score()\npid = os.fork()\nscore()\n"
        "sys.exit(0 if pid == 0 else os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))"
    )
    assert subprocess.run([sys.executable, "-c", code], timeout=60, check=False, env={**os.environ}).returncode == 0


@pytest.fixture
def address() -> Iterator[str]:
    """A chat completions server with real connections, in a process of its own."""
    script = Path(__file__).parent / "loopback.py"
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True) as server:
        yield server.stdout.readline().strip()
        server.terminate()


def test_plain_calls_a_running_loop_and_two_loops_share_a_judge_and_its_connections(address: str):
    judge = make_judge("chat", base_url=address, api_key="sk-secret")

    async def in_a_notebook():
        return grade(TEA, "The water must boil.", judge)

    async def awaited():
        return await grade_async(TEA, "The water must boil.", judge)

    grades = [
        grade(TEA, "The water must boil.", judge),
        grade(TEA, "The water must boil.", judge),
        asyncio.run(in_a_notebook()),
        asyncio.run(awaited()),
        asyncio.run(awaited()),
        *grade_many([(TEA, "The water must boil.")] * 20, judge),
    ]
    BACKGROUND.wait(BACKGROUND.start(judge.model.client.close()))
    assert {made.ungraded for made in grades} == {()}
    assert {made.score for made in grades} == {0}


def test_a_judge_is_made_from_arguments_before_settings_before_the_environment(monkeypatch):
    assert make_judge().info.name == "local"
    monkeypatch.setenv("OPENAI_BASE_URL", "http://environment.test/v1")
    monkeypatch.setenv("INTERVIEWER_MODEL", "from-environment")
    assert make_judge().info.label == "chat (from-environment)"
    settings = Settings(model="from-settings", base_url="http://settings.test/v1", temperature=0.5)
    assert make_judge(settings=settings).info.label == "chat (from-settings)"
    given = make_judge("chat", model="given", settings=settings)
    assert given.info.label == "chat (given)"
    assert "settings.test" in given.info.settings
    assert "temperature=0.5" in given.info.settings
    monkeypatch.delenv("OPENAI_BASE_URL")
    with pytest.raises(SettingsError, match="OPENAI_API_KEY"):
        make_judge("chat")
