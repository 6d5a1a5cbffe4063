"""`interviewer agreement`: a judge beside people who labelled the same answers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from interviewer.cli import app, labelled, options

if TYPE_CHECKING:
    from rich.console import Console

    from interviewer.agreement.measure import Agreement, Disagreement, Group

WORST_SHOWN = 10


@app.command()
def agreement(
    labels: labelled.LabelsArgument,
    form: labelled.FormOption = None,
    rubrics: labelled.RubricsOption = None,
    question_column: labelled.QuestionColumn = None,
    answer_column: labelled.AnswerColumn = None,
    point_column: labelled.PointColumn = None,
    label_column: labelled.LabelColumn = None,
    score_column: labelled.ScoreColumn = None,
    reference_column: labelled.ReferenceColumn = None,
    max_score: labelled.MaxScoreOption = None,
    hold_aside: Annotated[
        bool,
        typer.Option("--hold-aside", help="Only the quarter of the questions that nothing shipped here was fitted to."),
    ] = False,
    output: Annotated[
        list[Path] | None, typer.Option("--output", "-o", help="Write a page (.html) or all figures and cases (.json).")
    ] = None,
    cases: Annotated[int, typer.Option(min=0, help="Cases of false credit and false denial to print.")] = 3,
    resamples: Annotated[int, typer.Option(min=0, help="Draws of the bootstrap.")] = 1000,
    concurrency: Annotated[int, typer.Option(min=1, max=512, help="Answers judged at once.")] = 8,
    judge: options.JudgeOption = None,
    model: options.ModelOption = None,
    base_url: options.BaseUrlOption = None,
    bank: options.BankOption = None,
    no_cache: options.NoCacheOption = False,
    as_json: options.JsonOption = False,
) -> None:
    """Measure how well a judge agrees with people: accuracy, κ, α, F1, scores, each with its interval."""
    import asyncio

    labelled.require_statistics()
    from interviewer.agreement.bootstrap import Resampling
    from interviewer.agreement.judging import grade_all
    from interviewer.agreement.measure import measure
    from interviewer.cli import show
    from interviewer.errors import InputError

    for path in output or []:
        if path.suffix.lower() not in {".html", ".json"}:
            raise InputError(f"{path}: a report ends in .html or .json.")
    settings = options.settings_from(judge, model, base_url, bank)
    columns = labelled.columns_from(
        question=question_column, answer=answer_column, point=point_column, label=label_column, score=score_column,
        reference=reference_column,
    )  # fmt: skip
    found = labelled.read(labels, settings, rubrics, columns, form, max_score)
    if hold_aside:
        found = found.held_aside()
    if not found.answers:
        raise InputError(f"{labels}: none of its questions is held aside. Leave out --hold-aside.")
    used = options.judge_from(settings)
    with (
        options.store_from(settings, no_cache) as store,
        labelled.progress(used.info.label, len(found.answers)) as done,
    ):
        grades = asyncio.run(grade_all(found.answers, used, store, concurrency, done))
    measured = measure(found, grades, used.info, Resampling(resamples))
    for path in output or []:
        _write(path, measured)
    if as_json:
        show.print_json(measured.model_dump(mode="json"))
    else:
        _show(measured, cases)
        typer.echo("".join(f"Written to {path}.\n" for path in output or []), nl=False)


def _write(path: Path, measured: Agreement) -> None:
    from interviewer.agreement.page import html_page
    from interviewer.cli import show

    html = path.suffix.lower() == ".html"
    path.write_text(html_page(measured) if html else show.as_json(measured.model_dump(mode="json")), encoding="utf-8")


def _show(measured: Agreement, cases: int) -> None:
    from interviewer.agreement.page import blocks, rows
    from interviewer.cli import show

    out = show.console()
    out.print(
        f"{measured.judge.label} beside the labels of {measured.labels}: {measured.n:,} verdicts on "
        f"{measured.answers:,} answers to {measured.questions} question{'s' * (measured.questions != 1)}"
        + (f"; {measured.ungraded:,} more could not be judged and are in no figure" if measured.ungraded else "")
        + "."
    )
    figures = show.table("figure (95 % interval, answers drawn whole)", *(title for title, _ in blocks(measured)))
    for called, values in rows(measured):
        figures.add_row(called, *values)
    out.print(figures)
    _show_groups(out, measured.by_point or measured.by_question)
    for title, some in (("False credit", measured.false_credit), ("False denial", measured.false_denial)):
        out.print(f"{title}: {len(some):,} of {measured.n:,} verdicts.", style="bold")
        for case in some[:cases]:
            out.print(_case(case))


def _show_groups(out: Console, groups: tuple[Group, ...]) -> None:
    """The points or questions on which people and the judge agree least; the page has them all."""
    from interviewer.agreement.page import shown
    from interviewer.cli import show

    worst = sorted(groups, key=lambda group: group.accuracy.value or 0.0)[:WORST_SHOWN]
    if len(worst) < 2:
        return
    out.print(f"Least agreement ({len(worst)} of {len(groups)}; --output has all):", style="bold")
    listing = show.table("question", "point" if worst[0].point else "", "n", "accuracy", "κ", "credit", "denial")
    for group in worst:
        kappa = "–" if group.kappa is None else f"{group.kappa:.2f}"
        accuracy = shown("accuracy", group.accuracy)
        false = (str(group.false_credit), str(group.false_denial))
        listing.add_row(group.question, group.point, str(group.n), accuracy, kappa, *false)
    out.print(listing)


def _case(case: Disagreement) -> str:
    from rich.markup import escape

    sure = "" if case.probability is None else f" ({case.probability:.2f})"
    return escape(
        f"  {case.question}: people {case.human}, judge {case.judge}{sure}: {case.statement}\n"
        f"    “{' '.join(case.text.split())}”\n    {case.place}"
    )
