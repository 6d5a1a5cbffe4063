"""Where rows come from: a file of any format, a folder or glob, standard input. One function for all."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from interviewer.batch.files import is_many_files, read_files
from interviewer.batch.rows import Chunk, Columns, chunks_of
from interviewer.batch.text import read_csv, read_jsonl
from interviewer.errors import InputError

FORMATS = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".xlsx": "xlsx",
}
KINDS = tuple(dict.fromkeys(FORMATS.values()))
STDIN = "-"


def format_of(path: str, given: str | None = None, option: str = "--format") -> str:
    """The format that was given, or else that of the extension.

    Raises:
        InputError: neither is known.

    """
    kind = given or FORMATS.get(Path(path).suffix.lower())
    if kind not in KINDS:
        named = "standard input" if path == STDIN else path
        raise InputError(f"The format of {named} is not known. Name it with {option}: {', '.join(KINDS)}.")
    return kind


def read_chunks(
    source: str, columns: Columns, kind: str | None = None, stdin: BinaryIO | None = None
) -> Iterator[Chunk]:
    """The rows of `source` in chunks, in order; `-` is standard input. Can be called again for another pass over a file.

    Raises:
        InputError: it cannot be read at all; a row that cannot be read is a row with a fault.

    """
    if source != STDIN and is_many_files(source):
        yield from chunks_of(read_files(source, columns), columns)
        return
    if source != STDIN and not Path(source).exists():
        raise InputError(f"{source} cannot be read: there is no such file or folder.")
    kind = format_of(source, kind)
    if source == STDIN:
        yield from _from_stream(stdin or sys.stdin.buffer, kind, columns, "standard input")
        return
    try:
        if Path(source).stat().st_size == 0:
            raise InputError(f"{source} is empty.")
        with Path(source).open("rb") as stream:
            yield from _from_stream(stream, kind, columns, source, source)
    except OSError as error:
        raise InputError(f"{source} cannot be read: {error.strerror or error}.") from None


def _from_stream(stream: BinaryIO, kind: str, columns: Columns, name: str, path: str | None = None) -> Iterator[Chunk]:
    if kind in {"csv", "tsv"}:
        delimiter, records = read_csv(stream, columns, name, "\t" if kind == "tsv" else ",")
        yield from chunks_of(records, columns, delimiter if kind == "csv" else "")
    elif kind == "jsonl":
        yield from chunks_of(read_jsonl(stream, columns, name), columns)
    else:
        from interviewer.batch.tables import read_parquet, read_xlsx  # polars is loaded only for what needs it

        read = read_parquet if kind == "parquet" else read_xlsx
        yield from read(path or io.BytesIO(stream.read()), columns, name)
