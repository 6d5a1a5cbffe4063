"""`interviewer demo`: the whole job without typing, on three questions of the bank that ships."""

from __future__ import annotations

from typing import TYPE_CHECKING

from interviewer.cli import app, options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console


@app.command()
def demo(
    judge: options.JudgeOption = None,
    model: options.ModelOption = None,
    base_url: options.BaseUrlOption = None,
    as_json: options.JsonOption = False,
) -> None:
    """Watch a made-up candidate being interviewed and graded: three questions, nothing to type."""
    from functools import partial
    from pathlib import Path

    from interviewer.cli import show
    from interviewer.cli.practice import print_grades, question_round, quiet_console, summary
    from interviewer.rubric import Bank
    from interviewer.settings import DEFAULT_BANK
    from interviewer.yaml_source import load_yaml

    settings = options.settings_from(judge, model, base_url, DEFAULT_BANK)
    bank = Bank.load(options.bank_path(settings))
    script = load_yaml(Path(__file__).parent.parent / "_data" / "demo.yaml")
    used = options.judge_from(settings)
    out = quiet_console() if as_json else show.console()
    out.print(f"{bank.title}: a demonstration with three questions. Judge: {used.info.label}.\n", style="bold")
    grades = []
    for number, entry in enumerate(script, 1):
        read = partial(_spoken, iter(entry["answers"]), out)
        place, follow_ups = (number, len(script)), len(entry["answers"]) - 1
        interview = question_round(place, bank[entry["question"]], used, out, read, follow_ups)
        grades.append(interview.grade(used.info))
    if as_json:
        print_grades(grades, bank, used)
        return
    summary(out, grades)
    out.print()
    out.print(
        "Now you: [bold]interviewer practice[/bold] asks you three questions; --section, --level and -n choose which."
    )
    out.print(
        "Every question: interviewer rubrics list. Your own answer from a file: interviewer score QUESTION --file FILE."
    )


def _spoken(answers: Iterator[str], out: Console) -> str | None:
    """The candidate's next words, shown as they are given; None when the script holds no more."""
    from rich.padding import Padding
    from rich.text import Text

    answer = next(answers, None)
    if answer is not None:
        out.print(Padding(Text(answer), (0, 0, 1, 2)))
    return answer
