"""Rows joined with their results, written in the input's order; the output appears under its name only when whole.

Until then it is `OUT.part`. Rows that could not be graded are named in `OUT.rejected.jsonl` as well.
"""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol, TextIO

from interviewer.batch.read import format_of
from interviewer.batch.results import Result, Status
from interviewer.batch.rows import FEEDBACK_COLUMN, RESULT_COLUMNS, Chunk, Record
from interviewer.batch.text import cell_text
from interviewer.errors import InputError, InterviewerError


def open_output(path: Path | None, given: str | None, *, again: bool, overwrite: bool) -> tuple[Path, str]:
    """The output's path and format, when it may be written: nothing is there, or it may be replaced.

    Raises:
        InputError: there is no name, no folder, no known format, or a file that is not to be replaced.

    """
    if path is None:
        raise InputError("Where shall the graded rows go? Name the file with -o, or ask for the price with --dry-run.")
    kind = format_of(str(path), given, "--output-format")
    if path.exists() and not (again or overwrite):
        raise InputError(
            f"{path} exists. Go on from it with --resume, replace it with --overwrite, or choose another name."
        )
    _check_folder(path)
    return path, kind


def check_apart(source: str, output: Path, report: Path | None) -> None:
    """See that input, output and report are different files, also under other names.

    Raises:
        InputError: two of them are the same, or the report's folder is not there.

    """
    written = {path.resolve() for path in (output, *_beside(output))}
    if Path(source).resolve() in written or _same(Path(source), output):
        raise InputError(f"{source} is the input: writing {output} would replace it. Name another output with -o.")
    if report is None:
        return
    _check_folder(report)
    if report.resolve() in written or _same(report, output):
        raise InputError(f"{report} is written for the output already. Name another file with --report.")
    if report.resolve() == Path(source).resolve() or _same(report, Path(source)):
        raise InputError(f"{report} is the input: the report would replace it. Name another file with --report.")


def _beside(output: Path) -> tuple[Path, Path]:
    """Where rows stand until the output is whole, and where those without a grade are named."""
    return output.with_name(output.name + ".part"), output.with_name(output.name + ".rejected.jsonl")


def _same(one: Path, other: Path) -> bool:
    return one.exists() and other.exists() and one.samefile(other)


def _check_folder(path: Path) -> None:
    if not path.parent.is_dir():
        raise InputError(f"{path} cannot be written: there is no folder {path.parent}. Make it, or choose another.")


class Writer(Protocol):
    """What makes one file of chunks and their results."""

    def write(self, chunk: Chunk, results: Sequence[Result | None]) -> None:
        """Add the rows that have a result."""

    def close(self) -> str:
        """Complete the file; what to say of what it could not hold, '' when it holds all."""

    def abandon(self) -> None:
        """Leave what is there as it is."""


class Output:
    """The output file and the list of what was rejected. `delimiter` is the input's, for CSV."""

    def __init__(self, path: Path, kind: str, delimiter: str = "", *, feedback: bool = False) -> None:
        self.path = path
        self.part, self.rejected_path = _beside(path)
        self.rows = 0
        self.lost = ""
        self._rejected: TextIO | None = None
        self.rejected_path.unlink(missing_ok=True)
        self.gained = (*RESULT_COLUMNS, FEEDBACK_COLUMN) if feedback else RESULT_COLUMNS
        self._writer = self._made(kind, delimiter)

    def write(self, chunk: Chunk, results: Sequence[Result | None]) -> None:
        """Add the rows of a chunk that have a result.

        Raises:
            InterviewerError: the disk is full, or the file cannot be written; what was judged is in the cache.

        """
        try:
            self._writer.write(chunk, results)
            for row, result in zip(chunk.rows, results, strict=True):
                if result is not None:
                    self.rows += 1
                    if result.status in {Status.REJECTED, Status.FAILED}:
                        self._reject(row.number, row.question, result)
        except OSError as error:
            raise self._fault(error) from None

    def close(self, *, replace: bool = True) -> Path:
        """Complete the output and give it its name, unless it has to stay aside; where it is now."""
        try:
            self.lost = self._writer.close()
            if self._rejected is not None:
                self._rejected.close()
            if not replace:
                return self.part
            self.part.replace(self.path)
        except OSError as error:
            raise self._fault(error) from None
        return self.path

    def abandon(self) -> None:
        """Close without completing."""
        self._writer.abandon()
        if self._rejected is not None:
            self._rejected.close()

    def _made(self, kind: str, delimiter: str) -> Writer:
        try:
            if kind in {"csv", "tsv"}:
                return CsvWriter(self.part, "\t" if kind == "tsv" else delimiter or ",", self.gained)
            if kind == "jsonl":
                return JsonlWriter(self.part, self.gained)
            from interviewer.batch.tables import TableWriter  # polars is loaded only for what needs it

            return TableWriter(self.part, kind, self.gained)
        except OSError as error:
            raise self._fault(error) from None

    def _reject(self, number: int, question: str, result: Result) -> None:
        if self._rejected is None:
            self._rejected = self.rejected_path.open("w", encoding="utf-8")
        line = {"row": number, "question": question, "status": result.status.value, "error": result.error}
        self._rejected.write(json.dumps(line, ensure_ascii=False) + "\n")
        self._rejected.flush()

    def _fault(self, error: OSError) -> InterviewerError:
        return InterviewerError(
            f"{self.path} cannot be written: {error.strerror or error}. What was judged is kept: "
            "make room, then run the same command again, and nothing is judged or paid for twice."
        )


class JsonlWriter:
    """JSON Lines: every value as it was."""

    def __init__(self, part: Path, gained: Sequence[str]) -> None:
        self._gained = gained
        self._file = part.open("w", encoding="utf-8")

    def write(self, chunk: Chunk, results: Sequence[Result | None]) -> None:
        """Add the rows that have a result."""
        for record, result in zip(_records(chunk), results, strict=True):
            if result is not None:
                line = {name: value for name, value in record.items() if name not in self._gained}
                found = result.as_record()
                line |= {name: found[name] for name in self._gained}
                self._file.write(json.dumps(line, ensure_ascii=False, default=str) + "\n")
        self._file.flush()

    def close(self) -> str:
        """Complete the file, on the disk."""
        return _to_disk(self._file)

    def abandon(self) -> None:
        """Leave what is there as it is."""
        _close_quietly(self._file)


class CsvWriter:
    """CSV or TSV. A column that first turns up in a later row (JSON Lines has such) widens the whole file."""

    def __init__(self, part: Path, delimiter: str, gained: Sequence[str]) -> None:
        self._path = part
        self._gained = gained
        self._delimiter = delimiter
        self._columns: list[str] = []
        self._file = part.open("w", encoding="utf-8", newline="")
        self._writer = csv.writer(self._file, delimiter=delimiter)

    def write(self, chunk: Chunk, results: Sequence[Result | None]) -> None:
        """Add the rows that have a result."""
        records = _records(chunk)
        names = dict.fromkeys(n for record in records for n in record if n not in self._gained)
        if not self._columns or names.keys() - set(self._columns):
            self._widen([*self._columns, *(name for name in names if name not in self._columns)])
        for record, result in zip(records, results, strict=True):
            if result is not None:
                cells = [cell_text(record.get(name)) for name in self._columns]
                found = result.as_record() | {"flags": "; ".join(result.flags)}
                self._writer.writerow([*cells, *(cell_text(found[name]) for name in self._gained)])
        self._file.flush()

    def close(self) -> str:
        """Complete the file, on the disk."""
        if not self._columns and self._file.tell() == 0:
            self._writer.writerow(self._gained)
        return _to_disk(self._file)

    def abandon(self) -> None:
        """Leave what is there as it is."""
        _close_quietly(self._file)

    def _widen(self, columns: list[str]) -> None:
        self._file.close()
        narrow = self._path.with_name(self._path.name + ".narrow")
        self._path.replace(narrow)
        self._file = self._path.open("w", encoding="utf-8", newline="")
        self._writer = csv.writer(self._file, delimiter=self._delimiter)
        self._writer.writerow([*columns, *self._gained])
        before, more = len(self._columns), [""] * (len(columns) - len(self._columns))
        with narrow.open(encoding="utf-8", newline="") as lines:
            rows = csv.reader(lines, delimiter=self._delimiter)
            next(rows, None)
            for cells in rows:
                self._writer.writerow([*cells[:before], *more, *cells[before:]])
        narrow.unlink()
        self._columns = columns


def _records(chunk: Chunk) -> list[Record]:
    if isinstance(chunk.table, list):
        return chunk.table
    from interviewer.batch.tables import records_of  # a frame: polars is loaded already

    return records_of(chunk.table)


def _to_disk(file: TextIO) -> str:
    file.flush()
    os.fsync(file.fileno())
    file.close()
    return ""


def _close_quietly(file: Any) -> None:
    try:
        file.close()
    except OSError:  # the disk is full: that was said already
        return
