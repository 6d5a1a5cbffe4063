"""What to say next time in a language model's words, from the grade and the rubric alone.

The candidate's words never reach this prompt, so nothing in them can steer it; code checks what comes back, and
where it does not hold, or there is no model, the advice is the one composed in `feedback.py`.
"""

from __future__ import annotations

import re

from interviewer.answer import Answer
from interviewer.errors import JudgeError
from interviewer.feedback import by_importance, feedback, what_is_lacking
from interviewer.judgement import Judgement, Verdict
from interviewer.llm import ChatModel
from interviewer.prompts import Advice, AdvicePoint
from interviewer.rubric import Point, Rubric, Style
from interviewer.scoring import Grade
from interviewer.story import story_comment

MAX_SENTENCES = 3
MAX_WORDS = 100
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_LAYOUT = re.compile(r"^\s*(?:[-*•#>|]|\d+[.)]\s)", re.MULTILINE)


async def advice(model: ChatModel | None, rubric: Rubric, grade: Grade, answer: str = "") -> str:
    """What to say next time, in at most three sentences."""
    composed = feedback(rubric, grade, answer)
    if model is None or grade.score is None:
        return composed
    prompt = advice_prompt(rubric, grade, answer).render()
    try:
        reply = await model.ask([{"role": "user", "content": prompt}])
    except JudgeError:  # the grade stands without it
        return composed
    said = " ".join(Answer(reply.text).clean.split())
    return said if not reply.failure and not advice_fault(said, reply.text, prompt) else composed


def advice_prompt(rubric: Rubric, grade: Grade, answer: str) -> Advice:
    """What the model is told: the verdicts in order of importance, and what was noticed about a story."""
    return Advice(
        question=rubric.question,
        points=tuple(
            AdvicePoint(
                verdict=grade[point.id].verdict.value,
                kind=point.kind.value,
                statement=point.statement,
                note=_note(point, grade[point.id]),
            )
            for point in by_importance(rubric)
        ),
        story=story_comment(answer) if rubric.style is Style.BEHAVIOURAL else "",
    )


def advice_fault(said: str, layout: str, prompt: str) -> str:
    """Why this advice is not used, else '': it is empty, too long, a list, or names a number that is nobody's."""
    sentences = Answer(said).sentences
    if not sentences:
        return "it is empty"
    if len(sentences) > MAX_SENTENCES or len(said.split()) > MAX_WORDS:
        return "it is too long"
    if _LAYOUT.search(layout):
        return "it is not plain sentences"
    invented = set(_NUMBER.findall(said)) - set(_NUMBER.findall(prompt))
    return f"it invents {min(invented)}" if invented else ""


def _note(point: Point, judgement: Judgement) -> str:
    """What the rubric says to a verdict; the judge's own reason is left out, for it may repeat the candidate."""
    if judgement.verdict is Verdict.PARTIAL:
        return what_is_lacking(point, judgement) if point.items else (point.partial or "")
    if judgement.verdict in {Verdict.MISSING, Verdict.CONTRADICTED}:
        return point.explanation
    return ""
