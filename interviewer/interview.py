"""The conversation about one question as a state machine: what has been said, and what comes next. Pure.

    ask -> answer -> judge -> follow up -> answer -> judge -> … -> close

Whoever drives it (terminal, web page, test) asks `next_move`, does it, and tells the interview what came of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from interviewer.answer import Answer
from interviewer.feedback import by_importance
from interviewer.judgement import Judgement, Verdict
from interviewer.rubric import Kind, Point, Rubric
from interviewer.scoring import Grade, JudgeInfo, Usage, make_grade
from interviewer.suspicion import suspicions

PARAGRAPH = "\n\n"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TurnKind(StrEnum):
    """What the candidate did when something was put to them."""

    ANSWER = "answer"
    TIME_OVER = "time-over"
    DONT_KNOW = "dont-know"
    SKIP = "skip"
    HINT = "hint"


SPOKEN = frozenset({TurnKind.ANSWER, TurnKind.TIME_OVER})
"""The turns in which the candidate answered, in their own time or until it was over."""


class Turn(_Frozen):
    """One thing put to the candidate and what came back.

    `point` is the point that a follow-up was about, None for the question itself. `text` is empty for "I don't know"
    and a skip; for a hint it is the hint, and the candidate's words come in a later turn. `seconds` were spent on it.
    """

    kind: TurnKind
    point: str | None = None
    prompt: str
    text: str = ""
    said: datetime
    seconds: float = 0


class Round(_Frozen):
    """One judging: what was found about the points after `answers` answers (1: the first answer alone)."""

    answers: int
    judgements: tuple[Judgement, ...]
    usage: Usage = Usage()
    judged: datetime


class Outcome(StrEnum):
    """How a question stands."""

    OPEN = "open"
    ANSWERED = "answered"
    SKIPPED = "skipped"


class Ask(_Frozen):
    """Put the question to the candidate and wait for a turn."""


class JudgeNow(_Frozen):
    """Judge `text`, all that was said so far."""

    text: str


class FollowUp(_Frozen):
    """Ask about the heaviest core point that is still open, and wait for a turn."""

    point: Point


class Close(_Frozen):
    """Nothing is left to ask: give feedback."""


Move = Ask | JudgeNow | FollowUp | Close


class Interview(_Frozen):
    """All that was said and judged about one question so far."""

    rubric: Rubric
    max_follow_ups: int = 2
    turns: tuple[Turn, ...] = ()
    rounds: tuple[Round, ...] = ()

    @property
    def answering(self) -> tuple[Turn, ...]:
        """The turns that count as answers. Silence on a follow-up is none; on the question it is an empty one."""
        spoken = [turn for turn in self.turns if turn.kind in SPOKEN or turn.kind is TurnKind.DONT_KNOW]
        return tuple(turn for turn in spoken if turn.point is None or not Answer(turn.text).is_blank)

    @property
    def answers(self) -> tuple[str, ...]:
        """What the candidate said, in order."""
        return tuple(turn.text for turn in self.answering)

    @property
    def text(self) -> str:
        """Everything the candidate said, first answer first, a blank line between."""
        return PARAGRAPH.join(self.answers)

    @property
    def judgements(self) -> tuple[Judgement, ...]:
        """What is known of every point, in the rubric's order; empty before the first judging."""
        found = {j.point: j for done in self.rounds for j in done.judgements}
        return tuple(found[point.id] for point in self.rubric.points) if found else ()

    @property
    def open_points(self) -> tuple[Point, ...]:
        """The points not covered yet, by importance; all of them before the first judging."""
        covered = {j.point for j in self.judgements if j.verdict is Verdict.COVERED}
        return tuple(point for point in by_importance(self.rubric) if point.id not in covered)

    @property
    def followed_up(self) -> tuple[str, ...]:
        """The points that were asked about, whatever the candidate made of it."""
        return tuple(turn.point for turn in self.turns if turn.point is not None and turn.kind is not TurnKind.HINT)

    @property
    def outcome(self) -> Outcome:
        """How the question stands: answered once there is something that was judged."""
        if self.rounds:
            return Outcome.ANSWERED
        return Outcome.SKIPPED if any(turn.kind is TurnKind.SKIP for turn in self.turns) else Outcome.OPEN

    def next_move(self) -> Move:
        """What comes next. An interviewer does not press who does not know the question, or who is out of time."""
        if self.outcome is Outcome.SKIPPED:
            return Close()
        if not self.answers:
            return Ask()
        if not self.rounds or self.rounds[-1].answers < len(self.answers):
            return JudgeNow(text=self.text)
        gave_up = any(turn.kind is TurnKind.DONT_KNOW and turn.point is None for turn in self.turns)
        out_of_time = any(turn.kind is TurnKind.TIME_OVER for turn in self.turns)
        if not gave_up and not out_of_time and len(self.followed_up) < self.max_follow_ups:
            for point in self.open_points:
                if point.kind is Kind.CORE and point.id not in self.followed_up:
                    return FollowUp(point=point)
        return Close()

    def took(self, turn: Turn) -> Interview:
        """The interview after one more turn of the candidate."""
        return self.model_copy(update={"turns": (*self.turns, turn)})

    def judged(self, judgements: Sequence[Judgement], at: datetime, usage: Usage = Usage()) -> Interview:  # noqa: B008  # frozen
        """The interview after all points were judged on all that was said.

        One call judges every point, and code decides what of it counts: an open point takes its new judgement; a
        covered point stays as it is unless the new one is a contradiction whose evidence is in the latest answer.
        """
        covered = {j.point for j in self.judgements if j.verdict is Verdict.COVERED}
        latest = len(self.text) - len(self.answers[-1])
        counting = tuple(j for j in judgements if j.point not in covered or _contradicts(j, latest))
        done = Round(answers=len(self.answers), judgements=counting, usage=usage, judged=at)
        return self.model_copy(update={"rounds": (*self.rounds, done)})

    def grade(self, judge: JudgeInfo) -> Grade:
        """The grade of all that was said. Only after the last answer was judged."""
        answer = Answer(self.text)
        flags = suspicions(self.rubric, answer)
        usage = sum((done.usage for done in self.rounds), Usage())
        return make_grade(self.rubric, answer.hash, judge, self.judgements, flags=flags, usage=usage)


def _contradicts(judgement: Judgement, since: int) -> bool:
    """Whether words from character `since` on contradict the point."""
    return judgement.verdict is Verdict.CONTRADICTED and any(span.start >= since for span in judgement.evidence)
