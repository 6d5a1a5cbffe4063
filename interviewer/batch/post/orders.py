"""An order from end to end: the rows of a file that need a judge, posted; and, when all have come, its output written."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from interviewer.batch.ask import Ask, Call
from interviewer.batch.grade_file import Graded, Grader, grade_file
from interviewer.batch.jobs import Job, Jobs
from interviewer.batch.post.ledger import Order
from interviewer.batch.read import read_chunks
from interviewer.batch.rows import Chunk, Columns
from interviewer.cache import JudgementStore, State
from interviewer.judgement import Judgement
from interviewer.judges.base import Judged


def unjudged(chunks: Iterator[Chunk], jobs: Jobs, store: JudgementStore, *, retry: bool = False) -> Iterator[Job]:
    """The jobs of all rows that the store holds no judgement of; of equal ones the first."""
    good = {State.COMPLETE} if retry else {State.COMPLETE, State.INCOMPLETE}
    seen: set[bytes] = set()
    for chunk in chunks:
        new = {job.key: job for row in chunk.rows if isinstance(job := jobs.of(row), Job)}
        kept = store.get_many(list(new))
        for key, job in new.items():
            if bytes.fromhex(key) not in seen and not (key in kept and kept[key].state in good):
                yield job
            seen.add(bytes.fromhex(key))


@dataclass(frozen=True)
class Collecting(Grader):
    """A grader that asks nobody: what is not in the store has failed, with the reason that the ledger knows."""

    failures: dict[str, str] = field(default_factory=dict)

    @property
    def patience(self) -> int:
        """No number of failures says anything about a server: none is asked."""
        return sys.maxsize

    def asks(self) -> Ask:
        """Reasons instead of calls."""
        return _Nobody(self.failures)


class _Nobody:
    """Every job ungraded, with its reason."""

    def __init__(self, failures: dict[str, str]) -> None:
        self._failures = failures

    def calls(self, jobs: Sequence[Job]) -> list[Call]:
        return [partial(self._reason, job) for job in jobs]

    def close(self) -> None:
        """Nothing is held."""

    async def _reason(self, job: Job) -> Judged:
        reason = self._failures.get(job.key, "It was not in the order: grade again with --resume.")
        return Judged(judgements=tuple(Judgement.ungraded(point.id, reason) for point in job.rubric.points))


def rows_of(order: Order, wide: frozenset[str]) -> Iterator[Chunk]:
    """The rows of an order's file; `wide` are the questions of its bank."""
    columns = Columns(
        order.question_column, order.answer_column, order.question, wide if order.wide else frozenset()
    )  # fmt: skip
    return read_chunks(order.source, columns, order.form)


def write_output(
    order: Order, grader: Collecting, store: JudgementStore, told: Callable[[Graded], None] = lambda _: None
) -> Graded:
    """Write the output of an order of which nothing is under way any more.

    Raises:
        InputError: its input is no longer there.

    """
    wide = frozenset(rubric.id for rubric in grader.bank)
    target = (Path(order.output), order.kind)
    return grade_file(grader, rows_of(order, wide), store, target, f"write-{order.id}", told=told)
