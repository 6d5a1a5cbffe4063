"""A hint on request: more than the question said, less than the point. Pure; each further hint says a little more."""

from __future__ import annotations

import re

from interviewer.rubric import Kind, Point, Rubric
from interviewer.words import content_stems

_WORD = re.compile(r"[^\W_]{3,}")


def hint(rubric: Rubric, point: Point, given: int) -> str:
    """The hint after `given` others on the same prompt: first how much is wanted, then `point` in outline."""
    if given == 0:
        return _how_much(point) if point.items else _how_many(rubric)
    return f"One point in outline: {outline(point, rubric.question)}"


def outline(point: Point, question: str) -> str:
    """The statement of a point with only the first letters of its telling words: 'The w____ has to b___.' is one."""
    asked = content_stems(question)
    names = " ".join(name for item in point.items for name in item.names)
    hidden = (content_stems(point.statement) | content_stems(names)) - asked

    def veil(match: re.Match[str]) -> str:
        word = match[0]
        return word[0] + "_" * (len(word) - 1) if content_stems(word) & hidden else word

    return _WORD.sub(veil, point.statement)


def _how_many(rubric: Rubric) -> str:
    core = sum(point.kind is Kind.CORE for point in rubric.points)
    return f"A full answer makes {len(rubric.points)} points, {core} of them essential."


def _how_much(point: Point) -> str:
    return f"There are {len(point.items)} things that could be named here; {point.need} of them are enough."
