"""A session as it was or is: what was planned, each question that was asked, what was said, judged and graded.

Frozen models that need no database and no bank: each question carries the rubric that was used.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from interviewer.interview import Interview, Outcome, Round, Turn, TurnKind
from interviewer.judgement import Verdict
from interviewer.rubric import Rubric
from interviewer.scoring import Grade, JudgeInfo

Mode = Literal["practice", "exam", "drill"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class AskedQuestion(_Frozen):
    """One question of a session, in its latest attempt. `rubric` is the one it was judged by."""

    place: int
    attempt: int
    section: str
    section_title: str
    rubric: Rubric
    asked: datetime
    closed: datetime | None = None
    outcome: Outcome = Outcome.OPEN
    turns: tuple[Turn, ...] = ()
    rounds: tuple[Round, ...] = ()
    grade: Grade | None = None

    @property
    def id(self) -> str:
        """The id of the question in its bank."""
        return self.rubric.id

    def interview(self, max_follow_ups: int = 0) -> Interview:
        """The conversation about it, to go on with or to look at: what was said, what is known of each point."""
        return Interview(rubric=self.rubric, max_follow_ups=max_follow_ups, turns=self.turns, rounds=self.rounds)

    @property
    def text(self) -> str:
        """All that the candidate said, as it was judged: every evidence is a span of it."""
        return self.interview().text

    @property
    def hints(self) -> int:
        """How many hints were taken."""
        return sum(turn.kind is TurnKind.HINT for turn in self.turns)

    def covered_at_once(self, point: str) -> bool:
        """Whether the first answer alone covered this point."""
        return any(
            j.point == point and j.verdict is Verdict.COVERED
            for done in self.rounds
            if done.answers <= 1
            for j in done.judgements
        )


class Plan(_Frozen):
    """What a session set out to do, and with which judge, by the name and model it was asked for.

    `seconds` and `total_seconds` are the clocks of an exam, None where there is none.
    """

    questions: tuple[str, ...]
    max_follow_ups: int = 2
    seconds: float | None = None
    total_seconds: float | None = None
    judge: str | None = None
    model: str | None = None


class Draft(_Frozen):
    """What was being typed: in which attempt at which place, in reply to what, and the seconds spent on it so far."""

    place: int
    attempt: int
    prompt: str
    text: str
    seconds: float = 0


class Session(_Frozen):
    """One sitting: the questions as far as they were asked, in the order of their places (from 1)."""

    id: int
    started: datetime
    ended: datetime | None = None
    bank: str
    title: str
    mode: Mode
    judge: JudgeInfo
    trust: str
    plan: Plan
    questions: tuple[AskedQuestion, ...] = ()

    @property
    def grades(self) -> tuple[Grade, ...]:
        """The grades, in the order of the questions."""
        return tuple(question.grade for question in self.questions if question.grade is not None)

    @property
    def score(self) -> float | None:
        """The mean score in 0–100 over the questions that have one, to one decimal."""
        scores = [grade.score for grade in self.grades if grade.score is not None]
        return round(sum(scores) / len(scores), 1) if scores else None
