"""One event loop in a thread of its own, on which every judge of the library runs.

A client's connections belong to the loop in which they were opened. With one loop for all calls a judge can be used
from plain code, from a notebook (whose own loop runs already) and from several `asyncio.run`, again and again.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

_T = TypeVar("_T")


class Background:
    """The loop, begun at first use; a daemon thread, so that it never keeps a program from ending."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process = 0
        self._loop: asyncio.AbstractEventLoop
        self._thread: threading.Thread

    def start(self, work: Coroutine[Any, Any, _T]) -> Future[_T]:
        """Begin `work` on the loop; its future can be waited for, cancelled, or wrapped for another loop."""
        return asyncio.run_coroutine_threadsafe(work, self._running())

    def wait(self, future: Future[_T]) -> _T:
        """The value of a future of `start`; Ctrl-C while waiting cancels it.

        Raises:
            RuntimeError: called on the loop itself, where waiting would never end.

        """
        if threading.current_thread() is self._thread:
            future.cancel()
            raise RuntimeError("A judge cannot wait for the library that runs it: await the function ending in _async.")
        try:
            return future.result()
        except BaseException:
            future.cancel()
            raise

    def _running(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._process != os.getpid():  # the first use, or the first after a fork, which copies no threads
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(target=self._loop.run_forever, name="interviewer", daemon=True)
                self._thread.start()
                self._process = os.getpid()
            return self._loop


BACKGROUND = Background()
