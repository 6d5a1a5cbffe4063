"""The SQLite file under the user's data folder: opened safely by several processes, migrated, set aside when damaged.

Knows nothing of sessions: what the tables mean is for `history.py`, their columns are in `_data/migrations/`.
"""

from __future__ import annotations

import sqlite3
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, MetaData, Table, create_engine, event
from sqlalchemy.exc import DBAPIError, IntegrityError

from interviewer.errors import HistoryError, HistoryUnwritable

FILE = "history.db"
MIGRATIONS = Path(__file__).parent / "_data" / "migrations"
WAIT = 30.0
"""Seconds that a process waits for another one that is writing."""

_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_REASONS = {
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_READONLY: "it is read-only",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened for writing (is the folder read-only?)",
    sqlite3.SQLITE_IOERR: "the disk reports an error",
    sqlite3.SQLITE_BUSY: f"another process has been writing to it for {WAIT:g} seconds",
    sqlite3.SQLITE_CORRUPT: "it is damaged",
    sqlite3.SQLITE_NOTADB: "it is no database",
}


class Database:
    """One SQLite file; every `transaction` is whole or not at all, whatever happens to the process.

    The tables are read from the file itself, so that their columns stand in one place: the migrations.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.engine = _engine(path)
        self.metadata = MetaData()
        weakref.finalize(self, self.engine.dispose)

    def __getitem__(self, table: str) -> Table:
        return self.metadata.tables[table]

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A connection whose changes are kept together when the block ends without an exception.

        Raises:
            HistoryUnwritable: the file cannot be read or written; says why.
            HistoryError: another process has written what was to be written here.

        """
        try:
            with self.engine.begin() as connection:
                yield connection
        except IntegrityError as error:
            raise HistoryError("Another process holds this session too. Go on with it there.") from error
        except DBAPIError as error:
            raise HistoryUnwritable(f"{self.path}: {_reason(error)}.") from error

    def empty_log(self) -> None:
        """Move the write-ahead log into the file, unless somebody reads just now: the log holds what was deleted."""
        connection = self.engine.raw_connection()
        try:
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            connection.close()


def open_database(folder: Path, now: datetime) -> tuple[Database, str]:
    """The database of this data folder, made or migrated where need be, and a line on what was found damaged, or ''.

    A file that is damaged or no database at all is renamed, never deleted, and a new one is begun.

    Raises:
        HistoryUnwritable: the folder cannot be written.
        HistoryError: the database is from a newer version.

    """
    path = folder / FILE
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise HistoryUnwritable(f"{folder}: {error.strerror}. Sessions cannot be kept there.") from error
    identity = _identity(path)
    try:
        return _opened(path), ""
    except DBAPIError as error:
        if _code(error) not in _DAMAGED:
            raise HistoryUnwritable(f"{path}: {_reason(error)}.") from error
    kept = path.with_name(f"history.damaged-{now:%Y%m%d-%H%M%S}.db")
    if _identity(path) == identity:  # else another process has already set it aside
        for end in ("", "-wal", "-shm"):
            part = path.with_name(path.name + end)
            if part.exists():
                part.rename(kept.with_name(kept.name + end))
    return _opened(path), f"The history was damaged. It is kept as {kept}, and a new one was begun."


def version_wanted() -> int:
    """The number of the newest migration."""
    return len(list(MIGRATIONS.glob("*.sql")))


def _opened(path: Path) -> Database:
    database = Database(path)
    with database.engine.begin() as connection:
        if connection.exec_driver_sql("PRAGMA quick_check(1)").scalar() != "ok":
            raise DBAPIError("PRAGMA quick_check", None, _corrupt())
        _migrate(connection, path)
        database.metadata.reflect(connection)
    return database


def _migrate(connection: Connection, path: Path) -> None:
    """Apply the migrations that this file has not seen, all within the caller's transaction."""
    has = int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())
    if has > version_wanted():
        raise HistoryError(
            f"{path} was written by a newer version of interviewer (its format is {has}, this version knows "
            f"{version_wanted()}). Upgrade interviewer, or set INTERVIEWER_DATA_DIR to another folder."
        )
    for number, script in enumerate(sorted(MIGRATIONS.glob("*.sql")), 1):
        if number > has:
            for statement in _statements(script.read_text(encoding="utf-8")):
                connection.exec_driver_sql(statement)
    if has < version_wanted():
        connection.exec_driver_sql(f"PRAGMA user_version = {version_wanted()}")


def _statements(script: str) -> Iterator[str]:
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _engine(path: Path) -> Engine:
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": WAIT})

    # sqlite3 begins transactions by itself, late and not for every statement; here each begins at once, as a writer's.
    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA secure_delete = ON")  # what is forgotten leaves no trace in the file
        _use_write_ahead_log(connection)

    @event.listens_for(engine, "begin")
    def _began(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
    """Switch to WAL. Only the first process ever does; SQLite does not wait for that lock by itself."""
    deadline = time.monotonic() + WAIT
    while connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _corrupt() -> sqlite3.DatabaseError:
    error = sqlite3.DatabaseError("the check of the file failed")
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    return error


def _code(error: DBAPIError) -> int:
    """The primary result code of SQLite, extended codes cut down to it."""
    return int(getattr(error.orig, "sqlite_errorcode", 0)) & 0xFF


def _reason(error: DBAPIError) -> str:
    return _REASONS.get(_code(error), str(error.orig))
