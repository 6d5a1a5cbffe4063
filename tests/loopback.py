"""A chat completions server on the loopback interface, for tests and benchmarks: answers after a delay, fails on purpose.

    python tests/loopback.py --delay 0.2 --fail 0.2 --ledger paid.txt

Prints its address. Each answer that it was paid for (a whole, valid reply sent) is a line of the ledger, before the reply.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import random
import re
import sys
from functools import lru_cache
from pathlib import Path
from typing import Any, TextIO

FAULTS = ("429", "500", "hang", "reset", "garbage")
_ANSWER = re.compile(r"BEGIN ANSWER \w+\n(.*)\nEND ANSWER", re.DOTALL)


@lru_cache(maxsize=256)
def verdicts(schema: str) -> str:
    """A valid reply to a request with this schema: every point missing."""
    points = json.loads(schema)["properties"]
    definitions = json.loads(schema).get("$defs", {})
    reply = {}
    for name, shape in points.items():
        keys = definitions.get(shape.get("$ref", "").rsplit("/", 1)[-1], shape).get("properties", {})
        plain = {"reason": "Not said.", "quotes": [], "verdict": "missing"}
        listed = {"reason": "Not said.", "found": [], "contradicted": False, "quotes": []}
        reply[name] = listed if "found" in keys else plain
    return json.dumps(reply)


def completion(request: dict[str, Any]) -> bytes:
    """The body of a completion."""
    schema = json.dumps(request["response_format"]["json_schema"]["schema"])
    message = {"role": "assistant", "content": verdicts(schema)}
    choice = {"index": 0, "finish_reason": "stop", "message": message}
    usage = {"prompt_tokens": 1500, "completion_tokens": 200, "total_tokens": 1700}
    body = {"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice], "usage": usage}
    return json.dumps(body).encode()


class Server:
    """Keeps connections open; one request at a time on each."""

    def __init__(self, delay: float, fail: float, ledger: TextIO | None, seed: int) -> None:
        self.delay, self.fail, self.ledger = delay, fail, ledger
        self.chance = random.Random(seed)  # faults, not secrets
        self.counts: dict[str, int] = {}

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while await self._one(reader, writer):
                pass
        writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = int(re.search(r"content-length: (\d+)", head, re.IGNORECASE)[1])  # type: ignore[index]  # our client sends it
        request = json.loads(await reader.readexactly(length))
        await asyncio.sleep(self.delay)
        fault = self.chance.choice(FAULTS) if self.chance.random() < self.fail else "none"
        self.counts[fault] = self.counts.get(fault, 0) + 1
        if fault == "none":
            self._paid(request)
            self._send(writer, "200 OK", completion(request))
        elif fault == "429":
            self._send(
                writer, "429 Too Many Requests", b'{"error": {"message": "slow down"}}', "retry-after-ms: 50\r\n"
            )
        elif fault == "500":
            self._send(writer, "500 Internal Server Error", b'{"error": {"message": "broken"}}')
        elif fault == "garbage":
            self._send(writer, "200 OK", b'{"id": "c", "choices": [{"mess')
        elif fault == "hang":
            await asyncio.sleep(3600)
        else:
            body = completion(request)
            writer.write(f"HTTP/1.1 200 OK\r\ncontent-length: {len(body)}\r\n\r\n".encode() + body[: len(body) // 2])
            await writer.drain()
            writer.transport.abort()
            return False
        await writer.drain()
        return True

    def _paid(self, request: dict[str, Any]) -> None:
        if self.ledger is not None:
            said = _ANSWER.search(request["messages"][-1]["content"])
            self.ledger.write(json.dumps(said[1] if said else "?") + "\n")
            self.ledger.flush()

    @staticmethod
    def _send(writer: asyncio.StreamWriter, status: str, body: bytes, extra: str = "") -> None:
        head = f"HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n{extra}\r\n"
        writer.write(head.encode() + body)


async def main() -> None:
    """Serve until the process is ended."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--delay", type=float, default=0.0)
    options.add_argument("--fail", type=float, default=0.0)
    options.add_argument("--ledger", type=Path)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    ledger = given.ledger.open("a", encoding="utf-8") if given.ledger else None
    server = Server(given.delay, given.fail, ledger, given.seed)
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0, backlog=1024, limit=2**22)
    port = listening.sockets[0].getsockname()[1]
    sys.stdout.write(f"http://127.0.0.1:{port}/v1\n")
    sys.stdout.flush()
    await listening.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
