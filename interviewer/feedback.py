"""A grade to what is said to the candidate. Pure; never a new judgement."""

from __future__ import annotations

import re

from interviewer.judgement import Judgement, Verdict
from interviewer.rubric import Kind, Point, Rubric, Style
from interviewer.scoring import Grade
from interviewer.story import story_comment

_ORDER = {Kind.CORE: 0, Kind.SUPPORTING: 1, Kind.BONUS: 2}
_CANDIDATE = re.compile(r"^The candidate(?P<owns>['’]s)?\s+(?P<word>\w+)")
_TO_YOU = {"was": "were", "is": "are", "has": "have", "does": "do", "goes": "go"}


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


def note(point: Point, judgement: Judgement) -> str:
    """What goes with a verdict: what a partial answer lacks, why a missed point matters, what is wrong, else ''."""
    if judgement.verdict is Verdict.MISSING:
        return point.explanation
    if judgement.verdict is Verdict.PARTIAL and point.items:
        return what_is_lacking(point, judgement)
    if judgement.verdict is Verdict.PARTIAL:
        return f"{judgement.reason} {point.partial or ''}".strip() or f"What is wanted in full: {point.statement}"
    if judgement.verdict is Verdict.CONTRADICTED:
        return f"A misconception. In truth: {point.statement} {point.explanation}"
    return judgement.reason if judgement.verdict is Verdict.UNGRADED else ""


def to_improve(rubric: Rubric, grade: Grade) -> list[Point]:
    """What to work on: contradicted points first, then what is missing or partial, by importance; no bonus points."""
    verdicts = {judgement.point: judgement.verdict for judgement in grade.judgements}
    ranked = by_importance(rubric)
    wrong = [p for p in ranked if verdicts[p.id] is Verdict.CONTRADICTED]
    lacking = [p for p in ranked if verdicts[p.id] in {Verdict.MISSING, Verdict.PARTIAL} and p.kind is not Kind.BONUS]
    return [*wrong, *lacking]


def feedback(rubric: Rubric, grade: Grade, answer: str = "") -> str:
    """What to say next time, in at most three sentences.

    For a behavioural question the last of them is on the structure of the story told in `answer`, if there is one.
    """
    if grade.score is None:
        return "No point could be judged, so there is no score and nothing to advise."
    sentences = [_opening(grade)]
    story = story_comment(answer) if rubric.style is Style.BEHAVIOURAL else ""
    room = 3 - len(sentences) - bool(story)
    said = 0
    for point in to_improve(rubric, grade)[:room]:
        if grade[point.id].verdict is Verdict.CONTRADICTED:
            sentences.append(f"Put right first: {_lower(point.statement)}")
            continue
        sentences.append(_advice(rubric, point, grade[point.id], first=not said))
        said += 1
    return " ".join([*sentences, story] if story else sentences)


def addressed(statement: str) -> str:
    """A statement about the candidate, said to the candidate.

    >>> addressed("The candidate was willing to compromise.")
    'you were willing to compromise.'
    >>> addressed("The candidate's learning is a habit.")
    'your learning is a habit.'
    """
    found = _CANDIDATE.match(statement)
    if not found:
        return _lower(statement)
    word, rest = found["word"], statement[found.end() :]
    return _ended(f"your {word}{rest}" if found["owns"] else f"you {_second_person(word)}{rest}")


def _advice(rubric: Rubric, point: Point, judgement: Judgement, *, first: bool) -> str:
    if point.items:
        return f"{'Next time, name' if first else 'Then name'} {_lower(what_is_lacking(point, judgement))}"
    if rubric.style is Style.BEHAVIOURAL:
        return f"{'Next time, let your story show that' if first else 'Then show that'} {addressed(point.statement)}"
    return f"{'Next time, say' if first else 'Then add'} that {addressed(point.statement)}"


def _opening(grade: Grade) -> str:
    total = len(grade.judgements) - len(grade.ungraded)
    covered = sum(judgement.verdict is Verdict.COVERED for judgement in grade.judgements)
    if covered == total:
        return f"You covered all {total} points."
    if not covered:
        return f"You covered none of the {total} points yet."
    return f"You covered {covered} of {total} points."


def _second_person(verb: str) -> str:
    """The verb as it follows 'you': 'follows' -> 'follow', 'tries' -> 'try'; a past tense stays as it is."""
    if verb in _TO_YOU:
        return _TO_YOU[verb]
    if verb.endswith("ies"):
        return f"{verb[:-3]}y"
    if verb.endswith(("sses", "shes", "ches", "xes")):
        return verb[:-2]
    return verb[:-1] if verb.endswith("s") and not verb.endswith("ss") else verb


def _lower(text: str) -> str:
    """The text with a small first letter, unless its first word is a name or an abbreviation."""
    first = text.split(maxsplit=1)[0]
    text = text if first[1:] != first[1:].lower() or (len(first) == 1 and first != "A") else text[0].lower() + text[1:]
    return _ended(text)


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
