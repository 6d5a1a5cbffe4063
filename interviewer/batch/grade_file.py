"""One file graded from end to end: rows, run, store, output and summary tied together. Says nothing; the command line does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from interviewer.batch.ask import Ask, Calls, only_computes
from interviewer.batch.budget import Budget
from interviewer.batch.compute import Computes
from interviewer.batch.estimate import limits_note, reply_note
from interviewer.batch.jobs import Jobs
from interviewer.batch.pace import Pace
from interviewer.batch.results import Result
from interviewer.batch.rows import CHUNK_ROWS, Chunk
from interviewer.batch.run import Run, Tally
from interviewer.batch.summary import Summary
from interviewer.batch.write import Output
from interviewer.cache import STORE_FILE, JudgementStore
from interviewer.errors import InterviewerError
from interviewer.judges.base import Judge
from interviewer.rubric import Bank
from interviewer.settings import Settings

RETRIES = 8  # where the user has not said otherwise: a long run meets more passing failures than a single answer


@dataclass(frozen=True)
class Grader:
    """What grades: the bank, the judge, and what steers their calls."""

    bank: Bank
    judge: Judge
    settings: Settings
    pace: Pace
    budget: Budget
    http_client: Any = None
    feedback: bool = False

    @property
    def patience(self) -> int:
        """How many answers in a row may fail before the run gives up."""
        return max(20, 2 * self.pace.most)

    def asks(self) -> Ask:
        """Calls; a judge that only computes is asked about many answers at once."""
        if only_computes(self.judge):
            return Computes(self.judge, self.bank)
        return Calls(self.judge, self.pace, self.budget, self.settings)


@dataclass
class Graded:
    """What came of a run: how far it went, its summary, where its rows are, and what of the input they lack."""

    tally: Tally
    summary: Summary
    path: Path | None = None
    rejected: Path | None = None
    lost: str = ""


def grade_file(
    grader: Grader,
    chunks: Iterator[Chunk],
    store: JudgementStore,
    output: tuple[Path, str],
    name: str,
    *,
    retry: bool = False,
    observe: Callable[[Tally], None] = lambda _: None,
    told: Callable[[Graded], None] = lambda _: None,
) -> Graded:
    """Grade all rows into `output`, a path and its format. `told` hears what came of it, also of a run that ends early.

    Raises:
        InterviewerError: the run could not go on.
        KeyboardInterrupt: the user has ended it.

    """
    first = next(chunks, None) or Chunk((), [])
    jobs = Jobs(grader.bank, grader.judge.info, grader.feedback)
    asks = grader.asks()
    ahead = 2 + 4 * grader.pace.most // CHUNK_ROWS
    run = Run(jobs, asks, store, name, ahead=ahead, retry=retry, patience=grader.patience, observe=observe)
    graded = Graded(run.tally, Summary(grader.bank), lost=first.lost)
    target = Output(*output, first.delimiter, feedback=grader.feedback)

    def write(chunk: Chunk, results: Sequence[Result | None]) -> None:
        target.write(chunk, results)
        graded.summary.add(chunk, results)

    try:
        asyncio.run(_run(run, chain([first] if first.rows else [], chunks), write, grader.http_client))
    except BaseException:
        # An earlier, fuller output is not replaced by half of a new one.
        if target.rows:
            _close_what_can_be(target, graded, replace=not target.path.exists())
        else:
            target.abandon()
        raise
    else:
        graded.path = target.close()
        graded.lost = "\n".join(filter(None, (graded.lost, target.lost)))
    finally:
        asks.close()
        _note(store, grader, run.tally)
        graded.rejected = target.rejected_path if target.rejected_path.exists() else None
        told(graded)
    return graded


@contextmanager
def durable_store(
    settings: Settings, output: Path | None, *, cache: bool, keep: bool = False
) -> Iterator[JudgementStore]:
    """The user's store; or, without the cache, one beside the output that goes when the run is whole.

    `keep` goes on with such a one that an earlier run has left. Without an output it is in memory: a dry run's.

    Raises:
        StoreError: it cannot be opened: a run never goes without one.

    """
    if cache or output is None:
        with JudgementStore(settings.cache_folder / STORE_FILE if cache else Path(":memory:")) as store:
            yield store
        return
    path = output.with_name(output.name + ".judged.sqlite")
    if not keep:
        _remove(path)
    with JudgementStore(path) as store:
        yield store
    _remove(path)


def _remove(path: Path) -> None:
    for end in ("", "-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)


def _close_what_can_be(target: Output, graded: Graded, *, replace: bool) -> None:
    try:
        graded.path = target.close(replace=replace)
    except InterviewerError:  # the disk is full: the error under way says so
        target.abandon()


async def _run(run: Run, chunks: Iterator[Chunk], write: Callable[..., None], http_client: Any) -> None:
    try:
        await run.grade(chunks, write)
    finally:
        if http_client is not None:
            await http_client.aclose()


def _note(store: JudgementStore, grader: Grader, tally: Tally) -> None:
    """Remember for the next dry run what this one has learnt of the model and its server."""
    model = grader.judge.info.model
    notes = {limits_note(model): f"{grader.pace.limits.get('requests', '')}/{grader.pace.limits.get('tokens', '')}"}
    if tally.points and tally.usage.output_tokens:
        notes[reply_note(model)] = f"{tally.usage.output_tokens / tally.points:.1f}"
    if grader.pace.limits or len(notes) > 1:
        store.put_notes(notes)
