from __future__ import annotations

import asyncio

import pytest

from interviewer.answer import Answer
from interviewer.batch.ask import Processes, billed_model, only_computes
from interviewer.batch.jobs import Job
from interviewer.judges.base import Judged
from interviewer.judges.local import LocalJudge, LocalModel
from interviewer.resources import bank_folder
from interviewer.rubric import Bank, Rubric
from interviewer.scoring import JudgeInfo
from interviewer.settings import DEFAULT_BANK


class Waits:
    """A judge that waits for something, as one that asks a server does."""

    trust = ""
    info = JudgeInfo(name="waits", model="m")

    async def judge(self, rubric: Rubric, answer: Answer) -> Judged:
        await asyncio.sleep(0)
        raise AssertionError(rubric.id, answer.text)


def jobs(bank: Bank, count: int) -> list[Job]:
    rubrics = bank.rubrics
    found = []
    for n in range(count):
        rubric = rubrics[n % len(rubrics)]
        said = f"{rubric.points[0].statement} And this is the answer of number {n}."
        found.append(Job(f"{n:040x}", rubric, Answer(said)))
    return found


async def judged(asks: Processes, some: list[Job]) -> list[Judged]:
    return list(await asyncio.gather(*(call() for call in asks.calls(some))))


def test_processes_judge_as_one_process_does_and_in_order():
    bank = Bank.load(bank_folder(DEFAULT_BANK))
    judge, some = LocalJudge(LocalModel.fast()), jobs(bank, 130)
    asks = Processes(judge, bank, workers=2)
    try:
        found = asyncio.run(judged(asks, some))
    finally:
        asks.close()
    here = [asyncio.run(judge.judge(job.rubric, job.answer)) for job in some]
    for there, own in zip(found, here, strict=True):
        for one, other in zip(there.judgements, own.judgements, strict=True):
            assert one.probability == pytest.approx(other.probability)
            assert one.model_copy(update={"probability": None}) == other.model_copy(update={"probability": None})


def test_a_judge_that_waits_for_something_is_refused_by_a_process():
    bank = Bank.load(bank_folder(DEFAULT_BANK))
    asks = Processes(Waits(), bank, workers=1)
    try:
        with pytest.raises(TypeError, match="cannot be run in a process pool"):
            asyncio.run(judged(asks, jobs(bank, 1)))
    finally:
        asks.close()


def test_a_judge_that_only_computes_bills_nobody():
    assert only_computes(LocalJudge())
    assert (billed_model(LocalJudge()), billed_model(Waits())) == ("", "m")
