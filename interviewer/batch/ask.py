"""Asking a judge about jobs: one call each, under a pace and a budget. A judge that only computes is asked in `compute.py`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Protocol

from interviewer.batch.budget import Budget
from interviewer.batch.jobs import Job
from interviewer.batch.pace import Pace
from interviewer.judges.base import Judge, Judged
from interviewer.price import price_of
from interviewer.scoring import Usage
from interviewer.settings import Settings

CHARS_PER_TOKEN = 2  # of any text in a worst case; English has about 4.5

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
