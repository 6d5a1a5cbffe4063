"""A judge that only computes: asked about many answers at once, in this process and, where that pays, one for each core."""

from __future__ import annotations

import asyncio
import math
import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any, cast

from threadpoolctl import threadpool_limits

from interviewer.answer import Answer
from interviewer.batch.ask import Call
from interviewer.batch.jobs import Job
from interviewer.judges.base import Judge, Judged
from interviewer.rubric import Bank, Rubric
from interviewer.suspicion import suspicions
from interviewer.words import begin_with, words_met

GROUP = 32  # answers judged at once: more gain little, and this process looks up only between groups
PAYS = 1.0
"""Seconds of judging after which processes are begun. That takes about as long, so it never costs more than twice the best."""

Outcome = Judged | Exception
"""What came of one answer: its judgements or a fault."""

_Sent = tuple[str | Exception, tuple[str, ...] | None]
"""What a worker process sends of one answer: its judgements as JSON, quicker to send than objects, or a fault; and what is
suspicious in it, which the process has at hand that has just read the answer (None: it could not be looked at)."""


class Computes:
    """Judges in this process at first, and in one for each core once that has taken `pays` seconds."""

    def __init__(
        self,
        judge: Judge,
        bank: Bank,
        *,
        workers: int | None = None,
        pays: float = PAYS,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.judge, self.bank, self.pays = judge, bank, pays
        self._workers = workers or os.cpu_count() or 1
        self._clock, self._spent = clock, 0.0
        self._pool: ProcessPoolExecutor | None = None
        # A process for each core is enough: threads of their own would only fight over them. And one thread adds in the
        # same order wherever it runs.
        self._threads = threadpool_limits(1)

    @classmethod
    def here(cls, judge: Judge, bank: Bank) -> Computes:
        """One that never begins processes: it is in one of many already."""
        return cls(judge, bank, pays=math.inf)

    def calls(self, jobs: Sequence[Job]) -> list[Call]:
        """One call per job, in order; those to one question are judged together, which is quicker."""
        order = sorted(range(len(jobs)), key=lambda place: jobs[place].rubric.id)
        calls: dict[int, Call] = {}
        for start in range(0, len(order), GROUP):
            places = order[start : start + GROUP]
            group = _Group(self, [jobs[place] for place in places])
            calls |= {place: partial(group.nth, number) for number, place in enumerate(places)}
        return [calls[place] for place in range(len(jobs))]

    def begin(self, jobs: Sequence[Job]) -> asyncio.Future[list[Outcome]]:
        """Judge a group, now and here or soon and elsewhere."""
        if self._spent >= self.pays:
            return asyncio.ensure_future(self._elsewhere(jobs))
        began = self._clock()
        done: asyncio.Future[list[Outcome]] = asyncio.get_running_loop().create_future()
        done.set_result(judge_group(self.judge, [(job.rubric, job.answer) for job in jobs]))
        self._spent += self._clock() - began
        return done

    async def _elsewhere(self, jobs: Sequence[Job]) -> list[Outcome]:
        asked = [(job.rubric.id, job.answer.text) for job in jobs]
        sent = await asyncio.get_running_loop().run_in_executor(self._processes(), _judge_asked, asked)
        for job, (_, found) in zip(jobs, sent, strict=True):
            if found is not None:
                job.answer.looked_at[job.rubric.hash] = found
        return [Judged.model_validate_json(one) if isinstance(one, str) else one for one, _ in sent]

    def close(self) -> None:
        """End the processes; groups not begun are dropped."""
        self._threads.restore_original_limits()
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)

    def _processes(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                self._workers,
                mp_context=multiprocessing.get_context("spawn"),  # a fork would copy the parent's threads' locks
                initializer=_begin,
                initargs=(self.judge, self.bank, words_met()),
            )
        return self._pool


class _Group:
    """Jobs judged together when the first of them is asked about."""

    def __init__(self, computes: Computes, jobs: Sequence[Job]) -> None:
        self._computes, self._jobs = computes, jobs
        self._judged: asyncio.Future[list[Outcome]] | None = None

    async def nth(self, place: int) -> Judged:
        if self._judged is None:
            self._judged = self._computes.begin(self._jobs)
        outcome = (await asyncio.shield(self._judged))[place]
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


# What a worker process judges with, set once when it begins: sending it with each group would cost more than judging.
_worker: dict[str, Any] = {}


def _begin(judge: Judge, bank: Bank, met: dict[str, tuple[str, bool]]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends its processes
    threadpool_limits(1)
    begin_with(met)
    _worker.update(judge=judge, bank=bank)


def _judge_asked(group: list[tuple[str, str]]) -> list[_Sent]:
    """What a worker process says of each answer."""
    judge, bank = _worker["judge"], _worker["bank"]
    asked = [(bank[question], Answer(text)) for question, text in group]
    return [
        (one.model_dump_json(exclude_defaults=True) if isinstance(one, Judged) else one, _seen(rubric, answer))
        for (rubric, answer), one in zip(asked, judge_group(judge, asked), strict=True)
    ]


def _seen(rubric: Rubric, answer: Answer) -> tuple[str, ...] | None:
    with suppress(Exception):  # it is met again, and told, where the row is made
        return suspicions(rubric, answer)
    return None


def judge_group(judge: Judge, group: Sequence[tuple[Rubric, Answer]]) -> list[Outcome]:
    """What a judge that only computes says of each answer, or the fault that it has met in that one."""
    many = getattr(judge, "judge_many", None)
    if many is not None:
        with suppress(Exception):  # whose fault it is shows below
            return [Judged(judgements=judgements) for judgements in many(group)]
    return [_alone(judge, rubric, answer) for rubric, answer in group]


def _alone(judge: Judge, rubric: Rubric, answer: Answer) -> Outcome:
    try:
        return _at_once(judge.judge(rubric, answer))
    except Exception as error:  # noqa: BLE001  # a fault of ours in one answer must not cost the others
        return error


def _at_once(judging: Coroutine[Any, Any, Judged]) -> Judged:
    """The value of a coroutine that waits for nothing, without an event loop."""
    try:
        judging.send(None)
    except StopIteration as done:
        return cast("Judged", done.value)
    raise TypeError("a judge that waits for something cannot be run in a process pool")
