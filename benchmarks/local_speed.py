"""How fast the local judge loads and grades: six-point rubrics and the repository's own answers of about 120 words.

    python benchmarks/local_speed.py [seconds for each measurement] [MODEL ...]        # default: 5 fast whole

The baseline of the same run is the simplest judge that there could be: for each point, which of its statement's words
are in the answer. The ratio to it, and processor time, say more than seconds where other work runs beside.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from multiprocessing import Pool
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # one core each, so that two processes are two cores

LOAD = """
import time
began = time.perf_counter()
from interviewer.judges.local import LocalJudge, LocalModel
LocalJudge(LocalModel.{0}())
print(time.perf_counter() - began)
"""


def pairs() -> list[Any]:
    """Every written answer of 80 words or more to a rubric of six points."""
    from interviewer.answer import Answer
    from training.data import Corpus

    found = [a for a in Corpus().answers if len(a.rubric.points) == 6 and len(a.text.split()) >= 80]
    return [(a.rubric, Answer(a.text)) for a in found]


def overlap(asked: list[Any]) -> list[list[float]]:
    """The baseline: the share of each statement's words that an answer holds."""
    found = []
    for rubric, answer in asked:
        said = set(re.findall(r"\w+", answer.text.lower()))
        wanted = [set(re.findall(r"\w+", point.statement.lower())) for point in rubric.points]
        found.append([len(words & said) / len(words) for words in wanted])
    return found


def rate(model: str, seconds: float) -> tuple[float, float]:
    """Answers judged in a second by one process, and its processor seconds for each; '' is the baseline."""
    from interviewer.answer import Answer
    from interviewer.judges.local import LocalJudge, LocalModel

    asked = pairs()
    judge = LocalJudge(getattr(LocalModel, model)()).judge_many if model else overlap
    judge(asked if model == "fast" else asked[:64])
    done, began, used = 0, time.perf_counter(), time.process_time()
    while time.perf_counter() - began < seconds:
        at = done % max(len(asked) - 64, 1)
        # A new Answer each time: what an answer remembers of itself must not count.
        done += len(judge([(rubric, Answer(answer.text)) for rubric, answer in asked[at : at + 64]]))
    return done / (time.perf_counter() - began), (time.process_time() - used) / done


def main(seconds: float, models: list[str]) -> None:
    asked = pairs()
    words = sum(len(answer.text.split()) for _, answer in asked) / len(asked)
    print(f"{len(asked)} answers of {words:.0f} words on average, six points each")
    for model in models:
        loads = [float(subprocess.check_output([sys.executable, "-c", LOAD.format(model)])) for _ in range(3)]
        _, least = rate("", seconds)
        alone, used = rate(model, seconds)
        with Pool(2) as pool:
            both = sum(each for each, _ in pool.starmap(rate, [(model, seconds)] * 2))
        print(
            f"{model:6} import and load {min(loads):.2f} s; one core {alone:,.0f} answers/s, {1000 * used:.2f} ms of "
            f"processor each, {used / least:.1f} times the baseline; two cores {both:,.0f} answers/s; "
            f"load {os.getloadavg()[0]:.1f}",
            flush=True,
        )


if __name__ == "__main__":
    sys.path.insert(0, ".")
    main(float(sys.argv[1]) if sys.argv[1:] else 5, sys.argv[2:] or ["fast", "whole"])
