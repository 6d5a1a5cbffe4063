"""How long a user waits for `interviewer --help` and for `interviewer score` with the local judge, from cold.

    python benchmarks/startup.py [runs]

`--help` is a ratio against a bare Typer hello-world of the same run, the two interleaved; `score` is in seconds.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HELLO = "import typer\napp = typer.Typer()\n@app.command()\ndef main(name: str = 'world') -> None:\n    print(name)\napp()\n"
ANSWER = "DICOM is the standard format that every scanner uses. We parse it to extract the pixel data. " * 6
SCORE = ["-m", "interviewer", "score", "dicom-format", "--judge", "local", "--json"]


def seconds(command: list[str], answer: str = "") -> float:
    start = time.perf_counter()
    subprocess.run(command, input=answer, capture_output=True, text=True, check=True)
    return time.perf_counter() - start


def main(runs: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        hello = Path(folder) / "hello.py"
        hello.write_text(HELLO)
        commands = {
            "hello": ([sys.executable, str(hello), "--help"], ""),
            "help": ([sys.executable, "-m", "interviewer", "--help"], ""),
            "score": ([sys.executable, *SCORE], ANSWER),
        }
        times: dict[str, list[float]] = {name: [] for name in commands}
        for run in range(runs + 1):
            for name, (command, answer) in commands.items():
                took = seconds(command, answer)
                if run:  # the first round warms the file cache
                    times[name].append(took)
    median = {name: statistics.median(found) for name, found in times.items()}
    print(f"{runs} runs each, median [min–max] in seconds")
    for name, found in times.items():
        print(f"  {name:<6} {median[name]:.3f}  [{min(found):.3f}–{max(found):.3f}]")
    ratios = [a / b for a, b in zip(times["help"], times["hello"], strict=True)]
    print(
        f"help / hello: {median['help'] / median['hello']:.2f} of medians, {statistics.median(ratios):.2f} median of pairs"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 15)
