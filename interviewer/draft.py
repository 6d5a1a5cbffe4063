"""A guide to a draft rubric by rules: sentences and coordinated clauses to points, lists kept as lists. No model."""

from __future__ import annotations

import re
from collections.abc import Iterator

from interviewer.errors import GuideError
from interviewer.guide import Guide
from interviewer.rubric import Item, Kind, Point, Rubric, Style
from interviewer.words import content_stems, words

ASK_QUESTION, ASK_POINT = "(Write the question", "(draft: ask about"  # what an editor has to replace
MAX_POINTS = 12
MAX_ID = 48
MAX_TEXT = 1900  # characters of a claim; a field of a rubric holds 2,000

_SUBJECT = re.compile(
    r"^(?:a|an|the)\s+(?:(?:strong|good|great|ideal)\s+)?(?:answer|candidate|response)s?\s+(?:should\s+|will\s+|must\s+)?",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"^(?:cover|discuss|explain|describe?|mention|address|look for|seek|assess|present|propose?|show|include?|note)"
    r"(?:s|es|ed|ing)?\s+(?:that\s+)?(?:evidence of\s+)?",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"(?<=[.!?])(?<!\bvs\.)(?<!\be\.g\.)(?<!\bi\.e\.)\s+|;\s+")
_BRACKET = re.compile(r"\s*\(([^()]*)\)")
_LIST = re.compile(
    r"\b(?P<head>\w[\w\s/-]*?)\s*,?\s+(?:like|such as|including|e\.g\.,?)\s+(?P<items>[^;]+)$", re.IGNORECASE
)
_ITEM_CUT = re.compile(r",\s*(?:and|or)?\s*|\s+(?:and|or)\s+|/(?=\w)")
_CONNECTIVE = re.compile(r"^(?:(?:and|but|how|whereas|while)\s+)+", re.IGNORECASE)
_SERIES_END = re.compile(r"\w\s+(?:and|or)\s+\w")
_VERB = re.compile(  # after a subject; words that may as well be nouns (need, use) only in the third person
    r"(?<=\w\s)(?:is|are|was|were|has|have|had|does|do|did|can|could|may|might|must|shall|should|will|would|needs|uses|"
    r"makes?|gives?|takes?|gets?|goes|comes?|contains?|includes?|consists?|requires?|means|holds|becomes?)\b",
    re.IGNORECASE,
)
_OPENS_CLAUSE = re.compile(r"(?:\w+ing|why|how|when|what|where|which|who|that|to)\b", re.IGNORECASE)
_BEHAVIOURAL = re.compile(r"^(look for|seek|assess)|\bcandidate'?s?\b", re.IGNORECASE)


def draft_rubric(guide: Guide, taken: frozenset[str] = frozenset()) -> Rubric:
    """A rubric marked `draft`, whose id is none of `taken`; its question, follow-ups and explanations want an editor.

    Raises:
        GuideError: the guide has no word that means anything.

    """
    segments = [(text[:MAX_TEXT], items) for text, items in _segments(guide.text) if len(text) > 1 and words(text)][
        :MAX_POINTS
    ]
    if not segments:
        raise GuideError(
            f"line {guide.line}: the guide {_shortened(guide.text)!r} says nothing that an answer can cover."
        )
    points: list[Point] = []
    for segment, items in segments:
        name = _unused(_slug(segment) or f"point-{len(points) + 1}", {point.id for point in points})
        points.append(
            Point(
                id=name,
                statement=_sentence(segment),
                kind=Kind.CORE if len(points) < max(2, len(segments) // 2) else Kind.SUPPORTING,
                items=tuple(Item(text=item) for item in items),
                need=(len(items) + 1) // 2 if items else None,
                follow_up=f"Is there anything else that belongs here? {ASK_POINT} point {len(points) + 1})",
                explanation=f"Draft from the guide, line {guide.line}: {_sentence(segment)}",
            )
        )
    question = (guide.question or "")[:MAX_TEXT]
    if len(question) < 3:
        question = f"{ASK_QUESTION} that this guide answers: {_shortened(guide.text)})"
    return Rubric(
        id=_unused(_slug(guide.question or guide.text) or "question", taken),
        question=question,
        style=Style.BEHAVIOURAL if _BEHAVIOURAL.search(guide.text) else Style.KNOWLEDGE,
        draft=True,
        points=tuple(points),
    )


def slug(text: str) -> str:
    """'U-Net & friends' -> 'u-net-friends'."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def _segments(text: str) -> Iterator[tuple[str, list[str]]]:
    """Each claim of a guide, and the items of its list where it is one."""
    for sentence in _SENTENCE_END.split(text):
        body = _without_lead(_CONNECTIVE.sub("", sentence.strip()).rstrip(".!?"))
        listed = _LIST.search(body)
        items = _items(_BRACKET.sub("", listed["items"])) if listed else []
        if listed and len(items) >= 2:
            yield body, items
            continue
        for clause in _clauses(body):
            bracket = _BRACKET.search(clause)
            items = _items(bracket[1]) if bracket else []
            yield clause, items if len(items) >= 2 else []


def _clauses(text: str) -> list[str]:
    """Coordinated clauses: cut at commas outside brackets; what says nothing alone stays with the one before."""
    pieces = [piece.strip() for piece in re.split(r",\s+(?![^()]*\))", text) if piece.strip()]
    is_series = len(pieces) > 1 and _is_phrase(pieces[-1]) and bool(_SERIES_END.search(pieces[-1]))
    clauses: list[str] = []
    for piece in pieces:
        clean = _CONNECTIVE.sub("", piece)
        scrap = len(content_stems(_BRACKET.sub("", clean))) < 2 and "(" not in clean
        if clauses and (scrap or (_is_phrase(clean) and (is_series or _VERB.search(clauses[-1])))):
            clauses[-1] = f"{clauses[-1]}, {piece}"
        elif clean:
            clauses.append(clean)
    return clauses


def _is_phrase(piece: str) -> bool:
    """Whether this is no claim of its own: up to four words without a verb, such as 'milk and foam'."""
    short = len(_CONNECTIVE.sub("", piece).split()) <= 4 and "(" not in piece
    return short and not _VERB.search(piece) and not _OPENS_CLAUSE.match(_CONNECTIVE.sub("", piece))


def _items(text: str) -> list[str]:
    found = (
        re.sub(r"^(?:e\.g\.,?|i\.e\.,?|such as|like|and|or)\s+", "", part.strip()) for part in _ITEM_CUT.split(text)
    )
    return list(dict.fromkeys(item for item in found if len(item) >= 2 and content_stems(item)))


def _sentence(text: str) -> str:
    text = text.strip().rstrip(".")
    return f"{text[0].upper()}{text[1:]}."


def _slug(text: str) -> str:
    bare = _BRACKET.sub("", _without_lead(text))
    telling = [bare[word.start : word.end] for word in words(bare) if word.content]
    return slug(" ".join(telling[:4]))[:MAX_ID].strip("-")


def _without_lead(text: str) -> str:
    """'A strong answer explains that X' -> 'X'."""
    return _LEAD.sub("", _SUBJECT.sub("", text))


def _unused(name: str, taken: frozenset[str] | set[str]) -> str:
    number = 2
    unused = name
    while unused in taken:
        unused, number = f"{name}-{number}", number + 1
    return unused


def _shortened(text: str, limit: int = 90) -> str:
    return text if len(text) <= limit else f"{text[:limit].rsplit(' ', 1)[0]} …"
