"""Requests and prompt characters for one answer of 160 words to an eight-point rubric, against a per-criterion grader.

    python benchmarks/prompt_size.py [--autorubric PYTHON]

PYTHON is the interpreter of an environment with `autorubric==1.6.1`; without it only our own figures are shown. Both
talk to a server here that keeps the requests. Characters are those of the messages; our schema is given beside them.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from answers import shipped_bank

from interviewer.answer import Answer
from interviewer.judges.chat import judge_messages
from interviewer.judges.reply import reply_schema
from interviewer.rubric import Rubric

POINTS, WORDS = 8, 160
requests: list[dict[str, Any]] = []


def filled(schema: dict[str, Any], definitions: dict[str, Any]) -> Any:
    """The dullest value that a JSON schema allows."""
    if "$ref" in schema:
        return filled(definitions[schema["$ref"].rsplit("/", 1)[-1]], definitions)
    if "enum" in schema:
        return schema["enum"][0]
    if "anyOf" in schema:
        return filled(schema["anyOf"][0], definitions)
    if schema.get("type") == "object":
        return {name: filled(shape, definitions) for name, shape in schema.get("properties", {}).items()}
    return {"array": [], "integer": 0, "number": 0.5, "boolean": False}.get(schema.get("type", ""), "None.")


class Keeper(BaseHTTPRequestHandler):
    """Keeps each request and answers it as its schema wants."""

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["content-length"])))
        requests.append(request)
        schema = request.get("response_format", {}).get("json_schema", {}).get("schema", {})
        message = {"role": "assistant", "content": json.dumps(filled(schema, schema.get("$defs", {})))}
        choice = {"index": 0, "finish_reason": "stop", "message": message}
        usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
        reply = {
            "id": "c",
            "object": "chat.completion",
            "created": 1,
            "model": "m",
            "choices": [choice],
            "usage": usage,
        }
        body = json.dumps(reply).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def answer_to(rubric: Rubric) -> str:
    words = " ".join(point.explanation for point in rubric.points).split()
    return " ".join((words * WORDS)[:WORDS])


def characters(messages: list[dict[str, Any]]) -> int:
    parts = [m["content"] if isinstance(m["content"], list) else [{"text": m["content"]}] for m in messages]
    return sum(len(part["text"]) for content in parts for part in content)


def theirs(python: str, rubric: Rubric, answer: str) -> tuple[int, int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Keeper)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    points = [point.statement for point in rubric.points]
    url = f"http://127.0.0.1:{server.server_port}/v1"
    work = {"question": rubric.question, "points": points, "answer": answer, "url": url}
    script = Path(__file__).with_name("prompt_size_autorubric.py")
    quiet = {**os.environ, "LITELLM_LOCAL_MODEL_COST_MAP": "True"}
    subprocess.run([python, script], input=json.dumps(work), text=True, check=True, env=quiet)
    server.shutdown()
    return len(requests), sum(characters(request["messages"]) for request in requests)


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--autorubric", metavar="PYTHON")
    given = options.parse_args()
    rubric = next(r for r in shipped_bank() if len(r.points) == POINTS)
    answer = answer_to(rubric)
    messages = judge_messages(rubric, Answer(answer))
    own, prefix = characters(messages), characters(messages[:1])
    schema = len(json.dumps(reply_schema(rubric)))
    print(f"rubric {rubric.id}: {POINTS} points; answer of {WORDS} words, {len(answer):,} characters")
    print(f"interviewer: 1 request, {own:,} prompt characters, of which {prefix:,} ({100 * prefix / own:.0f} %) come")
    print(f"  first and are the same for every answer to the question; its schema has {schema:,} more, the same too")
    if given.autorubric:
        count, sent = theirs(given.autorubric, rubric, answer)
        print(f"autorubric: {count} requests, {sent:,} prompt characters: {sent / own:.1f} times ours")
        print(f"  with our schema counted: {sent / (own + schema):.1f} times")


if __name__ == "__main__":
    main()
