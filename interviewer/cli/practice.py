"""`interviewer practice`: an interview in the terminal, or over standard input."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from interviewer.cli import app, options

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console

    from interviewer.cache import JudgementStore
    from interviewer.interview import Interview
    from interviewer.judges.base import Judge
    from interviewer.rubric import Bank, Rubric
    from interviewer.scoring import Grade

END_OF_ANSWER = "---"


@app.command()
def practice(
    question: Annotated[
        list[str] | None, typer.Option("--question", "-q", help="This question; may be repeated.")
    ] = None,
    section: Annotated[str | None, typer.Option(help="Only questions of this section.")] = None,
    level: Annotated[
        Literal["beginner", "intermediate", "advanced"] | None, typer.Option(help="Only this level.")
    ] = None,
    count: Annotated[int, typer.Option("--count", "-n", min=1, help="How many questions.")] = 3,
    shuffle: Annotated[int | None, typer.Option(metavar="SEED", help="In an order drawn with this seed.")] = None,
    follow_ups: Annotated[int, typer.Option(min=0, max=5, help="At most this many follow-ups a question.")] = 2,
    judge: options.JudgeOption = None,
    model: options.ModelOption = None,
    base_url: options.BaseUrlOption = None,
    bank: options.BankOption = None,
    no_cache: options.NoCacheOption = False,
    as_json: options.JsonOption = False,
) -> None:
    """Be interviewed: a question, your answer, follow-ups on what it leaves out, a score and feedback."""
    from interviewer.cli import show
    from interviewer.rubric import Bank

    settings = options.settings_from(judge, model, base_url, bank)
    loaded = Bank.load(options.bank_path(settings))
    chosen = choose(loaded, question or [], section, level, count, shuffle)
    used = options.judge_from(settings)
    out = show.console() if not as_json else quiet_console()
    out.print(f"{loaded.title}: {len(chosen)} questions. Judge: {used.info.label}.", style="bold")
    out.print(used.trust, style="dim")
    out.print(f"{_how_to_answer()}\n", style="dim")
    with options.store_from(settings, no_cache) as store:
        grades = interview_all(chosen, used, out, make_reader(), follow_ups, store)
    if as_json:
        print_grades(grades, loaded, used)
        return
    summary(out, grades)


def choose(
    bank: Bank, questions: list[str], section: str | None, level: str | None, count: int, seed: int | None
) -> list[Rubric]:
    """The questions to ask, in order.

    Raises:
        UnknownName: a question or section that the bank does not have.
        InputError: nothing is left to ask.

    """
    import random

    from interviewer.errors import InputError, UnknownName

    if questions:
        return [bank[question] for question in questions]
    if section is not None and section not in [s.id for s in bank.sections]:
        raise UnknownName("section", section, [s.id for s in bank.sections])
    fitting = [r for r in bank if section in (None, bank.section_of(r.id).id) and level in (None, r.level.value)]
    if not fitting:
        raise InputError("No question is of that section and level; `interviewer rubrics list` shows what there is.")
    if seed is not None:
        random.Random(seed).shuffle(fitting)  # noqa: S311  # an order of questions, not a secret
    return fitting[:count]


def interview_all(
    rubrics: list[Rubric],
    judge: Judge,
    out: Console,
    read: Callable[[], str | None],
    follow_ups: int,
    store: JudgementStore | None = None,
) -> list[Grade]:
    """Ask every question, show each grade as it comes; ends early when `read` gives None."""
    grades: list[Grade] = []
    for number, rubric in enumerate(rubrics, 1):
        interview = question_round((number, len(rubrics)), rubric, judge, out, read, follow_ups, store)
        if interview.judgements:
            grades.append(interview.grade(judge.info))
        if interview.ended:
            break
    return grades


def question_round(
    place: tuple[int, int],
    rubric: Rubric,
    judge: Judge,
    out: Console,
    read: Callable[[], str | None],
    follow_ups: int,
    store: JudgementStore | None = None,
) -> Interview:
    """One question, number `place[0]` of `place[1]`, with its follow-ups, then its grade."""
    from interviewer.cli import show
    from interviewer.feedback import feedback

    out.print(f"[bold]Question {place[0]} of {place[1]}[/bold]  [dim]{rubric.id}[/dim]")
    interview = interview_one(rubric, judge, out, read, follow_ups, store)
    if interview.judgements:
        grade = interview.grade(judge.info)
        out.print()
        show.show_grade(out, rubric, grade, feedback(rubric, grade), judge.trust)
        out.print()
    return interview


def interview_one(
    rubric: Rubric,
    judge: Judge,
    out: Console,
    read: Callable[[], str | None],
    follow_ups: int,
    store: JudgementStore | None = None,
) -> Interview:
    """One question with its follow-ups, driven by the state machine."""
    import asyncio

    from interviewer.grader import grade_answer
    from interviewer.interview import Ask, Close, FollowUp, Interview, JudgeNow

    interview = Interview(rubric=rubric, max_follow_ups=follow_ups)
    while not isinstance(move := interview.next_move(), Close):
        if isinstance(move, JudgeNow):
            with out.status("Judging …"):
                grade = asyncio.run(grade_answer(judge, move.rubric, move.text, store))
            interview = interview.judged(grade.judgements, grade.usage)
            continue
        out.print(rubric.question if isinstance(move, Ask) else move.point.follow_up, style="bold cyan")
        said = read()
        if said is None:
            return interview.ended_early()
        if isinstance(move, Ask | FollowUp):
            interview = interview.answered(said)
    return interview


def print_grades(grades: list[Grade], bank: Bank, judge: Judge) -> None:
    """The grades of a session as a JSON list."""
    from interviewer.cli import show
    from interviewer.feedback import feedback

    show.print_json([show.grade_as_data(g, feedback(bank[g.rubric], g), judge.trust) for g in grades])


def summary(out: Console, grades: list[Grade]) -> None:
    """The scores of a session, one line each, and their mean."""
    from interviewer.cli import show

    if not grades:
        out.print("No question was answered.")
        return
    listing = show.table("question", "score", "covered", "ungraded")
    for grade in grades:
        covered = sum(j.verdict.value == "covered" for j in grade.judgements)
        score = "none" if grade.score is None else f"{grade.score:g}"
        listing.add_row(grade.rubric, score, f"{covered} of {len(grade.judgements)}", ", ".join(grade.ungraded))
    out.print(listing)
    scores = [grade.score for grade in grades if grade.score is not None]
    if scores:
        out.print(f"Mean score {sum(scores) / len(scores):.1f} over {len(scores)} questions.", style="bold")


def make_reader() -> Callable[[], str | None]:
    """What reads one answer: an editor in a terminal, else lines up to `---` or the end. None: no more answers."""
    if sys.stdin.isatty() and sys.stdout.isatty():
        from prompt_toolkit import PromptSession

        session: PromptSession[str] = PromptSession(multiline=True, enable_open_in_editor=True)

        def from_editor() -> str | None:
            try:
                return session.prompt("> ", prompt_continuation="  ")
            except EOFError:
                return None

        return from_editor
    return _from_pipe


def _from_pipe() -> str | None:
    lines: list[str] = []
    for line in sys.stdin:
        if line.strip() == END_OF_ANSWER:
            return "".join(lines)
        lines.append(line)
    return "".join(lines) if lines else None


def _how_to_answer() -> str:
    if sys.stdin.isatty():
        return "Write as much as you like; Esc then Enter sends the answer, Ctrl-D ends the session."
    return f"Answers from standard input, each ended by a line of {END_OF_ANSWER}."


def quiet_console() -> Console:
    """Standard error, for what a person may read while standard output holds JSON."""
    from rich.console import Console

    return Console(stderr=True, highlight=False)
