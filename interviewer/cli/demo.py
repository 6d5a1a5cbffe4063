"""`interviewer demo`: the whole job without typing, on three questions of the bank that ships."""

from __future__ import annotations

from typing import TYPE_CHECKING

from interviewer.cli import app, options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

    from interviewer.cli.replies import Prompt, Reply
    from interviewer.live import LiveSession


@app.command()
def demo(
    judge: options.JudgeOption = None,
    model: options.ModelOption = None,
    base_url: options.BaseUrlOption = None,
    as_json: options.JsonOption = False,
) -> None:
    """Watch a made-up candidate being interviewed and graded: three questions, nothing to type, nothing kept."""
    import asyncio
    from pathlib import Path

    from interviewer.asking import Interviewer
    from interviewer.cli import show
    from interviewer.cli.conversation import Conversation
    from interviewer.cli.practice import print_grades, quiet_console, summary
    from interviewer.history import Plan
    from interviewer.live import LiveSession
    from interviewer.rubric import Bank
    from interviewer.settings import DEFAULT_BANK
    from interviewer.yaml_source import load_yaml

    settings = options.settings_from(judge, model, base_url, DEFAULT_BANK)
    bank = Bank.load(options.bank_path(settings))
    script = load_yaml(Path(__file__).parent.parent / "_data" / "demo.yaml")
    used = options.judge_from(settings)
    out = quiet_console() if as_json else show.console()
    out.print(f"{bank.title}: a demonstration with three questions. Judge: {used.info.label}.\n", style="bold")
    plan = Plan(questions=tuple(entry["question"] for entry in script), max_follow_ups=1)
    live = LiveSession.begin(bank, bank.id, "practice", used, plan, options.now)
    read = _Script({entry["question"]: iter(entry["answers"]) for entry in script}, live, out)
    asyncio.run(Conversation(live, used, Interviewer(), out, read).hold())
    if as_json:
        print_grades(live.session)
        return
    summary(out, live.session)
    out.print()
    out.print(
        "Now you: [bold]interviewer practice[/bold] asks you three questions; --section, --level and -n choose which."
    )
    out.print(
        "Every question: interviewer rubrics list. Your own answer from a file: interviewer score QUESTION --file FILE."
    )


class _Script:
    """A made-up candidate, whose words are shown as they are given; a follow-up beyond the script is skipped."""

    def __init__(self, answers: dict[str, Iterator[str]], live: LiveSession, out: Console) -> None:
        self.answers = answers
        self.live = live
        self.out = out

    async def __call__(self, _prompt: Prompt) -> Reply:
        from rich.padding import Padding
        from rich.text import Text

        from interviewer.cli.replies import Act, Reply

        answer = next(self.answers[self.live.question.id], None)
        if answer is None:
            return Reply(Act.SKIP)
        self.out.print(Padding(Text(answer), (0, 0, 1, 2)))
        return Reply(Act.ANSWER, answer)
