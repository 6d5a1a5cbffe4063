"""Rows and chunks of them: what every reader yields and every writer takes. No files here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from interviewer.errors import InputError

if TYPE_CHECKING:
    import polars as pl

Record = dict[str, Any]
RESULT_COLUMNS = ("score", "points", "status", "error", "flags")
FEEDBACK_COLUMN = "feedback"  # after those, where it is asked for
CHUNK_ROWS = 1024


@dataclass(frozen=True, slots=True)
class Row:
    """One answer to grade: its row in the input (from 1), and why it cannot be read, if it cannot."""

    number: int
    question: str = ""
    answer: str = ""
    fault: str = ""


@dataclass(frozen=True)
class Chunk:
    """Some rows in a row, and all columns of each: records from a text format, a frame from a typed one.

    `delimiter` stood between the cells of a CSV file, and `lost` names what of the input cannot be kept.
    """

    rows: tuple[Row, ...]
    table: list[Record] | pl.DataFrame
    delimiter: str = ""
    lost: str = ""


@dataclass(frozen=True)
class Columns:
    """Where in the input the question and the answer are.

    `asked` is the question of every row of an input that has no column for it. `wide`, the questions of the bank,
    is set for a sheet with one column per question: each of its cells is an answer.
    """

    question: str = "question"
    answer: str = "answer"
    asked: str | None = None
    wide: frozenset[str] = frozenset()

    def are_in(self, present: Sequence[str]) -> bool:
        """Whether an input with these columns has those that are needed."""
        if self.wide:
            return not self.wide.isdisjoint(present)
        return self.answer in present and (self.asked is not None or self.question in present)

    def check(self, present: Sequence[str], source: str) -> None:
        """See that an input with these columns can be graded.

        Raises:
            InputError: a column is missing, or stands twice.

        """
        twice = sorted({name for name in present if present.count(name) > 1})
        if twice:
            raise InputError(f"{source} has two columns {twice[0]!r}. Rename one of them.")
        have = ", ".join(map(str, present)) or "none"
        if self.wide:
            if not self.are_in(present):
                raise InputError(f"{source} has no column named after a question of the bank; it has: {have}.")
            return
        needed = [self.answer] if self.asked else [self.question, self.answer]
        missing = [name for name in needed if name not in present]
        if missing:
            raise InputError(
                f"{source} has no column {' and no column '.join(map(repr, missing))}; it has: {have}. "
                "Name yours with --question-column and --answer-column, name the one question with --question, "
                "or use --wide for a sheet with a column per question."
            )

    def row(self, number: int, record: Record, fault: str = "") -> Row:
        """The row that a record amounts to."""
        question = self.asked or str(record.get(self.question) or "")
        if fault:
            return Row(number, question, fault=fault)
        answer = record.get(self.answer)
        if answer is None:
            return Row(number, question)  # an empty cell is an empty answer, in every format
        if not isinstance(answer, str):
            return Row(number, question, fault=f"the column {self.answer!r} holds {type(answer).__name__}, not text")
        return Row(number, question, answer)

    def long(self, record: Record) -> list[Record]:
        """The record of a wide sheet as one record per question; an empty cell is an empty answer."""
        kept = {name: value for name, value in record.items() if name not in self.wide}
        return [
            {**kept, self.question: name, self.answer: "" if value is None else value}
            for name, value in record.items()
            if name in self.wide
        ]


def chunks_of(
    records: Iterator[tuple[int, Record, str]], columns: Columns, delimiter: str = "", size: int = CHUNK_ROWS
) -> Iterator[Chunk]:
    """Numbered records, each perhaps with its fault, as chunks of `size` records."""
    while some := list(islice(records, size)):
        numbered = [
            (number, long, fault)
            for number, record, fault in some
            for long in (columns.long(record) if columns.wide and not fault else [record])
        ]
        rows = tuple(columns.row(number, record, fault) for number, record, fault in numbered)
        yield Chunk(rows, [record for _, record, _ in numbered], delimiter)


Read = Callable[[], Iterator[Chunk]]
