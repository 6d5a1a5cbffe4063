"""How a follow-up is put: acknowledged in one sentence, then asked, by a language model or in the rubric's own words.

What a model phrases is checked while it streams: nothing of it is let out that gives an open point away.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

from interviewer.answer import Answer
from interviewer.check import leaked_words
from interviewer.interview import Interview, TurnKind
from interviewer.judgement import Judgement, Verdict
from interviewer.llm import ChatModel
from interviewer.prompts import FollowUpQuestion, fence
from interviewer.rubric import Point
from interviewer.words import content_stems

MAX_WORDS = 60
QUOTED_WORDS = 8
_LAST_SPACE = re.compile(r"\s+(?=\S*$)")


class Interviewer:
    """Phrases follow-ups; without a model, in the rubric's words."""

    def __init__(self, model: ChatModel | None = None) -> None:
        self.model = model

    async def follow_up(self, interview: Interview, point: Point) -> AsyncIterator[str]:
        """The follow-up about `point`, piece by piece as it comes.

        A model's words are held back until they are known to be harmless. When they are not, or the model fails or
        asks no question, the rubric's own follow-up ends the turn.
        """
        said = ""
        if self.model is not None:
            async for piece in _harmless(self._phrased(interview, point, self.model), interview):
                said += piece
                yield piece
            if _is_one_question(said, interview):
                return
        own = f"{acknowledgement(interview)} {point.follow_up}"
        yield f" …\nLet me put it this way: {point.follow_up}" if said else own

    async def _phrased(self, interview: Interview, point: Point, model: ChatModel) -> AsyncIterator[str]:
        answer = Answer(interview.text)
        prompt = FollowUpQuestion(
            question=interview.rubric.question,
            follow_up=point.follow_up,
            asked=tuple(turn.prompt for turn in interview.turns if turn.point is not None),
            **fence(answer),
        )
        async for piece in model.stream([{"role": "user", "content": prompt.render()}]):
            yield piece


def acknowledgement(interview: Interview) -> str:
    """One sentence on what was just said, without praise that the judgements do not carry."""
    last = [turn for turn in interview.turns if turn.kind is not TurnKind.HINT][-1:]
    if last and last[0].kind in {TurnKind.DONT_KNOW, TurnKind.SKIP}:
        return "That is all right."
    latest = interview.rounds[-1].judgements if interview.rounds else ()
    credited = [j for j in latest if j.verdict is Verdict.COVERED and j.evidence]
    return f"Thank you, “{_quoted(credited[0])}” is to the point." if credited else "Thank you, let us look further."


def _quoted(judgement: Judgement) -> str:
    words = judgement.evidence[0].text.split()
    return " ".join(words[:QUOTED_WORDS]).rstrip(".,;:!?") + (" …" if len(words) > QUOTED_WORDS else "")


async def _harmless(pieces: AsyncIterator[str], interview: Interview) -> AsyncIterator[str]:
    """The pieces, whole words at a time, up to the first that would give an open point away."""
    told = held = ""
    async for piece in pieces:
        held += piece
        space = _LAST_SPACE.search(held)
        if space is None:
            continue
        ready, held = held[: space.start()], held[space.start() :]
        if _gives_away(told + ready, interview):
            return
        told += ready
        yield ready
    if held and not _gives_away(told + held, interview):
        yield held.rstrip()


def _gives_away(text: str, interview: Interview) -> bool:
    """Whether it tells of an open point what the candidate has not said, or runs on for too long."""
    said = content_stems(interview.text)
    leaks = (leaked_words(text, point, interview.rubric.question) for point in interview.open_points)
    return len(text.split()) > MAX_WORDS or any(
        word not in said and not content_stems(word) <= said for leak in leaks for word in leak
    )


def _is_one_question(text: str, interview: Interview) -> bool:
    """Whether it ends as one new question."""
    asked = {turn.prompt.casefold() for turn in interview.turns}
    return text.endswith("?") and text.count("?") == 1 and text.casefold() not in asked
