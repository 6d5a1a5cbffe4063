"""Judgements to the store in groups: one commit for all that came in while the last one was being written."""

from __future__ import annotations

import asyncio

from interviewer.cache import Entry, JudgementStore
from interviewer.errors import StoreError


class Keeper:
    """`keep` returns when the entry is on the disk."""

    def __init__(self, store: JudgementStore) -> None:
        self._store = store
        self._waiting: list[tuple[Entry, asyncio.Future[None]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def keep(self, entry: Entry) -> None:
        """Put one entry into the store.

        Raises:
            StoreError: it cannot be written.

        """
        done = asyncio.get_running_loop().create_future()
        self._waiting.append((entry, done))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())
        await done

    async def settled(self) -> None:
        """Wait until everything handed over is written, or was refused."""
        while self._writing is not None and not self._writing.done():
            await asyncio.wait([self._writing])

    async def _write(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting, []
            error: StoreError | None = None
            try:
                await asyncio.to_thread(self._store.put_many, [entry for entry, _ in group])
            except StoreError as fault:
                error = fault
            for _, done in group:
                if done.done():
                    continue  # whoever waited was cancelled; the entry is kept all the same
                if error is None:
                    done.set_result(None)
                else:
                    done.set_exception(error)
