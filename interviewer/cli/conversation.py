"""An interview in a terminal or over a pipe: what the session wants next is done, shown and told to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.markup import escape
from rich.text import Text

from interviewer.advice import advice
from interviewer.asking import Interviewer
from interviewer.cli import show
from interviewer.cli.replies import Act, Prompt, Reader, Reply, minutes
from interviewer.interview import Ask, Close, FollowUp, JudgeNow, TurnKind

if TYPE_CHECKING:
    from rich.console import Console

    from interviewer.cache import JudgementStore
    from interviewer.history import AskedQuestion
    from interviewer.judges.base import Judge
    from interviewer.live import LiveSession

_TURNS = {
    Act.ANSWER: TurnKind.ANSWER,
    Act.TIME_OVER: TurnKind.TIME_OVER,
    Act.DONT_KNOW: TurnKind.DONT_KNOW,
    Act.SKIP: TurnKind.SKIP,
}


class Conversation:
    """Holds a session with whoever is behind `read`; `session.session` is what came of it."""

    def __init__(
        self,
        session: LiveSession,
        judge: Judge,
        interviewer: Interviewer,
        out: Console,
        read: Reader,
        store: JudgementStore | None = None,
    ) -> None:
        self.session = session
        self.judge = judge
        self.interviewer = interviewer
        self.out = out
        self.read = read
        self.store = store
        self.standing = ""  # the prompt that is on the screen, waiting for more than a hint

    @property
    def is_exam(self) -> bool:
        """In an exam there are no hints, and feedback comes at the end."""
        return self.session.session.mode == "exam"

    async def hold(self) -> None:
        """Go on until every question is done with or the candidate ends it; then, after an exam, the feedback."""
        while (move := self.session.move) is not None:
            if isinstance(move, JudgeNow):
                with self.out.status("Judging …"):
                    await self.session.judge(self.judge, self.store)
            elif isinstance(move, Close):
                await self._close()
            else:
                await self._put(move)
            self._tell_notices()
        self.session.end()
        self._tell_notices()
        if self.is_exam:
            for question in self.session.session.questions:
                await self._show(question)

    async def _put(self, move: Ask | FollowUp) -> None:
        left = self.session.seconds_left
        if left is not None and left[1] <= 0:
            self.out.print("Time is over.", style="yellow")
            self.session.stop()
            return
        prompt = await self._ask(move)
        if left is not None and left[0] <= 0:
            self._take(prompt, Reply(Act.TIME_OVER))
            return
        pending = self.session.pending
        draft, begun = (pending.text, pending.seconds) if pending else ("", 0.0)
        reply = await self.read(
            Prompt(draft, begun, self.session.seconds_left, lambda text, spent: self.session.typed(prompt, text, spent))
        )
        self._take(prompt, Reply(reply.act, reply.text, begun + reply.seconds))

    async def _ask(self, move: Ask | FollowUp) -> str:
        """Put the question or the follow-up; again in the same words when it was put before."""
        pending = self.session.pending
        standing, self.standing = self.standing, ""
        if pending and pending.prompt == standing:
            return standing
        if isinstance(move, Ask):
            self._head()
        if pending or isinstance(move, Ask):
            prompt = pending.prompt if pending else self.session.question.rubric.question
            self.out.print(prompt, style="bold cyan", markup=False)
        else:
            prompt = ""
            async for piece in self.interviewer.follow_up(self.session.interview, move.point):
                self.out.print(piece, style="bold cyan", markup=False, end="", soft_wrap=True)
                prompt += piece
            self.out.print()
        if not pending:
            self.session.typed(prompt, "", 0)
        return prompt

    def _head(self) -> None:
        place, total = self.session.question.place, len(self.session.session.plan.questions)
        clock = ""
        if (left := self.session.seconds_left) is not None:
            clock = f"  {minutes(left[0])} for this question, {minutes(left[1])} in all"
        self.out.print(f"[bold]Question {place} of {total}[/bold]  [dim]{self.session.question.id}{clock}[/dim]")

    def _take(self, prompt: str, reply: Reply) -> None:
        """What the candidate did is told to the session."""
        if reply.act is Act.HINT:
            self._hint(prompt, reply)
            self.standing = prompt
        elif reply.act is Act.BACK:
            if not self.session.go_back():
                self.out.print("This is the first question; there is none before it.", style="yellow")
                self.session.typed(prompt, reply.text, reply.seconds)
                self.standing = prompt
        elif reply.act is Act.END:
            if reply.text.strip():  # what was typed is said
                self.session.took(TurnKind.ANSWER, prompt, reply.text, reply.seconds)
            self.session.stop()
        else:
            if reply.act is Act.TIME_OVER:
                self.out.print("Time is over; what you wrote so far is your answer.", style="yellow")
            text = reply.text if reply.act in {Act.ANSWER, Act.TIME_OVER} else ""
            self.session.took(_TURNS[reply.act], prompt, text, reply.seconds)

    def _hint(self, prompt: str, reply: Reply) -> None:
        if self.is_exam:
            self.out.print("There are no hints in an exam.", style="yellow")
            self.session.typed(prompt, reply.text, reply.seconds)
            return
        self.out.print(Text(f"Hint: {self.session.take_hint(prompt, reply.seconds)}", style="green"))
        self.session.typed(prompt, reply.text, 0)

    async def _close(self) -> None:
        question = self.session.close()
        self.out.print()
        if not self.is_exam:
            await self._show(question)

    async def _show(self, question: AskedQuestion) -> None:
        """One question's grade, and what to say next time."""
        if question.grade is None:
            self.out.print(f"[dim]{question.id}: {question.outcome.value}, no grade.[/dim]\n")
            return
        if self.is_exam:
            self.out.print(f"[bold]{escape(question.rubric.question)}[/bold]")
        rubric, grade, text = question.rubric, question.grade, question.text
        said = await advice(self.interviewer.model, rubric, grade, text)
        show.show_grade(self.out, rubric, grade, said, self.judge.trust, text)
        if question.grade.score != 100:
            self.out.print(f"[dim]A full answer: `interviewer model-answer {question.id}`.[/dim]")
        self.out.print()

    def _tell_notices(self) -> None:
        while self.session.notices:
            self.out.print(self.session.notices.pop(0), style="yellow", markup=False, soft_wrap=True)
