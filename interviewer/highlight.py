"""An answer cut into pieces, each with the points that it is evidence for. Pure; what a piece looks like is for others."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

from interviewer.answer import is_invisible
from interviewer.judgement import Verdict
from interviewer.scoring import Grade

_FIRST = (Verdict.CONTRADICTED, Verdict.COVERED, Verdict.PARTIAL)


class Piece(NamedTuple):
    """A stretch of an answer. `points` are the numbers (from 1) of the points that it is evidence for.

    `verdict` is theirs, of several the one to know first, None for plain text. `ends` are the points whose evidence ends here.
    """

    text: str
    points: tuple[int, ...] = ()
    verdict: Verdict | None = None
    ends: tuple[int, ...] = ()


def pieces(text: str, grade: Grade | None, start: int = 0, end: int | None = None) -> list[Piece]:
    """`text[start:end]`, in order, cut wherever evidence begins or ends; all of it by default.

    A span that does not fit the text is left out. Characters that no reader sees come out as spaces.
    """
    first, last = start, len(text) if end is None else end
    spans = [
        (span.start, span.end, number, judgement.verdict)
        for number, judgement in enumerate(grade.judgements if grade else (), 1)
        for span in judgement.evidence
        if text[span.start : span.end] == span.text and span.text
    ]
    inner = {at for begin, stop, *_ in spans for at in (begin, stop) if first < at < last}
    found: list[Piece] = []
    for begin, stop in pairwise(sorted({first, last} | inner)):
        here = [span for span in spans if span[0] <= begin and stop <= span[1]]
        verdicts = [verdict for *_, verdict in here]
        piece = Piece(
            text="".join(" " if is_invisible(char) else char for char in text[begin:stop]),
            points=_numbers(number for _, _, number, _ in here),
            verdict=next((verdict for verdict in _FIRST if verdict in verdicts), None),
            ends=_numbers(number for _, at, number, _ in here if at == stop),
        )
        if found and not found[-1].ends and (found[-1].points, found[-1].verdict) == (piece.points, piece.verdict):
            piece = piece._replace(text=found.pop().text + piece.text)
        found.append(piece)
    return found


def _numbers(found: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted(set(found)))
