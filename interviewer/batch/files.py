"""A folder or glob of text and Markdown files: each is one answer, its name the candidate's."""

from __future__ import annotations

import glob
from collections.abc import Iterator
from pathlib import Path

from interviewer.batch.rows import Columns, Record
from interviewer.errors import InputError
from interviewer.yaml_source import read_text

SUFFIXES = frozenset({".txt", ".md", ".markdown"})


def is_many_files(source: str) -> bool:
    """Whether this names a folder or a pattern, not one file."""
    return Path(source).is_dir() or (glob.has_magic(source) and not Path(source).exists())


def read_files(source: str, columns: Columns) -> Iterator[tuple[int, Record, str]]:
    """One record per file, by name: `candidate` (the file's stem), `file`, the question and the answer.

    The question is the one asked of all, or else the name of the folder in which the file stands.

    Raises:
        InputError: there is no such file.

    """
    if Path(source).is_dir():
        paths = sorted(path for path in Path(source).rglob("*") if path.suffix.lower() in SUFFIXES)
    else:
        paths = sorted(Path(name) for name in glob.glob(source, recursive=True) if Path(name).is_file())  # noqa: PTH207  # absolute patterns too
    if not paths:
        raise InputError(f"{source} holds no {' or '.join(sorted(SUFFIXES))} file.")
    for number, path in enumerate(paths, 1):
        record: Record = {"candidate": path.stem, "file": str(path)}
        record[columns.question] = columns.asked or path.parent.name
        try:
            yield number, record | {columns.answer: read_text(path)}, ""
        except InputError as error:
            yield number, record | {columns.answer: None}, str(error)
