from __future__ import annotations

import asyncio

from conftest import FakeServer, make_rubric

from interviewer.grader import grade_answer
from interviewer.judgement import Verdict
from interviewer.judges.local import LocalJudge, LocalModel
from interviewer.llm import ChatModel, make_client
from interviewer.model_answer import composed_answer, model_answer
from interviewer.resources import bank_folder
from interviewer.rubric import Bank, Rubric

RUBRIC = make_rubric()


def written(server: FakeServer, rubric: Rubric = RUBRIC) -> str:
    model = ChatModel(make_client(server.settings(), server.http_client), server.settings())
    return asyncio.run(model_answer(rubric, model, LocalJudge()))


def test_a_composed_answer_covers_every_point_of_every_question():
    judge = LocalJudge(LocalModel.fast())
    for rubric in Bank.load(bank_folder("ai-medical-imaging-analyst")):
        grade = asyncio.run(grade_answer(judge, rubric, composed_answer(rubric)))
        assert [j.point for j in grade.judgements if j.verdict is not Verdict.COVERED] == []


def test_a_story_is_outlined_not_invented():
    story = make_rubric(
        style="behavioural",
        points=[
            {"id": "a", "statement": "The candidate gave way.", "follow_up": "And then?", "explanation": "It helps."}
        ],
    )
    assert composed_answer(story).endswith("in which this is heard:\n- you gave way.")


def test_what_a_models_answer_leaves_out_is_added(server: FakeServer):
    server.replies("The water has to boil before it is poured. A warmed pot keeps the heat.")
    assert written(server) == (
        "The water has to boil before it is poured. A warmed pot keeps the heat.\n\n"
        "Several kinds of leaves can be chosen: green, black and oolong."
    )
    sent = server.requests[0]["messages"][0]["content"]
    assert "Name at least 2 of: green, black, oolong." in sent


def test_when_the_model_fails_the_rubric_answers(server: FakeServer):
    assert written(server.responds(500, json={})) == composed_answer(RUBRIC)
