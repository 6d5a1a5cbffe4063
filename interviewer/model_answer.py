"""An answer that covers every point of a rubric: composed from it, or written by a model and judged like any other."""

from __future__ import annotations

from collections.abc import Iterable

from interviewer.answer import Answer
from interviewer.feedback import addressed
from interviewer.grader import grade_answer
from interviewer.judgement import Verdict
from interviewer.judges.base import Judge
from interviewer.llm import ChatModel
from interviewer.prompts import ModelAnswer
from interviewer.rubric import Point, Rubric, Style


async def model_answer(rubric: Rubric, model: ChatModel | None, judge: Judge) -> str:
    """A model answer. What `judge` does not find covered in a language model's text is added in the rubric's words.

    Raises:
        JudgeError: the model cannot be asked at all.

    """
    if model is None:
        return composed_answer(rubric)
    reply = await model.ask([{"role": "user", "content": ModelAnswer(rubric=rubric).render()}])
    written = Answer(reply.text).clean
    if reply.failure or not written:
        return composed_answer(rubric)
    grade = await grade_answer(judge, rubric, written)
    lacking = [point for point in rubric.points if grade[point.id].verdict is not Verdict.COVERED]
    return f"{written}\n\n{_composed(rubric, lacking)}" if lacking else written


def composed_answer(rubric: Rubric) -> str:
    """Every point in the rubric's words; for a behavioural question an outline, for the story is the candidate's own."""
    return _composed(rubric, rubric.points)


def _composed(rubric: Rubric, points: Iterable[Point]) -> str:
    if rubric.style is Style.BEHAVIOURAL:
        outline = "\n".join(f"- {addressed(_in_full(point))}" for point in points)
        return f"Tell one story of your own, from the situation to how it ended, in which this is heard:\n{outline}"
    return " ".join(_in_full(point) for point in points)


def _in_full(point: Point) -> str:
    """The statement with all of its items: 'Several kinds can be chosen: green, black and oolong.'."""
    names = [item.text for item in point.items]
    if not names:
        return point.statement
    listed = f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]
    return f"{point.statement.rstrip('.')}: {listed}."
