"""CSV, TSV and JSON Lines, read record by record so that memory stays flat and a broken one is named and passed over.

Standard library and not polars: its readers stop at the first broken line, or mend it without a word.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain
from typing import Any, BinaryIO, cast

from interviewer.batch.rows import Columns, Record
from interviewer.errors import InputError

# A quote that is never closed would swallow the rest of the file; a record longer than this is taken for one.
MAX_RECORD_CHARS = 20_000_000
MAX_RECORD_LINES = 20_000
DELIMITERS = (",", ";", "\t")
_START = 8192  # bytes by which the encoding and the line ends are told
_MARKS = (  # UTF-32's begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MARKED = "interviewer.surrogate"
_UNDECODED = re.compile(r"[\ud800-\udfff]")

Numbered = Iterator[tuple[int, Record, str]]


def read_csv(stream: BinaryIO, columns: Columns, source: str, usual: str = ",") -> tuple[str, Numbered]:
    """What stands between the cells of a CSV or TSV file, `usual` if in doubt, and its records, numbered from 1; all cells are text.

    Raises:
        InputError: the file is empty, or, once records are read, lacks a column that is needed.

    """
    csv.field_size_limit(MAX_RECORD_CHARS)
    encoding, lines = _decoded(stream)
    first = next(lines, "")
    if "\0" in first:
        raise InputError(
            f"{source} holds NUL characters in its header, as UTF-16 without a mark does: save it as UTF-8."
        )
    delimiter = delimiter_of(first, columns, usual)
    records = _Lines(chain([first] if first else [], lines))
    return delimiter, _numbered(records, delimiter, columns, source, encoding)


def delimiter_of(header: str, columns: Columns, usual: str) -> str:
    """What divides a header into the columns that are needed, or else into most: ',', ';' (Excel in Europe) or a tab."""

    def fit(delimiter: str) -> tuple[bool, int]:
        with suppress(csv.Error):  # whoever reads the header says what is wrong with it
            cells = next(csv.reader([header], delimiter=delimiter), [])
            return columns.are_in(cells), len(cells)
        return False, 0

    return max((usual, *DELIMITERS), key=fit)


def _numbered(lines: _Lines, delimiter: str, columns: Columns, source: str, encoding: str) -> Numbered:
    records = _csv_records(lines, delimiter)
    header, fault = next(records, (None, ""))
    if header is None:
        raise InputError(f"{source} is empty: it has no header." if not fault else f"{source}: {fault}.")
    columns.check(header, source)
    for number, (cells, broken) in enumerate(records, 1):
        record = dict(zip(header, cells or [], strict=False))
        yield number, *_checked(record, broken or _miscounted(cells or [], header, lines.number), encoding)


def read_jsonl(stream: BinaryIO, columns: Columns, source: str) -> Numbered:
    """The records of a JSON Lines file, numbered from 1; blank lines are none.

    Raises:
        InputError: the file is empty, or its first record lacks a column that is needed.

    """
    number = 0
    checked = False
    encoding, lines = _decoded(stream)
    for line_number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        number += 1
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:
            yield number, {}, f"line {line_number} is not JSON: {error}"
            continue
        if not isinstance(record, dict):
            yield number, {}, f"line {line_number} is not a JSON object"
            continue
        if not checked:
            columns.check(list(record), source)
            checked = True
        yield number, *_checked(record, "", encoding)
    if not number:
        raise InputError(f"{source} is empty: it holds no record.")


def _miscounted(cells: list[str], header: list[str], line: int) -> str:
    if len(cells) == len(header):
        return ""
    more = "more" if len(cells) > len(header) else "fewer"
    return f"line {line} has {more} cells than the header ({len(cells)}, not {len(header)})"


def _decoded(stream: BinaryIO) -> tuple[str, Iterator[str]]:
    """The encoding, by the mark at the start, and the lines with their ends as they are.

    What is not in that encoding becomes a lone surrogate, found by `_checked`.
    """
    buffered = stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(cast("io.RawIOBase", stream))
    start = buffered.peek(_START)
    encoding = next((name for mark, name in _MARKS if start.startswith(mark)), "utf-8")
    ends = _line_end(start.decode(encoding, "ignore"))
    errors = "surrogateescape" if encoding == "utf-8" else _MARKED
    named = "utf-8-sig" if encoding == "utf-8" else encoding
    return encoding.upper(), _lines(buffered, io.TextIOWrapper(buffered, encoding=named, errors=errors, newline=ends))


def _line_end(start: str) -> str:
    """A lone carriage return, as on the Macs of old, where a file begins with several lines and no line feed."""
    return "\r" if "\r" in start[:-1] and "\n" not in start else "\n"


def _lines(buffered: io.BufferedReader, text: io.TextIOWrapper) -> Iterator[str]:
    try:
        yield from text
    finally:
        if not buffered.closed:
            text.detach()  # whoever opened the stream closes it


def _surrogate(error: UnicodeError) -> tuple[str, int]:
    """A lone surrogate for what cannot be decoded: `surrogateescape` for encodings that have none."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "\udcff", error.end


codecs.register_error(_MARKED, _surrogate)


def _checked(record: Record, fault: str, encoding: str) -> tuple[Record, str]:
    """The record fit to be written, and its fault: what is not in the file's encoding is one."""
    broken = [name for name, value in record.items() if isinstance(value, str) and _is_broken(value)]
    if not broken:
        return record, fault
    mended = {name: _replaced(value) if name in broken else value for name, value in record.items()}
    return mended, fault or f"the column {broken[0]!r} is not {encoding}"


def _is_broken(text: str) -> bool:
    return not text.isascii() and _UNDECODED.search(text) is not None


def _replaced(text: str) -> str:
    return text.encode("utf-8", "surrogateescape" if _escaped(text) else "replace").decode("utf-8", "replace")


def _escaped(text: str) -> bool:
    return all("\udc80" <= found <= "\udcff" for found in _UNDECODED.findall(text))


def _csv_records(lines: _Lines, delimiter: str) -> Iterator[tuple[list[str] | None, str]]:
    """Cells of each record, or the fault of one physical line; reading goes on with the line after it."""
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        lines.begin()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            fault = f"line {lines.started + 1} is not CSV: {error}"
            lines.back_to_second()
            yield None, fault
            continue
        if cells:  # a blank line is no record
            yield cells, ""


class _Lines:
    """Lines that can be given again from the second of the current record on."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._source = lines
        self._again: deque[str] = deque()
        self._record: list[str] = []
        self._chars = 0
        self.number = 0
        self.started = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        if len(self._record) > MAX_RECORD_LINES or self._chars > MAX_RECORD_CHARS:
            raise csv.Error("a quote is opened here and not closed")
        line = self._again.popleft() if self._again else next(self._source)
        self._record.append(line)
        self._chars += len(line)
        self.number += 1
        return line

    def begin(self) -> None:
        """A new record starts with the next line."""
        self._record, self._chars, self.started = [], 0, self.number

    def back_to_second(self) -> None:
        """Give the lines after the current record's first again."""
        self._again.extendleft(reversed(self._record[1:]))
        self.number -= len(self._record) - 1


def cell_text(value: Any) -> str:
    """A value as a cell of CSV: text as it is, nothing as nothing, lists and objects as JSON."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, dict | list | bool):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)
