"""How often a judge changes its mind: flip rates per point over a set of answers, from a panel's votes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pydantic import BaseModel, ConfigDict, Field

from interviewer.grader import grade_answer
from interviewer.judgement import Judgement, Verdict
from interviewer.judges.base import Judge
from interviewer.rubric import Rubric


class FlipRate(BaseModel):
    """Of one point: in how many `answers` it was judged, and the shares in 0–1 of its votes that flipped.

    `flips` is the share of votes that differ from the most frequent vote on the same answer; `ungraded` the share
    that gave no verdict.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    question: str
    point: str
    answers: int
    flips: float = Field(ge=0, le=1)
    ungraded: float = Field(ge=0, le=1)


async def flip_rates(panel: Judge, answers: Iterable[tuple[Rubric, str]]) -> list[FlipRate]:
    """The flip rate of each point of each question, in the order in which the questions first come up.

    Raises:
        AnswerTooLong, JudgeError: see `grade_answer`.

    """
    found: dict[tuple[str, str], list[Judgement]] = {}
    for rubric, text in answers:
        grade = await grade_answer(panel, rubric, text)
        for judgement in grade.judgements:
            found.setdefault((rubric.id, judgement.point), []).append(judgement)
    return [_rate(question, point, judgements) for (question, point), judgements in found.items()]


def overall(rates: Sequence[FlipRate]) -> FlipRate:
    """All points of all answers as one, each judged answer of a point counting the same."""
    answers = sum(rate.answers for rate in rates)
    flips, ungraded = (
        sum(getattr(r, name) * r.answers for r in rates) / (answers or 1) for name in ("flips", "ungraded")
    )
    return FlipRate(question="all", point="all", answers=answers, flips=flips, ungraded=ungraded)


def _rate(question: str, point: str, judgements: Sequence[Judgement]) -> FlipRate:
    # A blank answer is not put to the panel, so it has no votes and cannot flip.
    flips = [1 - max(j.shares.values(), default=1) for j in judgements]
    ungraded = [j.votes.count(Verdict.UNGRADED) / (len(j.votes) or 1) for j in judgements]
    count = len(judgements)
    return FlipRate(
        question=question, point=point, answers=count, flips=sum(flips) / count, ungraded=sum(ungraded) / count
    )
