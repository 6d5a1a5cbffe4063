"""One grader for the conversation, a single answer and a file of a million: judge, then arithmetic."""

from __future__ import annotations

from interviewer.answer import Answer
from interviewer.grade import Grade, Usage, make_grade
from interviewer.judgement import Judgement, Verdict
from interviewer.judges.base import Judge
from interviewer.rubric import Rubric

_CREDITED = frozenset({Verdict.COVERED, Verdict.PARTIAL})


async def grade_answer(judge: Judge, rubric: Rubric, text: str) -> Grade:
    """The grade of one answer. A blank answer scores 0 and no judge is asked.

    Raises:
        AnswerTooLong: the answer does not fit the judge's window.
        JudgeError: the judge cannot be asked at all.

    """
    answer = Answer(text)
    if answer.is_blank:
        return make_grade(rubric, answer.hash, judge.info, all_missing(rubric, "The answer is empty."), usage=Usage())
    judged = await judge.judge(rubric, answer)
    judgements = without_contradiction(rubric, judged.judgements)
    return make_grade(rubric, answer.hash, judge.info, judgements, usage=judged.usage)


def all_missing(rubric: Rubric, reason: str) -> tuple[Judgement, ...]:
    """Every point missing, for the same reason."""
    return tuple(Judgement(point=p.id, verdict=Verdict.MISSING, reason=reason) for p in rubric.points)


def without_contradiction(rubric: Rubric, judgements: tuple[Judgement, ...]) -> tuple[Judgement, ...]:
    """The judgements, with points ungraded that exclude one another and yet were both credited."""
    credited = {j.point for j in judgements if j.verdict in _CREDITED}
    clashes = {
        name: other
        for point in rubric.points
        for other in point.excludes
        if {point.id, other} <= credited
        for name, other in ((point.id, other), (other, point.id))
    }
    return tuple(
        Judgement.ungraded(j.point, f"The judge credited this and {clashes[j.point]!r}, which exclude one another.")
        if j.point in clashes
        else j
        for j in judgements
    )
