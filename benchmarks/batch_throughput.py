"""Throughput of `grade` against a bare asyncio loop over the same client, on a loopback server that takes 200 ms.

    python benchmarks/batch_throughput.py [--rows 5000] [--concurrency 64] [--rounds 10]

The rows are cut into rounds of some seconds, in each of which the two take turns, now one first and now the other, so
that what else the machine does disturbs both alike. Printed are the ratio of each round, the median of these paired
ratios with its quartiles, and the processor time that each needs per answer, which a busy machine disturbs less.
Ours includes reading the CSV, the durable writes to the store, checking and scoring the replies, and writing the
output. What it has learnt of the server's pace goes from round to round, as it would within one run.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from answers import answers, shipped_bank, write_csv

from interviewer.answer import Answer
from interviewer.batch.budget import Budget
from interviewer.batch.grade_file import Grader, grade_file
from interviewer.batch.pace import Pace, paced_client
from interviewer.batch.read import read_chunks
from interviewer.batch.rows import Columns
from interviewer.cache import JudgementStore
from interviewer.judges import make_judge
from interviewer.judges.chat import judge_messages
from interviewer.judges.reply import reply_schema
from interviewer.llm import make_client
from interviewer.rubric import Bank
from interviewer.settings import Settings

LOOPBACK = Path(__file__).parent.parent / "tests" / "loopback.py"


def bare(bank: Bank, settings: Settings, rows: int, concurrency: int) -> tuple[float, float]:
    """Answers a second, and processor milliseconds an answer, of the simplest loop there is: requests made beforehand, replies thrown away."""
    requests = []
    for question, text in answers(bank, rows):
        shape = {"name": "judgements", "strict": True, "schema": reply_schema(bank[question])}
        requests.append(
            {
                "model": settings.model,
                "messages": judge_messages(bank[question], Answer(text)),
                "max_tokens": settings.max_output_tokens,
                "response_format": {"type": "json_schema", "json_schema": shape},
            }
        )

    async def work() -> None:
        async with paced_client(Pace(concurrency), settings.timeout) as http_client:
            client: Any = make_client(settings, http_client)
            waiting = iter(requests)

            async def worker() -> None:
                for request in waiting:
                    await client.chat.completions.create(**request)

            await asyncio.gather(*(worker() for _ in range(concurrency)))

    began, used = time.perf_counter(), time.process_time()
    asyncio.run(work())
    return rows / (time.perf_counter() - began), 1000 * (time.process_time() - used) / rows


def ours(bank: Bank, settings: Settings, source: Path, folder: Path, rows: int, pace: Pace) -> tuple[float, float]:
    """Answers a second, and processor milliseconds an answer, from a CSV on the disk to a CSV on the disk."""
    client = paced_client(pace, settings.timeout)
    judge = make_judge("chat", settings, client)
    grader = Grader(bank, judge, settings, pace, Budget(), client)
    began, used = time.perf_counter(), time.process_time()
    with JudgementStore(folder / f"{began}.sqlite") as store:
        graded = grade_file(grader, read_chunks(str(source), Columns()), store, (folder / "out.csv", "csv"), "bench")
    took, used = time.perf_counter() - began, time.process_time() - used
    if graded.tally.statuses["graded"] != rows:
        raise SystemExit(f"not every row was graded: {graded.tally}")
    return rows / took, 1000 * used / rows


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--rows", type=int, default=5000)
    options.add_argument("--concurrency", type=int, default=64)
    options.add_argument("--rounds", type=int, default=10)
    given = options.parse_args()
    bank = shipped_bank()
    with (
        tempfile.TemporaryDirectory() as name,
        subprocess.Popen([sys.executable, LOOPBACK, "--delay", "0.2"], stdout=subprocess.PIPE, text=True) as server,
    ):
        assert server.stdout is not None  # noqa: S101  # for the type checker: it is a pipe
        settings = Settings(_env_file=None, base_url=server.stdout.readline().strip())
        source, rows, pace = Path(name) / "answers.csv", given.rows // given.rounds, Pace(given.concurrency)
        write_csv(source, answers(bank, rows))
        pairs: list[tuple[tuple[float, float], tuple[float, float]]] = []
        for number in range(given.rounds):
            took: dict[bool, tuple[float, float]] = {}
            for is_ours in (number % 2 == 1, number % 2 == 0):
                took[is_ours] = (
                    ours(bank, settings, source, Path(name), rows, pace)
                    if is_ours
                    else bare(bank, settings, rows, given.concurrency)
                )
            pairs.append((took[False], took[True]))
            print(
                f"bare loop {took[False][0]:.0f}/s ({took[False][1]:.2f} ms CPU), interviewer grade "
                f"{took[True][0]:.0f}/s ({took[True][1]:.2f} ms CPU), ratio {took[True][0] / took[False][0]:.2f}",
                flush=True,
            )
        server.terminate()
    ratios = [mine[0] / theirs[0] for theirs, mine in pairs]
    low, middle, high = statistics.quantiles(ratios, n=4)
    cpu = [statistics.median(side[1] for side in sides) for sides in zip(*pairs, strict=True)]
    print(
        f"median of {given.rounds} paired ratios {middle:.2f} (quartiles {low:.2f} and {high:.2f}, from "
        f"{min(ratios):.2f} to {max(ratios):.2f}); median processor time {cpu[0]:.2f} and {cpu[1]:.2f} ms a row "
        f"({rows} rows a round, {given.concurrency} at once, 200 ms a reply)"
    )


if __name__ == "__main__":
    main()
