"""Sessions in forms for other programs: rows for a spreadsheet, a deck of missed points for Anki."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from html import escape

from interviewer.judgement import Judgement
from interviewer.review import Scheduled
from interviewer.rubric import Point
from interviewer.session import AskedQuestion, Session

COLUMNS = (
    "session", "started", "mode", "bank", "section", "question", "score", "hints", "follow_ups",
    "point", "kind", "weight", "verdict", "at_once", "items", "evidence", "reason", "statement",
)  # fmt: skip
DECK = "Interview points to learn"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_STYLE = """\
.card { font: 20px/1.45 sans-serif; max-width: 34em; margin: 0 auto; padding: 1em; }
.question { color: #505c6b; font-size: .85em; }
.nightMode .question { color: #b6c0cc; }
"""


def to_csv(sessions: Iterable[Session]) -> str:
    """One row for each point that was judged, in CSV with a header.

    A cell that a spreadsheet would run as a formula begins with an apostrophe, as OWASP advises against CSV injection.
    """
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    for row in point_rows(sessions):
        writer.writerow({name: _inert(value) for name, value in row.items()})
    return out.getvalue()


def point_rows(sessions: Iterable[Session]) -> Iterator[dict[str, object]]:
    """One row for each point that was judged, in the order of sessions, questions and points."""
    for session in sessions:
        for question in session.questions:
            for judgement in question.grade.judgements if question.grade else ():
                yield _row(session, question, judgement)


def to_anki(points: Iterable[Scheduled], questions: Mapping[tuple[str, str], str], now: datetime) -> bytes:
    """An Anki package with a deck of these points, in their order.

    `questions` are the texts by bank and id. A note keeps its identity over exports: a second import updates it.
    """
    import genanki  # only an export needs it

    model = genanki.Model(
        _number("interviewer point"),
        "Interview point",
        fields=[{"name": name} for name in ("Question", "Cue", "Point", "Explanation")],
        templates=[
            {
                "name": "Cue to point",
                "qfmt": '<p class="question">{{Question}}</p><p>{{Cue}}</p>',
                "afmt": '{{FrontSide}}<hr id="answer"><p><strong>{{Point}}</strong></p><p>{{Explanation}}</p>',
            }
        ],
        css=_STYLE,
    )
    deck = genanki.Deck(_number(DECK), DECK)
    for weak in points:
        texts = (
            questions[weak.bank, weak.question],
            weak.point.follow_up,
            _in_full(weak.point),
            weak.point.explanation,
        )
        deck.add_note(
            genanki.Note(
                model=model,
                fields=[escape(text) for text in texts],
                tags=[f"interviewer::{weak.section}::{weak.question}"],
                guid=genanki.guid_for(weak.bank, weak.question, weak.point.id),
            )
        )
    package = io.BytesIO()
    genanki.Package(deck).write_to_file(package, timestamp=now.timestamp())
    return package.getvalue()


def question_texts(sessions: Iterable[Session]) -> dict[tuple[str, str], str]:
    """The questions by bank and id, in their latest wording."""
    return {(session.bank, q.id): q.rubric.question for session in sessions for q in session.questions}


def _row(session: Session, question: AskedQuestion, judgement: Judgement) -> dict[str, object]:
    point = question.rubric[judgement.point]
    score = question.grade.score if question.grade else None
    values = (
        session.id, session.started.isoformat(), session.mode, session.bank, question.section, question.id,
        "" if score is None else score, question.hints, len(question.interview().followed_up),
        point.id, point.kind.value, point.weight, judgement.verdict.value,
        question.covered_at_once(point.id), "; ".join(judgement.items),
        " … ".join(span.text for span in judgement.evidence), judgement.reason, point.statement,
    )  # fmt: skip
    return dict(zip(COLUMNS, values, strict=True))


def _inert(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _in_full(point: Point) -> str:
    if not point.items:
        return point.statement
    return f"{point.statement} At least {point.need} of: {', '.join(item.text for item in point.items)}."


def _number(name: str) -> int:
    """A number for a deck or a note type that stays the same; Anki wants 31 bits."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4]) >> 1
