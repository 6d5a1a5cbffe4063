"""The conversation about one question as a state machine: what has been said, and what comes next. Pure.

    ask -> answer -> judge -> follow up -> answer -> judge -> … -> close

Whoever drives it (terminal, web page, test) asks `next_move`, does it, and tells the interview what came of it.
"""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from interviewer.answer import Answer
from interviewer.feedback import by_importance
from interviewer.judgement import Judgement, Verdict
from interviewer.rubric import Kind, Point, Rubric
from interviewer.scoring import Grade, JudgeInfo, Usage, make_grade
from interviewer.suspicion import suspicions

PARAGRAPH = "\n\n"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class Ask(_Frozen):
    """Put the question to the candidate and wait for an answer."""


class JudgeNow(_Frozen):
    """Judge `text`, all that was said so far, on the points of `rubric`, those still open."""

    rubric: Rubric
    text: str


class FollowUp(_Frozen):
    """Ask about the heaviest core point that is still open, and wait for an answer."""

    point: Point


class Close(_Frozen):
    """Nothing is left to ask: give feedback."""


Move = Ask | JudgeNow | FollowUp | Close


class Interview(_Frozen):
    """All that was said and judged about one question so far."""

    rubric: Rubric
    max_follow_ups: int = 2
    answers: tuple[str, ...] = ()
    followed_up: tuple[str, ...] = ()
    judgements: tuple[Judgement, ...] = ()
    judged_answers: int = 0
    usage: Usage = Usage()
    ended: bool = False

    @property
    def text(self) -> str:
        """Everything the candidate said, first answer first, a blank line between."""
        return PARAGRAPH.join(self.answers)

    @property
    def open_points(self) -> tuple[Point, ...]:
        """The points not covered yet, by importance; all of them before the first judging."""
        covered = {j.point for j in self.judgements if j.verdict is Verdict.COVERED}
        return tuple(point for point in by_importance(self.rubric) if point.id not in covered)

    def next_move(self) -> Move:
        """What comes next."""
        if self.ended:
            return Close()
        if not self.answers:
            return Ask()
        if self.judged_answers < len(self.answers):
            return JudgeNow(rubric=only(self.rubric, self.open_points), text=self.text)
        if len(self.followed_up) < self.max_follow_ups:
            for point in self.open_points:
                if point.kind is Kind.CORE and point.id not in self.followed_up:
                    return FollowUp(point=point)
        return Close()

    def answered(self, text: str) -> Interview:
        """The interview after the candidate's answer to the question, or to the follow-up that is next."""
        move = self.next_move()
        asked = (*self.followed_up, move.point.id) if isinstance(move, FollowUp) else self.followed_up
        return self.model_copy(update={"answers": (*self.answers, text), "followed_up": asked})

    def judged(self, judgements: Sequence[Judgement], usage: Usage = Usage()) -> Interview:  # noqa: B008  # frozen
        """The interview after the open points were judged on all that was said."""
        found = {j.point: j for j in (*self.judgements, *judgements)}
        kept = tuple(found[point.id] for point in self.rubric.points)
        update = {"judgements": kept, "judged_answers": len(self.answers), "usage": self.usage + usage}
        return self.model_copy(update=update)

    def ended_early(self) -> Interview:
        """The interview when the candidate wants no more of it."""
        return self.model_copy(update={"ended": True})

    def grade(self, judge: JudgeInfo) -> Grade:
        """The grade of all that was said. Only after the last answer was judged."""
        answer = Answer(self.text)
        flags = suspicions(self.rubric, answer)
        return make_grade(self.rubric, answer.hash, judge, self.judgements, flags=flags, usage=self.usage)


def only(rubric: Rubric, points: Sequence[Point]) -> Rubric:
    """The rubric with only these of its points, in its own order."""
    ids = {point.id for point in points}
    kept = tuple(
        p.model_copy(update={"excludes": tuple(e for e in p.excludes if e in ids)})
        for p in rubric.points
        if p.id in ids
    )
    # Not model_copy: that would keep the hash of the whole rubric, which is computed once.
    fields = {name: getattr(rubric, name) for name in Rubric.model_fields} | {"points": kept}
    return Rubric.model_construct(**fields)
