"""Asking a judge about jobs: one call each under a pace and a budget, or, for a judge that needs no waiting, processes."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from functools import cache, partial
from typing import Any, Protocol, TypeVar, cast

from threadpoolctl import threadpool_limits

from interviewer.answer import Answer
from interviewer.batch.budget import Budget
from interviewer.batch.jobs import Job
from interviewer.batch.pace import Pace
from interviewer.judges.base import Judge, Judged
from interviewer.price import price_of
from interviewer.rubric import Bank, Rubric
from interviewer.scoring import Usage
from interviewer.settings import Settings

GROUP = 64  # answers sent to a process at once
GROUP_HERE = 16  # answers judged in this process before it looks up again
CHARS_PER_TOKEN = 2  # of any text in a worst case; English has about 4.5

T = TypeVar("T")
Call = Callable[[], Awaitable[Judged]]


class Ask(Protocol):
    """How jobs reach a judge."""

    def calls(self, jobs: Sequence[Job]) -> list[Call]:
        """One call per job, in order; each is made at most once."""

    def close(self) -> None:
        """Let go of what asking needed."""


def only_computes(judge: Judge) -> bool:
    """Whether a judge waits for nobody and costs nothing: it says so by offering `judge_now`."""
    return hasattr(judge, "judge_now")


def billed_model(judge: Judge) -> str:
    """The model that somebody is paid for; '' for a judge that costs nothing."""
    return "" if only_computes(judge) else judge.info.model


class Calls:
    """One call of the judge per job, many in flight."""

    def __init__(self, judge: Judge, pace: Pace, budget: Budget, settings: Settings) -> None:
        self.judge, self.pace, self.budget, self.settings = judge, pace, budget, settings
        self._model = billed_model(judge)

    def calls(self, jobs: Sequence[Job]) -> list[Call]:
        """One call per job, in order."""
        return [partial(self._one, job) for job in jobs]

    def close(self) -> None:
        """Nothing is held."""

    def cost(self, usage: Usage) -> float:
        """In US dollars; 0 where no price is known."""
        return price_of(usage, self._model, self.settings.base_url) or 0.0

    async def _one(self, job: Job) -> Judged:
        async with self.pace, self.budget.hold(self._worst(job) if self.budget.most is not None else 0.0):
            judged = await self.judge.judge(job.rubric, job.answer)
            self.budget.spend(self.cost(judged.usage))
            return judged

    def _worst(self, job: Job) -> float:
        """The price of two calls with the longest replies: an answer is asked about once more at most."""
        prompt = (len(job.answer.text) + 6 * len(job.rubric.model_dump_json()) + 8_000) // CHARS_PER_TOKEN
        reply = self.settings.max_output_tokens
        return self.cost(Usage(input_tokens=2 * prompt + reply, output_tokens=2 * reply))


class Here:
    """A judge that only computes, in this process: some answers at a time, so that those to one question go together."""

    def __init__(self, judge: Judge) -> None:
        self.judge = judge

    def calls(self, jobs: Sequence[Job]) -> list[Call]:
        """One call per job, in order; the first of a group judges all of it."""

        def begin(group: Sequence[Job]) -> Callable[[int], Call]:
            judged = cache(lambda: judge_group(self.judge, [(job.rubric, job.answer) for job in group]))

            async def nth(place: int) -> Judged:
                return _or_raised(judged()[place])

            return lambda place: partial(nth, place)

        return _in_groups(jobs, GROUP_HERE, begin)

    def close(self) -> None:
        """Nothing is held."""


class Processes:
    """A judge that only computes, in as many processes as there are cores."""

    def __init__(self, judge: Judge, bank: Bank, workers: int | None = None) -> None:
        self._pool = ProcessPoolExecutor(
            workers or os.cpu_count() or 1,
            mp_context=multiprocessing.get_context("spawn"),  # a fork would copy the parent's threads' locks
            initializer=_begin,
            initargs=(judge, bank),
        )

    def calls(self, jobs: Sequence[Job]) -> list[Call]:
        """One call per job, in order; a group of jobs goes to a process at once."""

        def begin(group: Sequence[Job]) -> Callable[[int], Call]:
            asked = [(job.rubric.id, job.answer.text) for job in group]
            judged = asyncio.get_running_loop().run_in_executor(self._pool, _judge_asked, asked)
            return lambda place: partial(_nth, judged, place)

        return _in_groups(jobs, GROUP, begin)

    def close(self) -> None:
        """End the processes; groups not begun are dropped."""
        self._pool.shutdown(wait=True, cancel_futures=True)


def _in_groups(jobs: Sequence[Job], size: int, begin: Callable[[Sequence[Job]], Callable[[int], Call]]) -> list[Call]:
    """One call per job, in order, from groups of `size` in which those to one question stand side by side."""
    order = sorted(range(len(jobs)), key=lambda place: jobs[place].rubric.id)
    calls: dict[int, Call] = {}
    for start in range(0, len(order), size):
        places = order[start : start + size]
        nth = begin([jobs[place] for place in places])
        calls |= {place: nth(number) for number, place in enumerate(places)}
    return [calls[place] for place in range(len(jobs))]


async def _nth(group: Awaitable[list[str | Exception]], place: int) -> Judged:
    return Judged.model_validate_json(_or_raised((await asyncio.shield(group))[place]))


def _or_raised(judged: T | Exception) -> T:
    if isinstance(judged, Exception):
        raise judged
    return judged


# What a worker process judges with, set once when it begins: sending it with each group would cost more than judging.
_worker: dict[str, Any] = {}


def _begin(judge: Judge, bank: Bank) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends its processes
    threadpool_limits(1)  # a process for each core is enough: threads of their own would only fight over them
    _worker.update(judge=judge, bank=bank)


def _judge_asked(group: list[tuple[str, str]]) -> list[str | Exception]:
    judge, bank = _worker["judge"], _worker["bank"]
    judged = judge_group(judge, [(bank[question], Answer(text)) for question, text in group])
    return [one if isinstance(one, Exception) else one.model_dump_json(exclude_defaults=True) for one in judged]


def judge_group(judge: Judge, group: Sequence[tuple[Rubric, Answer]]) -> list[Judged | Exception]:
    """What a judge that only computes says of each answer, or the fault it has met in that one."""
    many = getattr(judge, "judge_many", None)
    if many is not None:
        with suppress(Exception):  # whose fault it is shows below
            return [Judged(judgements=judgements) for judgements in many(group)]
    return [_alone(judge, rubric, answer) for rubric, answer in group]


def _alone(judge: Judge, rubric: Rubric, answer: Answer) -> Judged | Exception:
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
