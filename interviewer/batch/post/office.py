"""The calls to the Batch API: files up, batches made and looked at, replies down, each step in the ledger before the next.

A stop at any moment loses nothing: what was begun is looked for, by its name and its file, before it is made again.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from interviewer.batch.post.ledger import Ledger, Order, Posted, Request
from interviewer.batch.post.lines import ENDPOINT, Limits, again, answered, judged_by, read_lines, request_line
from interviewer.cache import Entry, JudgementStore, State
from interviewer.errors import InputError, JudgeError
from interviewer.judges.chat import ChatJudge
from interviewer.llm import failed_reply
from interviewer.scoring import Usage

if TYPE_CHECKING:
    from openai.types import Batch

OVER = frozenset({"completed", "expired", "cancelled", "failed"})
AT_ONCE = 500  # replies put into the store in one transaction
CLOCKS = timedelta(days=1)  # by which this machine's clock and the server's may differ
# Too many tokens are waiting in the account's other batches: nothing is wrong with the requests.
FULL = "token_limit_exceeded"
IN_DOUBT = "It was asked for more than once: should the server make two, one is cancelled."


@dataclass
class Collected:
    """What collecting has brought: answers judged, their tokens; batches still under way by state; requests posted again."""

    judged: int = 0
    usage: Usage = field(default_factory=Usage)
    under_way: Counter[str] = field(default_factory=Counter)
    again: int = 0


class Office:
    """Posts the requests of orders and collects their replies."""

    def __init__(
        self,
        judge: ChatJudge,
        ledger: Ledger,
        store: JudgementStore,
        limits: Limits | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.judge, self.ledger, self.store = judge, ledger, store
        self.limits = limits or Limits()
        self._client = judge.model.client
        self._sleep = sleep

    async def submit(self, order: Order) -> int:
        """Post all that waits, and what an earlier stop has left half posted; how many requests that is.

        Raises:
            JudgeError: the server cannot be asked.

        """
        return sum([await self._submit(owner) for owner in self.ledger.owners(order.id)])

    async def _submit(self, owner: str) -> int:
        begun = [batch for batch in self.ledger.batches(owner) if not batch.closed and not batch.batch]
        for batch in begun:
            with tempfile.TemporaryFile() as file:
                await self._write(file, self.ledger.in_batch(batch.number))
                await self._post(batch, file, begun=True)
        sent = sum(batch.requests for batch in begun)
        while waiting := self.ledger.waiting(owner, self.limits.requests):
            with tempfile.TemporaryFile() as file:
                if keys := await self._write(file, waiting):
                    await self._post(self.ledger.begin(owner, keys), file)
                    sent += len(keys)
        return sent

    async def look(self, order: Order) -> list[tuple[Posted, Batch | None]]:
        """Every batch of an order, with what the server says of those under way."""
        return await self._look(order.id)

    async def _look(self, owner: str) -> list[tuple[Posted, Batch | None]]:
        async with _spoken(self.judge):
            return [
                (b, await self._client.batches.retrieve(b.batch) if b.batch and not b.closed else None)
                for b in self.ledger.batches(owner)
            ]

    async def cancel(self, order: Order) -> int:
        """Stop the batches of an order that are under way; what they have judged is collected as usual."""
        stopped = 0
        async with _spoken(self.judge):
            for batch, now in await self.look(order):
                if now is not None and now.status not in OVER:
                    await self._client.batches.cancel(batch.batch)
                    stopped += 1
        return stopped

    async def collect(self, order: Order) -> Collected:
        """Take in the replies of the batches that are over; post again what expired, failed or needs a second reply."""
        collected = Collected()
        full = False
        for owner in self.ledger.owners(order.id):
            for batch, now in await self._look(owner):
                if now is None:
                    continue
                if batch.note == IN_DOUBT:
                    await self._cancel_twins(batch)
                if now.status not in OVER:
                    collected.under_way[now.status] += 1
                elif now.status == "failed":
                    self._refused(batch, now)
                else:
                    await self._gather(batch, now, collected)
            full = full or any(batch.note == FULL for batch in self.ledger.batches(owner))
        if not (collected.under_way and full):  # there is room again when one that is under way is over
            collected.again = await self.submit(order)
        return collected

    async def _write(self, file: BinaryIO, requests: list[Request]) -> list[str]:
        """As many request lines as fit; their keys. A request that can never be sent fails here."""
        keys: list[str] = []
        for request in requests:
            try:
                line = await request_line(self.judge, request)
            except InputError as error:
                self.ledger.settle([request.now("failed", str(error))])
                continue
            if file.tell() + len(line) > self.limits.bytes and keys:
                break
            file.write(line)
            keys.append(request.key)
        file.seek(0)
        return keys

    async def _post(self, batch: Posted, file: BinaryIO, *, begun: bool = False) -> None:
        """Upload a file and make its batch, neither of them twice; `begun` when an earlier stop may have cut this short."""
        client = self._client.with_options(max_retries=0)
        name = f"interviewer-{batch.owner}-{batch.number}.jsonl"

        async def upload() -> str:
            file.seek(0)
            return (await client.files.create(file=(name, file), purpose="batch")).id

        async def make() -> str:
            made = await client.batches.create(
                input_file_id=batch.file,
                endpoint=ENDPOINT,
                completion_window="24h",
                metadata={"interviewer": f"{batch.owner}-{batch.number}"},
            )
            return made.id

        async with _spoken(self.judge):
            if not batch.file:
                files = partial(client.files.list, purpose="batch", order="desc")
                known = partial(self._find, batch, files, lambda file: file.filename == name)
                uploaded, _ = await self._once(upload, known, look_first=begun)
                batch = self.ledger.uploaded(batch, uploaded)
            known = partial(self._find, batch, client.batches.list, lambda made: made.input_file_id == batch.file)
            made, in_doubt = await self._once(make, known, look_first=begun)
            self.ledger.posted(batch, made, IN_DOUBT if in_doubt else "")

    async def _once(
        self, make: Callable[[], Awaitable[str]], find: Callable[[], Awaitable[str | None]], *, look_first: bool
    ) -> tuple[str, bool]:
        """The id of something that is to be made once though an answer of the server be lost; whether another may come.

        What was asked for before may still be on its way to the server, and be made after it was looked for.
        """
        import openai  # half a second to import

        for attempt in range(1 + self._client.max_retries):
            try:
                in_doubt = look_first or attempt > 0
                return (in_doubt and await find()) or await make(), in_doubt
            except (openai.APIConnectionError, openai.InternalServerError, openai.RateLimitError):
                if attempt == self._client.max_retries:
                    raise
                await self._sleep(min(2.0**attempt, 30))
        raise AssertionError("the last attempt returns or raises")

    async def _find(self, batch: Posted, listed: Callable[..., Any], is_it: Callable[[Any], bool]) -> str | None:
        """The id of a batch's file, or of itself, among what the server lists."""
        return next((str(one.id) for one in [one async for one in self._since(batch, listed)] if is_it(one)), None)

    async def _since(self, batch: Posted, listed: Callable[..., Any]) -> AsyncIterator[Any]:
        """What the server lists, newest first, down to what is older than a batch's order."""
        oldest = datetime.fromisoformat(self.ledger.order(batch.owner).made) - CLOCKS
        async for one in listed(limit=100):
            if one.created_at < oldest.timestamp():
                return
            yield one

    async def _cancel_twins(self, batch: Posted) -> None:
        """Stop what a server has made of this file besides the batch that is known."""
        async with _spoken(self.judge):
            async for one in self._since(batch, self._client.batches.list):
                is_twin = one.input_file_id == batch.file and one.id != batch.batch
                if is_twin and one.status not in OVER | {"cancelling"}:
                    await self._client.batches.cancel(one.id)

    def _refused(self, batch: Posted, now: Batch) -> None:
        """A batch that failed as a whole: none of its requests was run, none is paid for."""
        errors = (now.errors.data if now.errors else None) or []
        full = any(error.code == FULL for error in errors)
        said = "; ".join(f"line {e.line}: {e.message}" if e.line else str(e.message or e.code) for e in errors[:3])
        requests = self.ledger.in_batch(batch.number)
        settled = [r.now("waiting") if full else again(r, said or "The batch failed.") for r in requests]
        self.ledger.settle(settled, batch, FULL if full else said)

    async def _gather(self, batch: Posted, now: Batch, collected: Collected) -> None:
        open_: dict[str, Request] = {request.custom_id: request for request in self.ledger.in_batch(batch.number)}
        settled: list[Request] = []
        for name in (now.output_file_id, now.error_file_id):
            if not name:
                continue
            async with self._download(name) as lines:
                for group in _groups(read_lines(lines)):
                    # A line that names no request of ours, or one that was answered before, is nobody's.
                    taken = [answered(open_.pop(key), line) for key, line in group if key in open_]
                    settled += await self._judge(taken, batch.owner, collected)
        if now.status == "cancelled":
            settled += [request.now("failed", "The batch was cancelled.") for request in open_.values()]
        else:
            reason = "The batch expired." if now.status == "expired" else "The server sent no reply that can be read."
            settled += [again(request, reason) for request in open_.values()]
        self.ledger.settle(settled, batch, now.status)

    async def _judge(self, requests: list[Request], order: str, collected: Collected) -> list[Request]:
        """The requests after their replies were read; what they amount to is in the store before this returns."""
        entries: list[Entry] = []
        settled: list[Request] = []
        for request in requests:
            judged = await judged_by(self.judge, request) if request.state == "posted" else None
            if judged is None:
                settled.append(request.now("waiting") if request.state == "posted" else request)
                continue
            collected.usage += judged.usage
            entry = Entry(request.key, judged, order)
            if entry.state is State.FAILED:
                settled.append(request.now("failed", judged.judgements[0].reason))
            else:
                entries.append(entry)
                settled.append(request.now("done"))
        self.store.put_many(entries)
        collected.judged += len(entries)
        return settled

    @asynccontextmanager
    async def _download(self, name: str) -> AsyncIterator[Iterator[bytes]]:
        """The lines of a file, by way of the disk: it may hold hundreds of megabytes."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "replies.jsonl"
            async with _spoken(self.judge), self._client.files.with_streaming_response.content(name) as response:
                await response.stream_to_file(path)
            with path.open("rb") as lines:
                yield iter(lines)


def _groups(lines: Iterator[tuple[str, dict[str, Any]]]) -> Iterator[list[tuple[str, dict[str, Any]]]]:
    while group := list(islice(lines, AT_ONCE)):
        yield group


@asynccontextmanager
async def _spoken(judge: ChatJudge) -> AsyncIterator[None]:
    """An error of the client as one of ours, with what to do next."""
    import openai  # half a second to import

    try:
        yield
    except openai.APIError as error:
        failure = failed_reply(error, judge.model.settings, "no Batch API, or no such file or batch").failure
        raise JudgeError(
            f"The Batch API could not be asked: {failure}. What was posted is remembered: run "
            "`interviewer batches collect` to go on."
        ) from None
