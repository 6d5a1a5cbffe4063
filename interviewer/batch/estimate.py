"""What a run would take, before any of it is asked: answers to judge, tokens, price by route, time."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from interviewer.batch.jobs import Job, Jobs
from interviewer.batch.results import Result
from interviewer.batch.rows import Chunk
from interviewer.cache import JudgementStore, State
from interviewer.judges.chat import judge_messages
from interviewer.judges.decisions import decision_request
from interviewer.judges.predicates import predicates_for
from interviewer.judges.reply import reply_schema
from interviewer.llm import count_tokens
from interviewer.price import BATCH_FACTOR, price_of
from interviewer.scoring import Usage
from interviewer.settings import DEFAULT_MODEL

# Before any reply of a model was seen: a reason of one sentence, a quote and their JSON; measured on judge replies.
REPLY_TOKENS_PER_POINT = 60
# A prompt shorter than this is in no prompt cache: https://platform.openai.com/docs/guides/prompt-caching
SHORTEST_CACHED = 1024
SECONDS_PER_REPLY = 4.0


@dataclass
class Estimate:
    """Counts of a dry run. Token counts are exact for the prompts; the replies' are expected."""

    rows: int = 0
    rejected: int = 0
    blank: int = 0
    duplicates: int = 0
    kept: int = 0
    to_judge: int = 0
    input_tokens: int = 0
    cacheable_tokens: int = 0
    output_tokens: int = 0
    decision_tokens: int = 0
    reasons: Counter[str] = field(default_factory=Counter)


class Estimator:
    """Counts what a run over some rows would ask."""

    def __init__(self, jobs: Jobs, store: JudgementStore, *, counts_tokens: bool, retry: bool = False) -> None:
        self.jobs, self.store, self.counts_tokens, self.retry = jobs, store, counts_tokens, retry
        self._prefix: dict[str, tuple[int, int, int]] = {}
        self._per_point = float(store.note(reply_note(jobs.judge.model)) or REPLY_TOKENS_PER_POINT)

    def of(self, chunks: Iterable[Chunk]) -> Estimate:
        """One pass over all rows."""
        made = Estimate()
        seen: set[bytes] = set()
        for chunk in chunks:
            made.rows += len(chunk.rows)
            jobs: dict[str, Job] = {}
            for row in chunk.rows:
                job = self.jobs.of(row)
                if isinstance(job, Result):
                    self._without_judge(made, job)
                elif bytes.fromhex(job.key) in seen:
                    made.duplicates += 1
                else:
                    seen.add(bytes.fromhex(job.key))
                    jobs[job.key] = job
            self._with_judge(made, jobs)
        return made

    @staticmethod
    def _without_judge(made: Estimate, result: Result) -> None:
        if result.error:
            made.rejected += 1
            made.reasons[result.error] += 1
        else:
            made.blank += 1

    def _with_judge(self, made: Estimate, jobs: dict[str, Job]) -> None:
        states = {key: entry.state for key, entry in self.store.get_many(list(jobs)).items()}
        good = {State.COMPLETE} if self.retry else {State.COMPLETE, State.INCOMPLETE}
        wanted = [job for key, job in jobs.items() if states.get(key) not in good]
        made.kept += len(jobs) - len(wanted)
        made.to_judge += len(wanted)
        if self.counts_tokens:
            self._count(made, wanted)

    def _count(self, made: Estimate, jobs: list[Job]) -> None:
        for job in jobs:
            first = job.rubric.hash not in self._prefix
            if first:
                self._prefix[job.rubric.hash] = _prefix_tokens(job)
            prefix, shape, predicates = self._prefix[job.rubric.hash]
            answer = count_tokens(judge_messages(job.rubric, job.answer)[1:])
            made.input_tokens += prefix + shape + answer
            made.cacheable_tokens += prefix if prefix >= SHORTEST_CACHED and not first else 0
            made.output_tokens += round(self._per_point * len(job.rubric.points))
            made.decision_tokens += predicates + answer


def _prefix_tokens(job: Job) -> tuple[int, int, int]:
    """Tokens that are the same for every answer to a question: the chat prompt's, its schema's, a decision request's."""
    decision = decision_request(job.rubric, job.answer, predicates_for(job.rubric))
    asked = [{"content": question["instructions"]} for question in decision["questions"]]
    shape = {"content": json.dumps(reply_schema(job.rubric))}
    system = judge_messages(job.rubric, job.answer)[:1]
    return count_tokens(system), count_tokens([shape]), count_tokens([decision["input"][0], *asked])


def reply_note(model: str) -> str:
    """The name of the note that holds how many tokens a model's replies take per point."""
    return f"reply-tokens-per-point:{model}"


def limits_note(model: str) -> str:
    """The name of the note that holds the rate limits that a server last spoke of."""
    return f"rate-limits:{model}"


def routes(made: Estimate, model: str, base_url: str | None) -> list[dict[str, Any]]:
    """Each judge and way to have it judged, with its price in US dollars; None where no price is known."""
    plain = Usage(input_tokens=made.input_tokens, output_tokens=made.output_tokens)
    cached = plain.model_copy(update={"cached_tokens": made.cacheable_tokens})
    full, less = price_of(plain, model, base_url), price_of(cached, model, base_url)
    half = None if full is None else full * BATCH_FACTOR
    decisions = price_of(Usage(input_tokens=made.decision_tokens), DEFAULT_MODEL, base_url)
    ways = [
        ("chat", "calls", model, full, "one request per answer, no prompt cache"),
        ("chat", "calls, prompt cached", model, less, "the provider serves the rubric from its cache"),
        ("chat", "batch", model, half, "OpenAI's Batch API: half price, within 24 hours"),
        ("decisions", "calls", DEFAULT_MODEL, decisions, "a probability per statement, no text to pay for"),
        ("local", "this machine", "", 0.0, "no key, no network"),
    ]
    return [dict(zip(("judge", "route", "model", "price", "note"), way, strict=True)) for way in ways]


def minutes(made: Estimate, concurrency: int, limits: dict[str, str]) -> tuple[float, str]:
    """How long the calls take, and what that rests on: the account's rate limits when a run has seen them."""
    by_replies = made.to_judge * SECONDS_PER_REPLY / concurrency / 60
    found = {"replies of 4 seconds": by_replies}
    if limits.get("requests", "").isdigit():
        found["the limit on requests"] = made.to_judge / int(limits["requests"])
    if limits.get("tokens", "").isdigit():
        found["the limit on tokens"] = (made.input_tokens + made.output_tokens) / int(limits["tokens"])
    basis = max(found, key=lambda name: found[name])
    return found[basis], f"{basis}, {concurrency} at once"
