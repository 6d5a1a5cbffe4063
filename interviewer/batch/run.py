"""The run: chunks in, results out in the same order; each judgement durable before it is reported, none made twice.

What ends a run early (no such key, no server, no money left, a full disk, Ctrl-C) loses no judgement that was made.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

from interviewer.batch.ask import Ask, Call
from interviewer.batch.jobs import Job, Jobs
from interviewer.batch.keep import Keeper
from interviewer.batch.results import Result, failed, rejected
from interviewer.batch.rows import Chunk
from interviewer.cache import Entry, JudgementStore, State
from interviewer.errors import InputError, InterviewerError, JudgeError, StoreError
from interviewer.judgement import Verdict
from interviewer.judges.base import Judged
from interviewer.scoring import Usage

Write = Callable[[Chunk, Sequence[Result | None]], None]


@dataclass
class Tally:
    """How far a run is: rows written, answers and points judged, found in the store, given twice; failures by kind; tokens used."""

    rows: int = 0
    judged: int = 0
    points: int = 0
    kept: int = 0
    twins: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    usage: Usage = field(default_factory=Usage)


@dataclass(frozen=True)
class _Done:
    """A job that was asked about: what came of it, and the judgements for rows that are its twins, if there are any."""

    job: Job
    result: Result | None
    judged: Judged | None = None


@dataclass
class _Open:
    """A chunk with rows that are not judged yet: their places, jobs and promises."""

    chunk: Chunk
    results: list[Result | None]
    waiting: list[tuple[int, Job, asyncio.Task[_Done]]] = field(default_factory=list)


class Run:
    """One pass over all rows.

    `name` tells this run's judgements from earlier ones. `ahead` chunks are open at once. `retry` judges also what an
    earlier run left incomplete. `patience` is how many answers in a row may fail before the run gives up.
    """

    def __init__(
        self,
        jobs: Jobs,
        ask: Ask,
        store: JudgementStore,
        name: str,
        *,
        ahead: int = 4,
        retry: bool = False,
        patience: int = 100,
        observe: Callable[[Tally], None] = lambda _: None,
    ) -> None:
        self.jobs, self.ask, self.store, self.name = jobs, ask, store, name
        self.ahead, self.retry, self.patience, self.observe = ahead, retry, patience, observe
        self.tally = Tally()
        self._keeper = Keeper(store)
        self._in_flight: dict[str, asyncio.Task[_Done]] = {}
        self._failed_in_a_row = 0
        self._fatal: BaseException | None = None

    async def grade(self, chunks: Iterable[Chunk], write: Write) -> Tally:
        """Judge what has to be judged and write every row; also on the way out when the run is ended early.

        Raises:
            InterviewerError: the run cannot go on; what was judged is kept and its rows are written.

        """
        opened: deque[_Open] = deque()
        try:
            for chunk in chunks:
                opened.append(self._begin(chunk))
                while len(opened) > self.ahead:
                    await self._finish(opened[0], write)
                    opened.popleft()
            while opened:
                await self._finish(opened[0], write)
                opened.popleft()
        except BaseException as error:
            await self._stop()
            for rest in opened:
                self._settle_done(rest)
                self._write(rest, write)
            if self._fatal is not None and not isinstance(error, InterviewerError):
                raise self._fatal from None
            raise
        return self.tally

    def _begin(self, chunk: Chunk) -> _Open:
        opened = _Open(chunk, [None] * len(chunk.rows))
        jobs = [(place, self.jobs.of(row)) for place, row in enumerate(chunk.rows)]
        kept = self.store.get_many(list({job.key for _, job in jobs if isinstance(job, Job)}))
        new: dict[str, Job] = {}
        wanting: list[tuple[int, Job]] = []
        for place, job in jobs:
            if isinstance(job, Result):
                opened.results[place] = job
            elif found := self._found(job, kept.get(job.key)):
                opened.results[place] = found
            else:
                wanting.append((place, job))
                if job.key in self._in_flight or job.key in new:
                    self.tally.twins += 1
                else:
                    new[job.key] = job
        self._start(list(new.values()))
        opened.waiting = [(place, job, self._in_flight[job.key]) for place, job in wanting]
        return opened

    def _found(self, job: Job, entry: Entry | None) -> Result | None:
        """The result of a job that the store holds a judgement of."""
        result = self._made(job, entry.judged) if entry and self._usable(entry) else None
        if entry and result:
            self.tally.kept += entry.run != self.name
            self.tally.twins += entry.run == self.name
        return result

    def _start(self, jobs: Sequence[Job]) -> None:
        for job, call in zip(jobs, self.ask.calls(jobs), strict=True):
            task = asyncio.create_task(self._judge(job, call))
            self._in_flight[job.key] = task
            task.add_done_callback(partial(self._landed, job.key))

    def _landed(self, key: str, task: asyncio.Task[_Done]) -> None:
        self._in_flight.pop(key, None)
        if not task.cancelled():
            task.exception()  # seen: whoever waits for the task raises it, and the first has ended the run

    def _usable(self, entry: Entry) -> bool:
        """A judgement of this run stands, whatever it is; of one before it, what is complete, or good enough."""
        if entry.run == self.name or entry.state is State.COMPLETE:
            return True
        return entry.state is State.INCOMPLETE and not self.retry

    async def _judge(self, job: Job, call: Call) -> _Done:
        """Ask, keep, and work out the row: now, while other calls are waited for, and not when its chunk is written."""
        try:
            judged = await call()
            entry = Entry(job.key, judged, self.name)
            await self._keeper.keep(entry)
            self._count(entry)
            return _Done(job, self._made(job, judged), judged)
        except InputError as error:
            return _Done(job, rejected(str(error)))
        except InterviewerError as error:
            self._end(error)
            raise
        except Exception as error:  # noqa: BLE001  # a fault of ours in one row must not cost the others
            return _Done(job, failed(f"{type(error).__name__}: {error}"))

    def _count(self, entry: Entry) -> None:
        self.tally.judged += 1
        self.tally.points += len(entry.judged.judgements)
        self.tally.usage += entry.judged.usage
        self._failed_in_a_row = self._failed_in_a_row + 1 if entry.state is State.FAILED else 0
        if entry.state is not State.COMPLETE:
            reason = next(j.reason for j in entry.judged.judgements if j.verdict is Verdict.UNGRADED)
            self.tally.failures[kind_of(reason)] += 1
        self.observe(self.tally)
        if self._failed_in_a_row >= self.patience:
            raise JudgeError(
                f"{self._failed_in_a_row} answers in a row could not be judged, the last because: {reason} "
                "The run has stopped; what was judged is kept, so run the same command again with --resume."
            )

    async def _finish(self, opened: _Open, write: Write) -> None:
        for place, job, task in opened.waiting:
            opened.results[place] = await self._result(job, await asyncio.shield(task))
        self._write(opened, write)

    def _made(self, job: Job, judged: Judged) -> Result | None:
        """The result of a job; a fault of ours in one row must not cost the others."""
        try:
            return self.jobs.result(job, judged)
        except Exception as error:  # noqa: BLE001
            return failed(f"{type(error).__name__}: {error}")

    async def _result(self, job: Job, done: _Done) -> Result:
        found = done.result
        if done.judged and (job.answer.text != done.job.answer.text or job.rubric is not done.job.rubric):
            found = self._made(job, done.judged)
        if found is None:  # a twin whose copy of the text does not hold the evidence as it stands: judged by itself
            found = self._made(job, await self.ask.calls([job])[0]())
        return found or failed("The evidence is not in the answer.")

    def _settle_done(self, opened: _Open) -> None:
        """Fill in what was judged before the run ended: it is in the store, whether or not its row had heard of it."""
        with suppress(StoreError):
            kept = self.store.get_many([job.key for _, job, _ in opened.waiting])
            for place, job, task in opened.waiting:
                if entry := kept.get(job.key):
                    opened.results[place] = self._made(job, entry.judged)
                elif task.done() and not task.cancelled() and not task.exception():
                    opened.results[place] = None if task.result().judged else task.result().result

    def _write(self, opened: _Open, write: Write) -> None:
        write(opened.chunk, opened.results)
        self.tally.rows += sum(result is not None for result in opened.results)
        self.tally.statuses.update(result.status.value for result in opened.results if result is not None)
        self.observe(self.tally)

    def _end(self, error: BaseException) -> None:
        if self._fatal is None:
            self._fatal = error
            for task in self._in_flight.values():
                task.cancel()

    async def _stop(self) -> None:
        """Drop the calls in flight, and see that what was judged is on the disk."""
        tasks = list(self._in_flight.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._keeper.settled()


def kind_of(reason: str) -> str:
    """The kind of a failure, from its reason: 'the server failed with HTTP 500'."""
    said = reason.removeprefix("The judge gave no usable verdict: ").split(": ", 1)[0]
    return said.split(" (", 1)[0].rstrip(".")[:80]
