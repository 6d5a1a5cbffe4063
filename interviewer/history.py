"""Sessions written to SQLite as they happen, and read again as the models of `session.py`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import ColumnElement, Connection, RowMapping, Table, delete, func, insert, select, update

from interviewer.database import Database, open_database
from interviewer.errors import UnknownName
from interviewer.interview import Outcome, Round, Turn, TurnKind
from interviewer.judgement import Judgement
from interviewer.rubric import Rubric
from interviewer.scoring import Grade, Usage
from interviewer.session import AskedQuestion, Draft, Mode, Plan, Session

__all__ = [
    "AskedQuestion", "Draft", "History", "Mode", "Outcome", "Plan", "Round", "Session", "Turn", "TurnKind",
]  # fmt: skip

_Key = tuple[int, int, int]


class History:
    """The sessions of one user. `notice` is a line for the user when the database was found damaged, else ''."""

    def __init__(self, database: Database, notice: str = "") -> None:
        self.database = database
        self.notice = notice

    @classmethod
    def open(cls, folder: Path, now: datetime) -> History:
        """The history in this data folder, begun where there is none.

        Raises:
            HistoryError: the folder cannot be written, or the database is from a newer version.

        """
        return cls(*open_database(folder, now))

    @property
    def where(self) -> str:
        """For a user whose sessions had to be kept elsewhere: where, and how to see them."""
        folder = self.database.path.parent
        return (
            f"This session is kept in {folder} instead: set INTERVIEWER_DATA_DIR={folder} to resume or see it, "
            "and copy it from there if you want to keep it."
        )

    # -- writing, as things happen ------------------------------------------------------------------------------------

    def begin(self, session: Session) -> int:
        """A new session, nothing asked yet; the number that it was given in place of its own."""
        row = insert(self.database["sessions"]).values(
            started=_stamp(session.started),
            bank=session.bank,
            title=session.title,
            mode=session.mode,
            judge=session.judge.model_dump_json(),
            trust=session.trust,
            plan=session.plan.model_dump_json(),
        )
        with self.database.transaction() as connection:
            return int(connection.execute(row).lastrowid)

    def ask(self, session: int, question: AskedQuestion) -> None:
        """A question, or a further attempt at one, is put to the candidate; a draft for another is no longer wanted."""
        drafts = self.database["drafts"]
        row = insert(self.database["questions"]).values(
            session=session,
            place=question.place,
            attempt=question.attempt,
            question=question.id,
            section=question.section,
            section_title=question.section_title,
            rubric=question.rubric.model_dump_json(),
            asked=_stamp(question.asked),
            outcome=Outcome.OPEN.value,
        )
        with self.database.transaction() as connection:
            connection.execute(row)
            connection.execute(delete(drafts).where(drafts.c.session == session))

    def add_turn(self, session: int, place: int, attempt: int, turn: Turn) -> None:
        """The candidate said or did something; unless it was to take a hint, the draft is no longer wanted."""
        turns, drafts = self.database["turns"], self.database["drafts"]
        count = select(func.count()).select_from(turns).where(*_is(turns, session, place, attempt))
        values = turn.model_dump(mode="json") | {"said": _stamp(turn.said)}
        with self.database.transaction() as connection:
            number = connection.execute(count).scalar_one() + 1
            key = {"session": session, "place": place, "attempt": attempt, "number": number}
            connection.execute(insert(turns).values(key | values))
            if turn.kind is not TurnKind.HINT:
                connection.execute(delete(drafts).where(drafts.c.session == session))

    def add_round(self, session: int, place: int, attempt: int, done: Round) -> None:
        """Points were judged. The usage of the call stands with the first of them."""
        rows = [
            {
                "session": session,
                "place": place,
                "attempt": attempt,
                "answers": done.answers,
                "point": judgement.point,
                "verdict": judgement.verdict.value,
                "judgement": judgement.model_dump_json(),
                "usage": (Usage() if n else done.usage).model_dump_json(),
                "judged": _stamp(done.judged),
            }
            for n, judgement in enumerate(done.judgements)
        ]
        with self.database.transaction() as connection:
            if rows:
                connection.execute(insert(self.database["judgements"]), rows)

    def close(self, session: int, question: AskedQuestion) -> None:
        """A question is done with: its outcome, its grade and when."""
        questions = self.database["questions"]
        values = {
            "outcome": question.outcome.value,
            "closed": _stamp(question.closed) if question.closed else None,
            "grade": question.grade.model_dump_json() if question.grade else None,
        }
        which = _is(questions, session, question.place, question.attempt)
        with self.database.transaction() as connection:
            connection.execute(update(questions).where(*which).values(values))

    def copy(self, session: Session) -> int:
        """A whole session as it stands, from another history; its number here."""
        number = self.begin(session)
        for question in session.questions:
            self.ask(number, question)
            for turn in question.turns:
                self.add_turn(number, question.place, question.attempt, turn)
            for done in question.rounds:
                self.add_round(number, question.place, question.attempt, done)
            if question.closed:
                self.close(number, question)
        if session.ended:
            self.end(number, session.ended)
        return number

    def end(self, session: int, at: datetime) -> None:
        """The session is over; there is nothing to resume."""
        sessions = self.database["sessions"]
        with self.database.transaction() as connection:
            connection.execute(update(sessions).where(sessions.c.id == session).values(ended=_stamp(at)))

    def keep_draft(self, session: int, draft: Draft, at: datetime) -> None:
        """What is being typed, in place of what was kept before."""
        drafts = self.database["drafts"]
        values = draft.model_dump() | {"session": session, "typed": _stamp(at)}
        with self.database.transaction() as connection:
            connection.execute(delete(drafts).where(drafts.c.session == session))
            connection.execute(insert(drafts).values(values))

    def forget(self, sessions: Sequence[int] | None = None) -> int:
        """Delete these sessions with all that was said in them, or every one; how many there were."""
        table = self.database["sessions"]
        which = delete(table) if sessions is None else delete(table).where(table.c.id.in_(sessions))
        with self.database.transaction() as connection:
            count = connection.execute(which).rowcount
        self.database.empty_log()
        return count

    # -- reading ------------------------------------------------------------------------------------------------------

    def sessions(self) -> tuple[Session, ...]:
        """Every session, oldest first."""
        with self.database.transaction() as connection:
            return tuple(self._sessions(connection))

    def session(self, number: int) -> Session:
        """One session.

        Raises:
            UnknownName: there is none of this number.

        """
        with self.database.transaction() as connection:
            found = list(self._sessions(connection, number))
            if found:
                return found[0]
            known = [str(id_) for id_ in connection.execute(select(self.database["sessions"].c.id)).scalars()]
        raise UnknownName("session", str(number), known, "`interviewer sessions` lists them.")

    def draft(self, session: int) -> Draft | None:
        """What was being typed when the session was left, if anything was."""
        drafts = self.database["drafts"]
        with self.database.transaction() as connection:
            row = connection.execute(select(drafts).where(drafts.c.session == session)).mappings().one_or_none()
        return Draft.model_validate({name: row[name] for name in Draft.model_fields}) if row else None

    def _sessions(self, connection: Connection, number: int | None = None) -> Iterator[Session]:
        """The sessions with everything in them, in one pass over each table."""
        turns: dict[_Key, list[Turn]] = {}
        for row in self._rows(connection, "turns", number, "number"):
            turns.setdefault(_key(row), []).append(Turn.model_validate({name: row[name] for name in Turn.model_fields}))
        judged: dict[_Key, dict[int, list[RowMapping]]] = {}
        for row in self._rows(connection, "judgements", number, "answers"):
            judged.setdefault(_key(row), {}).setdefault(row["answers"], []).append(row)
        asked: dict[int, dict[int, AskedQuestion]] = {}
        for row in self._rows(connection, "questions", number, "place", "attempt"):
            rounds = judged.get(_key(row), {})
            question = _question(row, turns.get(_key(row), []), rounds)
            asked.setdefault(row["session"], {})[question.place] = question  # a later attempt replaces an earlier
        for row in self._rows(connection, "sessions", number, "id"):
            parsed = {"judge": json.loads(row["judge"]), "plan": json.loads(row["plan"])}
            questions = tuple(asked.get(row["id"], {}).values())
            yield Session.model_validate(dict(row) | parsed | {"questions": questions})

    def _rows(self, connection: Connection, name: str, number: int | None, *order: str) -> Iterable[RowMapping]:
        table = self.database[name]
        owner = table.c.id if name == "sessions" else table.c.session
        wanted = select(table).order_by(*(table.c[column] for column in order))
        return connection.execute(wanted if number is None else wanted.where(owner == number)).mappings()


def _question(row: RowMapping, turns: Sequence[Turn], rounds: Mapping[int, Sequence[RowMapping]]) -> AskedQuestion:
    same = ("place", "attempt", "section", "section_title", "asked", "closed", "outcome")
    return AskedQuestion(
        rubric=Rubric.model_validate_json(row["rubric"]),
        turns=tuple(turns),
        rounds=tuple(_round(answers, rows) for answers, rows in rounds.items()),
        grade=Grade.model_validate_json(row["grade"]) if row["grade"] else None,
        **{name: row[name] for name in same},
    )


def _round(answers: int, rows: Sequence[RowMapping]) -> Round:
    return Round(
        answers=answers,
        judgements=tuple(Judgement.model_validate_json(row["judgement"]) for row in rows),
        usage=sum((Usage.model_validate_json(row["usage"]) for row in rows), Usage()),
        judged=rows[0]["judged"],
    )


def _is(table: Table, session: int, place: int, attempt: int) -> tuple[ColumnElement[bool], ...]:
    """The conditions that single out one attempt at one question."""
    return table.c.session == session, table.c.place == place, table.c.attempt == attempt


def _key(row: RowMapping) -> _Key:
    return row["session"], row["place"], row["attempt"]


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()
