"""`interviewer calibrate`: teach a judge how one coach grades, and keep only what helps."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from interviewer.cli import app, labelled, options

if TYPE_CHECKING:
    from interviewer.calibration.kept import Calibration


@app.command()
def calibrate(
    labels: labelled.LabelsArgument,
    output: Annotated[Path, typer.Option("--output", "-o", help="Where the calibration goes.")] = Path(
        "calibration.yaml"
    ),
    form: labelled.FormOption = None,
    rubrics: labelled.RubricsOption = None,
    folds: Annotated[int, typer.Option(min=2, max=50, help="Folds of the cross-validation over answers.")] = 4,
    examples: Annotated[int, typer.Option(min=1, max=20, help="Worked examples a question, for the chat judge.")] = 4,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a calibration that exists.")] = False,
    concurrency: Annotated[int, typer.Option(min=1, max=512, help="Answers judged at once.")] = 8,
    judge: options.JudgeOption = None,
    model: options.ModelOption = None,
    base_url: options.BaseUrlOption = None,
    bank: options.BankOption = None,
    no_cache: options.NoCacheOption = False,
    as_json: options.JsonOption = False,
) -> None:
    """Learn from a coach's labels (twelve to thirty answers a question) how they grade. Use it with --calibration."""
    import asyncio

    labelled.require_statistics()
    from interviewer.calibration.kept import Setting, dump_calibration
    from interviewer.calibration.learn import Learning
    from interviewer.cli import show
    from interviewer.errors import InputError

    if output.exists() and not overwrite:
        raise InputError(f"{output} exists. Choose another name, or replace it with --overwrite.")
    settings = options.settings_from(judge, model, base_url, bank).model_copy(update={"calibration": None})
    found = [answer for answer in labelled.read(labels, settings, rubrics, None, form, None).answers if answer.verdicts]
    if len({answer.key for answer in found}) < folds:
        raise InputError(f"{labels} holds {len(found)} answers with verdicts on points; {folds} folds need as many.")
    used = options.judge_from(settings)
    setting = Setting(folds=folds, examples=examples)
    rounds = 3 if used.info.name == "chat" else 1
    with (
        options.store_from(settings, no_cache) as store,
        labelled.progress(used.info.label, rounds * len(found)) as done,
    ):
        learning = Learning(used, found, setting, store, concurrency=concurrency, done=done)
        learned = asyncio.run(learning.learn())
    output.write_text(dump_calibration(learned), encoding="utf-8")
    if as_json:
        show.print_json({"output": str(output), "fingerprint": learned.fingerprint, **learned.model_dump(mode="json")})
    else:
        _show(learned, output)


def _show(learned: Calibration, output: Path) -> None:
    from interviewer.cli import show
    from interviewer.words import counted

    out = show.console()
    answers, questions = counted(learned.answers, "labelled answer"), counted(len(learned.rubrics), "question")
    out.print(f"{learned.judge.label}, {answers} to {questions}.")
    listing = show.table("part", "verdicts", "agreement before", "after", "gain (95 % interval)", "kept")
    for gain in learned.gains:
        interval = "" if gain.low is None or gain.high is None else f" [{100 * gain.low:+.1f}, {100 * gain.high:+.1f}]"
        row = (gain.part, f"{gain.verdicts:,}", f"{100 * gain.before:.1f} %", f"{100 * gain.after:.1f} %")
        listing.add_row(*row, f"{100 * gain.gain:+.1f}{interval}", "yes" if gain.kept else "no")
    out.print(listing)
    for note in filter(None, (gain.note for gain in learned.gains)):
        out.print(note)
    if not any(gain.kept for gain in learned.gains):
        out.print("Nothing helped on answers it had not seen, so the judge stays as it is.")
    out.print(f"Written to {output}; use it with --calibration {output}.", soft_wrap=True)
