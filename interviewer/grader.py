"""One grader for the conversation, a single answer and a file of a million: judge, then arithmetic."""

from __future__ import annotations

from interviewer.answer import Answer
from interviewer.cache import Entry, JudgementStore, State, judgement_key, placed_in
from interviewer.judgement import Judgement, Verdict
from interviewer.judges.base import Judge, Judged
from interviewer.rubric import Rubric
from interviewer.scoring import Grade, JudgeInfo, Usage, make_grade
from interviewer.suspicion import suspicions

_CREDITED = frozenset({Verdict.COVERED, Verdict.PARTIAL})


async def grade_answer(judge: Judge, rubric: Rubric, text: str, store: JudgementStore | None = None) -> Grade:
    """The grade of one answer. A blank answer scores 0 and no judge is asked.

    With a `store`, what it holds is not judged again (and costs nothing: its usage is zero), and what is judged
    in full is kept in it.

    Raises:
        AnswerTooLong: the answer does not fit the judge's window.
        JudgeError: the judge cannot be asked at all.
        StoreError: the store cannot be read or written.

    """
    answer = Answer(text)
    if answer.is_blank:
        return grade_from(judge.info, rubric, answer, blank(rubric))
    if store is None:
        return grade_from(judge.info, rubric, answer, await judge.judge(rubric, answer))
    key = judgement_key(rubric, judge.info, answer)
    kept = store.get(key)
    judged = placed_in(answer, kept.model_copy(update={"usage": Usage()})) if kept else None
    if judged is None:
        judged = await judge.judge(rubric, answer)
        if Entry(key, judged).state is State.COMPLETE:
            store.put(key, judged)
    return grade_from(judge.info, rubric, answer, judged)


def grade_from(judge: JudgeInfo, rubric: Rubric, answer: Answer, judged: Judged) -> Grade:
    """The grade that a judge's judgements of this answer amount to. Pure: what every path to a grade ends in."""
    judgements = without_contradiction(rubric, judged.judgements)
    found = suspicions(rubric, answer)
    return make_grade(rubric, answer.hash, judge, judgements, flags=found, usage=judged.usage)


def blank(rubric: Rubric) -> Judged:
    """What an empty answer amounts to; no judge needs to be asked."""
    return Judged(judgements=all_missing(rubric, "The answer is empty."))


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
