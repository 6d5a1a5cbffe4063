"""`interviewer practice`: an interview in the terminal, or over standard input."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from interviewer.cli import app, options

if TYPE_CHECKING:
    from rich.console import Console

    from interviewer.cli.replies import Reader
    from interviewer.history import Plan, Session
    from interviewer.judges.base import Judge
    from interviewer.live import LiveSession
    from interviewer.rubric import Bank, Rubric
    from interviewer.settings import Settings

MINUTES = 5.0


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
    exam: Annotated[bool, typer.Option("--exam", help="Against the clock, no hints, feedback at the end.")] = False,
    drill: Annotated[
        bool, typer.Option("--drill", help="What is due for review: the questions with the most due points.")
    ] = False,
    minutes: Annotated[
        float, typer.Option(min=0.05, help="In an exam, for each question with its follow-ups.")
    ] = MINUTES,
    total_minutes: Annotated[
        float | None, typer.Option(min=0.05, help="In an exam, for all; default: what the questions add up to.")
    ] = None,
    judge: options.JudgeOption = None,
    model: options.ModelOption = None,
    base_url: options.BaseUrlOption = None,
    bank: options.BankOption = None,
    calibration: options.CalibrationOption = None,
    no_cache: options.NoCacheOption = False,
    as_json: options.JsonOption = False,
) -> None:
    """Be interviewed: a question, your answer, follow-ups on what it leaves out, a score and feedback."""
    from interviewer.history import Plan
    from interviewer.judges import choose_judge
    from interviewer.rubric import Bank
    from interviewer.words import counted

    settings = options.settings_from(judge, model, base_url, bank, calibration=calibration)
    loaded = Bank.load(options.bank_path(settings))
    wanted = choose(loaded, question or [], section, level, len(loaded) if drill else count, shuffle)
    if not question and any(rubric.draft for rubric in loaded):
        drafts = counted(sum(rubric.draft for rubric in loaded), "draft")
        typer.echo(f"Note: left out {drafts}; `interviewer rubrics check` says what is to be edited.", err=True)
    chosen = due_questions(settings, wanted)[:count] if drill else [rubric.id for rubric in wanted]
    if not chosen:
        typer.echo("Nothing is due. `interviewer review` shows when something will be.")
        return
    plan = Plan(questions=tuple(chosen), max_follow_ups=follow_ups, judge=choose_judge(settings), model=settings.model)
    if exam:
        total = minutes * len(chosen) if total_minutes is None else total_minutes
        plan = plan.model_copy(update={"seconds": 60 * minutes, "total_seconds": 60 * total})
    used = options.judge_from(settings)
    live = begin(settings, loaded, "exam" if exam else "drill" if drill else "practice", used, plan)
    hold(live, settings, used, as_json, no_cache)


def choose(
    bank: Bank, questions: list[str], section: str | None, level: str | None, count: int, seed: int | None
) -> list[Rubric]:
    """The questions to ask, in order; a draft only when it is named.

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
    if all(rubric.draft for rubric in bank):
        raise InputError("This bank holds only drafts: edit them, then take out `draft: true` in each file.")
    fitting = [
        r
        for r in bank
        if not r.draft and section in (None, bank.section_of(r.id).id) and level in (None, r.level.value)
    ]
    if not fitting:
        raise InputError("No question is of that section and level; `interviewer rubrics list` shows what there is.")
    if seed is not None:
        random.Random(seed).shuffle(fitting)  # noqa: S311  # an order of questions, not a secret
    return fitting[:count]


def due_questions(settings: Settings, among: list[Rubric]) -> list[str]:
    """The questions that hold points due for review, the most of them first."""
    from interviewer.review import drill, schedule

    now = options.now().astimezone()
    asked = {rubric.id for rubric in among}
    points = schedule(options.history(settings).sessions(), now)
    return [question for question in drill(points, now, where(settings)) if question in asked]


def where(settings: Settings) -> str:
    """By what a session names its bank: its id, or the whole path of a folder."""
    from pathlib import Path

    folder = Path(settings.bank).expanduser()
    return str(folder.resolve()) if folder.is_dir() else settings.bank


def begin(
    settings: Settings, bank: Bank, mode: Literal["practice", "exam", "drill"], judge: Judge, plan: Plan
) -> LiveSession:
    """A new session on the questions of `plan`, kept in the user's history or, if that cannot be, in a spare one."""
    from interviewer.errors import HistoryUnwritable
    from interviewer.live import LiveSession

    notice = ""
    try:
        history = options.history(settings)
    except HistoryUnwritable as error:
        history = options.spare_history()
        notice = f"{error} {history.where}"
    live = LiveSession.begin(bank, where(settings), mode, judge, plan, options.now, history, options.spare_history)
    if notice:
        live.notices.append(notice)
    return live


def hold(live: LiveSession, settings: Settings, judge: Judge, as_json: bool, no_cache: bool) -> None:
    """Hold a session to its end, then sum it up; when it breaks off, say how to go on."""
    import asyncio

    from interviewer.cli import show
    from interviewer.cli.conversation import Conversation
    from interviewer.errors import InterviewerError
    from interviewer.words import counted

    out = quiet_console() if as_json else show.console()
    session = live.session
    questions = counted(len(session.plan.questions), "question")
    out.print(f"{session.title}: {questions}. Judge: {judge.info.label}.", style="bold")
    out.print(judge.trust, style="dim", markup=False)
    read, how = make_reader()
    out.print(f"{how}\n", style="dim", markup=False)
    try:
        with options.store_from(settings, no_cache) as store:
            asyncio.run(Conversation(live, judge, options.interviewer_from(settings), out, read, store).hold())
    except (KeyboardInterrupt, InterviewerError):
        out.print(f"\nAll that was said is kept: `interviewer resume {live.session.id}` goes on.", style="yellow")
        _tell_elsewhere(out, live, settings)
        raise
    if as_json:
        print_grades(live.session)
        return
    summary(out, live.session)
    if live.history is not None:
        out.print(
            f"[dim]This was session {live.session.id}: `interviewer show {live.session.id}` shows it again.[/dim]"
        )
        _tell_elsewhere(out, live, settings)


def _tell_elsewhere(out: Console, live: LiveSession, settings: Settings) -> None:
    """Say where the session is when it could not be kept in the user's own folder."""
    if live.history is not None and live.history.database.path.parent != settings.data_folder:
        out.print(live.history.where, style="yellow", markup=False, soft_wrap=True)


def print_grades(session: Session) -> None:
    """The grades of a session as a JSON list."""
    from interviewer.cli import show
    from interviewer.feedback import feedback

    graded = [(question, question.grade) for question in session.questions if question.grade is not None]
    show.print_json([show.grade_as_data(g, feedback(q.rubric, g, q.text), session.trust) for q, g in graded])


def summary(out: Console, session: Session) -> None:
    """The scores of a session, one line each, and their mean."""
    from interviewer.cli import show
    from interviewer.words import counted

    if not session.grades:
        out.print("No question was answered.")
        return
    listing = show.table("question", "score", "covered", "follow-ups", "hints", "ungraded", whole=("question",))
    for question in session.questions:
        grade = question.grade
        if grade is None:
            listing.add_row(question.id, question.outcome.value)
            continue
        covered = sum(j.verdict.value == "covered" for j in grade.judgements)
        score = "none" if grade.score is None else f"{grade.score:g}"
        asked = str(len(question.interview().followed_up))
        listing.add_row(
            question.id, score, f"{covered} of {len(grade.judgements)}", asked, str(question.hints),
            ", ".join(grade.ungraded),
        )  # fmt: skip
    out.print(listing)
    if session.score is not None:
        scored = sum(grade.score is not None for grade in session.grades)
        out.print(f"Mean score {session.score:.1f} over {counted(scored, 'question')}.", style="bold")


def make_reader() -> tuple[Reader, str]:
    """What reads the answers, an editor in a terminal or the lines of a pipe, and a line on how to give them."""
    from interviewer.cli.pipe import END_OF_ANSWER, Pipe

    if sys.stdin.isatty() and sys.stdout.isatty():
        from interviewer.cli.editor import Editor

        return Editor(), (
            "Write as much as you like; Esc then Enter sends the answer. The line below shows the other keys, "
            "or type /hint, /dont-know, /skip, /back or /end."
        )
    how = (
        f"Answers from standard input, each ended by a line of {END_OF_ANSWER}; /hint, /dont-know, /skip, /back, /end."
    )
    return Pipe(sys.stdin.buffer), how


def quiet_console() -> Console:
    """Standard error, for what a person may read while standard output holds JSON."""
    from rich.console import Console

    return Console(stderr=True, highlight=False)
