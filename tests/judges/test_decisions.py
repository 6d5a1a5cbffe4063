from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest
import respx
from conftest import SERVER, make_rubric

from interviewer.answer import Answer
from interviewer.errors import AnswerTooLong, JudgeError
from interviewer.judgement import Judgement
from interviewer.judges.base import Judged
from interviewer.judges.decisions import MAX_QUESTIONS, DecisionsJudge, Thresholds
from interviewer.judges.predicates import predicates_for, read_decision
from interviewer.llm import make_client
from interviewer.rubric import Rubric
from interviewer.settings import Settings

TEXT = "First the water has to boil. I take Assam, or a green one. And I warm the pot."
LIKELY = {"p1.covered": 0.97, "p1.begun": 0.99, "p1.denied": 0.01, "p2.named.1": 0.9, "p2.named.2": 0.95,
          "p2.named.3": 0.02, "p2.denied": 0.01, "p3.covered": 0.2, "p3.begun": 0.8, "p3.denied": 0.1}  # fmt: skip


class DecisionServer:
    """A Decisions endpoint that gives each predicate the probability it is told to; requests are kept."""

    def __init__(self, probabilities: dict[str, Any], status: int = 200, body: str | None = None) -> None:
        self.probabilities, self.status, self.body = probabilities, status, body
        self.requests: list[dict[str, Any]] = []
        router = respx.Router(assert_all_called=False)
        router.post(f"{SERVER}/decisions").mock(side_effect=self._respond)
        self.http_client = httpx.AsyncClient(transport=httpx.MockTransport(router.async_handler))

    def _respond(self, request: httpx.Request) -> httpx.Response:
        asked = json.loads(request.content)
        self.requests.append(asked)
        if self.body is not None:
            return httpx.Response(self.status, text=self.body, headers={"content-type": "application/json"})
        return httpx.Response(self.status, json=reply(self.probabilities, [q["name"] for q in asked["questions"]]))

    def judge(self, thresholds: Thresholds | None = None, **changes: Any) -> DecisionsJudge:
        given = {"base_url": SERVER, "api_key": "sk-secret", "max_retries": 0} | changes
        settings = Settings(_env_file=None, **given)
        return DecisionsJudge(make_client(settings, self.http_client), settings, thresholds=thresholds)


def reply(probabilities: dict[str, Any], names: list[str]) -> dict[str, Any]:
    answers = [
        {"type": "refusal", "name": name}
        if probabilities.get(name, 0.0) is None
        else {"type": "predicate", "name": name, "probability": probabilities.get(name, 0.0)}
        for name in names
    ]
    details = {"cached_tokens": 40, "cache_write_tokens": 0}
    usage = {"input_tokens": 100, "output_tokens": 0, "total_tokens": 100, "input_tokens_details": details,
             "output_tokens_details": {"reasoning_tokens": 0}}  # fmt: skip
    return {"model": "gpt-6-luna", "answers": answers, "usage": usage}


def judge(server: DecisionServer, rubric: Rubric, text: str = TEXT, **changes: Any) -> Judged:
    return asyncio.run(server.judge(**changes).judge(rubric, Answer(text)))


def on(judged: Judged, point: str) -> Judgement:
    return next(j for j in judged.judgements if j.point == point)


def test_probabilities_become_verdicts_and_the_nearest_sentence_is_the_evidence(rubric: Rubric):
    judged = judge(DecisionServer(LIKELY), rubric)
    assert [j.verdict.value for j in judged.judgements] == ["covered", "covered", "partial"]
    assert [span.text for span in on(judged, "boil").evidence] == ["First the water has to boil."]
    assert [span.text for span in on(judged, "kinds").evidence] == ["Assam", "green"]
    assert [span.text for span in on(judged, "pot").evidence] == ["And I warm the pot."]
    assert on(judged, "kinds").items == ("green", "black")
    assert on(judged, "boil").probability == 0.97


def test_one_request_asks_everything_and_its_cost_is_kept(rubric: Rubric):
    server = DecisionServer(LIKELY)
    usage = judge(server, rubric).usage
    (request,) = server.requests
    assert request["model"] == "gpt-6-luna"
    assert [q["name"] for q in request["questions"]] == list(LIKELY)
    assert all(q["type"] == "predicate" and q["instructions"] for q in request["questions"])
    assert [m["role"] for m in request["input"]] == ["system", "user"]
    assert (usage.requests, usage.input_tokens, usage.cached_tokens, usage.output_tokens) == (1, 100, 40, 0)


def test_more_than_400_statements_are_split(rubric: Rubric):
    points = [p.model_dump() for p in rubric.points]
    points[1]["items"] = [f"kind {n}" for n in range(500)]
    server = DecisionServer({"p1.covered": 0.9, "p2.named.490": 0.9, "p2.named.3": 0.9})
    judged = judge(server, make_rubric(points=points))
    assert [len(request["questions"]) for request in server.requests] == [MAX_QUESTIONS, 500 + 3 + 1 + 3 - 400]
    assert [j.verdict.value for j in judged.judgements] == ["covered", "covered", "missing"]
    assert judged.usage.requests == 2


@pytest.mark.parametrize(
    ("changes", "verdict", "reason"),
    [
        ({"p1.covered": 0.5}, "ungraded", "cannot tell"),
        ({"p1.covered": 0.59}, "ungraded", "cannot tell"),
        ({"p1.covered": 0.6}, "covered", "0.60"),
        ({"p1.covered": 0.4}, "partial", "0.40"),
        ({"p1.covered": 0.1, "p1.begun": 0.1}, "missing", ""),
        ({"p1.covered": 0.1, "p1.begun": 0.5}, "ungraded", "cannot tell"),
        ({"p1.covered": 0.1, "p1.denied": 0.9}, "contradicted", ""),
        ({"p1.denied": 0.9}, "ungraded", "cannot tell"),
        ({"p1.covered": None}, "ungraded", "the model refused"),
        ({"p1.denied": None}, "ungraded", "the model refused"),
        ({"p1.begun": None}, "covered", ""),
        ({"p1.covered": 1.01}, "ungraded", "less than or equal to 1"),
        ({"p1.covered": "0.9"}, "ungraded", "valid number"),
        ({"p1.covered": True}, "ungraded", "valid number"),
    ],
)
def test_a_doubt_a_refusal_or_an_impossible_number_is_ungraded(
    rubric: Rubric, changes: dict[str, Any], verdict: str, reason: str
):
    judgement = on(judge(DecisionServer(LIKELY | changes), rubric), "boil")
    assert judgement.verdict == verdict
    assert reason in judgement.reason
    assert bool(judgement.evidence) == (verdict in {"covered", "partial", "contradicted"})


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({"p2.named.3": 0.5}, "covered"),
        ({"p2.named.1": 0.5}, "ungraded"),
        ({"p2.named.1": 0.1}, "partial"),
        ({"p2.named.1": 0.1, "p2.named.2": 0.1}, "missing"),
        ({"p2.named.1": 0.1, "p2.named.2": 0.1, "p2.denied": 0.9}, "contradicted"),
        ({"p2.denied": 0.5}, "ungraded"),
    ],
)
def test_a_doubtful_item_matters_only_where_it_would_change_the_verdict(
    rubric: Rubric, changes: dict[str, Any], verdict: str
):
    assert on(judge(DecisionServer(LIKELY | changes), rubric), "kinds").verdict == verdict


def test_the_band_can_be_moved(rubric: Rubric):
    server = DecisionServer(LIKELY | {"p1.covered": 0.55})
    assert on(judge(server, rubric, thresholds=Thresholds(no=0.5, yes=0.5)), "boil").verdict == "covered"
    info = server.judge(Thresholds(no=0.1, yes=0.9)).info
    assert info != server.judge().info, "the band is part of what decides a verdict, so of the cache key"


@pytest.mark.parametrize("body", ["", "<html>", "[]", '{"answers": 3}', '{"answers": [], "answers": []}'])
def test_a_reply_that_is_none_grades_nothing(rubric: Rubric, body: str):
    judged = judge(DecisionServer({}, body=body), rubric)
    assert {j.verdict.value for j in judged.judgements} == {"ungraded"}


def test_a_doubled_left_out_or_unnamed_statement_is_a_fault():
    one = '{"type": "predicate", "name": "a", "probability": 0.9}'
    unnamed = '{"type": "predicate", "name": null, "probability": 0.9}'
    twice = '{"type": "predicate", "name": "c", "probability": 0.9, "probability": 0.1}'
    found = read_decision(f'{{"answers": [{one}, {one}, {unnamed}, {twice}]}}', ["a", "b", "c"])
    assert [found[name].probability for name in "abc"] == [None, None, None]
    assert [found[name].fault for name in "abc"] == [
        "the reply answers this twice", "the reply leaves this out", "the key 'probability' stands twice",
    ]  # fmt: skip


def test_a_server_that_fails_leaves_all_ungraded_and_a_wrong_key_is_one_line(rubric: Rubric):
    judged = judge(DecisionServer({}, status=500), rubric)
    assert "HTTP 500" in judged.judgements[0].reason
    with pytest.raises(JudgeError, match="does not accept the key"):
        judge(DecisionServer({}, status=401), rubric)
    with pytest.raises(JudgeError, match="no Decisions endpoint"):
        judge(DecisionServer({}, status=404), rubric)


def test_an_answer_beyond_the_window_is_refused_before_any_call(rubric: Rubric):
    server = DecisionServer(LIKELY)
    with pytest.raises(AnswerTooLong, match="the window holds 2,000"):
        asyncio.run(server.judge(context_window=2000).judge(rubric, Answer("boil the water " * 2000)))
    assert server.requests == []


def test_every_point_and_every_item_has_a_statement(rubric: Rubric):
    predicates = predicates_for(rubric)
    assert len({p.name for p in predicates}) == len(predicates)
    asked = {p.name: p.question["instructions"] for p in predicates}
    assert "The water has to boil" in asked["p1.covered"]
    assert "Assam; Darjeeling" in asked["p2.named.2"]
    assert asked["p3.denied"].startswith("The answer denies this")
