"""A terminal with a person in front of it: a pseudo-terminal that runs `interviewer` and is typed into."""

from __future__ import annotations

import os
import sys
from typing import Any

import pexpect
import pyte

SEND, HINT, DONT_KNOW, SKIP, BACK = "\x1b\r", "\x1bOQ", "\x1bOR", "\x1bOS", "\x1b[15~"
END, INTERRUPT = "\x04", "\x03"
_WHERE_IS_THE_CURSOR = "\x1b[6n"


class Terminal:
    """`interviewer` with these arguments, in a window of 110 columns."""

    def __init__(self, *arguments: str, timeout: float = 30) -> None:
        code = "from interviewer.cli import main; main()"
        self.child = pexpect.spawn(
            sys.executable,
            ["-c", code, *arguments],
            encoding="utf-8",
            timeout=timeout,
            dimensions=(40, 110),
            env=os.environ | {"TERM": "xterm"},
        )
        self.child.delaybeforesend = None
        self.screen = pyte.Screen(110, 40)
        self.child.logfile_read = _Drawn(self.screen)

    def shows(self, *texts: str) -> None:
        """Wait until all of these were shown, in this order."""
        for text in texts:
            self.child.expect_exact(text)

    def at_prompt(self, draft: str = "", line: str = "Esc Enter send") -> None:
        """Wait for the editor with this text in it, answer what it asks every terminal, wait for its lowest line."""
        self.shows(_WHERE_IS_THE_CURSOR, draft)
        self.child.send("\x1b[20;1R")
        self.shows(line)

    def sees(self, text: str) -> None:
        """Wait until this stands on the screen, however it was drawn."""
        while not any(text in line for line in self.screen.display):
            self.child.expect(".+")

    def types(self, *keys: str) -> None:
        """Type these, one after the other."""
        for key in keys:
            self.child.send(key)

    def ends(self) -> Any:
        """Wait for the end; the exit code."""
        self.child.expect(pexpect.EOF)
        self.child.close()
        return self.child.exitstatus


class _Drawn:
    """What the program writes, drawn on a screen."""

    def __init__(self, screen: pyte.Screen) -> None:
        self.stream = pyte.Stream(screen)

    def write(self, text: str) -> None:
        self.stream.feed(text)

    def flush(self) -> None:
        pass
