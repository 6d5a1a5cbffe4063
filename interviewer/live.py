"""A session while it runs: every step of the candidate or the judge is written down before the next one is taken.

The terminal and the web page drive it: do `move`, tell what came of it, until `move` is None.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from interviewer.cache import JudgementStore
from interviewer.errors import AnswerTooLong, HistoryUnwritable, StoreError
from interviewer.feedback import by_importance
from interviewer.grader import grade_answer
from interviewer.hints import hint
from interviewer.history import History
from interviewer.interview import Close, FollowUp, Interview, JudgeNow, Move, Turn, TurnKind
from interviewer.judgement import Judgement
from interviewer.judges.base import Judge
from interviewer.rubric import Bank, Rubric
from interviewer.scoring import Grade, Usage
from interviewer.session import AskedQuestion, Draft, Mode, Plan, Session

Clock = Callable[[], datetime]


class LiveSession:
    """One session being held. `history` None keeps nothing: for a demonstration.

    When the history can no longer be written, the whole session moves to the one that `spare` opens, and
    `notices` says so; the interview goes on.
    """

    def __init__(
        self,
        session: Session,
        bank: Bank,
        history: History | None,
        clock: Clock,
        spare: Callable[[], History] | None,
    ) -> None:
        self.session = session
        self.bank = bank
        self.history = history
        self.clock = clock
        self.spare = spare
        self.notices: list[str] = []
        self.stopped = False
        self.without_store = False
        self.draft = history.draft(session.id) if history else None

    @classmethod
    def begin(
        cls,
        bank: Bank,
        where: str,
        mode: Mode,
        judge: Judge,
        plan: Plan,
        clock: Clock,
        history: History | None = None,
        spare: Callable[[], History] | None = None,
    ) -> LiveSession:
        """A new session; `where` is the bank's folder or id, by which a resumed session finds it again."""
        session = Session(
            id=0, started=clock(), bank=where, title=bank.title, mode=mode, judge=judge.info, trust=judge.trust, plan=plan
        )  # fmt: skip
        live = cls(session, bank, None, clock, spare)
        live.history = history
        live._keep(lambda kept: live._set(id=kept.begin(session)))
        return live

    # -- where it stands ----------------------------------------------------------------------------------------------

    @property
    def place(self) -> int | None:
        """The place (from 1) of the question to be asked or being asked; None when all are done with."""
        if self.session.ended:
            return None
        closed = {question.place for question in self.session.questions if question.closed}
        return next((place for place in range(1, len(self.session.plan.questions) + 1) if place not in closed), None)

    @property
    def question(self) -> AskedQuestion:
        """The question being asked; asks it if it is not yet.

        Raises:
            UnknownName: the bank no longer has it.

        """
        place = self.place
        if place is None:
            raise ValueError("the session is over")
        found = self._at(place)
        return found or self._ask(place, attempt=1)

    @property
    def interview(self) -> Interview:
        """The conversation about the question being asked."""
        return self.question.interview(self.session.plan.max_follow_ups)

    @property
    def move(self) -> Move | None:
        """What comes next; None when the session is over. Who stops is still judged and graded on what they said."""
        place = self.place
        if place is None or (self.stopped and self._at(place) is None):
            return None
        move = self.interview.next_move()
        if not self.stopped or isinstance(move, JudgeNow):
            return move
        return Close() if self.interview.rounds else None

    @property
    def seconds_left(self) -> tuple[float, float] | None:
        """What is left of an exam's clocks, for this question and in all; None where there is no clock."""
        plan = self.session.plan
        if plan.seconds is None or plan.total_seconds is None:
            return None
        begun = self.pending.seconds if self.pending else 0.0
        here = begun + sum(turn.seconds for turn in self.question.turns)
        total = begun + sum(turn.seconds for question in self.session.questions for turn in question.turns)
        return max(0.0, min(plan.seconds - here, plan.total_seconds - total)), max(0.0, plan.total_seconds - total)

    @property
    def pending(self) -> Draft | None:
        """The prompt that the candidate is answering and what is typed so far, also after the session broke off."""
        question, draft = self.question, self.draft
        here = draft is not None and (draft.place, draft.attempt) == (question.place, question.attempt)
        return draft if here else None

    # -- what happens -------------------------------------------------------------------------------------------------

    def typed(self, prompt: str, text: str, seconds: float) -> None:
        """What the candidate has typed in reply to `prompt` so far, in `seconds`, not sent yet."""
        question = self.question
        draft = Draft(place=question.place, attempt=question.attempt, prompt=prompt, text=text, seconds=seconds)
        self.draft = draft
        self._keep(lambda kept: kept.keep_draft(self.session.id, draft, self.clock()))

    def took(self, kind: TurnKind, prompt: str, text: str = "", seconds: float = 0) -> None:
        """A turn of the candidate."""
        text = text.encode("utf-8", "replace").decode("utf-8")  # half a surrogate pair cannot be stored
        move = self.move
        point = move.point.id if isinstance(move, FollowUp) else None
        turn = Turn(kind=kind, point=point, prompt=prompt, text=text, said=self.clock(), seconds=round(seconds, 1))
        question = self._replace(turns=(*self.question.turns, turn))
        if kind is not TurnKind.HINT:
            self.draft = None
        self._keep(lambda kept: kept.add_turn(self.session.id, question.place, question.attempt, turn))

    def take_hint(self, prompt: str, seconds: float = 0) -> str:
        """A hint on what is being asked; it counts in the report."""
        move = self.move
        question = self.question
        given = sum(turn.kind is TurnKind.HINT and turn.prompt == prompt for turn in question.turns)
        point = move.point if isinstance(move, FollowUp) else by_importance(question.rubric)[0]
        said = hint(question.rubric, point, given)
        self.took(TurnKind.HINT, prompt, said, seconds)
        return said

    async def judge(self, judge: Judge, store: JudgementStore | None = None) -> None:
        """Judge what was said, or take it from the `store`. What does not fit the window is ungraded, and says so.

        Raises:
            JudgeError: the judge cannot be asked at all; nothing is lost, a resumed session judges then.

        """
        move, question = self.move, self.question
        if not isinstance(move, JudgeNow):
            return
        usage = Usage()
        try:
            grade = await self._graded(judge, question.rubric, move.text, store)
            judgements, usage = grade.judgements, grade.usage
        except AnswerTooLong as error:
            judgements = tuple(Judgement.ungraded(point.id, str(error)) for point in question.rubric.points)
        done = self.interview.judged(judgements, self.clock(), usage).rounds[-1]
        question = self._replace(rounds=(*question.rounds, done))
        self._keep(lambda kept: kept.add_round(self.session.id, question.place, question.attempt, done))

    async def _graded(self, judge: Judge, rubric: Rubric, text: str, store: JudgementStore | None) -> Grade:
        """The grade; a store that fails costs another call, never the session."""
        try:
            return await grade_answer(judge, rubric, text, None if self.without_store else store)
        except StoreError as error:
            self.without_store = True
            self.notices.append(f"Going on without the cache. {error}")
            return await grade_answer(judge, rubric, text)

    def close(self) -> AskedQuestion:
        """Done with this question: its grade is made, and the next one's turn has come."""
        interview = self.interview
        grade = interview.grade(self.session.judge) if interview.judgements else None
        closed = self._replace(closed=self.clock(), outcome=interview.outcome, grade=grade)
        self._keep(lambda kept: kept.close(self.session.id, closed))
        return closed

    def go_back(self) -> bool:
        """Begin this question anew, or, when nothing was said to it yet, the one before; False at the very first."""
        question = self.question
        said = any(turn.kind is not TurnKind.HINT for turn in question.turns)
        place = question.place if said else question.place - 1
        before = self._at(place)
        if before is None:
            return False
        self._ask(place, before.attempt + 1)
        return True

    def stop(self) -> None:
        """The candidate wants no more: what they said is judged, and there is no further question."""
        self.stopped = True

    def end(self) -> None:
        """The session is over: there is nothing to resume."""
        self._set(ended=self.clock())
        self._keep(lambda kept: kept.end(self.session.id, self.clock()))

    # -- how it is kept -----------------------------------------------------------------------------------------------

    def _ask(self, place: int, attempt: int) -> AskedQuestion:
        rubric = self.bank[self.session.plan.questions[place - 1]]
        section = self.bank.section_of(rubric.id)
        question = AskedQuestion(
            place=place, attempt=attempt, section=section.id, section_title=section.title, rubric=rubric, asked=self.clock()
        )  # fmt: skip
        others = [other for other in self.session.questions if other.place != place]
        self._set(questions=tuple(sorted([*others, question], key=lambda one: one.place)))
        self.draft = None
        self._keep(lambda kept: kept.ask(self.session.id, question))
        return question

    def _at(self, place: int) -> AskedQuestion | None:
        return next((question for question in self.session.questions if question.place == place), None)

    def _replace(self, **changes: Any) -> AskedQuestion:
        """The question being asked, changed."""
        old = self.question
        new = old.model_copy(update=changes)
        self._set(questions=tuple(new if question is old else question for question in self.session.questions))
        return new

    def _set(self, **changes: Any) -> None:
        self.session = self.session.model_copy(update=changes)

    def _keep(self, write: Callable[[History], None]) -> None:
        """Write to the history; when it cannot be written, move the session, which already holds the change."""
        if self.history is None:
            return
        try:
            write(self.history)
        except HistoryUnwritable as error:
            if self.spare is None:
                raise
            self.history, self.spare = self.spare(), None
            self._set(id=self.history.copy(self.session))
            if self.draft:
                self.history.keep_draft(self.session.id, self.draft, self.clock())
            self.notices.append(f"{error} {self.history.where}")
