"""A fake of OpenAI's Batch API over real HTTP, on the loopback interface: files, batches, states, output and error files.

    https://platform.openai.com/docs/guides/batch: validating → in_progress → finalizing → completed; or failed (the file
    is not valid, too many tokens wait), expired (what was done by then is in the output file), cancelling → cancelled.

`turn` moves every batch one state on. What happens to a request is decided by `answer`; lines come in another order.
"""

from __future__ import annotations

import json
import re
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from loopback import completion

FORWARD = {
    "validating": "in_progress",
    "in_progress": "finalizing",
    "finalizing": "completed",
    "cancelling": "cancelled",
}
EXPIRED = {"code": "batch_expired", "message": "This request could not be executed before the window expired."}
CANCELLED = {"code": "batch_cancelled", "message": "The batch was cancelled."}


def good(request: dict[str, Any]) -> dict[str, Any]:
    """A reply to a request: every point missing."""
    return {"status_code": 200, "request_id": "r", "body": json.loads(completion(request["body"]))}


def error(status: int, message: str) -> dict[str, Any]:
    """An error of one request."""
    return {"status_code": status, "request_id": "r", "body": {"error": {"message": message, "code": None}}}


class _Quiet(ThreadingHTTPServer):
    """Says nothing of a client that is gone: killing some is what it is for."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class BatchApi:
    """The state of the server; tests look at it and steer it."""

    def __init__(self, max_requests: int = 50_000, max_bytes: int = 200_000_000) -> None:
        self.max_requests, self.max_bytes = max_requests, max_bytes
        self.files: dict[str, bytes] = {}
        self.uploads: list[dict[str, Any]] = []
        self.batches: dict[str, dict[str, Any]] = {}
        self.asked: Counter[str] = Counter()
        self.paid: Counter[str] = Counter()
        self.answer: Callable[[dict[str, Any]], dict[str, Any] | None] = good
        self.refuse: Callable[[str, str], int] = lambda method, path: 0  # an HTTP status, or 0
        self.lose_reply: Callable[[str, str], bool] = lambda method, path: False
        self.meet: Callable[[str, str, str], None] = lambda when, method, path: None  # "before" it is done, and "after"
        self.errors: list[dict[str, Any]] = []
        self.garbage = b""
        api = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                api.serve(self, "GET")

            def do_POST(self) -> None:
                api.serve(self, "POST")

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self.server = _Quiet(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True)
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def turn(self, *, times: int = 1) -> None:
        """Every batch goes one state on."""
        for _ in range(times):
            for batch in self.batches.values():
                if batch["status"] == "validating" and (faults := self._faults(batch)):
                    batch |= {"status": "failed", "errors": {"object": "list", "data": faults}}
                    continue
                batch["status"] = FORWARD.get(batch["status"], batch["status"])
                if batch["status"] in {"completed", "cancelled"} and "done" not in batch:
                    self._end(batch, self.answer if batch["status"] == "completed" else lambda _: None)

    def expire(self, batch: dict[str, Any], done: Callable[[dict[str, Any]], bool]) -> None:
        """The window has passed; the requests for which `done` is true were judged in time."""
        batch["status"] = "expired"
        self._end(batch, lambda request: self.answer(request) if done(request) else None)

    def requests_of(self, batch: dict[str, Any]) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.files[batch["input_file_id"]].splitlines()]

    def _faults(self, batch: dict[str, Any]) -> list[dict[str, Any]]:
        if self.errors:
            faults, self.errors = self.errors, []
            return faults
        content = self.files[batch["input_file_id"]]
        lines = content.splitlines()
        ids = [json.loads(line)["custom_id"] for line in lines]
        said = []
        if len(lines) > self.max_requests or len(content) > self.max_bytes:
            said.append({"code": "too_large", "message": "The file is too large.", "line": None})
        said += [{"code": "duplicate", "message": f"{i} stands twice", "line": 1} for i in ids if ids.count(i) > 1]
        wrong = [n for n, line in enumerate(lines, 1) if json.loads(line)["url"] != batch["endpoint"]]
        return said + [{"code": "mismatch", "message": "The URL is another.", "line": n} for n in wrong]

    def _end(self, batch: dict[str, Any], answer: Callable[[dict[str, Any]], dict[str, Any] | None]) -> None:
        requests = self.requests_of(batch)
        lost = EXPIRED if batch["status"] == "expired" else CANCELLED
        out, err = [], []
        for request in reversed(requests):  # not in the order in which they were asked
            response = answer(request)
            line = {"id": "l", "custom_id": request["custom_id"], "response": response, "error": None}
            if response is None:
                err.append(line | {"error": lost})
            elif response.get("dropped"):
                continue
            elif response["status_code"] == 200:
                self.paid[request["custom_id"].split("-")[0]] += 1
                out.append(line)
            else:
                err.append(line)
        batch["done"] = True
        batch["request_counts"] = {"total": len(requests), "completed": len(out), "failed": len(err)}
        for name, lines in (("output_file_id", out), ("error_file_id", err)):
            if lines:
                content = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()
                batch[name] = self._keep(self.garbage + content)

    def _keep(self, content: bytes) -> str:
        name = f"file-{len(self.files)}"
        self.files[name] = content
        return name

    def serve(self, http: BaseHTTPRequestHandler, method: str) -> None:
        body = http.rfile.read(int(http.headers.get("content-length") or 0))
        path = http.path.removeprefix("/v1").partition("?")[0]
        self.meet("before", method, path)
        status = self.refuse(method, path)
        found = (status, {"error": {"message": "refused"}}) if status else self._respond(http, method, path, body)
        self.meet("after", method, path)
        if self.lose_reply(method, path):
            http.close_connection = True  # what was asked is done, and nobody hears of it
            return
        content = found[1] if isinstance(found[1], bytes) else json.dumps(found[1]).encode()
        with suppress(ConnectionError):  # who asked may have been killed
            http.send_response(found[0])
            http.send_header("content-type", "application/json")
            http.send_header("content-length", str(len(content)))
            http.end_headers()
            http.wfile.write(content)

    def _respond(self, http: BaseHTTPRequestHandler, method: str, path: str, body: bytes) -> tuple[int, Any]:  # noqa: PLR0911  # one for each path
        self.asked[f"{method} {re.sub(r'(batch|file)-[0-9]+', '*', path)}"] += 1
        if path == "/chat/completions":
            return 200, self.answer({"body": json.loads(body)})["body"]
        if (method, path) == ("POST", "/files"):
            form = BytesParser(policy=HTTP).parsebytes(
                b"Content-Type: " + http.headers["content-type"].encode() + b"\r\n\r\n" + body
            )
            parts = {part.get_param("name", header="content-disposition"): part for part in form.iter_parts()}
            assert parts["purpose"].get_content().strip() == "batch"
            name = self._keep(parts["file"].get_payload(decode=True))
            kept = {"id": name, "object": "file", "bytes": 1, "created_at": int(time.time()), "status": "processed"}
            self.uploads.append(kept | {"filename": parts["file"].get_filename(), "purpose": "batch"})
            return 200, self.uploads[-1]
        if path == "/files":
            return 200, {"object": "list", "data": self.uploads[::-1], "has_more": False}
        if match := re.fullmatch(r"/files/([\w-]+)/content", path):
            return 200, self.files[match[1]]
        if (method, path) == ("POST", "/batches"):
            given = json.loads(body)
            assert given["completion_window"] == "24h"
            name = f"batch-{len(self.batches)}"
            self.batches[name] = {
                "id": name,
                "object": "batch",
                "created_at": int(time.time()),
                "status": "validating",
                "request_counts": {"total": 0, "completed": 0, "failed": 0},
                **given,
            }
            return 200, self.batches[name]
        if path == "/batches":
            return 200, {"object": "list", "data": list(self.batches.values())[::-1], "has_more": False}
        if match := re.fullmatch(r"/batches/([\w-]+)(/cancel)?", path):
            batch = self.batches[match[1]]
            if match[2]:
                batch["status"] = "cancelling"
            return 200, batch
        return 404, {"error": {"message": f"no {path}"}}
