"""A grade to what is said to the candidate. Pure; never a new judgement."""

from __future__ import annotations

from collections.abc import Sequence

from interviewer.judgement import Judgement, Verdict
from interviewer.rubric import Kind, Point, Rubric
from interviewer.scoring import Grade

MAX_NAMED = 2
_ORDER = {Kind.CORE: 0, Kind.SUPPORTING: 1, Kind.BONUS: 2}


def by_importance(rubric: Rubric) -> list[Point]:
    """The points, core before supporting before bonus, heavy before light, else in the rubric's order."""
    return sorted(rubric.points, key=lambda point: (_ORDER[point.kind], -point.weight))


def what_is_lacking(point: Point, judgement: Judgement) -> str:
    """One sentence on what a judgement short of covered still wants, such as '2 more of: CT, MRI, PET.'."""
    if point.items and judgement.verdict in {Verdict.PARTIAL, Verdict.MISSING}:
        left = [item.text for item in point.items if item.text not in judgement.items]
        short = (point.need or 1) - len(judgement.items)
        return f"{short} more of: {', '.join(left)}." if judgement.items else f"At least {short} of: {', '.join(left)}."
    return point.statement


def feedback(rubric: Rubric, grade: Grade) -> str:
    """What to say next time, in at most three sentences."""
    held = {v: [p for p in by_importance(rubric) if grade[p.id].verdict is v] for v in Verdict}
    wrong, lacking = held[Verdict.CONTRADICTED], [*held[Verdict.MISSING], *held[Verdict.PARTIAL]]
    lacking = [p for p in by_importance(rubric) if p in lacking and p.kind is not Kind.BONUS]
    if grade.score is None:
        return "No point could be judged, so there is no score and nothing to advise."
    sentences = [_opening(grade, held[Verdict.COVERED])]
    if wrong:
        sentences.append(f"Put right first: {_lower(wrong[0].statement)}")
    if lacking:
        room = 3 - len(sentences)
        named = lacking[: min(MAX_NAMED, room)]
        sentences += [
            f"{'Next time, say' if n == 0 else 'Then add'} that {_lower(point.statement)}"
            if not point.items
            else f"{'Next time, name' if n == 0 else 'Then name'} {_lower(what_is_lacking(point, grade[point.id]))}"
            for n, point in enumerate(named)
        ]
    return " ".join(sentences)


def _opening(grade: Grade, covered: Sequence[Point]) -> str:
    total = len(grade.judgements) - len(grade.ungraded)
    if len(covered) == total:
        return f"You covered all {total} points."
    if not covered:
        return f"You covered none of the {total} points yet."
    return f"You covered {len(covered)} of {total} points."


def _lower(text: str) -> str:
    """The text with a small first letter, unless its first word is a name or an abbreviation."""
    first = text.split(maxsplit=1)[0]
    text = text if first[1:] != first[1:].lower() or (len(first) == 1 and first != "A") else text[0].lower() + text[1:]
    return text if text.endswith((".", "!", "?")) else f"{text}."
