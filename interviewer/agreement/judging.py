"""Judging every labelled answer with one judge, several at once. The figures over the grades are in `measure.py`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from interviewer.agreement.labels import LabelledAnswer
from interviewer.answer import Answer
from interviewer.cache import JudgementStore
from interviewer.errors import AnswerTooLong
from interviewer.grader import grade_answer, grade_from
from interviewer.judgement import Judgement
from interviewer.judges.base import Judge, Judged
from interviewer.scoring import Grade


async def grade_all(
    answers: Sequence[LabelledAnswer],
    judge: Judge,
    store: JudgementStore | None = None,
    concurrency: int = 8,
    done: Callable[[], None] = lambda: None,
) -> tuple[Grade, ...]:
    """The grades of all answers, in order; `done` is called after each. An answer that is too long is ungraded.

    Raises:
        JudgeError: the judge cannot be asked at all.

    """
    room = asyncio.Semaphore(concurrency)

    async def one(answer: LabelledAnswer) -> Grade:
        async with room:
            grade = await _grade(answer, judge, store)
        done()
        return grade

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(answer)) for answer in answers]
    return tuple(task.result() for task in tasks)


async def _grade(labelled: LabelledAnswer, judge: Judge, store: JudgementStore | None) -> Grade:
    try:
        return await grade_answer(judge, labelled.rubric, labelled.text, store)
    except AnswerTooLong as error:
        ungraded = tuple(Judgement.ungraded(point.id, str(error)) for point in labelled.rubric.points)
        return grade_from(judge.info, labelled.rubric, Answer(labelled.text), Judged(judgements=ungraded))
