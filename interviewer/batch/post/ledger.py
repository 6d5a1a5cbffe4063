"""What was ordered, posted and answered, in one SQLite file: another terminal goes on from it, days later.

A request is `waiting` (in no batch), `posted`, `done` (its judgements are in the store) or `failed`. Knows no network.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, TypeAdapter

from interviewer.answer import Answer
from interviewer.batch.jobs import Job
from interviewer.errors import StoreError, UnknownName
from interviewer.llm import Reply
from interviewer.rubric import Rubric
from interviewer.scoring import JudgeInfo

LEDGER_FILE = "batches.sqlite"
PATIENCE = 60.0  # seconds
REPLIES = TypeAdapter(tuple[Reply, ...])

_TABLES = """
CREATE TABLE IF NOT EXISTS orders (id TEXT PRIMARY KEY, finished INTEGER NOT NULL DEFAULT 0, data TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS rubrics (hash TEXT PRIMARY KEY, data TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS batches (
    number INTEGER PRIMARY KEY, owner TEXT NOT NULL, requests INTEGER NOT NULL, file TEXT NOT NULL DEFAULT '',
    batch TEXT NOT NULL DEFAULT '', closed INTEGER NOT NULL DEFAULT 0, note TEXT NOT NULL DEFAULT ''
);
CREATE TABLE IF NOT EXISTS requests (
    key TEXT PRIMARY KEY, owner TEXT NOT NULL, state TEXT NOT NULL, batch INTEGER, tries INTEGER NOT NULL DEFAULT 0,
    rubric TEXT NOT NULL, answer TEXT NOT NULL, replies TEXT NOT NULL DEFAULT '[]', note TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS by_batch ON requests (batch);
CREATE INDEX IF NOT EXISTS by_owner ON requests (owner, state);
CREATE TABLE IF NOT EXISTS wanted (owner TEXT NOT NULL, key TEXT NOT NULL, PRIMARY KEY (owner, key)) WITHOUT ROWID;
"""


class Order(BaseModel):
    """One `grade --via batch`: everything that its output needs, wherever and whenever it is collected."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    made: str
    source: str
    form: str | None
    question_column: str
    answer_column: str
    question: str | None
    wide: bool
    output: str
    kind: str
    bank: str
    judge: str
    model: str
    info: JudgeInfo


@dataclass(frozen=True)
class Posted:
    """One batch: `file` and `batch` are the server's ids, '' until it has given them."""

    number: int
    owner: str
    requests: int
    file: str = ""
    batch: str = ""
    closed: int = 0
    note: str = ""


@dataclass(frozen=True)
class Request:
    """One answer on its way: the replies that it has had (a second is asked for when the first cannot be used)."""

    key: str
    rubric: Rubric
    answer: Answer
    state: str = "waiting"
    tries: int = 0
    replies: tuple[Reply, ...] = ()
    note: str = ""

    @property
    def custom_id(self) -> str:
        """How a reply names what it replies to: the key, and which of the replies it is."""
        return f"{self.key}-{len(self.replies) + 1}"

    def now(self, state: str, note: str = "", *, tries: int | None = None) -> Request:
        """The request in another state."""
        return replace(self, state=state, note=note, tries=self.tries if tries is None else tries)


class Ledger:
    """What a method has returned from is on the disk."""

    def __init__(self, path: Path) -> None:
        """Open the ledger, made if it is not there.

        Raises:
            StoreError: the folder cannot be written, or the file is no ledger.

        """
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=FULL")
            self._db.executescript(_TABLES)
        except (OSError, sqlite3.Error) as error:
            raise StoreError(f"The ledger of batches {path} cannot be opened: {error}.") from None
        self._rubrics: dict[str, Rubric] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep other processes from posting and collecting meanwhile; a kill lets go of it.

        Raises:
            StoreError: another one has been at it for `PATIENCE` seconds.

        """
        # A database of its own, that the system unlocks when the process ends, however it ends.
        lock = sqlite3.connect(self.path.with_suffix(".lock"), timeout=PATIENCE, isolation_level=None)
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            lock.close()
            raise StoreError(f"Another process is posting or collecting batches ({error}). Try again later.") from None
        try:
            yield
        finally:
            lock.close()

    def add(self, order: Order, jobs: Iterable[Job]) -> int:
        """Keep an order and what it wants; how many requests are new. What any order has under way is not asked again."""
        rows, rubrics = [], {}
        for job in jobs:
            rubrics[job.rubric.hash] = job.rubric.model_dump_json()
            rows.append((job.key, order.id, job.rubric.hash, job.answer.text))
        with _Transaction(self) as db:
            db.execute("INSERT OR IGNORE INTO orders (id, data) VALUES (?, ?)", (order.id, order.model_dump_json()))
            db.executemany("INSERT OR IGNORE INTO rubrics VALUES (?, ?)", rubrics.items())
            db.executemany("INSERT OR IGNORE INTO wanted VALUES (?, ?)", [(order.id, row[0]) for row in rows])
            before = db.total_changes
            db.executemany(
                "INSERT INTO requests (key, owner, state, rubric, answer) VALUES (?, ?, 'waiting', ?, ?) "
                "ON CONFLICT (key) DO UPDATE SET owner = excluded.owner, state = 'waiting', batch = NULL, tries = 0, "
                "replies = '[]', note = '' WHERE state IN ('failed', 'done')",
                rows,
            )
            return db.total_changes - before

    def orders(self, *, finished: bool = False) -> list[Order]:
        """The orders that are under way, oldest first; or all."""
        rows = self._db.execute("SELECT data FROM orders WHERE finished <= ? ORDER BY rowid", (int(finished),))
        return [Order.model_validate_json(data) for (data,) in rows]

    def order(self, name: str) -> Order:
        """The order of this id.

        Raises:
            UnknownName: there is none.

        """
        orders = {order.id: order for order in self.orders(finished=True)}
        if name not in orders:
            raise UnknownName("order", name, orders, "`interviewer batches` shows them all.")
        return orders[name]

    def begun(self, order: Order) -> Order:
        """The order under way that is for the same output in the same way, placed before a stop; or this one."""
        same = (old for old in self.orders() if old == order.model_copy(update={"id": old.id, "made": old.made}))
        return next(same, order)

    def owners(self, order: str) -> list[str]:
        """The orders that have open what this one wants: itself, and any that had asked for some of it before."""
        query = (
            "SELECT DISTINCT requests.owner FROM wanted JOIN requests USING (key) "
            "WHERE wanted.owner = ? AND state IN ('waiting', 'posted') ORDER BY 1"
        )
        return [owner for (owner,) in self._db.execute(query, (order,))]

    def counts(self, order: str) -> dict[str, int]:
        """How many of the requests that an order wants are in which state."""
        query = "SELECT state, COUNT(*) FROM wanted JOIN requests USING (key) WHERE wanted.owner = ? GROUP BY state"
        return dict(self._db.execute(query, (order,)).fetchall())

    def batches(self, order: str) -> list[Posted]:
        """The batches made for an order, in order."""
        query = "SELECT number, owner, requests, file, batch, closed, note FROM batches WHERE owner = ? ORDER BY number"
        return [Posted(*row) for row in self._db.execute(query, (order,))]

    def waiting(self, order: str, most: int) -> list[Request]:
        """Some of an order's requests that are in no batch."""
        return self._requests("owner = ? AND state = 'waiting' ORDER BY rubric, key LIMIT ?", (order, most))

    def in_batch(self, number: int) -> list[Request]:
        """The requests of one batch, as they were put into it."""
        return self._requests("batch = ? AND state = 'posted' ORDER BY rubric, key", (number,))

    def failures(self, order: str) -> dict[str, str]:
        """The reason for each key that an order wants and that failed for good."""
        query = "SELECT key, note FROM wanted JOIN requests USING (key) WHERE wanted.owner = ? AND state = 'failed'"
        return dict(self._db.execute(query, (order,)).fetchall())

    def begin(self, order: str, keys: Sequence[str]) -> Posted:
        """Put requests into a new batch, before anything is sent."""
        with _Transaction(self) as db:
            made = db.execute("INSERT INTO batches (owner, requests) VALUES (?, ?)", (order, len(keys)))
            number = int(made.lastrowid or 0)
            states = [(number, key) for key in keys]
            db.executemany("UPDATE requests SET state = 'posted', batch = ? WHERE key = ?", states)
        return Posted(number, order, len(keys))

    def uploaded(self, batch: Posted, file: str) -> Posted:
        """Remember the server's id of a batch's file."""
        with _Transaction(self) as db:
            db.execute("UPDATE batches SET file = ? WHERE number = ?", (file, batch.number))
        return replace(batch, file=file)

    def posted(self, batch: Posted, name: str, note: str = "") -> Posted:
        """Remember the server's id of a batch."""
        with _Transaction(self) as db:
            db.execute("UPDATE batches SET batch = ?, note = ? WHERE number = ?", (name, note, batch.number))
        return replace(batch, batch=name, note=note)

    def settle(self, requests: Iterable[Request], batch: Posted | None = None, note: str = "") -> None:
        """Keep what became of requests and, with them, that their batch is closed: all of it or nothing."""
        rows = [(r.state, r.tries, REPLIES.dump_json(r.replies), r.note, r.key) for r in requests]
        with _Transaction(self) as db:
            db.executemany(
                "UPDATE requests SET state = ?, batch = NULL, tries = ?, replies = ?, note = ? WHERE key = ?", rows
            )
            if batch is not None:
                db.execute("UPDATE batches SET closed = 1, note = ? WHERE number = ?", (note, batch.number))

    def finish(self, order: str) -> None:
        """The output is written: the answers are no longer needed here, and are forgotten."""
        with _Transaction(self) as db:
            db.execute("UPDATE orders SET finished = 1 WHERE id = ?", (order,))
            db.execute("DELETE FROM wanted WHERE owner = ?", (order,))
            db.execute("DELETE FROM requests WHERE key NOT IN (SELECT key FROM wanted)")

    def _requests(self, where: str, given: tuple[Any, ...]) -> list[Request]:
        query = f"SELECT key, rubric, answer, state, tries, replies, note FROM requests WHERE {where}"  # noqa: S608  # ours, above
        return [
            Request(key, self._rubric(rubric), Answer(answer), state, tries, REPLIES.validate_json(replies), note)
            for key, rubric, answer, state, tries, replies, note in self._db.execute(query, given)
        ]

    def _rubric(self, name: str) -> Rubric:
        if name not in self._rubrics:
            (data,) = self._db.execute("SELECT data FROM rubrics WHERE hash = ?", (name,)).fetchone()
            self._rubrics[name] = Rubric.model_validate_json(data)
        return self._rubrics[name]


class _Transaction:
    """All of a block or none of it; a full disk is a `StoreError`."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def __enter__(self) -> sqlite3.Connection:
        db = self._ledger._db  # noqa: SLF001  # one idea in two classes
        db.execute("BEGIN IMMEDIATE")
        return db

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: object) -> None:
        db = self._ledger._db  # noqa: SLF001  # one idea in two classes
        if error is None:
            db.execute("COMMIT")
            return
        if db.in_transaction:  # a full disk has rolled back already
            db.execute("ROLLBACK")
        if isinstance(error, sqlite3.Error):
            raise StoreError(f"The ledger of batches {self._ledger.path} cannot be written: {error}.") from None
