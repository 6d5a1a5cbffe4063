"""Money: what was spent, and a limit that is not passed. A call starts only when its worst case still fits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from interviewer.errors import BudgetReached


class Budget:
    """Spending so far, in US dollars; `most` is the limit, or None."""

    def __init__(self, most: float | None = None) -> None:
        self.most = most
        self.spent = 0.0
        self._held = 0.0
        self._changed = asyncio.Condition()

    def spend(self, dollars: float) -> None:
        """Count what a call has cost."""
        self.spent += dollars

    @asynccontextmanager
    async def hold(self, worst: float) -> AsyncIterator[None]:
        """Set aside what a call may cost at worst; waits for other calls to end where that makes room.

        Raises:
            BudgetReached: nothing is in flight, and the worst case would pass the limit.

        """
        if self.most is None:
            yield
            return
        async with self._changed:
            while self.spent + self._held + worst > self.most:
                if self._held == 0:
                    raise BudgetReached(
                        f"Stopped before --max-cost ${self.most:g}: ${self.spent:.4f} is spent, and one more answer may "
                        f"cost up to ${worst:.4f}. Raise --max-cost, or lower INTERVIEWER_MAX_OUTPUT_TOKENS; "
                        "what was judged is kept, so run the same command again with --resume."
                    )
                await self._changed.wait()
            self._held += worst
        try:
            yield
        finally:
            self._held = max(0.0, self._held - worst)
            if self._held < 1e-12:
                self._held = 0.0
            async with self._changed:
                self._changed.notify_all()
