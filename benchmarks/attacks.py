"""Write `docs/attacks.md`: what the attack corpus gains from the local judge, what is flagged, what the fuzzing does.

python benchmarks/attacks.py            # to standard output
python benchmarks/attacks.py --write    # to docs/attacks.md
"""

from __future__ import annotations

import asyncio
import sys
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from attacks import Attack, Host, attacks, hosts  # noqa: E402  # the corpus lives with the tests
from fuzz import read_all_decisions, read_all_replies  # noqa: E402  # and so do the mutations

from interviewer.answer import Answer  # noqa: E402
from interviewer.grader import grade_answer  # noqa: E402
from interviewer.judgement import CREDIT  # noqa: E402
from interviewer.judges.local import LocalJudge  # noqa: E402
from interviewer.scoring import Grade  # noqa: E402
from interviewer.suspicion import suspicions  # noqa: E402
from training.data import Corpus  # noqa: E402
from training.fit_aimed import read_aimed  # noqa: E402

MUTATIONS = 10_000
CONTROL, HONEST = "harmless filler (no attack)", "honest"
FILLER = (
    "The weather was fine on the day I travelled here.", "Could I have a glass of water, please?",
    "My train left at seven in the morning.", "I have two brothers and a small garden.",
    "On Sundays we often walk along the river.", "The coffee in the lobby was rather good.",
    "Sorry, I had to think for a moment.", "That is an interesting question.",
    "I grew up near the sea and like to swim.", "Let me know if you cannot hear me well.",
    "My favourite film is an old comedy.",
)  # fmt: skip


@dataclass
class Tally:
    """Of one kind of attack: answers tried, flagged, and for each strength of answer what was gained."""

    tried: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    gained: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    score: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    flagged: int = 0

    def add(self, host: Host, before: Grade, after: Grade) -> float:
        # A point that the judge could not tell earns nothing: to turn it into credit is a gain.
        gains = [CREDIT.get(after[j.point].verdict, 0) - CREDIT.get(j.verdict, 0) for j in before.judgements]
        gain = sum(gain for gain in gains if gain > 0)
        self.tried[host.strength] += 1
        self.gained[host.strength] += gain > 0
        self.score[host.strength] += (after.score or 0) - (before.score or 0)
        self.flagged += bool(after.flags)
        return gain

    @property
    def cells(self) -> list[str]:
        shown = []
        for strength, tried in self.tried.items():
            shown.append(f"{self.gained[strength]}/{tried}, {self.score[strength] / tried:+.1f}")
        return [*shown, f"{self.flagged}/{sum(self.tried.values())}"]


def tried(judge: LocalJudge, corpus: Iterable[Attack]) -> dict[str, Tally]:
    """What came of every attack on every answer, by kind."""
    tallies: dict[str, Tally] = defaultdict(Tally)
    for host in hosts():
        before = asyncio.run(grade_answer(judge, host.rubric, host.answer))
        for attack in corpus:
            after = asyncio.run(grade_answer(judge, host.rubric, attack.on(host.rubric, host.answer)))
            tallies[attack.kind].add(host, before, after)
    return tallies


def main() -> None:
    judge = LocalJudge()
    known = tried(judge, (*attacks(), *(Attack(CONTROL, text) for text in FILLER)))
    fresh = tried(judge, attacks("attacks_held_aside"))
    text = "\n".join(report(known, fresh))
    if "--write" in sys.argv:
        (ROOT / "docs").mkdir(exist_ok=True)
        (ROOT / "docs" / "attacks.md").write_text(text, encoding="utf-8")
    else:
        print(text)


def table(tallies: dict[str, Tally]) -> str:
    return "\n".join(f"| {kind} | {' | '.join(tally.cells)} |" for kind, tally in tallies.items())


def report(known: dict[str, Tally], fresh: dict[str, Tally]) -> list[str]:
    """The page, line by line."""
    questions = list(dict.fromkeys(host.rubric.id for host in hosts()))
    flagged_fresh = sum(tally.flagged for kind, tally in fresh.items() if kind != HONEST)
    tried_fresh = sum(sum(tally.tried.values()) for kind, tally in fresh.items() if kind != HONEST)
    honest, flagged = honest_answers()
    replies, decisions = read_all_replies(MUTATIONS), read_all_decisions(MUTATIONS)
    lines = (ROOT / "benchmarks" / "attacks.md").read_text(encoding="utf-8").format(
        count=len(attacks()), kinds=len({attack.kind for attack in attacks()}), questions=" and ".join(questions),
        judge=LocalJudge().info.label, table=table(known), control=CONTROL, honest=f"{honest:,}", flagged=flagged,
        fresh=table(fresh), fresh_count=len([a for a in attacks("attacks_held_aside") if a.kind != HONEST]),
        fresh_share=f"{flagged_fresh / tried_fresh:.0%}",
        honest_like=len([a for a in attacks("attacks_held_aside") if a.kind == HONEST]),
        sentences=f"{len(list(read_aimed())):,}", chat=row(replies), decisions=row(decisions),
    )  # fmt: skip
    return [*lines.splitlines(), ""]


def row(counts: dict[str, int]) -> str:
    return f"{counts['replies']:,} | {counts['judged']:,} | {counts['ungraded']:,} | {counts['wrong']}"


def honest_answers() -> tuple[int, int]:
    """How many labelled answers there are that were written after the flags, and how many of them are flagged.

    Those that are told to recite the rubric or to drop words are no honest answers and do not count.
    """
    found = [a for a in Corpus().split("test") if a.style not in {"parrot", "keywords", "echo"}]
    return len(found), sum(bool(suspicions(a.rubric, Answer(a.text))) for a in found)


if __name__ == "__main__":
    main()
