"""Answers from a pipe or a file: each ends with a line of `---`, or with the input itself."""

from __future__ import annotations

import time
from typing import BinaryIO

from interviewer.cli.replies import Act, Prompt, Reply, understood
from interviewer.errors import InputError

END_OF_ANSWER = "---"


class Pipe:
    """Reads replies from a stream of bytes; its end is the end of the session."""

    def __init__(self, stream: BinaryIO) -> None:
        self.stream = stream
        self.line = 0

    async def __call__(self, prompt: Prompt) -> Reply:
        """One reply.

        Raises:
            InputError: a line is not UTF-8.

        """
        started = time.monotonic()
        lines: list[str] = []
        for raw in self.stream:
            self.line += 1
            line = self._decoded(raw)
            if line.strip() == END_OF_ANSWER:
                return understood("".join(lines), time.monotonic() - started, prompt.left)
            lines.append(line)
        text = "".join(lines)
        if not text.strip():
            return Reply(Act.END)
        return understood(text, time.monotonic() - started, prompt.left)

    def _decoded(self, raw: bytes) -> str:
        try:
            return raw.decode("utf-8-sig" if self.line == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise InputError(
                f"Standard input, line {self.line}: not UTF-8 (byte {error.start + 1}). Convert it and try again."
            ) from None
