"""Request lines out, reply lines in. Pure: the chat judge itself says what to ask, and what a reply is worth.

The judge is run on the replies that an answer has had; where it asks for one more, that is the next request to post.
So a grade that came by post is the grade that calls would have given.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from interviewer.batch.post.ledger import Request
from interviewer.errors import InputError
from interviewer.judges.base import Judged
from interviewer.judges.chat import ChatJudge
from interviewer.llm import ChatModel, Message, Reply, read_completion

ENDPOINT: Final = "/v1/chat/completions"
MAX_TRIES = 4


@dataclass(frozen=True)
class Limits:
    """What one file may hold: https://platform.openai.com/docs/guides/batch (50,000 requests, 200 MB)."""

    requests: int = 50_000
    bytes: int = 200_000_000


class _Unanswered(Exception):
    """The judge asks for a reply that has not come yet."""

    def __init__(self, body: dict[str, Any]) -> None:
        self.body = body


class _ByPost(ChatModel):
    """A chat model that knows only the replies which have come."""

    def __init__(self, model: ChatModel, replies: Sequence[Reply]) -> None:
        super().__init__(model.client, model.settings, model.model)
        self.replies = list(replies)

    async def ask(self, messages: Sequence[Message], schema: dict[str, Any] | None = None) -> Reply:
        if self.replies:
            return self.replies.pop(0)
        raise _Unanswered(self.body(messages, schema))


async def request_line(judge: ChatJudge, request: Request) -> bytes:
    """The line that asks for the next reply.

    Raises:
        InputError: the answer does not fit the model's window.

    """
    try:
        await ChatJudge(_ByPost(judge.model, request.replies)).judge(request.rubric, request.answer)
    except _Unanswered as unanswered:
        line = {"custom_id": request.custom_id, "method": "POST", "url": ENDPOINT, "body": unanswered.body}
        return json.dumps(line, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"
    raise InputError("every reply has come")


async def judged_by(judge: ChatJudge, request: Request) -> Judged | None:
    """What the replies amount to; None when the judge asks for one more."""
    try:
        return await ChatJudge(_ByPost(judge.model, request.replies)).judge(request.rubric, request.answer)
    except _Unanswered:
        return None


def read_lines(lines: Iterator[bytes]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The custom id and the content of every line that can be read. A line that cannot is as one that never came."""
    for line in lines:
        try:
            content = json.loads(line)
            yield str(content["custom_id"]), content
        except (ValueError, KeyError, TypeError):
            continue


def answered(request: Request, line: dict[str, Any]) -> Request:
    """The request after a line of the output or error file: with a reply more, waiting to be posted again, or failed."""
    response, error = line.get("response"), line.get("error")
    status = response.get("status_code") if isinstance(response, dict) else None
    body = response.get("body") if isinstance(response, dict) else None
    if status == 200 and not error:
        return replace(request, replies=(*request.replies, read_completion(body)))
    said = error if isinstance(error, dict) else body.get("error") if isinstance(body, dict) else None
    code, message = (said.get("code"), said.get("message")) if isinstance(said, dict) else (None, None)
    reason = f"{message or code or 'no reason was given'}"
    if code == "batch_cancelled":
        return request.now("failed", "The batch was cancelled.")
    if status is not None and 400 <= status < 500 and status not in {408, 409, 429}:
        failure = Reply("", failure=f"the server refused the request: {reason}", worth_repeating=False)
        return replace(request, replies=(*request.replies, failure))
    return again(request, reason if status is None else f"HTTP {status}: {reason}")


def again(request: Request, reason: str) -> Request:
    """The request to be posted once more, unless it was posted often enough."""
    tries = request.tries + 1
    if tries >= MAX_TRIES:
        return request.now("failed", f"Posted {tries} times without success; at the end: {reason}", tries=tries)
    return request.now("waiting", reason, tries=tries)
