"""What every test shares: an isolated world, a small rubric, a fake server that is queued and inspected."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import respx
from batch_api import BatchApi
from hypothesis import settings as hypothesis_settings
from typer.testing import CliRunner

from interviewer.judges.chat import ChatJudge
from interviewer.llm import ChatModel, make_client
from interviewer.rubric import Rubric, dump_yaml
from interviewer.settings import Settings

hypothesis_settings.register_profile("quick", deadline=None, max_examples=60)
hypothesis_settings.load_profile("quick")

SERVER = "http://server.test/v1"


@pytest.fixture(autouse=True)
def _isolated(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No key, no `.env`, no home of the user who runs the tests."""
    for name in list(os.environ):
        if name.startswith(("OPENAI_", "INTERVIEWER_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home" / "data"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home" / "cache"))
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setenv("TERM", "dumb")
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)


@pytest.fixture
def cli() -> Callable[..., Any]:
    """Run the command line: `cli("score", "dicom-format", input="…")`."""
    from interviewer.cli import app

    runner = CliRunner()
    return lambda *arguments, **options: runner.invoke(app, [str(a) for a in arguments], **options)


def make_rubric(**changes: Any) -> Rubric:
    """A rubric of three points: a core one, a list of three of which two are enough, a bonus."""
    point = {"follow_up": "What else comes to mind?", "explanation": "It matters because it does."}
    data = {
        "id": "tea",
        "question": "How do you make good tea?",
        "points": [
            {"id": "boil", "statement": "The water has to boil before it is poured.", "weight": 3, **point},
            {
                "id": "kinds",
                "statement": "Several kinds of leaves can be chosen.",
                "weight": 2,
                "items": ["green", {"text": "black", "also": ["Assam", "Darjeeling"]}, "oolong"],
                "need": 2,
                **point,
            },
            {"id": "pot", "statement": "A warmed pot keeps the heat.", "kind": "bonus", "weight": 1, **point},
        ],
    }
    return Rubric.model_validate(data | changes)


@pytest.fixture
def rubric() -> Rubric:
    return make_rubric()


class FakeServer:
    """A chat completions API: replies are queued, requests are kept."""

    def __init__(self) -> None:
        self.router = respx.Router(assert_all_called=False)
        self.route = self.router.post(f"{SERVER}/chat/completions").mock(side_effect=self._respond)
        self.queue: list[httpx.Response | Exception] = []
        self.requests: list[dict[str, Any]] = []

    def replies(self, content: str | dict[str, Any], finish_reason: str = "stop", **message: Any) -> FakeServer:
        """Queue one completion with this content (a dict is sent as JSON)."""
        text = content if isinstance(content, str) else json.dumps(content)
        choice = {
            "index": 0,
            "finish_reason": finish_reason,
            "message": {"role": "assistant", "content": text, **message},
        }
        return self.responds(
            200,
            json={
                "id": "c",
                "object": "chat.completion",
                "created": 1,
                "model": "m",
                "choices": [choice],
                "usage": {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120},
            },
        )

    def responds(self, status: int, **response: Any) -> FakeServer:
        """Queue one HTTP response."""
        self.queue.append(httpx.Response(status, **response))
        return self

    def fails(self, error: Exception) -> FakeServer:
        """Queue a failure of the connection."""
        self.queue.append(error)
        return self

    def _respond(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(json.loads(request.content))
        if not self.queue:
            raise AssertionError("the server was asked more often than replies were queued")
        reply = self.queue.pop(0)
        if isinstance(reply, Exception):
            raise reply
        return reply

    @property
    def http_client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.MockTransport(self.router.async_handler))

    def settings(self, **changes: Any) -> Settings:
        given = {"base_url": SERVER, "api_key": "sk-secret", "max_retries": 0} | changes
        return Settings(_env_file=None, **given)

    def judge(self, **changes: Any) -> ChatJudge:
        """A chat judge that talks to this server."""
        settings = self.settings(**changes)
        return ChatJudge(ChatModel(make_client(settings, self.http_client), settings))


@pytest.fixture
def server() -> Iterator[FakeServer]:
    fake = FakeServer()
    yield fake
    assert not fake.queue, "replies were queued that nobody asked for"


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[BatchApi]:
    """A fake of the Batch API that the settings point to, and a bank of one question, `tea`."""
    folder = tmp_path / "drinks"
    folder.mkdir()
    (folder / "tea.yaml").write_text(dump_yaml(make_rubric()))
    (folder / "bank.yaml").write_text(
        "id: drinks\ntitle: Drinks\nsections:\n- {id: hot, title: Hot ones, questions: [tea]}\n"
    )
    monkeypatch.setenv("INTERVIEWER_BANK", str(folder))
    fake = BatchApi()
    monkeypatch.setenv("OPENAI_BASE_URL", fake.url)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    yield fake
    fake.close()
