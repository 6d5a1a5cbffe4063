"""What every judge is: something that maps (rubric, answer) to one judgement per point."""

from __future__ import annotations

from typing import Protocol

from pydantic import BaseModel, ConfigDict

from interviewer.answer import Answer
from interviewer.judgement import Judgement
from interviewer.rubric import Rubric
from interviewer.scoring import JudgeInfo, Usage


class Judged(BaseModel):
    """One judgement per point of the rubric, in its order, and what they cost."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    judgements: tuple[Judgement, ...]
    usage: Usage = Usage()


class Judge(Protocol):
    """The one protocol behind which every judge stands."""

    @property
    def info(self) -> JudgeInfo:
        """Name, model and fingerprints: everything that, with rubric and answer, decides the verdicts."""

    @property
    def trust(self) -> str:
        """One line for the candidate: what this judge is and how far to trust it."""

    async def judge(self, rubric: Rubric, answer: Answer) -> Judged:
        """One judgement for each point of `rubric`, in order; a point that could not be judged is `ungraded`.

        `answer` is never blank: `grader.grade_answer` deals with those.

        Raises:
            AnswerTooLong: the answer does not fit this judge's window.
            JudgeError: this judge cannot be asked at all.

        """
