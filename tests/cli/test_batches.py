"""Orders by post, killed with SIGKILL wherever it hurts: in the upload, while a batch is made, looked at, or collected."""

from __future__ import annotations

import csv
import json
import os
import random
import signal
import subprocess
import sys
import threading
from collections import Counter
from itertools import cycle
from pathlib import Path

import pytest
from batch_api import BatchApi, error, good

ROWS = 60
KILLS = 20
MEETINGS = {  # what a command is about when it is killed, by the call that the server sees
    "upload": ("POST", "/files"),
    "create": ("POST", "/batches"),
    "poll": ("GET", "/batches/"),
    "collect": ("GET", "/content"),
}
NOTHING = ("", "")


class Killer:
    """Kills a process at a random moment around one kind of call: before it is done, before its reply, or a little later."""

    def __init__(self, api: BatchApi, chance: random.Random) -> None:
        self.chance = chance
        self.running: subprocess.Popen[str] | None = None
        self.wanted = NOTHING
        self.moments = cycle(
            [("before", 0.0), ("after", 0.0), ("after", 0.1)]
        )  # three, and four phases: each with each
        self.moment = ("", 0.0)
        self.aimed = ""
        self.kills: Counter[str] = Counter()
        self.log: list[str] = []  # commands and calls, for whoever has to find out what went wrong
        api.meet = self._meet

    def aim(self, phase: str) -> None:
        """At the next call of this phase: as it comes, when it is done but not answered, or within a tenth of a second."""
        when, delay = next(self.moments)
        self.wanted = MEETINGS[phase]
        self.moment = when, self.chance.uniform(0.0, delay)
        self.aimed = (
            f"{phase}, {'a little later' if delay else 'as it came' if when == 'before' else 'before its reply'}"
        )

    def _meet(self, when: str, method: str, path: str) -> None:
        self.log.append(f"  {when} {method} {path}")
        wanted, part = self.wanted
        if method != wanted or part not in path or when != self.moment[0] or self.running is None:
            return
        self.wanted = NOTHING
        if self.moment[1]:
            threading.Timer(self.moment[1], self.running.kill).start()
        else:
            self.running.kill()
            self.running.wait()

    def run(self, *arguments: str) -> tuple[int, str]:
        """One command in a process of its own: its exit code (-9 when it was killed), and what it said."""
        command = [sys.executable, "-m", "interviewer", *arguments]
        self.running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.log.append(" ".join(arguments))
        said, _ = self.running.communicate(timeout=300)
        self.log.append(f"  -> {self.running.returncode} {said}")
        self.kills[self.aimed] += self.running.returncode == -signal.SIGKILL
        return self.running.returncode, said


def write_answers(name: str) -> list[str]:
    rows = [[f"{name}-{n}", "tea", f"{name}: answer number {n} is about leaves."] for n in range(ROWS)]
    with Path(f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["who", "question", "answer"], *rows])
    return [who for who, *_ in rows]


def fails_at_first(api: BatchApi) -> None:
    """A tenth of the requests fail in passing the first time: so there is a second batch in each round."""
    failed: set[str] = set()

    def answer(request: dict) -> dict:
        said = request["body"]["messages"][1]["content"]
        if "7 is about" in said and said not in failed:
            failed.add(said)
            return error(500, "broken")
        return good(request)

    api.answer = answer


@pytest.mark.slow
def test_killed_at_twenty_random_moments_nothing_is_ordered_twice_and_no_result_is_lost(api, monkeypatch):
    monkeypatch.setenv("INTERVIEWER_TIMEOUT", "600")  # a slow machine is no lost reply
    killer = Killer(api, random.Random(int(os.environ.get("KILL_SEED", "7"))))
    fails_at_first(api)
    rounds = 0
    while killer.kills.total() < KILLS:
        name = f"round{rounds}"
        rounds += 1
        everybody = write_answers(name)
        place = ["grade", f"{name}.csv", "-o", f"{name}.out.csv", "--via", "batch", "--resume"]
        for phase in MEETINGS:
            killer.aim(phase)
            for command in (place, ["batches", "collect"]) * 4:
                code, said = killer.run(*command)
                assert code in {0, -signal.SIGKILL}, said
                if code:
                    break
                api.turn()
        for _ in range(12):
            code, said = killer.run(*place)
            assert code == 0, said
            code, said = killer.run("batches", "collect")
            assert code == 0, said
            if "Nothing is under way" in said:
                break
            api.turn()
        with Path(f"{name}.out.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert [row["who"] for row in rows] == everybody, "every row once, in order"
        assert {row["status"] for row in rows} == {"graded"}
        assert set(api.paid.values()) == {1}, "an answer was paid for twice:\n" + "\n".join(killer.log)
    assert len(api.paid) == rounds * ROWS
    again = sum(
        "7 is about" in json.dumps(request) for batch in api.batches.values() for request in api.requests_of(batch)
    )
    asked = sum(len(api.requests_of(batch)) for batch in api.batches.values())
    assert asked - again // 2 == rounds * ROWS, "only what had failed was asked again"
    names = [upload["filename"] for upload in api.uploads]
    assert len(names) == len(set(names)) == len(api.batches), "each file was uploaded once, for one batch"
    said = f"{dict(killer.kills)}; {len(api.batches)} batches, {asked} requests, {len(api.paid)} answers"
    print(f"{said}, none paid twice")  # noqa: T201  # for the docs
