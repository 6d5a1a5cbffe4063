from __future__ import annotations

import csv
import io
import sqlite3
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from test_report import asked, session

from interviewer.export import COLUMNS, question_texts, to_anki, to_csv
from interviewer.review import schedule, weak_points
from interviewer.session import Session

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)


def rows(*sessions: Session) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(to_csv(sessions))))


def notes(package: bytes, folder: Path) -> list[tuple[str, str, str]]:
    """The notes of an Anki package: (identity, fields, tags)."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        archive.extract("collection.anki2", folder)
    connection = sqlite3.connect(folder / "collection.anki2")
    found = connection.execute("SELECT guid, flds, tags FROM notes ORDER BY id").fetchall()
    connection.close()
    return found


def deck(*sessions: Session, now: datetime = NOW) -> bytes:
    return to_anki(weak_points(schedule(sessions, now)), question_texts(sessions), now)


def test_every_judged_point_is_a_row():
    (boil, kinds, pot) = rows(session())
    assert tuple(boil) == COLUMNS
    assert (boil["point"], boil["verdict"], boil["at_once"], boil["score"]) == ("boil", "covered", "True", "60.0")
    assert boil["evidence"] == "Boil the water & <wait>."
    assert (kinds["verdict"], pot["reason"]) == ("missing", "Nobody could tell.")


@pytest.mark.parametrize("text", ['=HYPERLINK("x")', "+1", "-1", "@cmd"])
def test_no_cell_is_a_formula(text: str):
    assert rows(session(1, asked(text, quote=text)))[0]["evidence"] == f"'{text}"


def test_without_sessions_there_is_a_header():
    assert to_csv([]) == ",".join(COLUMNS) + "\r\n"


def test_a_deck_holds_the_missed_points_cue_first(tmp_path: Path):
    ((_, fields, tags),) = notes(deck(session()), tmp_path)
    question, cue, point, explanation = fields.split("\x1f")
    assert (question, cue) == ("How do you make good tea?", "What else comes to mind?")
    assert point == "Several kinds of leaves can be chosen. At least 2 of: green, black, oolong."
    assert explanation == "It matters because it does."
    assert tags.strip() == "interviewer::basics::tea"


def test_a_second_import_updates_the_first(tmp_path: Path):
    (first,), (second,) = (notes(deck(session(), now=NOW + timedelta(days=d)), tmp_path) for d in (0, 9))
    assert first[0] == second[0]


def test_the_same_sessions_at_the_same_time_make_the_same_notes(tmp_path: Path):
    assert notes(deck(session()), tmp_path) == notes(deck(session()), tmp_path)
