"""The decisions judge: OpenAI's Decisions endpoint, one request per answer, a probability for each statement.

The model writes no text, so there is nothing to quote: the evidence is the sentence nearest to the point, found by code.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field

from interviewer.answer import Answer, Span
from interviewer.errors import AnswerTooLong
from interviewer.evidence import locate_quote, nearest_sentence
from interviewer.judgement import Judgement, Verdict, list_verdict
from interviewer.judges.base import Judged
from interviewer.judges.predicates import Outcome, Predicate, failed, predicates_for, read_decision
from interviewer.llm import count_tokens, failed_reply
from interviewer.prompts import DecideAnswer, DecidePredicate, DecideSystem, fence, fingerprints
from interviewer.rubric import Point, Rubric
from interviewer.scoring import JudgeInfo, Usage
from interviewer.settings import DEFAULT_MODEL, Settings

if TYPE_CHECKING:
    from openai import AsyncOpenAI

MAX_QUESTIONS = 400  # the endpoint's limit for one request


class Thresholds(BaseModel):
    """Where a probability becomes a yes or a no. Between the two the judge cannot tell.

    The defaults are a plain band around even odds, fitted to nothing: see `docs/judges.md`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    no: float = Field(default=0.4, ge=0, le=1)
    yes: float = Field(default=0.6, ge=0, le=1)


class Told(Enum):
    """What a probability amounts to."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"


class DecisionsJudge:
    """OpenAI's Decisions endpoint: much cheaper than a conversation, and the same probabilities are kept."""

    trust = (
        "A language model gave each point a probability; code turned it into a verdict and looked up the sentence "
        "nearest to the point. Points on which it was unsure are ungraded."
    )

    def __init__(
        self, client: AsyncOpenAI, settings: Settings, model: str | None = None, thresholds: Thresholds | None = None
    ) -> None:
        self.client = client
        self.settings = settings
        self.model = model or DEFAULT_MODEL  # not settings.model: the endpoint has one model, the chat judge many
        self.thresholds = thresholds or Thresholds()

    @property
    def info(self) -> JudgeInfo:
        prompt = fingerprints(DecideSystem, DecideAnswer, DecidePredicate)
        band = f"no={self.thresholds.no} yes={self.thresholds.yes}"
        return JudgeInfo(name="decisions", model=self.model, prompt=prompt, settings=band)

    async def judge(self, rubric: Rubric, answer: Answer) -> Judged:
        predicates = predicates_for(rubric)
        outcomes: dict[str, Outcome] = {}
        usage = Usage()
        for start in range(0, len(predicates), MAX_QUESTIONS):
            some = predicates[start : start + MAX_QUESTIONS]
            told, used = await self._ask(rubric, answer, some)
            outcomes, usage = outcomes | told, usage + used
        judgements = tuple(
            judge_point(point, {p: outcomes[p.name] for p in predicates if p.point is point}, answer, self.thresholds)
            for point in rubric.points
        )
        return Judged(judgements=judgements, usage=usage)

    async def _ask(
        self, rubric: Rubric, answer: Answer, predicates: Sequence[Predicate]
    ) -> tuple[dict[str, Outcome], Usage]:
        import openai  # half a second to import: only when a model is asked

        request = decision_request(rubric, answer, predicates)
        self._refuse_what_does_not_fit(request)
        names = [predicate.name for predicate in predicates]
        try:
            reply = await self.client.decisions.with_raw_response.create(model=self.model, **request)
        except (openai.APIError, ValueError) as error:
            lacking = f"no Decisions endpoint, or not for {self.model!r}"
            return failed(names, failed_reply(error, self.settings, lacking).failure), Usage(requests=1)
        return read_decision(reply.text, names), _usage(reply)

    def _refuse_what_does_not_fit(self, request: Mapping[str, Any]) -> None:
        texts = [*request["input"], *({"content": question["instructions"]} for question in request["questions"])]
        # A token is at least one byte, so a short request needs no counting.
        if sum(len(text["content"].encode()) for text in texts) < self.settings.context_window:
            return
        tokens = count_tokens(texts)
        if tokens > self.settings.context_window:
            raise AnswerTooLong(
                f"The answer does not fit: with the rubric it is {tokens:,} tokens, and the window holds "
                f"{self.settings.context_window:,}. Shorten the answer, or raise INTERVIEWER_CONTEXT_WINDOW."
            )


def decision_request(rubric: Rubric, answer: Answer, predicates: Sequence[Predicate]) -> dict[str, Any]:
    """What is sent for one answer, the model's name left out."""
    return {
        "input": [
            {"role": "system", "content": DecideSystem(rubric=rubric).render()},
            {"role": "user", "content": DecideAnswer(**fence(answer)).render()},
        ],
        "questions": [predicate.question for predicate in predicates],
    }


def judge_point(
    point: Point, outcomes: Mapping[Predicate, Outcome], answer: Answer, thresholds: Thresholds
) -> Judgement:
    """The judgement that these probabilities amount to; `ungraded` where one that matters is unsure."""
    told = {predicate: _told(outcome, thresholds) for predicate, outcome in outcomes.items()}
    found = tuple(p.item for p in told if p.item and told[p] is Told.YES)
    verdict = _list_verdict(point, told) if point.items else _plain_verdict(told)
    probability = next((outcome.probability for p, outcome in outcomes.items() if p.asks == "covered"), None)
    if verdict is None:
        faults = dict.fromkeys(outcome.fault for outcome in outcomes.values() if outcome.fault)
        why = f"The judge gave no usable verdict: {'; '.join(faults)}." if faults else "The judge cannot tell."
        return Judgement(point=point.id, verdict=Verdict.UNGRADED, reason=why, probability=probability)
    evidence = _evidence(point, verdict, [item.names for item in found], answer)
    asked = ", ".join(
        f"{p.item.text if p.item else p.asks} {outcome.probability:.2f}"
        for p, outcome in outcomes.items()
        if outcome.probability is not None and (not p.item or told[p] is not Told.NO)
    )
    return Judgement(
        point=point.id, verdict=verdict, evidence=evidence, reason=f"Probabilities: {asked}.", probability=probability,
        items=tuple(item.text for item in found) if verdict is not Verdict.CONTRADICTED else (),
    )  # fmt: skip


def _told(outcome: Outcome, thresholds: Thresholds) -> Told:
    if outcome.probability is None or thresholds.no < outcome.probability < thresholds.yes:
        return Told.UNSURE
    return Told.YES if outcome.probability >= thresholds.yes else Told.NO


def _plain_verdict(told: Mapping[Predicate, Told]) -> Verdict | None:
    covered, begun, denied = (next(t for p, t in told.items() if p.asks == asks) for asks in _PLAIN)
    if denied is Told.YES and covered is Told.NO:
        return Verdict.CONTRADICTED
    if denied is not Told.NO or covered is Told.UNSURE:
        return None
    if covered is Told.YES:
        return Verdict.COVERED
    return {Told.YES: Verdict.PARTIAL, Told.NO: Verdict.MISSING}.get(begun)


def _list_verdict(point: Point, told: Mapping[Predicate, Told]) -> Verdict | None:
    """The verdict, if it is the same whichever way the unsure items turn out."""
    need = point.need or 1
    named = [t for p, t in told.items() if p.asks == "named"]
    denied = next(t for p, t in told.items() if p.asks == "denied")
    least = list_verdict(named.count(Told.YES), need)
    most = list_verdict(len(named) - named.count(Told.NO), need)
    if denied is Told.YES:
        return Verdict.CONTRADICTED if least is not Verdict.COVERED else None
    return least if least is most and denied is Told.NO else None


def _evidence(point: Point, verdict: Verdict, found: Sequence[tuple[str, ...]], answer: Answer) -> tuple[Span, ...]:
    if verdict is Verdict.MISSING:
        return ()
    if verdict is Verdict.CONTRADICTED or not point.items:
        spans = [nearest_sentence(point.statement, answer)]
    else:
        spans = [
            next((span for name in names if (span := locate_quote(name, answer))), None)
            or nearest_sentence(" ".join(names), answer)
            for names in found
        ]
    return tuple(sorted({span for span in spans if span}, key=lambda span: (span.start, span.end)))


def _usage(reply: Any) -> Usage:
    try:
        used = reply.parse().usage
        return Usage(
            requests=1,
            input_tokens=used.input_tokens or 0,
            cached_tokens=used.input_tokens_details.cached_tokens or 0,
            output_tokens=used.output_tokens or 0,
        )
    except (AttributeError, TypeError, ValueError):  # the count is lost, the judgement is not
        return Usage(requests=1)


_PLAIN = ("covered", "begun", "denied")
