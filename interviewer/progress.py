"""How practice goes over time: scores by session and section, coverage by point, days in a row. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta, tzinfo

from pydantic import BaseModel, ConfigDict

from interviewer.judgement import Verdict
from interviewer.session import AskedQuestion, Session


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SessionResult(_Frozen):
    """One session in a line. `score` is in 0–100, None when nothing was scored; `seconds` were spent answering."""

    id: int
    day: date
    mode: str
    title: str
    score: float | None
    questions: int
    covered: int
    judged: int
    hints: int
    seconds: float


class SectionResult(_Frozen):
    """One section: the mean score of each session in which it was asked, and over all of its questions."""

    id: str
    title: str
    questions: int
    score: float
    by_session: tuple[float, ...]


class PointResult(_Frozen):
    """One point: how often it was judged and covered, and how it went the last time."""

    bank: str
    section: str
    question: str
    point: str
    statement: str
    judged: int
    covered: int
    last: Verdict


class Progress(_Frozen):
    """Everything that `interviewer progress` shows. `streak` and `longest` are in days."""

    sessions: tuple[SessionResult, ...]
    sections: tuple[SectionResult, ...]
    points: tuple[PointResult, ...]
    streak: int
    longest: int
    days: int


def progress(sessions: Sequence[Session], now: datetime) -> Progress:
    """The progress over these sessions; a session in which nothing was said counts for nothing."""
    held = [session for session in sessions if any(question.turns for question in session.questions)]
    days = {session.started.astimezone(now.tzinfo).date() for session in held}
    return Progress(
        sessions=tuple(session_result(session, now.tzinfo) for session in held),
        sections=section_results(held),
        points=point_results(held),
        streak=streak(days, now.date()),
        longest=max((streak(days, day) for day in days), default=0),
        days=len(days),
    )


def session_result(session: Session, zone: tzinfo | None = None) -> SessionResult:
    """One session in a line; its day is that of `zone`, by default the machine's."""
    judgements = [judgement for grade in session.grades for judgement in grade.judgements]
    return SessionResult(
        id=session.id,
        day=session.started.astimezone(zone).date(),
        mode=session.mode,
        title=session.title,
        score=session.score,
        questions=len(session.grades),
        covered=sum(judgement.verdict is Verdict.COVERED for judgement in judgements),
        judged=sum(judgement.verdict is not Verdict.UNGRADED for judgement in judgements),
        hints=sum(question.hints for question in session.questions),
        seconds=sum(turn.seconds for question in session.questions for turn in question.turns),
    )


def section_results(sessions: Iterable[Session]) -> tuple[SectionResult, ...]:
    """The sections, in the order in which they were first asked."""
    titles: dict[tuple[str, str], str] = {}
    scores: dict[tuple[str, str], dict[int, list[float]]] = {}
    for session in sessions:
        for question in session.questions:
            if question.grade is not None and question.grade.score is not None:
                key = (session.bank, question.section)
                titles[key] = question.section_title
                scores.setdefault(key, {}).setdefault(session.id, []).append(question.grade.score)
    return tuple(
        SectionResult(
            id=key[1],
            title=titles[key],
            questions=sum(map(len, found.values())),
            score=_mean([score for one in found.values() for score in one]),
            by_session=tuple(_mean(one) for one in found.values()),
        )
        for key, found in scores.items()
    )


def point_results(sessions: Iterable[Session]) -> tuple[PointResult, ...]:
    """The points that were judged, the least covered first."""
    seen: dict[tuple[str, str, str], list[Verdict]] = {}
    asked: dict[tuple[str, str], AskedQuestion] = {}
    for session in sessions:
        for question in session.questions:
            asked[session.bank, question.id] = question
            for judgement in question.grade.judgements if question.grade else ():
                if judgement.verdict is not Verdict.UNGRADED:
                    seen.setdefault((session.bank, question.id, judgement.point), []).append(judgement.verdict)
    results = []
    for (bank, question_id, point_id), verdicts in seen.items():
        question = asked[bank, question_id]
        statement = next((p.statement for p in question.rubric.points if p.id == point_id), "")
        if not statement:  # a point that the rubric no longer has
            continue
        results.append(
            PointResult(
                bank=bank,
                section=question.section,
                question=question_id,
                point=point_id,
                statement=statement,
                judged=len(verdicts),
                covered=verdicts.count(Verdict.COVERED),
                last=verdicts[-1],
            )
        )
    return tuple(sorted(results, key=lambda result: (result.covered / result.judged, -result.judged)))


def streak(days: Iterable[date], today: date) -> int:
    """How many days in a row were practised, up to today or, as today is not over, yesterday."""
    practised = set(days)
    last = today if today in practised else today - timedelta(days=1)
    length = 0
    while last - timedelta(days=length) in practised:
        length += 1
    return length


def _mean(scores: Sequence[float]) -> float:
    return round(sum(scores) / len(scores), 1)
