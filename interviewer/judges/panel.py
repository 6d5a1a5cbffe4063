"""A panel: a judge several times, or several judges. Per point the verdict by majority, and how stable it was."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence

from interviewer.answer import Answer
from interviewer.judgement import Judgement
from interviewer.judges.base import Judge, Judged
from interviewer.rubric import Rubric, only
from interviewer.scoring import JudgeInfo, Usage


class PanelJudge:
    """Asks every judge `repeat` times and counts verdicts. With `until_stable`, asks on only where they disagree.

    `ungraded` is counted like a verdict: where most of the panel could not tell, nor can the panel.
    """

    def __init__(self, judges: Sequence[Judge], repeat: int = 1, *, until_stable: bool = False) -> None:
        self.judges = tuple(judges)
        self.repeat = repeat
        self.until_stable = until_stable
        self._seats = self.judges * repeat  # every judge once before any judge again

    @property
    def info(self) -> JudgeInfo:
        infos = [judge.info for judge in self.judges]
        steered = [f"{info.name}: {info.settings}" for info in infos if info.settings]
        return JudgeInfo(
            name="panel",
            model=" + ".join(info.label for info in infos) + (f", {self.repeat} times" if self.repeat > 1 else ""),
            prompt="+".join(info.prompt for info in infos if info.prompt),
            calibration="+".join(info.calibration for info in infos if info.calibration),
            settings="; ".join([*steered, *(["until stable"] if self.until_stable else [])]),
        )

    @property
    def trust(self) -> str:
        said = dict.fromkeys(judge.trust for judge in self.judges)
        return f"A panel of {len(self._seats)}: the verdict of most, none where there is a tie. {' '.join(said)}"

    async def judge(self, rubric: Rubric, answer: Answer) -> Judged:
        first = 2 if self.until_stable else len(self._seats)
        votes: dict[str, list[Judgement]] = {point.id: [] for point in rubric.points}
        usage = Usage()
        for judged in await asyncio.gather(*(judge.judge(rubric, answer) for judge in self._seats[:first])):
            usage += _count(judged, votes)
        for seat, judge in enumerate(self._seats[first:], start=first):
            open_points = [p for p in rubric.points if not _decided(votes[p.id], len(self._seats) - seat)]
            if not open_points:
                break
            usage += _count(await judge.judge(only(rubric, open_points), answer), votes)
        return Judged(judgements=tuple(majority(votes[point.id]) for point in rubric.points), usage=usage)


def majority(votes: Sequence[Judgement]) -> Judgement:
    """The judgement of most, as the first of them gave it; `ungraded` at a tie. `votes` keeps every verdict."""
    verdicts = tuple(vote.verdict for vote in votes)
    (leader, most), *rest = Counter(verdicts).most_common()
    if rest and rest[0][1] == most:
        told = ", ".join(f"{count} {verdict}" for verdict, count in Counter(verdicts).items())
        return Judgement.ungraded(votes[0].point, f"The panel is divided: {told}.").model_copy(
            update={"votes": verdicts}
        )
    chosen = next(vote for vote in votes if vote.verdict is leader)
    return chosen.model_copy(update={"votes": verdicts})


def _decided(votes: Sequence[Judgement], left: int) -> bool:
    """Whether all agree so far, or no verdict can still catch up with the leading one in the calls that are left."""
    counts = [count for _, count in Counter(vote.verdict for vote in votes).most_common()]
    return len(counts) == 1 or counts[0] - counts[1] > left


def _count(judged: Judged, votes: dict[str, list[Judgement]]) -> Usage:
    for judgement in judged.judgements:
        votes[judgement.point].append(judgement)
    return judged.usage
