"""CSV and JSON Lines by the names of their columns: a verdict a row, or a score or class an answer.

The rubric of a row is named (its id), stands in the row (JSON), or is made of reference answers.
"""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict, ValidationError

from interviewer.agreement.labels import Label, LabelledAnswer, LabelSet, read_verdict, rubric_from_statements
from interviewer.errors import InputError, UnknownName
from interviewer.rubric import Rubric
from interviewer.yaml_source import read_text


class Columns(BaseModel):
    """What the columns of a table are called. `question` holds an id, or the question itself when there is a reference."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    question: str = "question"
    answer: str = "answer"
    point: str = "point"
    label: str = "label"
    score: str = "score"
    reference: str = "reference"
    rubric: str = "rubric"


MOHLER = Columns(answer="student_answer", reference="desired_answer", score="score_avg")
MOHLER_TOP = 5.0


class _Row(NamedTuple):
    place: str
    cells: dict[str, Any]


class _Said(NamedTuple):
    """What one row says of its answer."""

    label: Label | None
    score: float | None


def is_mohler(path: Path) -> bool:
    """Whether a CSV has the columns in which the data of Mohler et al. (2011) goes round."""
    header = read_text(path).partition("\n")[0]
    return all(name in header for name in (MOHLER.answer, MOHLER.reference, MOHLER.score))


def read(path: Path, find_rubric: Callable[[str], Rubric], columns: Columns, top: float) -> LabelSet:
    """Every answer with all that the rows say of it; `top` is the best score that can be given.

    Raises:
        InputError: a column is missing, or a row cannot be understood; names the row.

    """
    rubrics: dict[str, Rubric] = {}
    answers: dict[tuple[str, str, str], list[tuple[_Row, Rubric, _Said]]] = {}
    for row in _rows(path):
        text = row.cells.get(columns.answer)
        if not isinstance(text, str):
            raise InputError(f"{row.place}: there is no column {columns.answer!r}; it has: {', '.join(row.cells)}.")
        name, rubric = _rubric(row, columns, find_rubric, rubrics)
        # Rows on single points belong together; a row on the whole answer is one person's answer.
        alone = "" if row.cells.get(columns.point) else row.place
        answers.setdefault((name, text, alone), []).append((row, rubric, _said(row, columns, rubric, top)))
    levels = round(top) if 2 <= top <= 20 else 10
    merged = tuple(_merged(name, text, said) for (name, text, _), said in answers.items())
    return LabelSet(name=path.stem, answers=merged, levels=levels)


def _merged(question: str, text: str, said: list[tuple[_Row, Rubric, _Said]]) -> LabelledAnswer:
    """One answer of all its rows. A later verdict on the same point replaces an earlier one, as a dispute does."""
    row, rubric, _ = said[0]
    labels = {each.label.points: each.label for _, _, each in said if each.label}
    scores = [each.score for _, _, each in said if each.score is not None]
    score = sum(scores) / len(scores) if scores else None
    return LabelledAnswer(
        question=question, rubric=rubric, text=text, labels=tuple(labels.values()), given_score=score, place=row.place
    )


def _said(row: _Row, columns: Columns, rubric: Rubric, top: float) -> _Said:
    point, word, given = (row.cells.get(name) for name in (columns.point, columns.label, columns.score))
    try:
        verdict = read_verdict(word)
    except ValueError as error:
        raise InputError(f"{row.place}: {error}.") from None
    known = tuple(known.id for known in rubric.points)
    if point and point not in known:
        raise InputError(f"{row.place}: {UnknownName('point', str(point), known)} (rubric {rubric.id!r}).")
    points = (str(point),) if point else known
    return _Said(Label(points=points, verdict=verdict) if verdict else None, _score(row, given, top))


def _score(row: _Row, given: object, top: float) -> float | None:
    if given is None or not str(given).strip():
        return None
    try:
        score = float(str(given))
    except ValueError:
        score = math.nan
    if not 0 <= score <= top:
        raise InputError(
            f"{row.place}: the score {given!r} is not a number in 0–{top:g}. Give the best with --max-score."
        )
    return 100 * score / top


def _rubric(
    row: _Row, columns: Columns, find_rubric: Callable[[str], Rubric], rubrics: dict[str, Rubric]
) -> tuple[str, Rubric]:
    """The data's name of the question, and its rubric."""
    given, question = row.cells.get(columns.rubric), str(row.cells.get(columns.question) or "")
    reference = row.cells.get(columns.reference)
    key = json.dumps([given, question, reference], sort_keys=True, default=str)
    if not (given or question):
        raise InputError(
            f"{row.place}: there is no column {columns.question!r} or {columns.rubric!r} to tell the rubric by; "
            f"it has: {', '.join(row.cells)}."
        )
    if key not in rubrics:
        try:
            if given:
                rubrics[key] = _inline(given, find_rubric)
            elif reference:
                references = reference if isinstance(reference, list) else [reference]
                rubrics[key] = rubric_from_statements(question, question, [str(text) for text in references])
            else:
                rubrics[key] = find_rubric(question)
        except (InputError, ValidationError, ValueError) as error:
            said = error.errors()[0]["msg"] if isinstance(error, ValidationError) else error
            raise InputError(f"{row.place}: {said}") from None
    return question or rubrics[key].id, rubrics[key]


def _inline(given: object, find_rubric: Callable[[str], Rubric]) -> Rubric:
    if isinstance(given, str) and not given.lstrip().startswith("{"):
        return find_rubric(given)
    return Rubric.model_validate(json.loads(given) if isinstance(given, str) else given)


def _rows(path: Path) -> Iterator[_Row]:
    text = read_text(path)
    if path.suffix.lower() == ".csv":
        yield from _csv_rows(path, text)
        return
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield from _spread(_Row(f"{path}:{number}", _json_object(line, f"{path}:{number}")))


def _csv_rows(path: Path, text: str) -> Iterator[_Row]:
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        for cells in reader:
            if None in cells or None in cells.values():
                raise InputError(f"{path}:{reader.line_num}: the row has not as many cells as the header.")
            yield _Row(f"{path}:{reader.line_num}", cells)
    except csv.Error as error:
        raise InputError(f"{path}:{reader.line_num}: this is not CSV: {error}.") from None


def _json_object(line: str, place: str) -> dict[str, Any]:
    try:
        cells = json.loads(line)
    except ValueError:
        cells = None
    if not isinstance(cells, dict):
        raise InputError(f"{place}: this is not a JSON object. Labels are CSV or JSON Lines.")
    return cells


def _spread(row: _Row) -> Iterator[_Row]:
    """A row whose `labels` is an object of verdicts by point says as much as a row for each."""
    labels = row.cells.get("labels")
    if not isinstance(labels, dict):
        yield row
        return
    rest = {name: value for name, value in row.cells.items() if name != "labels"}
    for point, label in labels.items():
        yield _Row(row.place, rest | {"point": point, "label": label})
