"""What the commands that read people's labels share: their options, reading them, and a bar while they are judged."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from interviewer.cli import options

if TYPE_CHECKING:
    from interviewer.agreement.labels import LabelSet
    from interviewer.agreement.sources import Columns
    from interviewer.rubric import Rubric
    from interviewer.settings import Settings

DISPUTES = "disputes"
"""What LABELS is called to mean the verdicts that were disputed."""

LabelsArgument = Annotated[
    Path, typer.Argument(metavar="LABELS", help="Labelled answers: a file, a folder, or the word `disputes`.")
]
FormOption = Annotated[
    str | None,
    typer.Option("--format", help="table, semeval, ricechem, criteria, mohler or yaml; default: found out."),
]
RubricsOption = Annotated[
    Path | None, typer.Option("--rubrics", help="A folder of rubrics beside the bank in which ids are looked up.")
]
QuestionColumn = Annotated[str | None, typer.Option(help="Column of the question or its id (default: question).")]
AnswerColumn = Annotated[str | None, typer.Option(help="Column of the answer (default: answer).")]
PointColumn = Annotated[str | None, typer.Option(help="Column of the point's id (default: point).")]
LabelColumn = Annotated[str | None, typer.Option(help="Column of the verdict or class (default: label).")]
ScoreColumn = Annotated[str | None, typer.Option(help="Column of the score (default: score).")]
ReferenceColumn = Annotated[str | None, typer.Option(help="Column of a reference answer (default: reference).")]
MaxScoreOption = Annotated[float | None, typer.Option(min=0.01, help="The best score there is (default: 100).")]


def columns_from(**named: str | None) -> Columns | None:
    """The columns of a table, or None when none was named."""
    from interviewer.agreement.sources import Columns

    given = {field: name for field, name in named.items() if name is not None}
    return Columns.model_validate(given) if given else None


def read(
    path: Path, settings: Settings, rubrics: Path | None, columns: Columns | None, form: str | None, top: float | None
) -> LabelSet:
    """The labelled answers, with rubrics from the folder `rubrics` or else from the bank in use."""
    from interviewer.agreement.sources import load_labels
    from interviewer.disputes import FILE
    from interviewer.rubric import BANK_FILE, load_rubric

    files = {file.stem: file for file in sorted(rubrics.rglob("*.yaml")) if file.name != BANK_FILE} if rubrics else {}
    loaded: dict[str, Rubric] = {}

    def find(name: str) -> Rubric:
        if name not in loaded:
            loaded[name] = load_rubric(files[name]) if name in files else options.find_rubric(settings, name)
        return loaded[name]

    if path == Path(DISPUTES) and not path.exists():
        path = settings.data_folder / FILE
    return load_labels(path, find, columns, form, top)


def require_statistics() -> None:
    """Say how to install what is missing, before anything is judged.

    Raises:
        SettingsError: scikit-learn, scipy or krippendorff is not installed.

    """
    from importlib.util import find_spec

    from interviewer.errors import SettingsError

    missing = [name for name in ("sklearn", "scipy", "krippendorff") if find_spec(name) is None]
    if missing:
        raise SettingsError(
            f"This command needs {', '.join(missing)}. In the folder of interviewer's source: pip install '.[agreement]'"
        )


@contextmanager
def progress(what: str, total: int) -> Iterator[Callable[[], None]]:
    """A bar on standard error, and what moves it on by one."""
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(f"Judging with {what}", total=total)
        yield lambda: bar.advance(task)
