"""Files of labels, one module for each form; this one tells them apart."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from interviewer.agreement.labels import LabelSet
from interviewer.agreement.sources import criteria, ricechem, semeval, tables, written
from interviewer.agreement.sources.tables import Columns
from interviewer.errors import InputError, UnknownName
from interviewer.rubric import Rubric

__all__ = ["FORMATS", "Columns", "detected", "load_labels"]

FindRubric = Callable[[str], Rubric]
FORMATS = ("table", "semeval", "ricechem", "criteria", "mohler", "yaml")


def load_labels(
    path: Path,
    find_rubric: FindRubric,
    columns: Columns | None = None,
    form: str | None = None,
    top: float | None = None,
) -> LabelSet:
    """The labelled answers of a file or folder; `form` is one of `FORMATS`, found out where it is None.

    `columns` are those of a table, `top` the highest score that its scores can be.

    Raises:
        InputError: the labels cannot be read; says where and why.

    """
    if not path.exists():
        raise InputError(f"{path}: there is no such file or folder of labels.")
    form = form or ("table" if columns else detected(path))
    if form == "semeval":
        labels = semeval.read(path)
    elif form == "ricechem":
        labels = ricechem.read(path)
    elif form == "criteria":
        labels = criteria.read(path)
    elif form == "yaml":
        labels = written.read(path, find_rubric)
    elif form == "mohler":
        labels = tables.read(path, find_rubric, tables.MOHLER, top or tables.MOHLER_TOP)
    elif form == "table":
        labels = tables.read(path, find_rubric, columns or Columns(), top or 100)
    else:
        raise UnknownName("format of labels", form, FORMATS)
    if not any(answer.labels or answer.score is not None for answer in labels.answers):
        raise InputError(f"{path} holds no labelled answer (read as {form}). Name its form with --format.")
    return labels


def detected(path: Path) -> str:
    """Which of `FORMATS` a file or folder has, by its names and its header."""
    names = [each.name for each in path.rglob("*")] if path.is_dir() else [path.name]
    if any(ricechem.is_part(name) for name in names):
        return "ricechem"
    for ending, form in ((".xml", "semeval"), (".yaml", "yaml"), (".json", "criteria")):
        if any(name.lower().endswith(ending) for name in names):
            return form
    if path.is_file() and path.suffix.lower() == ".csv" and tables.is_mohler(path):
        return "mohler"
    return "table"
