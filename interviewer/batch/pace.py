"""How many calls may be in flight: as many as the server bears, learnt from its answers.

Halves at once on a 429, comes back to just below where that was, then grows by one a round trip; waits as long as
`retry-after` or an exhausted rate limit says.
"""

from __future__ import annotations

import asyncio
import math
import re
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from httpx2 import AsyncClient

FIRST = 16  # calls in flight before anything is known of the server
ONE_CUT_PER = 1.0  # seconds: the calls that were in flight at a cut say nothing new by failing too
LONGEST_REST = 120.0
NEARLY = 0.9  # of the limit that was too high: up to there it comes back quickly, as TCP's CUBIC does
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


class Pace:
    """An adaptive semaphore: `async with pace:` around a call, `saw` for every response."""

    def __init__(
        self,
        most: int,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.most = most
        self.limit = float(min(most, FIRST))
        self.active = 0
        self._called = 0  # who was told that it is their turn, and has not come yet
        self.cuts = 0
        self.limits: dict[str, str] = {}
        self._clock, self._sleep = clock, sleep
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._resume_at = 0.0
        self._too_high = math.inf  # until the first 429
        self._last_cut = -ONE_CUT_PER

    async def __aenter__(self) -> Self:
        while True:
            if (rest := self._resume_at - self._clock()) > 0:
                await self._sleep(rest)
            elif self.active + self._called >= int(self.limit):
                await self._turn()
            else:
                self.active += 1
                return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.active -= 1
        self._wake()

    async def _turn(self) -> None:
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # called and cancelled at once: the next one, then
                self._called -= 1
                self._wake()
            raise
        self._called -= 1

    async def saw(self, response: Any) -> None:
        """Learn from one response of the server, a retry's included."""
        self.learn(response.status_code, response.headers)

    def learn(self, status: int, headers: Mapping[str, str]) -> None:
        """Learn from a status and its headers."""
        now = self._clock()
        if status == 429:
            if now - self._last_cut >= ONE_CUT_PER:
                self._too_high = self.limit
                self.limit = max(1.0, self.limit / 2)
                self._last_cut = now
                self.cuts += 1
            self._rest(now, seconds(headers.get("retry-after-ms", ""), "ms") or seconds(headers.get("retry-after", "")))
        elif status < 400:
            slowly = self.limit >= NEARLY * self._too_high
            self.limit = min(float(self.most), self.limit + (1 / self.limit if slowly else 1))
        for kind in ("requests", "tokens"):
            if total := headers.get(f"x-ratelimit-limit-{kind}"):
                self.limits[kind] = total
            if headers.get(f"x-ratelimit-remaining-{kind}") == "0":
                self._rest(now, seconds(headers.get(f"x-ratelimit-reset-{kind}", "")))
        self._wake()

    def _rest(self, now: float, wait: float) -> None:
        self._resume_at = max(self._resume_at, now + min(wait, LONGEST_REST))

    def _wake(self) -> None:
        room = int(self.limit) - self.active - self._called
        while room > 0 and self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                self._called += 1
                room -= 1


def seconds(text: str, unit: str = "s") -> float:
    """'20' and '20s' -> 20.0, '6m0s' -> 360.0, '15ms' -> 0.015; 0.0 for anything else."""
    try:
        return max(0.0, float(text) * _SECONDS[unit])
    except ValueError:
        return sum(float(number) * _SECONDS[named] for number, named in _DURATION.findall(text))


def paced_client(pace: Pace, timeout: float) -> AsyncClient:
    """An HTTP client that keeps its connections open and tells `pace` of every response."""
    import openai  # half a second to import: only when a model is asked
    from httpx2 import Limits

    limits = Limits(max_connections=pace.most, max_keepalive_connections=pace.most)
    return openai.DefaultAsyncHttpxClient(limits=limits, timeout=timeout, event_hooks={"response": [pace.saw]})
