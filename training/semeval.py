"""SemEval-2013 task 7 (Dzikovska et al. 2013, CC BY-SA), where the user has it: for comparison only, never for fitting.

A student's answer is measured against every reference answer as a point of its own; it counts as correct when one of
them is judged covered. The quarter of the questions that earlier versions held aside is what is measured.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from interviewer.agreement.labels import is_held_aside
from interviewer.rubric import Point, Rubric


class Short(NamedTuple):
    """A short answer with its reference answers as points, and whether a teacher found it correct."""

    set: str
    rubric: Rubric
    text: str
    correct: bool


def read_semeval(folder: Path) -> Iterator[Short]:
    """Every student answer under `folder` to a question that is held aside."""
    for path in sorted(folder.rglob("*.xml")):
        if not is_held_aside(f"{path.parent.name}/{path.stem}"):
            continue
        root = ET.parse(path).getroot()
        references = [r.text.strip() for r in root.iter("referenceAnswer") if r.text and len(r.text.strip()) > 2]
        points = tuple(
            Point(id=f"p{n}", statement=text, follow_up="none", explanation="none")
            for n, text in enumerate(references[:12])
        )
        rubric = Rubric(id="question", question=root.findtext("questionText") or "none", points=points)
        name = "SciEntsBank" if "sci" in str(path).lower() else "Beetle"
        for student in root.iter("studentAnswer"):
            yield Short(name, rubric, student.text or "", student.get("accuracy") == "correct")
