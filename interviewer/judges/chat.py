"""The chat judge: one structured call per answer for all points, and one more when the first cannot be used."""

from __future__ import annotations

import json
from functools import lru_cache

from interviewer.answer import Answer
from interviewer.errors import AnswerTooLong
from interviewer.judgement import Judgement
from interviewer.judges.base import Judged
from interviewer.judges.reply import Reading, read_reply, reply_schema
from interviewer.llm import ChatModel, Message, Reply, count_tokens
from interviewer.prompts import JudgeAnswer, JudgeRepair, JudgeSystem, fence, fingerprints, neutralised
from interviewer.rubric import Rubric
from interviewer.scoring import JudgeInfo


class ChatJudge:
    """A language model behind a chat completions API."""

    trust = "A language model judged this, point by point; the quotes were checked by code, the score is arithmetic."

    def __init__(self, model: ChatModel) -> None:
        self.model = model

    @property
    def info(self) -> JudgeInfo:
        prompt = fingerprints(JudgeSystem, JudgeAnswer, JudgeRepair)
        return JudgeInfo(name="chat", model=self.model.model, prompt=prompt, settings=self.model.described)

    async def judge(self, rubric: Rubric, answer: Answer) -> Judged:
        messages = judge_messages(rubric, answer)
        schema = reply_schema(rubric)
        self._refuse_what_does_not_fit(messages, schema)
        reply = await self.model.ask(messages, schema)
        usage, reading = reply.usage, self._read(reply, rubric, answer)
        if reading.faults and reply.worth_repeating:
            again = await self.model.ask(_repeated(messages, reply, reading), schema)
            usage, second = usage + again.usage, self._read(again, rubric, answer)
            for point in list(reading.faults):
                if point in second.judgements:
                    reading.judgements[point] = second.judgements[point]
                    del reading.faults[point]
                else:
                    reading.faults[point] = second.faults[point]
        for point, fault in reading.faults.items():
            reading.judgements[point] = Judgement.ungraded(point, f"The judge gave no usable verdict: {fault}.")
        return Judged(judgements=tuple(reading.judgements[point.id] for point in rubric.points), usage=usage)

    @staticmethod
    def _read(reply: Reply, rubric: Rubric, answer: Answer) -> Reading:
        if reply.failure:
            return Reading(faults={point.id: reply.failure for point in rubric.points})
        return read_reply(reply.text, rubric, answer)

    def _refuse_what_does_not_fit(self, messages: list[Message], schema: object) -> None:
        settings = self.model.settings
        shape = json.dumps(schema)
        # A token is at least one byte, so a short request needs no counting.
        if sum(len(m["content"].encode()) for m in messages) + len(shape) + settings.max_output_tokens < (
            settings.context_window
        ):
            return
        tokens = count_tokens([*messages, {"role": "system", "content": shape}])
        room = settings.context_window - settings.max_output_tokens
        if tokens > room:
            raise AnswerTooLong(
                f"The answer does not fit: with the rubric it is {tokens:,} tokens, and {self.model.model} has room for "
                f"{room:,} (a window of {settings.context_window:,} less {settings.max_output_tokens:,} for the reply). "
                "Shorten the answer, or raise INTERVIEWER_CONTEXT_WINDOW if the model's window is larger."
            )


def judge_messages(rubric: Rubric, answer: Answer) -> list[Message]:
    """The request for one answer: what is the same for every answer comes first, so that a prompt cache serves it."""
    return [
        {"role": "system", "content": _system(rubric)},
        {"role": "user", "content": JudgeAnswer(**fence(answer)).render()},
    ]


@lru_cache(maxsize=256)
def _system(rubric: Rubric) -> str:
    """Rendered once per rubric, not once per answer."""
    return JudgeSystem(rubric=rubric, has_lists=any(point.items for point in rubric.points)).render()


def _repeated(messages: list[Message], reply: Reply, reading: Reading) -> list[Message]:
    """The request once more, with what was wrong. A reply that was cut off is not repeated back: it is only long."""
    counts: dict[str, list[str]] = {}
    for point, fault in reading.faults.items():
        counts.setdefault(fault, []).append(point)
    # A fault may repeat the reply, and the reply the candidate: both are made as harmless as the answer was.
    faults = tuple(neutralised(f"{', '.join(points)}: {fault}") for fault, points in counts.items())
    repair = JudgeRepair(faults=faults).render()
    if reply.text and not reply.failure:
        return [
            *messages,
            {"role": "assistant", "content": neutralised(reply.text)},
            {"role": "user", "content": repair},
        ]
    return [*messages[:-1], {"role": "user", "content": f"{messages[-1]['content']}\n\n{repair}"}]
