"""A conversation with a language model on the other side: it judges, follows up, and is judged by code itself."""

from __future__ import annotations

import asyncio
import io
import json
from datetime import UTC, datetime

from conftest import FakeServer, make_rubric
from rich.console import Console

from interviewer.asking import Interviewer
from interviewer.cli.conversation import Conversation
from interviewer.cli.replies import Act, Prompt, Reply
from interviewer.history import Plan
from interviewer.judges.chat import ChatJudge
from interviewer.live import LiveSession
from interviewer.llm import ChatModel, make_client
from interviewer.rubric import Bank, Section

NOW = datetime(2026, 5, 1, tzinfo=UTC)
BANK = Bank(
    id="b", title="Tea", sections=(Section(id="s", title="Hot drinks", questions=("tea",)),), rubrics=(make_rubric(),)
)


def verdicts(boil: tuple[str, str], named: dict[str, str]) -> dict[str, object]:
    """A judge's reply: verdict and quote on the first point, items and their quotes on the second."""
    return {
        "boil": {"reason": "So.", "quotes": [boil[1]] if boil[1] else [], "verdict": boil[0]},
        "kinds": {
            "reason": "So.",
            "found": [{"item": item, "quote": quote} for item, quote in named.items()],
            "contradicted": False,
            "quotes": [],
        },
        "pot": {"reason": "So.", "quotes": [], "verdict": "missing"},
    }


def streams(server: FakeServer, text: str) -> None:
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": None}
    chunk = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
    body = f"data: {json.dumps(chunk)}\n\ndata: [DONE]\n\n"
    server.responds(200, text=body, headers={"content-type": "text/event-stream"})


def hold(server: FakeServer, *answers: str) -> tuple[LiveSession, str]:
    settings = server.settings()
    model = ChatModel(make_client(settings, server.http_client), settings)
    judge = ChatJudge(model)
    live = LiveSession.begin(BANK, "b", "practice", judge, Plan(questions=("tea",)), lambda: NOW)
    said = iter(answers)

    async def read(_prompt: Prompt) -> Reply:
        return Reply(Act.ANSWER, next(said))

    out = Console(file=io.StringIO(), width=200)
    asyncio.run(Conversation(live, judge, Interviewer(model), out, read).hold())
    return live, out.file.getvalue()


def test_a_follow_up_closes_the_gap_and_every_quote_is_in_what_was_said(server: FakeServer):
    server.replies(verdicts(("covered", "It has to boil"), {}))
    streams(server, "You said that it has to boil. What would you put into the pot then?")
    server.replies(verdicts(("missing", ""), {"green": "green", "oolong": "oolong"}))
    server.replies("You knew the water and the leaves. Next time, warm the pot.")
    live, shown = hold(server, "It has to boil first.", "Some green or oolong leaves.")
    question = live.session.questions[0]
    assert "What would you put into the pot then?" in shown
    assert "Next time, warm the pot." in shown
    assert [j.verdict.value for j in question.grade.judgements] == ["covered", "covered", "missing"]
    assert question.covered_at_once("boil")
    assert not question.covered_at_once("kinds")
    for judgement in question.grade.judgements:
        for span in judgement.evidence:
            assert question.text[span.start : span.end] == span.text
    assert question.grade.usage.requests == 2


def test_who_takes_a_point_back_loses_it(server: FakeServer):
    server.replies(verdicts(("covered", "It has to boil"), {}))
    streams(server, "You said that it has to boil. What would you put into the pot then?")
    server.replies(verdicts(("contradicted", "no need to boil it"), {"green": "green", "oolong": "oolong"}))
    streams(server, "You took that back. Why is there no need?")
    server.replies(verdicts(("missing", ""), {}))
    server.replies("You named the leaves. Next time, boil the water.")
    live, _ = hold(server, "It has to boil first.", "Some green or oolong, and no need to boil it.", "Just so.")
    verdict = {j.point: j.verdict.value for j in live.session.questions[0].grade.judgements}
    assert verdict == {"boil": "missing", "kinds": "covered", "pot": "missing"}
