"""Whether a bank is fit to interview with: everything that a schema cannot see, each fault with file and line."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

from interviewer.draft import ASK_POINT, ASK_QUESTION
from interviewer.errors import Fault, RubricError
from interviewer.rubric import BANK_FILE, Kind, Point, Rubric, load_contents, load_rubric
from interviewer.words import content_stems
from interviewer.yaml_source import line_of

SAME_QUESTION = 0.85
SAME_POINT = 0.8
LEAK_SHARE = 0.5


def check_bank(folder: Path) -> list[Fault]:
    """Every fault of the bank in `folder`, in order of file and line; empty when it is fit for use."""
    try:
        contents = load_contents(folder)
    except RubricError as error:
        return list(error.faults)
    listed = [question for section in contents.sections for question in section.questions]
    faults = _contents_faults(folder, [section.id for section in contents.sections], listed)
    rubrics: list[tuple[Path, Rubric]] = []
    for path in sorted(folder.glob("*.yaml")):
        if path.name == BANK_FILE:
            continue
        if path.stem not in listed:
            faults.append(Fault(path, 0, f"is in no section of {BANK_FILE}: add {path.stem!r} to one."))
        try:
            rubrics.append((path, load_rubric(path)))
        except RubricError as error:
            faults.extend(error.faults)
    for path, rubric in rubrics:
        faults.extend([*_unfinished(path, rubric), *check_rubric(path, rubric)])
    for (_, one), (path, other) in combinations(rubrics, 2):
        if _likeness(one.question, other.question) >= SAME_QUESTION:
            faults.append(Fault(path, line_of(path, ["question"]), f"asks the same as {one.id}.yaml."))
    return sorted(faults)


def check_rubric(path: Path, rubric: Rubric) -> list[Fault]:
    """The faults of one valid rubric: points that say the same, weights that contradict kinds, leaking follow-ups."""
    faults = []
    if not any(point.kind is Kind.CORE for point in rubric.points):
        faults.append(Fault(path, line_of(path, ["points"]), "no point is core: nothing would be followed up."))
    core = [point.weight for point in rubric.points if point.kind is Kind.CORE]
    for n, point in enumerate(rubric.points):
        if point.kind is Kind.BONUS and core and point.weight > max(core):
            message = f"point {point.id!r} is a bonus that weighs more than any core point."
            faults.append(Fault(path, line_of(path, ["points", n, "weight"]), message))
        leak = leaked_words(point.follow_up, point, rubric.question)
        if leak:
            message = f"the follow-up of {point.id!r} gives the point away: it says {', '.join(leak)}."
            faults.append(Fault(path, line_of(path, ["points", n, "follow_up"]), message))
        if len({item.text.casefold() for item in point.items}) < len(point.items):
            message = f"point {point.id!r} lists an item twice."
            faults.append(Fault(path, line_of(path, ["points", n, "items"]), message))
    for (_, one), (n, other) in combinations(enumerate(rubric.points), 2):
        if _likeness(one.statement, other.statement) >= SAME_POINT:
            message = f"point {other.id!r} says the same as {one.id!r}."
            faults.append(Fault(path, line_of(path, ["points", n, "statement"]), message))
    return faults


def leaked_words(follow_up: str, point: Point, question: str) -> list[str]:
    """The words by which a follow-up gives its point away, sorted; empty when it does not.

    It does when it names an item of a list point, or carries half or more (at least two) of the words of the
    statement that the question itself has not said.
    """
    asked = content_stems(question)
    said = content_stems(follow_up)
    for item in point.items:
        for name in item.names:
            stems = content_stems(name) - asked
            if stems and stems <= said:
                return [name]
    telling = content_stems(point.statement) - asked
    given = telling & said
    if len(given) >= 2 and len(given) >= LEAK_SHARE * len(telling):
        return sorted(given)
    return []


def _unfinished(path: Path, rubric: Rubric) -> list[Fault]:
    """What of a draft nobody has edited yet: its mark or, once that is gone, the places where words are missing."""
    if rubric.draft:
        message = "this is a draft made by rules: edit the question, points and follow-ups, then take out this line."
        return [Fault(path, line_of(path, ["draft"]), message)]
    faults = []
    if ASK_QUESTION in rubric.question:
        faults.append(Fault(path, line_of(path, ["question"]), "the question is still to be written."))
    for n, point in enumerate(rubric.points):
        if ASK_POINT in point.follow_up:
            message = f"the follow-up of {point.id!r} is still to be written."
            faults.append(Fault(path, line_of(path, ["points", n, "follow_up"]), message))
    return faults


def _contents_faults(folder: Path, sections: list[str], listed: list[str]) -> list[Fault]:
    path = folder / BANK_FILE
    messages = [f"the question {name!r} is listed twice." for name in _doubled(listed)]
    messages += [f"the section id {name!r} stands twice." for name in _doubled(sections)]
    faults = [Fault(path, 0, message) for message in messages]
    for name in dict.fromkeys(listed):
        if not (folder / f"{name}.yaml").is_file():
            line = next(
                (n for n, text in enumerate(path.read_text("utf-8").splitlines(), 1) if text.endswith(f" {name}")), 0
            )
            faults.append(Fault(path, line, f"lists {name!r}, but there is no {name}.yaml."))
    return faults


def _doubled(names: list[str]) -> list[str]:
    return sorted({name for name in names if names.count(name) > 1})


def _likeness(one: str, other: str) -> float:
    """Jaccard index of the content words of two texts, in 0–1."""
    a, b = content_stems(one), content_stems(other)
    return len(a & b) / len(a | b) if a | b else 1.0
