"""Judgements kept by what they were made of, in SQLite: the same rubric, judge and answer are never judged twice.

The store knows nothing of scores: a grade is arithmetic, done anew from the judgements that are kept here.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Self

from interviewer.answer import Answer, Span
from interviewer.errors import StoreError
from interviewer.evidence import locate_quote
from interviewer.judgement import Judgement, Verdict
from interviewer.judges.base import Judged
from interviewer.rubric import Rubric
from interviewer.scoring import JudgeInfo

STORE_FILE = "judgements.sqlite"

_TABLES = """
CREATE TABLE IF NOT EXISTS judged (key TEXT PRIMARY KEY, run TEXT NOT NULL, judged BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS notes (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""
_KEYS_AT_ONCE = 500  # SQLite of old allows 999 variables a statement


class State(StrEnum):
    """How much of a rubric was judged: every point, some, or none."""

    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    FAILED = "failed"


@dataclass(frozen=True)
class Entry:
    """What the store keeps under a key: the judgements, and the run that made them ('' outside a run)."""

    key: str
    judged: Judged
    run: str = ""

    @property
    def state(self) -> State:
        """How much of the rubric was judged."""
        ungraded = sum(j.verdict is Verdict.UNGRADED for j in self.judged.judgements)
        if not ungraded:
            return State.COMPLETE
        return State.FAILED if ungraded == len(self.judged.judgements) else State.INCOMPLETE


def judgement_key(rubric: Rubric, judge: JudgeInfo, answer: Answer) -> str:
    """40 hex digits for everything that decides the verdicts: rubric, judge, prompt, calibration, cleaned answer."""
    parts = [rubric.hash, judge.name, judge.model, judge.prompt, judge.calibration, judge.settings, answer.clean]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:40]


class JudgementStore:
    """Judgements by key in one SQLite file, safe to share between threads and processes.

    What `put` has returned from is on the disk: it outlives a kill of the process and a loss of power.
    """

    def __init__(self, path: Path) -> None:
        """Open the store, made if it is not there.

        Raises:
            StoreError: the folder cannot be written, or the file is no store.

        """
        self.path = path
        self._lock = threading.Lock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, timeout=60, check_same_thread=False, isolation_level=None)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=FULL")
            self._db.executescript(_TABLES)
        except (OSError, sqlite3.Error) as error:
            raise self._fault("opened", error) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; the store is of no use afterwards."""
        self._db.close()

    def get(self, key: str) -> Judged | None:
        """The complete judgements under this key; None when there are none, or only some points were judged."""
        entry = self.get_many([key]).get(key)
        return entry.judged if entry and entry.state is State.COMPLETE else None

    def get_many(self, keys: Sequence[str]) -> dict[str, Entry]:
        """Everything kept under any of these keys, whatever its state.

        Raises:
            StoreError: the file cannot be read.

        """
        found: dict[str, Entry] = {}
        try:
            for start in range(0, len(keys), _KEYS_AT_ONCE):
                some = keys[start : start + _KEYS_AT_ONCE]
                marks = ",".join("?" * len(some))
                query = f"SELECT key, judged, run FROM judged WHERE key IN ({marks})"  # noqa: S608  # only marks
                with self._lock:
                    rows = self._db.execute(query, some).fetchall()
                found |= {key: Entry(key, _unpacked(packed), run) for key, packed, run in rows}
        except (sqlite3.Error, zlib.error, ValueError) as error:
            raise self._fault("read", error) from None
        return found

    def put(self, key: str, judged: Judged) -> None:
        """Keep judgements under a key, in place of what was there."""
        self.put_many([Entry(key, judged)])

    def put_many(self, entries: Iterable[Entry]) -> None:
        """Keep several in one transaction: all of them or none.

        Raises:
            StoreError: the disk is full, or the file cannot be written.

        """
        rows = [(e.key, e.run, _packed(e.judged)) for e in entries]
        self._write("INSERT OR REPLACE INTO judged (key, run, judged) VALUES (?, ?, ?)", rows)

    def note(self, name: str) -> str:
        """A small fact kept beside the judgements, such as a server's rate limit; '' when there is none."""
        with self._lock:
            row = self._db.execute("SELECT value FROM notes WHERE name = ?", (name,)).fetchone()
        return row[0] if row else ""

    def put_notes(self, notes: Mapping[str, str]) -> None:
        """Keep such facts."""
        self._write("INSERT OR REPLACE INTO notes (name, value) VALUES (?, ?)", list(notes.items()))

    def _write(self, statement: str, rows: Sequence[tuple[str | bytes, ...]]) -> None:
        try:
            with self._lock:
                self._db.execute("BEGIN IMMEDIATE")
                try:
                    self._db.executemany(statement, rows)
                    self._db.execute("COMMIT")
                except BaseException:
                    if self._db.in_transaction:  # a full disk has rolled back already
                        self._db.execute("ROLLBACK")
                    raise
        except sqlite3.Error as error:
            raise self._fault("written", error) from None

    def _fault(self, done: str, error: Exception) -> StoreError:
        return StoreError(
            f"The cache {self.path} cannot be {done}: {error}. Free the disk, mend or remove the file, "
            "set INTERVIEWER_CACHE_DIR to another folder, or use --no-cache."
        )


def placed_in(answer: Answer, judged: Judged) -> Judged | None:
    """Kept judgements with their evidence as it stands in this very text; None when some of it cannot be found.

    Two texts that differ only in what cleaning removes share a key, but not the places of their words.
    """
    if all(answer.text[s.start : s.end] == s.text for judgement in judged.judgements for s in judgement.evidence):
        return judged
    placed: list[Judgement] = []
    for judgement in judged.judgements:
        spans = [_placed(span, answer) for span in judgement.evidence]
        found = tuple(span for span in spans if span is not None)
        if len(found) < len(spans):
            return None
        placed.append(judgement if found == judgement.evidence else judgement.model_copy(update={"evidence": found}))
    return judged.model_copy(update={"judgements": tuple(placed)})


def _packed(judged: Judged) -> bytes:
    """A quarter of the JSON's size: a million judgements fit a cache folder."""
    return zlib.compress(judged.model_dump_json(exclude_defaults=True).encode(), 1)


def _unpacked(packed: bytes) -> Judged:
    return Judged.model_validate_json(zlib.decompress(packed))


def _placed(span: Span, answer: Answer) -> Span | None:
    return span if answer.text[span.start : span.end] == span.text else locate_quote(span.text, answer)
