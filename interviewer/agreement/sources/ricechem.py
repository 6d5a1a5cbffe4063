"""RiceChem (Sonkar et al. 2024) as its authors give it: for each question a CSV of answers and one of the graders' marks."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from interviewer.agreement.labels import Label, LabelledAnswer, LabelSet, read_verdict, rubric_from_statements
from interviewer.errors import InputError
from interviewer.rubric import Rubric
from interviewer.yaml_source import read_text

_ANSWERS, _MARKS = "Student Answers", "Gradescope Export"
# Columns of the export that say nothing about a single point of the answer.
_NO_POINTS = frozenset(
    {"score", "adjustment", "comments", "blank", "correct response", "core charge calculation error"}
)


def is_part(name: str) -> bool:
    """Whether a file is one of a pair."""
    return name.lower().endswith(".csv") and (_ANSWERS in name or _MARKS in name)


def read(path: Path) -> LabelSet:
    """Every pair under a folder, or the pair to which one file belongs."""
    if path.is_dir():
        marks = sorted(file for file in path.rglob("*.csv") if _MARKS in file.name)
    else:
        marks = [path.with_name(path.name.replace(_ANSWERS, _MARKS))]
    if not marks:
        raise InputError(f"{path} holds no CSV with {_MARKS!r} in its name, which RiceChem's marks have.")
    return LabelSet(name=path.resolve().stem, answers=tuple(answer for file in marks for answer in _read_pair(file)))


def _read_pair(marks: Path) -> list[LabelledAnswer]:
    texts, question = _read_answers(marks.with_name(marks.name.replace(_MARKS, _ANSWERS)))
    header, *rows = _rows(marks)
    columns = [n for n, name in enumerate(header) if n and _is_point(name)]
    name = marks.stem.rpartition(" - ")[2]
    rubric = rubric_from_statements(name, question, [_one_line(header[n]) for n in columns])
    answers = []
    for number, row in enumerate(rows, 2):
        text = texts.get(row[0], "") if row else ""
        if not text.strip():
            continue
        place = f"{marks}:{number}"
        answers.append(
            LabelledAnswer(
                question=name, rubric=rubric, text=text, labels=_labels(row, columns, rubric, place), place=place
            )
        )
    return answers


def _labels(row: list[str], columns: list[int], rubric: Rubric, place: str) -> tuple[Label, ...]:
    try:
        verdicts = [read_verdict(row[n]) for n in columns]
    except (ValueError, IndexError) as error:
        raise InputError(f"{place}: {error}. RiceChem's marks are TRUE or FALSE.") from None
    return tuple(
        Label(points=(point.id,), verdict=verdict)
        for point, verdict in zip(rubric.points, verdicts, strict=True)
        if verdict
    )


def _read_answers(path: Path) -> tuple[dict[str, str], str]:
    """The answers by student, and the question, which stands in the header after a number."""
    header, *rows = _rows(path)
    if len(header) < 2:
        raise InputError(f"{path}: the header of RiceChem's answers holds the question in its second column.")
    number, colon, rest = header[1].partition(":")
    question = rest if colon and number.strip().isdigit() else header[1]
    return {row[0]: row[1] for row in rows if len(row) > 1}, _one_line(question)


def _rows(path: Path) -> list[list[str]]:
    rows = list(csv.reader(io.StringIO(read_text(path), newline="")))
    if not rows:
        raise InputError(f"{path} is empty.")
    return rows


def _is_point(name: str) -> bool:
    name = name.strip().lower()
    return bool(name) and name not in _NO_POINTS and not name.startswith("incorrect")


def _one_line(text: str) -> str:
    return " ".join(text.split())
