"""Rows a second of `grade` with the local judge, CSV to CSV, in one process and in one for each core.

    python benchmarks/batch_local.py [ROWS] [JUDGE]        # default: 20000 local:fast

Every answer is new, so that each is judged and kept; starting processes counts, loading the judge in the parent does
not. The baseline of the same run is the judge alone, many answers at once in one process. Processor time is that of all
processes together: two quiet cores grade 2,000,000 / (µs a row) rows a second.
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time
from pathlib import Path

from answers import recombined, shipped_bank, write_csv
from threadpoolctl import threadpool_limits

from interviewer.answer import Answer
from interviewer.batch.ask import Ask
from interviewer.batch.budget import Budget
from interviewer.batch.compute import Computes
from interviewer.batch.grade_file import Grader, grade_file
from interviewer.batch.pace import Pace
from interviewer.batch.read import read_chunks
from interviewer.batch.rows import Columns
from interviewer.cache import JudgementStore
from interviewer.judges import make_judge
from interviewer.settings import Settings

BANK = shipped_bank()
SETTINGS = Settings(_env_file=None)


class OneProcess(Grader):
    """Never starts processes."""

    def asks(self) -> Ask:
        return Computes.here(self.judge, self.bank)


class ProcessesAtOnce(Grader):
    """Does not judge here first."""

    def asks(self) -> Ask:
        return Computes(self.judge, self.bank, pays=0)


def processor() -> float:
    """Seconds of processor time, of this process and of those that it has waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def told(name: str, rows: int, began: tuple[float, float]) -> float:
    """Say and return the processor microseconds a row."""
    took, used = time.perf_counter() - began[0], processor() - began[1]
    each = 1e6 * used / rows
    print(
        f"{name:16} {rows / took:8,.0f} rows/s, {each:5,.0f} µs of processor a row, load {os.getloadavg()[0]:.1f}",
        flush=True,
    )
    return each


def alone(judge_name: str, rows: int) -> float:
    judge = make_judge(judge_name, SETTINGS)
    pairs = [(BANK[question], text) for question, text in recombined(BANK, rows)]
    pairs.sort(key=lambda pair: pair[0].id)
    began = time.perf_counter(), processor()
    for start in range(0, rows, 64):
        judge.judge_many([(rubric, Answer(text)) for rubric, text in pairs[start : start + 64]])  # type: ignore[attr-defined]
    return told("the judge alone", rows, began)


def graded(kind: type[Grader], judge_name: str, rows: int, folder: Path) -> float:
    grader = kind(BANK, make_judge(judge_name, SETTINGS), SETTINGS, Pace(32), Budget())
    began = time.perf_counter(), processor()
    with JudgementStore(folder / f"{kind.__name__}.sqlite") as store:
        source = read_chunks(str(folder / "in.csv"), Columns())
        done = grade_file(grader, source, store, (folder / "out.csv", "csv"), "bench")
    if done.tally.judged + done.tally.twins != rows:
        raise SystemExit(f"not every row was judged: {done.tally}")
    return told(kind.__name__, rows, began)


def main(rows: int = 20_000, judge_name: str = "local:fast") -> None:
    with tempfile.TemporaryDirectory() as name, threadpool_limits(1):
        folder = Path(name)
        write_csv(folder / "in.csv", recombined(BANK, rows))
        baseline = alone(judge_name, rows)
        for kind in (OneProcess, ProcessesAtOnce, Grader):
            print(f"{'':16} {graded(kind, judge_name, rows, folder) / baseline:.2f} times the judge alone", flush=True)


if __name__ == "__main__":
    main(*([int(sys.argv[1])] if sys.argv[1:] else []), *sys.argv[2:3])
