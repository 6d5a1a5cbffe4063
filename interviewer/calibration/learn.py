"""Learning a calibration: each part is tried on answers it has not seen, and only what gains is kept.

Cross-validation over answers: in each fold the part is made from the other folds and judges this one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from interviewer.agreement.bootstrap import Resampling
from interviewer.agreement.judging import grade_all
from interviewer.agreement.labels import LabelledAnswer
from interviewer.agreement.pairs import Pair, pair_up
from interviewer.answer import Answer
from interviewer.cache import JudgementStore
from interviewer.calibration.examples import choose_examples
from interviewer.calibration.fit import Seen, fit_map
from interviewer.calibration.kept import Calibration, Gain, Part, PointNote, ProbabilityMap, RubricCalibration, Setting
from interviewer.calibration.study import Studied, study
from interviewer.calibration.validate import folds_of, gain_of
from interviewer.judges.base import Judge
from interviewer.judges.chat import ChatJudge
from interviewer.judges.mapped import remapped
from interviewer.rubric import Rubric
from interviewer.scoring import Grade, JudgeInfo

_EVERY = -1  # the fold that no answer is in: what is made without it is made of all


@dataclass
class Learning:
    """One run: the labelled answers, the judge, and what it takes to ask it. `done` is called after each answer."""

    judge: Judge
    answers: Sequence[LabelledAnswer]
    setting: Setting = field(default_factory=Setting)
    store: JudgementStore | None = None
    resampling: Resampling = field(default_factory=Resampling)
    concurrency: int = 8
    done: Callable[[], None] = lambda: None
    _studied: dict[tuple[int, str], Studied] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.folds = folds_of(self.answers, self.setting.folds)
        self.rubrics = {answer.rubric.id: answer.rubric for answer in self.answers}

    async def learn(self) -> Calibration:
        """The calibration, with the gain of each part, kept or not.

        Raises:
            JudgeError: the judge cannot be asked at all.

        """
        info = self.judge.info
        grades = await self._grade(self.answers, self.judge)
        gains: list[Gain] = []
        rubrics: tuple[RubricCalibration, ...] = ()
        kept: tuple[Part, ...] = ()
        if isinstance(self.judge, ChatJudge):
            for part in ("notes", "examples"):
                wanted: tuple[Part, ...] = (*kept, part)
                tried = await self._tried(self.judge, info, wanted)
                gains.append(self._gain(part, grades, tried))
                if gains[-1].kept:
                    kept, grades = wanted, tried
            rubrics = await self._made(self.judge, _EVERY, kept)
        else:
            rubrics = tuple(RubricCalibration.about(r) for r in self.rubrics.values())
        mapping, gain = self._map(grades)
        return Calibration(
            judge=info,
            answers=len(self.answers),
            rubrics=rubrics,
            map=mapping if gain and gain.kept else None,
            gains=(*gains, gain) if gain else tuple(gains),
        )

    # -- notes and examples, for a judge with a prompt ----------------------------------------------------------------

    async def _tried(self, judge: ChatJudge, info: JudgeInfo, parts: tuple[Part, ...]) -> tuple[Grade, ...]:
        """Every answer graded with these parts, made of the other folds."""
        grades: dict[int, Grade] = {}
        for fold in sorted(set(self.folds)):
            learned = Calibration(judge=info, rubrics=await self._made(judge, fold, parts))
            places = [place for place, its in enumerate(self.folds) if its == fold]
            unseen = [self.answers[place] for place in places]
            grades |= zip(places, await self._grade(unseen, judge.calibrated(learned)), strict=True)
        return tuple(grades[place] for place in range(len(self.answers)))

    async def _made(self, judge: ChatJudge, without: int, parts: tuple[Part, ...]) -> tuple[RubricCalibration, ...]:
        """What the answers outside one fold teach, question by question."""
        made = []
        for rubric in self.rubrics.values():
            seen = [
                a
                for a, fold in zip(self.answers, self.folds, strict=True)
                if fold != without and a.rubric.id == rubric.id
            ]
            notes = await self._notes(judge, rubric, seen, without) if "notes" in parts else ()
            examples = choose_examples(seen, self.setting.examples) if "examples" in parts else ()
            made.append(RubricCalibration.about(rubric, notes=notes, examples=examples))
        return tuple(made)

    async def _notes(
        self, judge: ChatJudge, rubric: Rubric, seen: Sequence[LabelledAnswer], without: int
    ) -> tuple[PointNote, ...]:
        """The notes on one question, written once for each fold."""
        key = (without, rubric.id)
        if key not in self._studied:
            self._studied[key] = await study(judge.model, rubric, seen) if seen else Studied()
        return self._studied[key].notes

    # -- the map, for a judge with probabilities ----------------------------------------------------------------------

    def _map(self, grades: Sequence[Grade]) -> tuple[ProbabilityMap | None, Gain | None]:
        """The map made of all answers, and what it gains when made without the fold that it is applied to."""
        pairs = self._pairs(grades)
        if not any(_mappable(pair) for pair in pairs):
            return None, None
        after = list(pairs)
        for fold in sorted(set(self.folds)):
            others = [pair for pair in pairs if _mappable(pair) and self.folds[pair.answer] != fold]
            if others:
                mapping = fit_map([_seen(pair) for pair in others], self.setting.pull)
                after = [_mapped(pair, mapping) if self.folds[pair.answer] == fold else pair for pair in after]
        whole = fit_map([_seen(pair) for pair in pairs if _mappable(pair)], self.setting.pull)
        return whole, gain_of("map", pairs, after, self.resampling)

    # -- both ---------------------------------------------------------------------------------------------------------

    def _gain(self, part: Part, before: Sequence[Grade], after: Sequence[Grade]) -> Gain:
        faults = dict.fromkeys(s.fault for s in self._studied.values() if s.fault) if part == "notes" else {}
        note = f"Some notes could not be written: {'; '.join(faults)}." if faults else ""
        return gain_of(part, self._pairs(before), self._pairs(after), self.resampling, note)

    def _pairs(self, grades: Sequence[Grade]) -> tuple[Pair, ...]:
        return tuple(pair for pair in pair_up(self.answers, grades) if len(pair.label.points) == 1)

    async def _grade(self, answers: Sequence[LabelledAnswer], judge: Judge) -> tuple[Grade, ...]:
        return await grade_all(answers, judge, self.store, self.concurrency, self.done)


def _mappable(pair: Pair) -> bool:
    return pair.probability is not None and not pair.labelled.rubric[pair.point].items


def _key(pair: Pair) -> str:
    return f"{pair.labelled.rubric.id}/{pair.point}"


def _seen(pair: Pair) -> Seen:
    return Seen(_key(pair), pair.probability or 0.0, pair.label.verdict)


def _mapped(pair: Pair, mapping: ProbabilityMap) -> Pair:
    point = pair.labelled.rubric[pair.point]
    judgement = remapped(pair.judgement, point, Answer(pair.labelled.text), mapping, _key(pair))
    return Pair(pair.answer, pair.labelled, pair.label, judgement)
