"""A session as a report that a coach would send on: Markdown, or one HTML page that needs nothing but itself. Pure.

The words and the look are templates in `_data/reports/`; the charts are in `charts.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import tzinfo
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from interviewer.answer import is_invisible
from interviewer.charts import bar_chart, line_chart
from interviewer.feedback import feedback, note, to_improve
from interviewer.highlight import Piece, pieces
from interviewer.interview import PARAGRAPH, Turn, TurnKind
from interviewer.judgement import Judgement, Verdict
from interviewer.progress import section_results, session_result
from interviewer.rubric import Point
from interviewer.scoring import Grade
from interviewer.session import AskedQuestion, Session

_SILENCE = {
    TurnKind.ANSWER: "No answer.",
    TurnKind.TIME_OVER: "No answer before the time was over.",
    TurnKind.DONT_KNOW: "“I don’t know.”",
    TurnKind.SKIP: "Skipped.",
}

if TYPE_CHECKING:
    from jinja2 import Environment

_FOLDER = Path(__file__).parent / "_data" / "reports"
# What Markdown would read as markup within a line, and at the beginning of one.
_INLINE = re.compile(r"[\\`*_\[\]|~]")
_LEADING = re.compile(r"^([ \t]*(?:\d+(?=[.)])|(?=[#>+=-])))", re.MULTILINE)


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PointLine(_Frozen):
    """One point in a report: its number in the answer's marks, the judgement, and what goes with it."""

    number: int
    point: Point
    judgement: Judgement
    note: str


class Exchange(_Frozen):
    """One thing that was put to the candidate, and the pieces of what came back; none when nothing did."""

    turn: Turn
    pieces: tuple[Piece, ...]


class QuestionPart(_Frozen):
    """One question in a report. `advice` is what to say next time."""

    asked: AskedQuestion
    grade: Grade | None
    exchanges: tuple[Exchange, ...]
    points: tuple[PointLine, ...]
    covered: int
    judged: int
    follow_ups: int
    advice: str
    study: tuple[Point, ...]


class Report(_Frozen):
    """One session, and the scores of those before it on the same bank: (day, score) and (section, mean score)."""

    session: Session
    day: str
    minutes: int
    parts: tuple[QuestionPart, ...]
    trend: tuple[tuple[str, float], ...]
    sections: tuple[tuple[str, float], ...]

    @property
    def covered(self) -> int:
        """How many points were covered in all questions."""
        return sum(part.covered for part in self.parts)

    @property
    def judged(self) -> int:
        """How many points were judged in all questions."""
        return sum(part.judged for part in self.parts)

    @property
    def study(self) -> list[QuestionPart]:
        """The questions that leave something to study."""
        return [part for part in self.parts if part.study]


def make_report(session: Session, others: Sequence[Session], zone: tzinfo | None = None) -> Report:
    """The report on a session; those of `others` that came before it on the same bank give the trend.

    Days are those of `zone`, by default the machine's.
    """
    before = [one for one in others if one.bank == session.bank and one.id < session.id]
    scored = [one for one in (*before, session) if one.score is not None]
    return Report(
        session=session,
        day=_day(session, zone, "%d %B %Y"),
        minutes=round(session_result(session).seconds / 60),
        parts=tuple(_part(asked) for asked in session.questions),
        trend=tuple((_day(one, zone, "%d %b %Y"), one.score) for one in scored if one.score is not None),
        sections=tuple((section.title, section.score) for section in section_results((*before, session))),
    )


def to_markdown(report: Report) -> str:
    """The report in Markdown; nothing that the candidate wrote is markup in it."""
    return re.sub(r"\n{3,}", "\n\n", _render("report.md.j2", report)).strip() + "\n"


def to_html(report: Report) -> str:
    """The report as one page: no script, no font, no image from elsewhere."""
    charts = {}
    if len(report.trend) > 1:
        charts["trend_chart"] = line_chart(report.trend, "trend", "Score by session, 0 to 100")
    if report.sections:
        charts["section_chart"] = bar_chart(report.sections, "sections", "Mean score by section, 0 to 100")
    return _render("report.html.j2", report, **charts)


def markdown_text(text: str) -> str:
    """The text as Markdown shows it to the letter: every sign that could be markup is escaped."""
    shown = "".join(" " if is_invisible(char) else char for char in text)
    shown = _INLINE.sub(r"\\\g<0>", shown.replace("&", "&amp;").replace("<", "&lt;"))
    return _LEADING.sub(r"\1\\", shown)


def _part(asked: AskedQuestion) -> QuestionPart:
    grade = asked.grade
    judgements = grade.judgements if grade else ()
    points = [
        PointLine(number=number, point=asked.rubric[j.point], judgement=j, note=note(asked.rubric[j.point], j))
        for number, j in enumerate(judgements, 1)
    ]
    return QuestionPart(
        asked=asked,
        grade=grade,
        exchanges=tuple(_exchanges(asked)),
        points=tuple(points),
        covered=sum(j.verdict is Verdict.COVERED for j in judgements),
        judged=sum(j.verdict is not Verdict.UNGRADED for j in judgements),
        follow_ups=len(asked.interview().followed_up),
        advice=feedback(asked.rubric, grade, asked.text) if grade else "",
        study=tuple(to_improve(asked.rubric, grade)) if grade else (),
    )


def _exchanges(asked: AskedQuestion) -> Iterator[Exchange]:
    """What was put and what came back, hints left out; each answer is a stretch of the text that was judged."""
    interview, start = asked.interview(), 0
    for turn in interview.turns:
        if turn in interview.answering and turn.text:
            end = start + len(turn.text)
            yield Exchange(turn=turn, pieces=tuple(pieces(interview.text, asked.grade, start, end)))
            start = end + len(PARAGRAPH)
        elif turn.kind is not TurnKind.HINT:
            yield Exchange(turn=turn, pieces=())


def _day(session: Session, zone: tzinfo | None, form: str) -> str:
    return session.started.astimezone(zone).strftime(form)


def _render(template: str, report: Report, **charts: str) -> str:
    shown: dict[str, Any] = {"trend_chart": "", "section_chart": "", "silence": _SILENCE, **charts}
    return _environment().get_template(template).render(report=report, session=report.session, **shown)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    import jinja2

    # HTML is escaped by its file's name, Markdown by the filter `md`.
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_FOLDER),
        autoescape=jinja2.select_autoescape(["html.j2"]),
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    made.filters["md"] = markdown_text
    return made
