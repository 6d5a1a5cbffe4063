"""Rows of answers: read from and written to CSV and JSON Lines. A row that cannot be read says so and stays in its place."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TextIO

from interviewer.errors import InputError
from interviewer.yaml_source import read_text

FORMATS = {".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl"}
RESULT_COLUMNS = ("score", "points", "status", "error")


@dataclass
class Row:
    """One row: its number in the file (from 1), its columns, and why it cannot be read, if it cannot."""

    number: int
    columns: dict[str, Any] = field(default_factory=dict)
    fault: str = ""


def format_of(path: Path) -> str:
    """'csv' or 'jsonl', by extension.

    Raises:
        InputError: another extension.

    """
    try:
        return FORMATS[path.suffix.lower()]
    except KeyError:
        raise InputError(
            f"{path}: the format {path.suffix or '(none)'} is not known; use {', '.join(FORMATS)}."
        ) from None


def read_rows(path: Path, question: str, answer: str) -> Iterator[Row]:
    """The rows of a file, in order.

    Raises:
        InputError: the file cannot be read, or lacks the column for the question or the answer.

    """
    kind = format_of(path)
    lines = read_text(path)
    if kind == "jsonl":
        yield from _json_rows(lines, path, question, answer)
        return
    reader = csv.DictReader(lines.splitlines(keepends=True), strict=True)
    _require(reader.fieldnames or [], path, question, answer)
    number = 0
    while True:
        number += 1
        try:
            columns = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Row(number, fault=f"line {reader.line_num} is not CSV: {error}")
            continue
        fault = ""
        if None in columns:
            fault = f"line {reader.line_num} has more cells than the header"
            columns.pop(None)  # DictReader puts the surplus under None
        elif any(value is None for value in columns.values()):
            fault = f"line {reader.line_num} has fewer cells than the header"
        yield Row(number, dict(columns), fault)


class RowWriter:
    """Writes one output row per input row, each on disk before the next."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.kind = format_of(path)
        self._file: TextIO | None = None
        self._writer: csv.DictWriter[str] | None = None

    def __enter__(self) -> Self:
        self._file = self.path.open("w", encoding="utf-8", newline="")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()

    def write(self, columns: dict[str, Any], result: dict[str, Any]) -> None:
        """Append one row: the input's columns, then the result's."""
        if self._file is None:
            raise ValueError("a RowWriter is used in a with block")
        if self.kind == "jsonl":
            self._file.write(json.dumps({**columns, **result}, ensure_ascii=False) + "\n")
        else:
            if self._writer is None:
                self._writer = csv.DictWriter(self._file, [*(c for c in columns if c not in result), *result])
                self._writer.writeheader()
            points = json.dumps(result["points"], ensure_ascii=False)
            self._writer.writerow({**columns, **result, "points": points})
        self._file.flush()


def _json_rows(lines: str, path: Path, question: str, answer: str) -> Iterator[Row]:
    number = 0
    checked = False
    for line in lines.split("\n"):
        if not line.strip():
            continue
        number += 1
        try:
            columns = json.loads(line)
        except ValueError as error:
            yield Row(number, fault=f"not JSON: {error}")
            continue
        if not isinstance(columns, dict):
            yield Row(number, fault="not a JSON object")
            continue
        if not checked:
            _require(list(columns), path, question, answer)
            checked = True
        yield Row(number, columns)


def _require(columns: Any, path: Path, *needed: str) -> None:
    missing = [name for name in needed if name not in columns]
    if missing:
        have = ", ".join(columns) or "none"
        raise InputError(
            f"{path} has no column {' and no column '.join(map(repr, missing))}; it has: {have}. "
            "Name yours with --question-column and --answer-column."
        )
