"""From probabilities to judgements: the verdict, the clause that shows it, what was found of a point and what was not."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from interviewer.judgement import Judgement, Verdict
from interviewer.judges.features import FEATURES, Reading
from interviewer.judges.trees import VERDICTS
from interviewer.judges.vectors import Array
from interviewer.judges.views import AnswerView, PointView, RubricView

# An answer with fewer content words of its own (not in the question) says nothing that could be judged.
MIN_OWN_WORDS = 3
# An answer with a smaller share of function words is a list of words: it claims nothing.
MIN_FUNCTION_WORDS = 0.16
# A point's word counts as met from here on, in likeness above chance.
MET = 0.5
# A clause is shown instead of its whole sentence when it says at least this share of what the sentence says.
CLAUSE_SAYS = np.float32(0.75)

_COVERED = VERDICTS.index(Verdict.COVERED)
_SENTENCE, _CLAUSE = FEATURES.index("sentence_soft"), FEATURES.index("clause_soft")
_OPENINGS = {
    Verdict.COVERED: "The answer says this.",
    Verdict.PARTIAL: "The answer begins this and leaves part of it out.",
    Verdict.MISSING: "No part of the answer says this.",
    Verdict.CONTRADICTED: "The answer seems to claim the opposite.",
}


def says_nothing(rubric: RubricView, view: AnswerView) -> str:
    """Why nothing in an answer could be a claim, or an empty text."""
    if len(view.own - rubric.asked) < MIN_OWN_WORDS:
        return "The answer says nothing beyond the question."
    if len(view.codes) - len(view.content) < MIN_FUNCTION_WORDS * len(view.codes):
        return "The answer is a list of words; it claims nothing."
    return ""


def all_missing(rubric: RubricView, reason: str) -> tuple[Judgement, ...]:
    """Every point missing, for the same reason."""
    return tuple(Judgement(point=v.point.id, verdict=Verdict.MISSING, reason=reason) for v in rubric.points)


def judgements(
    rubric: RubricView, answer: AnswerView, reading: Reading, chances: Array, band: float
) -> tuple[Judgement, ...]:
    """What the probabilities (points, 4) of one answer amount to; `ungraded` where the highest is below `band`."""
    met, rows = (reading.met >= MET).tolist(), chances.tolist()
    clause_says_it = (reading.values[:, _CLAUSE] >= CLAUSE_SAYS * reading.values[:, _SENTENCE]).tolist()
    found = []
    for n, (view, best) in enumerate(zip(rubric.points, chances.argmax(1).tolist(), strict=True)):
        if rows[n][best] < band:
            found.append(_cannot_tell(view, chances[n]))
            continue
        verdict, start, named = VERDICTS[best], rubric.start[n], reading.items[n]
        missing = verdict is Verdict.MISSING
        place = answer.clauses[reading.clause[n]] if clause_says_it[n] else answer.sentences[reading.sentence[n]]
        judgement = Judgement(
            point=view.point.id,
            verdict=verdict,
            evidence=() if missing else (answer.span(place),),
            reason=_reason(verdict, view, met[start : start + len(view.words)], named),
            probability=round(rows[n][_COVERED], 4),
            items=() if missing else named,
        )
        found.append(judgement)
    return tuple(found)


def not_recited(whole: Judgement, own: Judgement) -> Judgement:
    """The judgement of a point by the whole answer, or by its own words where the whole earns the point or may earn it."""
    if whole.verdict in {Verdict.MISSING, Verdict.CONTRADICTED}:
        return whole
    if own.verdict is not Verdict.MISSING:
        return own
    reason = (
        "What the answer has of this is recited from the rubric; in the candidate's own words it says nothing of it."
    )
    return own.model_copy(update={"reason": reason})


def _cannot_tell(view: PointView, chances: Array) -> Judgement:
    likely = ", ".join(f"{VERDICTS[i]} {chances[i]:.0%}" for i in np.argsort(-chances)[:2])
    return Judgement.ungraded(view.point.id, f"This judge cannot tell ({likely}).", float(chances[_COVERED]))


def _reason(verdict: Verdict, view: PointView, met: Sequence[bool], items: Sequence[str]) -> str:
    """What of a point was found in the answer and what was not, in one line."""
    said, need = _OPENINGS[verdict], view.point.need
    if need:
        return f"{said} {_items(items, need, verdict)}"
    if verdict is not Verdict.MISSING and (words := [word for word, how in zip(view.words, met, strict=True) if how]):
        said += f" Words met: {', '.join(words[:6])}."
    if verdict is not Verdict.COVERED and (words := [w for w, how in zip(view.words, met, strict=True) if not how]):
        said += f" Not met: {', '.join(words[:6])}."
    return said


def _items(items: Sequence[str], need: int, verdict: Verdict) -> str:
    """What of a list was named; an item said in words that are not among its names counts by the sense of the answer."""
    named = f"{len(items)} of {need} items needed are named{': ' if items else ''}{', '.join(items)}"
    return (
        f"{named}; more are meant, in other words." if verdict is Verdict.COVERED and len(items) < need else f"{named}."
    )
