"""The structure of a story told in an interview: situation, task, action, result, as far as words show it. Pure.

A comment on form, by cue words; it judges nothing and no score depends on it.
"""

from __future__ import annotations

import re
from enum import StrEnum

from interviewer.answer import Answer, Span

_I_DID = (
    r"\b(?:i|we)\s+(?:\w+ly\s+|then\s+|also\s+|first\s+)?"
    r"(?!need|want|was\b|were\b|had\b)"
    r"(?:\w+ed|built|ran|wrote|made|took|brought|went|set|put|held|met|led|found|chose|gave|showed|drew|told|got|began)\b"
)


class Part(StrEnum):
    """One part of a story, in the order of the telling (the STAR scheme of job interviews)."""

    SITUATION = "situation"
    TASK = "task"
    ACTION = "action"
    RESULT = "result"


_CUES = {
    Part.SITUATION: re.compile(
        r"\b(?:when (?:i|we)\b|at (?:my|our|a|the) \w+|in (?:my|our|20\d\d|\w+ 20\d\d)|last (?:year|spring|summer|autumn|"
        r"winter|month)|once\b|(?:\w+ )?(?:years?|months?) ago|there (?:was|were)|(?:i|we) (?:was|were) (?:working|on|at|in)"
        r"|our (?:team|hospital|project|lab|group|company))",
        re.IGNORECASE,
    ),
    Part.TASK: re.compile(
        r"\b(?:my (?:task|job|role|goal|part|responsibility)|(?:i|we) (?:had to|needed to|wanted to|was asked|were asked)"
        r"|(?:was|were) responsible|responsible for|in charge of|the (?:goal|task|aim|challenge|problem) was|up to me)\b",
        re.IGNORECASE,
    ),
    Part.ACTION: re.compile(_I_DID, re.IGNORECASE),
    Part.RESULT: re.compile(
        r"\b(?:as a result|in the end|eventually|the (?:result|outcome|upshot)|so that we|(?:this|that|it|which) "
        r"(?:led|meant|reduced|cut|raised|improved|saved|worked|paid off)|(?:dropped|fell|rose|went (?:up|down)|improved|"
        r"increased|decreased) (?:from|by|to)|since then|afterwards|(?:i|we) learn(?:ed|t)|today (?:we|they|it))\b"
        r"|(?<!\d)\d{1,6}(?:\.\d{1,6})?\s?(?:%|percent)",
        re.IGNORECASE,
    ),
}
_WANTED = {
    Part.SITUATION: "where and when it was",
    Part.TASK: "what was yours to do",
    Part.ACTION: "what you yourself did",
    Part.RESULT: "how it ended and what changed",
}


def story_parts(answer: str) -> dict[Part, Span]:
    """The parts of the story that can be heard, each with the first words that show it."""
    text = Answer(answer)
    found = {part: cue.search(answer) for part, cue in _CUES.items()}
    return {part: text.span(*match.span()) for part, match in found.items() if match}


def story_comment(answer: str) -> str:
    """One sentence on which parts of the story a listener would miss; '' when nothing was told."""
    if Answer(answer).is_blank:
        return ""
    heard = story_parts(answer)
    unheard = [part for part in Part if part not in heard]
    if not unheard:
        return "Your story has all four parts: situation, task, action and result."
    wanted = [f"the {part} ({_WANTED[part]})" for part in unheard]
    listed = wanted[0] if len(wanted) == 1 else f"{', '.join(wanted[:-1])} and {wanted[-1]}"
    return f"As a story, make plain {listed}."
