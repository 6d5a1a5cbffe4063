"""Parquet and XLSX, read and written by polars: every column keeps its type."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import polars as pl
from xlsxwriter.exceptions import FileCreateError

from interviewer.batch.formulas import formulas_without_values
from interviewer.batch.results import Result
from interviewer.batch.rows import Chunk, Columns, Record
from interviewer.batch.text import cell_text
from interviewer.errors import InputError

# The engine warns of every empty column. Where nobody has set up logging that would be noise on standard error.
logging.getLogger("fastexcel").addHandler(logging.NullHandler())

READ_ROWS = 1024
PART_ROWS = 20_000
XLSX_ROWS = 1_048_575
XLSX_CHARS = 32_767  # in one cell

_EVIDENCE = pl.Struct({"start": pl.Int64, "end": pl.Int64, "text": pl.String})
_POINT = pl.Struct(
    {
        "id": pl.String,
        "verdict": pl.String,
        "evidence": pl.List(_EVIDENCE),
        "reason": pl.String,
        "probability": pl.Float64,
        "items": pl.List(pl.String),
    }
)
RESULT_SCHEMA: dict[str, Any] = {
    "score": pl.Float64,
    "points": pl.List(_POINT),
    "status": pl.String,
    "error": pl.String,
    "flags": pl.List(pl.String),
    "feedback": pl.String,
}


def read_parquet(source: str | BinaryIO, columns: Columns, name: str) -> Iterator[Chunk]:
    """The rows of a Parquet file, some at a time."""
    try:
        frame = pl.scan_parquet(source)
        columns.check(frame.collect_schema().names(), name)
        total = frame.select(pl.len()).collect().item()
    except (pl.exceptions.PolarsError, OSError) as error:
        raise InputError(f"{name} cannot be read as Parquet: {_first_line(error)}.") from None
    for start in range(0, total, PART_ROWS):
        yield from _chunks(frame.slice(start, PART_ROWS).collect(), columns, start)


def read_xlsx(source: str | BinaryIO, columns: Columns, name: str) -> Iterator[Chunk]:
    """The rows of a workbook's first sheet."""
    try:
        frame = pl.read_excel(source, infer_schema_length=None)
    except pl.exceptions.NoDataError:
        raise InputError(f"{name} is empty: its first sheet has no rows.") from None
    except Exception as error:  # noqa: BLE001  # the engine's own errors share no base
        raise InputError(f"{name} cannot be read as XLSX: {_first_line(error)}.") from None
    columns.check(frame.columns, name)
    yield from _chunks(frame, columns, 0, _lost(source, frame, name))


def _lost(source: str | BinaryIO, frame: pl.DataFrame, name: str) -> str:
    """What to say of cells that are empty although something stands in the sheet."""
    if not any(frame.null_count().row(0)):
        return ""
    if not isinstance(source, str):
        source.seek(0)
    letters = formulas_without_values(source)
    if not letters:
        return ""
    return (
        f"{name} holds formulas without their values in column {', '.join(letters)}: those cells are read as empty. "
        "To keep the values, open and save it in Excel or LibreOffice first."
    )


def _chunks(frame: pl.DataFrame, columns: Columns, start: int, lost: str = "") -> Iterator[Chunk]:
    for part in frame.iter_slices(READ_ROWS):
        numbers: Sequence[int] = range(start + 1, start + 1 + len(part))
        shown = part
        typed: dict[str, str] = {}
        if columns.wide:
            cells = [name for name in part.columns if name in columns.wide]
            typed = {name: str(part[name].dtype) for name in cells if not _is_text(part[name].dtype)}
            numbers = [number for number in numbers for _ in cells]
            shown = _long(part, cells, columns)
        wanted = [name for name in (columns.question, columns.answer) if name in shown.columns]
        records = shown.select(wanted).iter_rows(named=True)
        rows = tuple(
            columns.row(number, record, _typed(record, columns, typed))
            for number, record in zip(numbers, records, strict=True)
        )
        yield Chunk(rows, shown, lost=lost)
        start += len(part)


def _is_text(dtype: pl.DataType) -> bool:
    return dtype in {pl.String, pl.Categorical, pl.Enum, pl.Null}


def _typed(record: Record, columns: Columns, typed: dict[str, str]) -> str:
    """The fault of a cell of a wide sheet whose column holds something else than text; an empty cell has none."""
    name = record.get(columns.question, "")
    return f"the column {name!r} holds {typed[name]}, not text" if name in typed and record[columns.answer] else ""


def _long(frame: pl.DataFrame, cells: list[str], columns: Columns) -> pl.DataFrame:
    place = "__row"  # out again before anybody sees it
    texts = [pl.Series(name, [cell_text(value) for value in frame[name].to_list()], pl.String) for name in cells]
    numbered = frame.with_row_index(place).with_columns(texts)
    kept = [name for name in numbered.columns if name not in cells]
    long = numbered.unpivot(cells, index=kept, variable_name=columns.question, value_name=columns.answer)
    return long.sort(place, maintain_order=True).drop(place)


def joined(chunk: Chunk, results: Sequence[Result | None], gained: Sequence[str]) -> pl.DataFrame:
    """The rows that have a result, with its columns after theirs."""
    kept = [place for place, result in enumerate(results) if result is not None]
    columns = pl.DataFrame([r.as_record() for r in results if r is not None], schema=RESULT_SCHEMA).select(gained)
    if isinstance(chunk.table, pl.DataFrame):
        base = chunk.table[kept]
    else:
        flat = [{name: _flat(value) for name, value in chunk.table[place].items()} for place in kept]
        base = pl.DataFrame(flat, infer_schema_length=None, strict=False) if any(flat) else pl.DataFrame()
    return pl.concat([base.drop(gained, strict=False), columns], how="horizontal")


class TableWriter:
    """Collects parts beside the output, and makes one file of them at the end."""

    def __init__(self, part: Path, kind: str, gained: Sequence[str]) -> None:
        self.part = part
        self.kind = kind
        self.gained = gained
        self._folder = part.with_name(part.name + "s")
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir()
        self._frames: list[pl.DataFrame] = []
        self._parts = 0

    def write(self, chunk: Chunk, results: Sequence[Result | None]) -> None:
        """Add the rows of a chunk that have a result."""
        self._frames.append(joined(chunk, results, self.gained))
        if sum(map(len, self._frames)) >= PART_ROWS:
            with _disk():
                self._flush()

    def close(self) -> str:
        """Make the one file of all that was written; what to say of cells that it could not hold whole."""
        with _disk():
            return self._close()

    def _close(self) -> str:
        lost = ""
        self._flush()
        files = sorted(self._folder.iterdir())
        frame = pl.concat([pl.scan_parquet(file) for file in files], how="diagonal_relaxed") if files else pl.LazyFrame(
            schema={name: RESULT_SCHEMA[name] for name in self.gained}
        )  # fmt: skip
        kept = [name for name in frame.collect_schema().names() if name not in self.gained]
        frame = frame.select([*kept, *self.gained])
        if self.kind == "parquet":
            frame.sink_parquet(self.part)
        else:
            lost = _write_xlsx(frame.collect(), self.part)
        shutil.rmtree(self._folder)
        return lost

    def abandon(self) -> None:
        """Drop all that was written."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _flush(self) -> None:
        if self._frames:
            frame = pl.concat(self._frames, how="diagonal_relaxed")
            frame.write_parquet(self._folder / f"{self._parts:08}.parquet", compression="zstd")
            self._parts += 1
            self._frames = []


@contextmanager
def _disk() -> Iterator[None]:
    """What polars and the writer of workbooks say of a disk that is full, as the `OSError` that it is."""
    try:
        yield
    except (pl.exceptions.PolarsError, FileCreateError) as error:
        raise OSError(_first_line(error)) from None


def _write_xlsx(frame: pl.DataFrame, path: Path) -> str:
    if len(frame) > XLSX_ROWS:
        raise InputError(
            f"A sheet holds {XLSX_ROWS:,} rows and these are {len(frame):,}: write Parquet or CSV instead."
        )
    points = pl.Series("points", [_as_json(value) for value in frame["points"]], dtype=pl.String)
    frame, long = _cut(frame.with_columns(points, pl.col("flags").list.join("; ")))
    frame.write_excel(path, autofit=False)
    return (
        f"A cell of XLSX holds {XLSX_CHARS:,} characters: longer ones in column {', '.join(long)} were cut. Write "
        "Parquet, CSV or JSON Lines to keep them whole."
        if long
        else ""
    )


def _cut(frame: pl.DataFrame) -> tuple[pl.DataFrame, list[str]]:
    """The table with no text longer than a cell holds (the writer would leave the cell empty), and which columns were cut."""
    lengths = frame.select(pl.col(pl.String).str.len_chars().max()).row(0, named=True) if len(frame) else {}
    long = [name for name, length in lengths.items() if (length or 0) > XLSX_CHARS]
    cut = pl.col(long).str.head(XLSX_CHARS - 1) + "…"
    return frame.with_columns(
        pl.when(pl.col(long).str.len_chars() > XLSX_CHARS).then(cut).otherwise(pl.col(long))
    ), long


def _as_json(value: Any) -> str:
    return json.dumps(value.to_list() if isinstance(value, pl.Series) else value or [], ensure_ascii=False)


def _flat(value: Any) -> Any:
    """Lists and objects of JSON Lines as JSON text: their shape may differ from row to row, a column's type may not."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value


def records_of(frame: pl.DataFrame) -> list[Record]:
    """The rows of a frame as records, for a text format."""
    return frame.to_dicts()


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n", 1)[0].rstrip(".")
