"""SemEval-2013 task 7 (Dzikovska et al. 2013): one XML file a question, two-, three- or five-way labels.

An answer is right when it says what any one of the reference answers says: they are alternatives.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

from interviewer.agreement.labels import Label, LabelledAnswer, LabelSet, read_verdict, rubric_from_statements
from interviewer.errors import InputError


def read(path: Path) -> LabelSet:
    """Every labelled student answer of a file, or of all XML files under a folder."""
    files = sorted(path.rglob("*.xml")) if path.is_dir() else [path]
    return LabelSet(
        name=path.resolve().name, answers=tuple(answer for file in files for answer in _read_question(file))
    )


def _read_question(path: Path) -> list[LabelledAnswer]:
    try:
        root = ET.parse(path).getroot()  # noqa: S314  # a data set that the user chose; expat loads nothing from outside
    except ET.ParseError as error:
        raise InputError(f"{path} is not XML: {error}. Fetch it again, or leave it out.") from None
    name = f"{path.resolve().parent.name}/{path.stem}"
    question = root.findtext("questionText") or ""
    references = list(dict.fromkeys((each.text or "").strip() for each in root.iter("referenceAnswer")))
    if not question.strip() or not any(references):
        raise InputError(
            f"{path}: a question of SemEval-2013 task 7 has questionText and referenceAnswer; this has not."
        )
    rubric = rubric_from_statements(name, question, [text for text in references if len(text) > 2])
    points = tuple(point.id for point in rubric.points)
    answers = []
    for student in root.iter("studentAnswer"):
        place = f"{path}: {student.get('id')}"
        try:
            verdict = read_verdict(student.get("accuracy"))
        except ValueError as error:
            raise InputError(f"{place}: {error}.") from None
        labels = (Label(points=points, verdict=verdict),) if verdict else ()
        text = student.text or ""
        answers.append(LabelledAnswer(question=name, rubric=rubric, text=text, labels=labels, place=place))
    return answers
